import { describe, expect, it } from 'vitest';
import { identifyTokens, markedId, normaliseSerial } from './identity.ts';

const face = (serial: string) => ({ label: 'key', serial, manufacturer: 'M', model: 'X' });
const mark = (index: number) => `${index}0123456789abcdef`;

describe('token identity', () => {
  it.each([
    ['6dcb5ec0b4dd9ea9', '6DCB5EC0B4DD9EA9'],
    ['0012 34   ', '0012 34'],
    [' AB\0\0\0', 'AB'],
    ['\0\0\0\0', ''],
  ])('takes the padding off serial %j', (serial, expected) => {
    expect(normaliseSerial(serial)).toBe(expected);
  });

  it('is the serial where no other token has it', () => {
    expect(identifyTokens([face('a1 '), face('B2')], mark)).toEqual([
      { id: 'A1', serialClash: false },
      { id: 'B2', serialClash: false },
    ]);
  });

  it('adds a mark of what is on the token where two share a serial, however it is written', () => {
    expect(identifyTokens([face('a1'), face('B2'), face('A1\0')], mark)).toEqual([
      { id: 'A1~00123456789a', serialClash: true },
      { id: 'B2', serialClash: false },
      { id: 'A1~20123456789a', serialClash: true },
    ]);
  });

  it('names a blank serial and still tells the token apart', () => {
    expect(identifyTokens([face('  ')], mark)).toEqual([{ id: 'blank~00123456789a', serialClash: true }]);
  });

  it('asks for a mark only where the serial does not suffice', () => {
    const asked: number[] = [];
    identifyTokens([face('A'), face('')], (index) => {
      asked.push(index);
      return 'ff';
    });
    expect(asked).toEqual([1]);
  });

  it('keeps the serial readable in a marked identity', () => {
    expect(markedId('a1 ', 'ABCDEF0123456789')).toBe('A1~abcdef012345');
  });
});
