import { expect, it } from 'vitest';
import { portalSerial, type SerialFormat } from './serial.ts';

const plain: SerialFormat = { letters: 'upper', leadingZeros: 'keep', separator: null };

it.each([
  ['01AB2C', plain, '01AB2C'],
  ['01AB2C', { ...plain, letters: 'lower' }, '01ab2c'],
  ['0001AB2C', { ...plain, leadingZeros: 'strip' }, '1AB2C'],
  ['00', { ...plain, leadingZeros: 'strip' }, '0'],
  ['01AB2C', { ...plain, separator: ' ' }, '01 AB 2C'],
  ['01AB2C', { letters: 'lower', leadingZeros: 'strip', separator: ':' }, '1:ab:2c'],
] as const)('serial number %s as a portal wants it %j: %s', (serial, format, expected) => {
  expect(portalSerial(serial, format)).toBe(expected);
});
