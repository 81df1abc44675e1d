// Running programs (toolhelp) and who listens on which TCP port (iphlpapi).

import type { Obstacle } from '../../core/environment/probed.ts';
import type { RunningProcess } from '../../core/environment/probe.ts';
import type { WindowsListener, WindowsReads } from '../../core/environment/windows-system.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { WindowsApi } from './api.ts';
import { dword, dwordAt, isNoHandle, refused, textAt, viewOf } from './numbers.ts';

/** tlhelp32.h: TH32CS_SNAPPROCESS, and PROCESSENTRY32W of 64 bits. */
const SNAP_PROCESS = 2;
const ENTRY = { bytes: 568, pid: 8, name: 44, nameBytes: 520 };
/** iphlpapi.h: TCP_TABLE_OWNER_PID_LISTENER. */
const LISTENERS = 3;
const INSUFFICIENT_BUFFER = 122;
const MAX_TABLE = 4 * 1024 * 1024;

/** Offsets in a row of MIB_TCPTABLE_OWNER_PID and MIB_TCP6TABLE_OWNER_PID; ports in network order. */
const ROWS = {
  4: { family: 2, bytes: 24, address: 4, addressBytes: 4, port: 8, pid: 20 },
  6: { family: 23, bytes: 56, address: 0, addressBytes: 16, port: 20, pid: 52 },
} as const;

export function createProcesses(api: WindowsApi): Pick<WindowsReads, 'processes' | 'listeners'> {
  function table(version: 4 | 6): Result<readonly WindowsListener[], Obstacle> {
    const size = dword();
    // It may grow between the question for its size and the one for its content.
    for (let room = 16 * 1024; room <= MAX_TABLE; room = dwordAt(size) + 4096) {
      const bytes = new Uint8Array(room);
      size.set(dword(room));
      const { family } = ROWS[version];
      const code = api.number('GetExtendedTcpTable', bytes, size, 0, family, LISTENERS, 0);
      if (code === 0) return ok(readListenerTable(bytes, version));
      if (code !== INSUFFICIENT_BUFFER) return refused('TCP', code);
    }
    return err({ reason: 'tooLarge', what: 'TCP' });
  }

  return {
    async processes() {
      const snapshot = api.handle('CreateToolhelp32Snapshot', SNAP_PROCESS, 0);
      if (isNoHandle(snapshot)) return refused('processes', api.number('GetLastError'));
      const entry = new Uint8Array(ENTRY.bytes);
      entry.set(dword(ENTRY.bytes));
      const found: RunningProcess[] = [];
      let isMore = api.number('Process32FirstW', snapshot, entry) !== 0;
      while (isMore) {
        found.push(readProcessEntry(entry));
        isMore = api.number('Process32NextW', snapshot, entry) !== 0;
      }
      api.number('CloseHandle', snapshot);
      return ok(found);
    },
    async listeners() {
      const [four, six] = [table(4), table(6)];
      if (!four.ok) return four;
      // IPv6 may be switched off.
      return ok([...four.value, ...(six.ok ? six.value : [])]);
    },
  };
}

export function readProcessEntry(entry: Uint8Array): RunningProcess {
  return { pid: dwordAt(entry, ENTRY.pid), name: textAt(entry, ENTRY.name, ENTRY.nameBytes) };
}

/** @param table a count and its rows */
export function readListenerTable(table: Uint8Array, version: 4 | 6): readonly WindowsListener[] {
  const { bytes, address, addressBytes, port, pid } = ROWS[version];
  const count = Math.min(dwordAt(table), Math.floor((table.length - 4) / bytes));
  return Array.from({ length: count }, (_, index) => {
    const row = table.subarray(4 + index * bytes, 4 + (index + 1) * bytes);
    return {
      address: [...row.subarray(address, address + addressBytes)],
      port: viewOf(row).getUint16(port, false),
      pid: dwordAt(row, pid),
    };
  });
}
