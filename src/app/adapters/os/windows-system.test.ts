import { expect, it } from 'vitest';
import type { DescribedDevice } from '../../../core/environment/windows-system.ts';
import { fontFamilies, localListeners, usbDevices } from './windows-system.ts';

function device(instance: string, given: Partial<DescribedDevice> = {}): DescribedDevice {
  return { instance, name: '', class: '', problem: 0, reported: '', compatibleIds: [], ...given };
}

it('a key of several interfaces is one device, and hubs and what is no USB device are none', () => {
  const devices = [
    device('USB\\ROOT_HUB30\\4&1', { compatibleIds: ['USB\\Class_09'] }),
    device('USB\\VID_05E3&PID_0608\\5&2', { compatibleIds: ['USB\\Class_09&SubClass_00'] }),
    device('USB\\VID_055C&PID_E618\\6&3', {
      name: 'USB Composite Device',
      reported: 'Longmai mToken',
      compatibleIds: ['USB\\DevClass_00&SubClass_00', 'USB\\COMPOSITE'],
    }),
    device('USB\\VID_055C&PID_E618&MI_00\\7&4', { compatibleIds: ['USB\\Class_0b&SubClass_00'] }),
    device('USB\\VID_055C&PID_E618&MI_01\\7&5', { compatibleIds: ['USB\\Class_03'] }),
    device('HID\\VID_055C&PID_E618&MI_01\\8&6'),
    device('USB\\VID_096E&PID_0310\\6&7', { name: '智能卡读卡器', compatibleIds: ['USB\\Class_0B'] }),
  ];
  expect(usbDevices(devices)).toEqual([
    { id: '055c:e618', product: 'Longmai mToken', nodes: [], classes: [0x0b, 0x03] },
    { id: '096e:0310', product: '智能卡读卡器', nodes: [], classes: [0x0b] },
  ]);
});

it('only what the loopback reaches counts as listening, each port once', () => {
  const at = (address: readonly number[], port: number, pid: number) => ({ address, port, pid });
  const v6 = (last: number) => [...Array<number>(15).fill(0), last];
  const listeners = [
    at([0, 0, 0, 0], 21051, 7),
    at(v6(0), 21051, 7),
    at([127, 0, 0, 1], 8222, 8),
    at([192, 168, 0, 5], 139, 4),
    at(v6(1), 45679, 9),
    at([127, 0, 0, 1], 7256, 0),
  ];
  expect(localListeners(listeners, new Map([[7, 'XTXApp.exe']]))).toEqual([
    { port: 21051, pid: 7, process: 'XTXApp.exe' },
    { port: 8222, pid: 8, process: null },
    { port: 45679, pid: 9, process: null },
    { port: 7256, pid: null, process: null },
  ]);
});

it.each([
  ['SimSun & NSimSun (TrueType)', ['SimSun', 'NSimSun']],
  ['宋体 & 新宋体 (TrueType)', ['宋体', '新宋体']],
  ['仿宋_GB2312 (TrueType)', ['仿宋_GB2312']],
  ['Courier 10,12,15 (VGA res)', ['Courier 10,12,15']],
])('the families of a font file are told: %s', (name, expected) => {
  expect(fontFamilies(name)).toEqual(expected);
});
