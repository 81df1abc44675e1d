// Entry of the presence child: listens to the USB bus and to folders of key files, asks for HID devices, and says
// that something moved. It loads no driver and touches no key; whatever happens to it can be started again.

import { openParentChannel } from '../host/parent-channel.ts';
import { watchFolders } from './folders.ts';
import { openHidDevices } from './hid-devices.ts';
import { isPresenceRequest, type PresenceMessage, type UsbId } from './protocol.ts';
import { watchUsbDevices } from './usb-devices.ts';

/** How often is looked for what sends no events. */
const TEND_MS = 2_000;
/** When HID devices are asked for after a USB event; slow computers need the last. */
const HID_AFTER_USB_MS = [100, 400, 1_500];

// Ctrl-C reaches the whole process group; the application decides when this ends.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

const parent = openParentChannel(process);
parent.onEnd(() => process.exit(0));

const folders = watchFolders((folder) => say({ kind: 'folder', folder }));
parent.onMessage((message) => {
  if (isPresenceRequest(message)) folders.set(message.folders);
});

let hasStarted = false;
const [usb, hid] = await Promise.all([
  watchUsbDevices(() => {
    if (!hasStarted) return;
    sayDevices();
    for (const ms of HID_AFTER_USB_MS) setTimeout(askHid, ms);
  }),
  openHidDevices(),
]);
const facts = { usbProblem: problemOf(usb), hidProblem: problemOf(hid) };
say({ kind: 'started', devices: devices(), facts });
hasStarted = true;
setInterval(() => {
  folders.tend();
  if (usb instanceof Error) askHid();
}, TEND_MS);

function askHid(): void {
  if (!(hid instanceof Error) && hid.hasChanged()) sayDevices();
}

function devices(): readonly UsbId[] {
  if (!(usb instanceof Error)) return usb.current();
  return hid instanceof Error ? [] : hid.current();
}

function sayDevices(): void {
  say({ kind: 'devices', devices: devices() });
}

function say(message: PresenceMessage): void {
  parent.post(message);
}

function problemOf(source: object): string | null {
  return source instanceof Error ? source.message : null;
}
