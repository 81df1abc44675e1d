// Computers whose files say that something stands between key and driver: what the kernel, the firmware and the
// session tell, as they tell it.

import { afterEach, expect, it } from 'vitest';
import type { KeySeals } from '../../../src/core/environment/probe.ts';
import { issueCertificates } from '../../support/environment/certificates.ts';
import { createComputer, type Computer, type ComputerOptions } from '../../support/environment/computer.ts';

let computer: Computer | null = null;
afterEach(async () => {
  await computer?.dispose();
  computer = null;
});

type Files = Readonly<Record<string, string>>;

/** As sysfs shows a device with one interface. */
function usb(id: string, interfaceClass: string, authorized = '1'): Files {
  const [vendor = '', product = ''] = id.split(':');
  const device = '/sys/bus/usb/devices/1-1';
  return {
    [`${device}/idVendor`]: `${vendor}\n`,
    [`${device}/idProduct`]: `${product}\n`,
    [`${device}/busnum`]: '1\n',
    [`${device}/devnum`]: '5\n',
    [`${device}/authorized`]: `${authorized}\n`,
    [`${device}:1.0/bInterfaceClass`]: `${interfaceClass}\n`,
  };
}

const KEY = '055c:e618';
const SCSI_NODE = '/sys/bus/usb/devices/1-1:1.0/host3/target3:0:0/3:0:0:0/scsi_generic/sg2/dev';
const POLICY = '/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy';
const REMOTE: ComputerOptions = { variables: { SSH_CONNECTION: '10.0.0.2 5 10.0.0.1 22' } };
const UOS_PACKAGE = '/opt/apps/com.example.reader/entries/applications';
const menu = (folder: string, lines: string): Files => ({
  [`${folder}/a.desktop`]: `[Desktop Entry]\nType=Application\n${lines}\n`,
});
const cpu = (flags: string) => ({ '/proc/cpuinfo': `processor\t: 0\nflags\t\t: fpu ${flags} sse\n` });

it.each<[string, string, Files, ComputerOptions, string]>([
  ['a key that USB control refuses', 'key.blocked', usb(KEY, '03', '0'), {}, 'blocked'],
  ['a key that is let through', 'key.blocked', usb(KEY, '03'), {}, 'allowed'],
  ['a disc without its node', 'key.scsi', usb(KEY, '08'), {}, 'noNode'],
  ['a disc with its node', 'key.scsi', { ...usb(KEY, '08'), [SCSI_NODE]: '21:2\n' }, {}, 'ready'],
  ['a key that is no disc', 'key.scsi', usb(KEY, '03'), {}, 'none'],
  ['VMware', 'system.virtual', { '/sys/class/dmi/id/sys_vendor': 'VMware, Inc.\n' }, {}, 'virtual'],
  ['a computer of iron', 'system.virtual', { '/sys/class/dmi/id/sys_vendor': 'LENOVO\n' }, {}, 'physical'],
  ['a hypervisor that hides', 'system.virtual', cpu('hypervisor'), {}, 'virtual'],
  ['no word of any', 'system.virtual', cpu('vmx'), {}, 'physical'],
  ['WPS in the menu', 'system.documents', menu('/usr/share/applications', 'Name=WPS Writer'), {}, 'found'],
  ['数科 of UOS', 'system.documents', menu(UOS_PACKAGE, 'Name=Reader\nName[zh_CN]=数科阅读器'), {}, 'found'],
  ['no reader, none needed', 'system.documents', menu('/usr/share/applications', 'Name=Files'), {}, 'none'],
  ['a needed one that lacks', 'system.documents', {}, { profile: 'dfca-hunan-construction' }, 'missing'],
  ['a reader from afar', 'system.cardPolicy', { ...usb('08e6:3437', '0b'), [POLICY]: '' }, REMOTE, 'refused'],
  ['a reader at hand', 'system.cardPolicy', { ...usb('08e6:3437', '0b'), [POLICY]: '' }, {}, 'allowed'],
  ['no reader from afar', 'system.cardPolicy', { ...usb(KEY, '03'), [POLICY]: '' }, REMOTE, 'none'],
])('%s is told by %s', async (_, check, files, options, outcome) => {
  computer = await createComputer(options);
  for (const [path, content] of Object.entries(files)) await computer.write(path, content);
  expect((await computer.find(check)).outcome).toBe(outcome);
});

it.each<[KeySeals['states'], string]>([
  [[], 'none'],
  [['expired', 'usable'], 'usable'],
  [['expired'], 'expired'],
  [['expired', 'notListed'], 'notListed'],
  [['notYetValid'], 'notYetValid'],
])('seals %j on a key are %s', async (seals, outcome) => {
  const { keys } = await issueCertificates();
  computer = await createComputer({ keys, seals });
  expect((await computer.find('key.seal')).outcome).toBe(outcome);
});
