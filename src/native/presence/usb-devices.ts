// Attach and detach events of the USB bus, by libusb. A computer may have no bus (container, remote desktop) and
// the package may be missing: both are answers.

import type * as Usb from 'usb';
import { usbId, type UsbId } from './protocol.ts';

export interface UsbDevices {
  /** One entry for each device, hubs too. */
  current(): readonly UsbId[];
}

/** @returns why there are no events, in the words of the system, where there are none */
export async function watchUsbDevices(onChange: () => void): Promise<UsbDevices | Error> {
  try {
    const { usb } = await import('usb');
    if (usb.INIT_ERROR !== 0) return new Error(`libusb ${String(usb.INIT_ERROR)}`);
    const plugged = new Map<string, UsbId>();
    usb.on('attach', (device) => {
      remember(plugged, device);
      onChange();
    });
    usb.on('detach', (device) => {
      plugged.delete(placeOf(device));
      onChange();
    });
    for (const device of usb.getDeviceList()) remember(plugged, device);
    return { current: () => [...plugged.values()] };
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error('usb cannot be loaded');
  }
}

function remember(plugged: Map<string, UsbId>, device: Usb.Device): void {
  const { idVendor, idProduct } = device.deviceDescriptor;
  plugged.set(placeOf(device), usbId(idVendor, idProduct));
}

/** Two equal keys differ by where they are plugged in. */
function placeOf({ busNumber, deviceAddress }: Usb.Device): string {
  return `${String(busNumber)}/${String(deviceAddress)}`;
}
