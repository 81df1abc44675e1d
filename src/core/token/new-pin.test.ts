import { expect, it } from 'vitest';
import { encodeUtf8 } from '../certificate/text.ts';
import { pinWeakness } from './new-pin.ts';

const weakness = (newPin: string) =>
  pinWeakness({
    oldPin: encodeUtf8('old-Pin-7'),
    newPin: encodeUtf8(newPin),
    minLength: 6,
    maxLength: 12,
    initial: [encodeUtf8('admin-1')],
  });

it.each([
  ['a1b2', 'tooShort'],
  ['a1b2c3d4e5f6g', 'tooLong'],
  ['old-Pin-7', 'same'],
  ['admin-1', 'initial'],
  ['888888', 'repeated'],
  ['123456', 'sequence'],
  ['fedcba', 'sequence'],
  ['135790', null],
  ['k7-Qm2x', null],
  ['密码', null],
])('a new PIN %s is %s', (newPin, expected) => {
  expect(weakness(newPin)).toBe(expected);
});

it('says nothing about lengths nobody named', () => {
  const pin = { oldPin: encodeUtf8('x'), minLength: null, maxLength: null, initial: [] };
  expect(pinWeakness({ ...pin, newPin: encodeUtf8('ac') })).toBeNull();
});
