// What this process may do, and doing something with the administrator's rights.

import type { Obstacle } from '../../core/environment/probed.ts';
import type { KnownFolder, WindowsReads, WindowsWrites } from '../../core/environment/windows-system.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { WindowsApi } from './api.ts';
import { dword, dwordAt, handleAt, isNoHandle, refused, textAt, utf16, viewOf } from './numbers.ts';

/** winnt.h: FILE_WRITE_DATA or FILE_ADD_FILE, FILE_DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER. */
const CHANGING = [0x2, 0x40, 0x1_0000, 0x4_0000, 0x8_0000];
const SHARE_ALL = 7;
const OPEN_EXISTING = 3;
const BACKUP_SEMANTICS = 0x0200_0000;
const ACCESS_DENIED = 5;
const SHARING_VIOLATION = 32;
/** shlobj.h: CSIDL_… */
const FOLDER: Readonly<Record<KnownFolder, number>> = { windows: 0x24, programData: 0x23 };
const MAX_PATH = 260;

/** SHELLEXECUTEINFOW of 64 bits. */
const EXECUTE = { bytes: 112, verb: 16, file: 24, parameters: 32, folder: 40, process: 104 };
/** NOCLOSEPROCESS, NOASYNC, FLAG_NO_UI, NO_CONSOLE. */
const EXECUTE_MASK = 0x40 | 0x100 | 0x400 | 0x8000;
const FOREVER = 0xffff_ffff;

type Rights = Pick<WindowsReads, 'isElevated' | 'mayChange' | 'folder'> & Pick<WindowsWrites, 'runElevated'>;

export function createRights(api: WindowsApi): Rights {
  /** Opens with that right and closes again; a refusal tells. */
  function isGranted(path: string, right: number): Result<boolean, Obstacle> {
    const file = api.handle('CreateFileW', path, right, SHARE_ALL, null, OPEN_EXISTING, BACKUP_SEMANTICS, 0);
    if (isNoHandle(file)) {
      const code = api.number('GetLastError');
      // Whoever has it open does not share it: the right itself was granted.
      if (code === SHARING_VIOLATION) return ok(true);
      return code === ACCESS_DENIED ? ok(false) : refused(path, code);
    }
    api.number('CloseHandle', file);
    return ok(true);
  }

  function folder(name: KnownFolder): Result<string, Obstacle> {
    const path = new Uint8Array(MAX_PATH * 2);
    const code = api.number('SHGetFolderPathW', 0, FOLDER[name], 0, 0, path);
    return code === 0 ? ok(textAt(path)) : refused(name, code);
  }

  return {
    isElevated: async () => ok(api.number('IsUserAnAdmin') !== 0),
    async mayChange(path) {
      for (const right of CHANGING) {
        const granted = isGranted(path, right);
        if (!granted.ok || granted.value) return granted;
      }
      return ok(false);
    },
    folder: async (name) => folder(name),
    async runElevated(program, args) {
      const line = commandLine(args);
      const at = folder('windows');
      if (line === null) return err({ reason: 'malformed', what: program });
      if (!at.ok) return at;
      const texts = { verb: 'runas', file: program, parameters: line, folder: at.value };
      const execute = new Uint8Array(EXECUTE.bytes);
      const view = viewOf(execute);
      view.setUint32(0, EXECUTE.bytes, true);
      view.setUint32(4, EXECUTE_MASK, true);
      const held = Object.entries(texts).map(([name, text]) => {
        const bytes = utf16(text);
        view.setBigUint64(EXECUTE[name as keyof typeof texts], api.address(bytes), true);
        return bytes;
      });
      api.number('CoInitializeEx', null, 6);
      const isStarted = api.number('ShellExecuteExW', execute) !== 0;
      if (!isStarted || held.length === 0) return refused(program, api.number('GetLastError'));
      const child = handleAt(execute, EXECUTE.process);
      api.number('WaitForSingleObject', child, FOREVER);
      const code = dword();
      api.number('GetExitCodeProcess', child, code);
      api.number('CloseHandle', child);
      return ok(dwordAt(code));
    },
  };
}

/** As CommandLineToArgvW reads it; null: an argument that cannot be said safely. */
export function commandLine(args: readonly string[]): string | null {
  if (args.some((arg) => /["\0]/.test(arg))) return null;
  return args.map((arg) => `"${arg.replace(/\\+$/, '$&$&')}"`).join(' ');
}
