import { describe, expect, it } from 'vitest';
import { meaningOf, nativeFailure, SAR, SarFailure } from './sar.ts';

describe('return values of an SKF driver', () => {
  it.each([
    ['KEYNOTFOUNTERR', 0x0a00001b],
    ['BUFFER_TOO_SMALL', 0x0a000020],
    ['DEVICE_REMOVED', 0x0a000023],
    ['PIN_INCORRECT', 0x0a000024],
    ['USER_NOT_LOGGED_IN', 0x0a00002d],
    ['NO_ROOM', 0x0a000030],
    ['REACH_MAX_CONTAINER_COUNT', 0x0a000032],
  ] as const)('%s has the number of the standard', (name, value) => {
    expect(SAR[name]).toBe(value);
  });

  it.each([
    [0x0a000030, 'token.full'],
    [0x0a000032, 'token.full'],
    [0x0a000033, 'token.writeRefused'],
    [0x0a000023, 'removed'],
    [0x0b000001, null],
  ])('0x%i means %s', (rv, meaning) => {
    expect(meaningOf(rv)).toBe(meaning);
  });

  it('is kept for support with the call and its name', () => {
    expect(nativeFailure(new SarFailure('SKF_VerifyPIN', 0x0a000025))).toEqual({
      call: 'SKF_VerifyPIN',
      value: '0x0a000025',
      name: 'SAR_PIN_LOCKED',
    });
  });

  it('is kept without a name where the standard has none', () => {
    expect(nativeFailure(new SarFailure('SKF_VerifyPIN', 0x0b00_0021))).toEqual({
      call: 'SKF_VerifyPIN',
      value: '0x0b000021',
    });
  });
});
