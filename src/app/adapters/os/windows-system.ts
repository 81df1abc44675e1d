// Devices, services, processes, ports and fonts of a Windows computer, from what Windows itself says.

import type { FileProbe, Listener, SystemProbe, UsbDevice } from '../../../core/environment/probe.ts';
import type {
  DescribedDevice,
  WindowsListener,
  WindowsReads,
} from '../../../core/environment/windows-system.ts';
import { ok } from '../../../core/errors/result.ts';
import { diskSpace, isLockHeld } from './disk.ts';
import { findWindowsBrowsers } from './windows-browsers.ts';

const FONTS = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Fonts';

export interface WindowsSystemOptions {
  readonly windows: WindowsReads;
  readonly files: FileProbe;
  /** Found out before, because a probe says it at once. */
  readonly isAdministrator: boolean;
}

export function createWindowsSystemProbe({
  windows,
  files,
  isAdministrator,
}: WindowsSystemOptions): SystemProbe {
  return {
    async usb() {
      const devices = await windows.devices();
      return devices.ok ? ok(usbDevices(devices.value)) : devices;
    },
    async service(name) {
      const service = await windows.service(name);
      if (!service.ok) return service;
      if (service.value === null) return ok({ exists: false, active: false, enabled: false });
      const { state, start } = service.value;
      return ok({ exists: true, active: state === 'running', enabled: start === 'automatic' });
    },
    processes: windows.processes,
    async listeners() {
      const [listeners, processes] = await Promise.all([windows.listeners(), windows.processes()]);
      if (!listeners.ok) return listeners;
      const names = new Map(processes.ok ? processes.value.map(({ pid, name }) => [pid, name]) : []);
      return ok(localListeners(listeners.value, names));
    },
    disk: (path) =>
      diskSpace(path, async (folder) => {
        const granted = await windows.mayChange(folder);
        return granted.ok && granted.value;
      }),
    async fonts() {
      const found: string[] = [];
      for (const root of ['HKLM', 'HKCU']) {
        const fonts = await windows.values(`${root}\\${FONTS}`);
        if (!fonts.ok) return fonts;
        found.push(...Object.keys(fonts.value ?? {}).flatMap(fontFamilies));
      }
      return ok([...new Set(found)]);
    },
    browsers: () => findWindowsBrowsers(windows, files),
    isAdministrator: () => isAdministrator,
    isLockHeld,
  };
}

const USB = /^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})(&MI_[0-9A-F]{2})?\\/i;
const USB_CLASS = /^USB\\(?:Dev)?Class_([0-9A-F]{2})/i;
const HUB = 0x09;

/** Of a device of several interfaces Windows lists each by itself, beside the whole. */
export function usbDevices(devices: readonly DescribedDevice[]): readonly UsbDevice[] {
  const read = devices.flatMap((device) => {
    const [, vendor, product, part] = USB.exec(device.instance) ?? [];
    if (vendor === undefined || product === undefined) return [];
    const classes = device.compatibleIds.flatMap((id) => USB_CLASS.exec(id)?.[1] ?? []);
    return [
      {
        id: `${vendor}:${product}`.toLowerCase(),
        product: device.reported === '' ? device.name : device.reported,
        isPart: part !== undefined,
        classes: [...new Set(classes.map((text) => Number.parseInt(text, 16)))],
      },
    ];
  });
  return read
    .filter(({ isPart, classes }) => !isPart && !classes.includes(HUB))
    .map(({ id, product, classes }) => {
      const parts = read.filter((other) => other.isPart && other.id === id);
      const all = [...classes, ...parts.flatMap((part) => part.classes)];
      return { id, product, nodes: [], classes: [...new Set(all)].filter((one) => one !== 0) };
    });
}

/** Those a program on this computer can reach by the loopback. */
export function localListeners(
  listeners: readonly WindowsListener[],
  names: ReadonlyMap<number, string>,
): readonly Listener[] {
  const byPort = new Map<number, Listener>();
  for (const { address, port, pid } of listeners) {
    if (!isLocal(address) || byPort.has(port)) continue;
    // 0: Windows does not say.
    byPort.set(port, { port, pid: pid === 0 ? null : pid, process: names.get(pid) ?? null });
  }
  return [...byPort.values()];
}

/** 127.…, ::1, and all addresses. */
function isLocal(address: readonly number[]): boolean {
  if (address.length === 4 && address[0] === 127) return true;
  return address.slice(0, -1).every((byte) => byte === 0) && (address.at(-1) ?? 0) <= 1;
}

/** `SimSun & NSimSun (TrueType)`: the families of one file. */
export function fontFamilies(name: string): readonly string[] {
  return name
    .replace(/ \((TrueType|OpenType|All res|VGA res)\)$/i, '')
    .split(' & ')
    .map((family) => family.trim())
    .filter((family) => family !== '');
}
