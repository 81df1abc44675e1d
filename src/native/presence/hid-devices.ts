// HID devices. The package has no events, so this is asked: now and then where the USB bus is silent, and a few
// times after each USB event, because a driver can reach a key only once the system has made its HID device.

import type * as Hid from 'node-hid';
import { usbId, type UsbId } from './protocol.ts';

export interface HidDevices {
  /** One entry for each device, however many interfaces it has. */
  current(): readonly UsbId[];
  /** Looks again; answers whether anything came or went since the look before. */
  hasChanged(): boolean;
}

/** @returns why HID devices cannot be listed, in the words of the system, where they cannot */
export async function openHidDevices(): Promise<HidDevices | Error> {
  try {
    const hid = (await import('node-hid')).default;
    let seen = hid.devices();
    return {
      current: () => [...new Map(seen.map((device) => [deviceOf(device), idOf(device)])).values()],
      hasChanged() {
        const before = pathsOf(seen);
        seen = hid.devices();
        return pathsOf(seen) !== before;
      },
    };
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error('node-hid cannot be loaded');
  }
}

function pathsOf(devices: readonly Hid.Device[]): string {
  return devices
    .map(({ path }) => path ?? '')
    .toSorted()
    .join('\n');
}

function idOf({ vendorId, productId }: Hid.Device): UsbId {
  return usbId(vendorId, productId);
}

function deviceOf(device: Hid.Device): string {
  return `${idOf(device)} ${device.serialNumber ?? ''}`;
}
