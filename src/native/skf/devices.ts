// Devices and applications as handles: opened in the order device, application, container, closed in reverse.
// The first DEVINFO that a device fills tells how the library lays out its structures.

import type { PinStatus } from '../../core/token/token.ts';
import { check, readNames, slot, slotHandle, terminated, type SkfName } from './calls.ts';
import { containerNames } from './containers.ts';
import { detectAbi, DEVICE_INFO_ROOM, readDeviceInfo, type DeviceInfo } from './device-info.ts';
import type { SkfLibrary } from './library.ts';
import { readPinStatus } from './pin.ts';
import { ABSENT, unless } from './sar.ts';

export interface FoundApplication {
  readonly device: SkfName;
  readonly application: SkfName;
  readonly info: DeviceInfo;
  readonly pin: PinStatus;
}

export interface Devices {
  names(): readonly SkfName[];
  connect(device: SkfName): bigint;
  disconnect(handle: bigint): void;
  info(handle: bigint): DeviceInfo;
  openApplication(device: bigint, application: SkfName): bigint;
  closeApplication(handle: bigint): void;
  applicationNames(device: bigint): readonly SkfName[];
  withApplication<T>(device: bigint, application: SkfName, work: (handle: bigint) => T): T;
  /** Applications with containers; where none has any, all of them. */
  applicationsOn(device: SkfName, handle: bigint): readonly FoundApplication[];
}

export function createDevices(library: SkfLibrary): Devices {
  let isAbiKnown = false;

  function info(handle: bigint): DeviceInfo {
    const bytes = new Uint8Array(DEVICE_INFO_ROOM);
    check(library, 'SKF_GetDevInfo', handle, bytes);
    if (!isAbiKnown) library.adopt(detectAbi(bytes));
    isAbiKnown = true;
    return readDeviceInfo(bytes, library.abi);
  }

  function openApplication(device: bigint, application: SkfName): bigint {
    const out = slot();
    check(library, 'SKF_OpenApplication', device, terminated(application.raw), out);
    return slotHandle(out);
  }

  function applicationNames(device: bigint): readonly SkfName[] {
    return readNames('SKF_EnumApplication', (buffer, size) =>
      library.call('SKF_EnumApplication', device, buffer, size),
    );
  }

  function withApplication<T>(device: bigint, application: SkfName, work: (handle: bigint) => T): T {
    const handle = openApplication(device, application);
    try {
      return work(handle);
    } finally {
      library.call('SKF_CloseApplication', handle);
    }
  }

  return {
    names: () =>
      // Without a device plugged in, some drivers answer DEVICE_REMOVED instead of an empty list.
      unless(['removed'], () =>
        readNames('SKF_EnumDev', (buffer, size) => library.call('SKF_EnumDev', 1, buffer, size)),
      ) ?? [],
    connect(device) {
      const out = slot();
      check(library, 'SKF_ConnectDev', terminated(device.raw), out);
      return slotHandle(out);
    },
    disconnect: (handle) => void library.call('SKF_DisConnectDev', handle),
    info,
    openApplication,
    closeApplication: (handle) => void library.call('SKF_CloseApplication', handle),
    withApplication,
    applicationNames,
    applicationsOn(device, handle) {
      const deviceInfo = info(handle);
      const all = applicationNames(handle).map((application) =>
        withApplication(handle, application, (opened) => {
          const containers = unless(ABSENT, () => containerNames(library, opened)) ?? [];
          const pin = readPinStatus(library, opened);
          return { found: { device, application, info: deviceInfo, pin }, isUsed: containers.length > 0 };
        }),
      );
      const used = all.filter(({ isUsed }) => isUsed);
      return (used.length > 0 ? used : all).map(({ found }) => found);
    },
  };
}
