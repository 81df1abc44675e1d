// Devices that are present, as the device manager knows them (SetupAPI, cfgmgr32), and the battery.

import type { WindowsReads } from '../../core/environment/windows-system.ts';
import { ok } from '../../core/errors/result.ts';
import type { Argument, Handle, WindowsApi } from './api.ts';
import { bytesOf, dword, dwordAt, isNoHandle, refused, textAt, textsAt } from './numbers.ts';

/** setupapi.h: DIGCF_PRESENT and DIGCF_ALLCLASSES; SP_DEVINFO_DATA of 64 bits. */
const ALL_PRESENT = 6;
const DEVINFO = { bytes: 32, instance: 20 };
const PROPERTY = { description: 0, compatibleIds: 2, class: 7, friendlyName: 12 };
/** DEVPKEY_Device_BusReportedDeviceDesc: {540b947e-8b40-45bc-a8a2-6a0b894cbda2}, 4. */
const BUS_REPORTED = bytesOf([0x540b_947e, 0x45bc_8b40, 0x0b6a_a2a8, 0xa2bd_4c89, 4]);
/** DN_HAS_PROBLEM of cfg.h. */
const HAS_PROBLEM = 0x400;
const MAX_BYTES = 4096;
const MAX_DEVICES = 5000;

export function createDevices(api: WindowsApi): Pick<WindowsReads, 'devices' | 'battery'> {
  const type = dword();
  const buffer = new Uint8Array(MAX_BYTES);

  function filled(read: () => number): Uint8Array {
    buffer.fill(0);
    return read() === 0 ? new Uint8Array() : buffer;
  }

  function describe(list: Handle, device: Uint8Array) {
    const property = (id: number): Uint8Array => {
      const into: readonly Argument[] = [list, device, id, type, buffer, MAX_BYTES, null];
      return filled(() => api.number('SetupDiGetDeviceRegistryPropertyW', ...into));
    };
    const instance = textAt(
      filled(() => api.number('SetupDiGetDeviceInstanceIdW', list, device, buffer, MAX_BYTES / 2, null)),
    );
    const named = textAt(property(PROPERTY.friendlyName));
    const reported: readonly Argument[] = [list, device, BUS_REPORTED, type, buffer, MAX_BYTES, null, 0];
    return {
      instance,
      name: named === '' ? textAt(property(PROPERTY.description)) : named,
      class: textAt(property(PROPERTY.class)),
      compatibleIds: textsAt(property(PROPERTY.compatibleIds)),
      reported: textAt(filled(() => api.number('SetupDiGetDevicePropertyW', ...reported))),
      problem: problemOf(device),
    };
  }

  function problemOf(device: Uint8Array): number {
    const [status, problem] = [dword(), dword()];
    const instance = dwordAt(device, DEVINFO.instance);
    const code = api.number('CM_Get_DevNode_Status', status, problem, instance, 0);
    return code === 0 && (dwordAt(status) & HAS_PROBLEM) !== 0 ? dwordAt(problem) : 0;
  }

  return {
    async devices() {
      const list = api.handle('SetupDiGetClassDevsW', null, null, 0, ALL_PRESENT);
      if (isNoHandle(list)) return refused('devices', api.number('GetLastError'));
      const device = new Uint8Array(DEVINFO.bytes);
      device.set(dword(DEVINFO.bytes));
      const found: ReturnType<typeof describe>[] = [];
      while (
        found.length < MAX_DEVICES &&
        api.number('SetupDiEnumDeviceInfo', list, found.length, device) !== 0
      )
        found.push(describe(list, device));
      api.number('SetupDiDestroyDeviceInfoList', list);
      return ok(found);
    },
    async battery() {
      const status = new Uint8Array(12);
      if (api.number('GetSystemPowerStatus', status) === 0)
        return refused('battery', api.number('GetLastError'));
      return ok(readPowerStatus(status));
    },
  };
}

const NO_BATTERY = 128;
const UNKNOWN = 255;

/** SYSTEM_POWER_STATUS: line (0: on the battery), flags, percent. null: no battery. */
export function readPowerStatus([line = UNKNOWN, flags = UNKNOWN, percent = UNKNOWN]: Uint8Array) {
  if (flags === UNKNOWN || (flags & NO_BATTERY) !== 0) return null;
  return { isDraining: line === 0, percent: percent === UNKNOWN ? null : percent };
}
