// What Windows leaves in memory, byte for byte as it did in wine, and what is made of it.

import { describe, expect, it } from 'vitest';
import { keyLinkIn } from './certificate-stores.ts';
import { readPowerStatus } from './devices.ts';
import { bytesOf, utf16 } from './numbers.ts';
import { readListenerTable, readProcessEntry } from './processes.ts';
import { isProtected } from './protected-folder.ts';
import { readRegistryValue, writeRegistryValue } from './registry-value.ts';
import { commandLine } from './rights.ts';

describe('registry values', () => {
  it.each([
    ['a text', 1, [0x4b, 0x6d, 0x00, 0x00], { type: 'text', value: '测' }],
    ['a text without its end', 1, [0x4b, 0x6d], { type: 'text', value: '测' }],
    ['a text with rubbish behind its end', 1, [0x41, 0, 0, 0, 0x42, 0], { type: 'text', value: 'A' }],
    ['half a surrogate', 1, [0x3d, 0xd8, 0, 0], { type: 'text', value: '\ud83d' }],
    ['an empty text', 1, [], { type: 'text', value: '' }],
    ['texts', 7, [0x41, 0, 0, 0, 0x42, 0, 0, 0, 0, 0], { type: 'list', value: ['A', 'B'] }],
    ['no texts', 7, [0, 0], { type: 'list', value: [] }],
    ['a number', 4, [0xff, 0xff, 0xff, 0xff], { type: 'number', value: 4_294_967_295 }],
    ['bytes', 3, [1, 2, 3], { type: 'bytes', value: 'AQID' }],
    ['a number of 64 bits', 11, [0, 0, 0, 0, 0, 0, 0, 0], { type: 'other', value: 11 }],
    ['an odd text', 1, [0x41, 0, 0x42], null],
    ['odd texts', 7, [0x41], null],
    ['a number of two bytes', 4, [1, 2], null],
  ] as const)('%s is told', (_title, type, bytes, expected) => {
    expect(readRegistryValue(type, Uint8Array.from(bytes))).toEqual(expected);
  });

  it('what was read is written back as it was', () => {
    const values = [
      { type: 'text', value: '证书 \ud83d' },
      { type: 'expandable', value: '%A%' },
      { type: 'list', value: ['甲', '乙'] },
      { type: 'number', value: 4_000_000_000 },
      { type: 'bytes', value: 'AQID' },
    ] as const;
    const again = values.map((value) => {
      const written = writeRegistryValue(value);
      return written === null ? null : readRegistryValue(written.type, written.data);
    });
    expect(again).toEqual(values);
    expect(writeRegistryValue({ type: 'other', value: 11 })).toBeNull();
  });
});

it('listeners of IPv4 and IPv6 are told by address, port and program', () => {
  const four = bytesOf([1, 2, 0x0100_007f, 0x9050, 0, 0, 344]);
  const six = bytesOf([1, ...[0, 0, 0, 0x0100_0000], 0, 0x9050, ...[0, 0, 0, 0], 0, 0, 2, 344]);
  expect(readListenerTable(four, 4)).toEqual([{ address: [127, 0, 0, 1], port: 0x5090, pid: 344 }]);
  expect(readListenerTable(six, 6)).toEqual([
    { address: [...Array<number>(15).fill(0), 1], port: 0x5090, pid: 344 },
  ]);
});

it('a table that promises more rows than it has is read as far as it goes', () => {
  expect(readListenerTable(bytesOf([9, 2, 0, 0x9050, 0, 0, 1]), 4)).toHaveLength(1);
});

it('a process is told by number and name', () => {
  const entry = new Uint8Array(568);
  entry.set(bytesOf([568, 0, 344]));
  entry.set(utf16('证书助手.exe'), 44);
  expect(readProcessEntry(entry)).toEqual({ pid: 344, name: '证书助手.exe' });
});

it.each([
  ['no battery', [1, 128, 255], null],
  ['an unknown one', [255, 255, 255], null],
  ['draining', [0, 1, 40], { isDraining: true, percent: 40 }],
  ['charging, without saying how full', [1, 8, 255], { isDraining: false, percent: null }],
])('a battery: %s', (_title, bytes, expected) => {
  expect(readPowerStatus(Uint8Array.from(bytes))).toEqual(expected);
});

it('the container of a key is named with its provider', () => {
  const info = bytesOf([0x10, 0, 0x20, 0, 24, 0]);
  expect(keyLinkIn(info, (address) => (address === 0x10n ? '容器' : 'Provider'))).toEqual({
    container: '容器',
    provider: 'Provider',
    providerType: 24,
  });
});

it.each([
  ['as it is made', 'O:BAD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)', true],
  ['owned by the system', 'O:SYD:P(A;OICI;FA;;;SY)', true],
  ['owned by a person', 'O:S-1-5-21-1-2-3-1001D:PAI(A;OICI;FA;;;BA)', false],
  ['written by users', 'O:BAD:PAI(A;OICI;FA;;;BA)(A;OICI;0x1301bf;;;BU)', false],
  ['of everybody', 'O:BAD:(A;;FA;;;WD)', false],
  ['without rights at all', 'O:BAD:NO_ACCESS_CONTROL', false],
  ['a conditional entry', 'O:BAD:PAI(XA;;FA;;;BU;(a==1))', false],
  ['empty', '', false],
])('a folder for records is trusted: %s', (_title, sddl, expected) => {
  expect(isProtected(sddl)).toBe(expected);
});

it.each([
  [['C:\\Program Files\\a.mjs', 'b'], '"C:\\Program Files\\a.mjs" "b"'],
  [['C:\\folder\\'], '"C:\\folder\\\\"'],
  [['a"b'], null],
  [['a\0b'], null],
])('arguments are said so that Windows reads them as they are: %j', (args, expected) => {
  expect(commandLine(args)).toBe(expected);
});
