import { describe, expect, it } from 'vitest';
import { encode, TAG } from '../certificate/der.ts';
import { encodeUtf8 } from '../certificate/text.ts';
import { readSealTime, readTimeInfo, readTimeText } from './seal-time.ts';

const AT = Date.parse('2021-06-01T02:00:02Z');

describe('a time in a seal or signature', () => {
  it.each([
    ['20210601020002Z', false],
    ['20210601020002.123Z', false],
    ['20210601100002+0800', false],
    ['2021-06-01 10:00:02', true],
    ['2021/06/01 10:00:02', true],
    ['2021-06-01T02:00:02Z', false],
    ['2021-06-01T10:00:02+08:00', false],
    ['20210601100002', true],
  ])('%s is read; without a zone it counts as Beijing time', (text, isLocal) => {
    expect(readTimeText(text)).toEqual({ time: AT, isLocal });
  });

  it.each([
    '',
    '2021',
    '20211301000000Z',
    '20210231000000Z',
    '20210601250000Z',
    '20210601026000Z',
    'x'.repeat(100),
  ])('%s is no time', (text) => {
    expect(readTimeText(text)).toBeNull();
  });

  it.each([
    ['a UTCTime', TAG.utcTime, '210601020002Z'],
    ['a GeneralizedTime', TAG.generalizedTime, '20210601020002Z'],
    ['a local GeneralizedTime', TAG.generalizedTime, '20210601100002'],
  ])('%s is read from its element', (_, tag, text) => {
    const content = encodeUtf8(text);
    expect(readSealTime({ tag, content, bytes: encode(tag, content) }).time).toBe(AT);
  });

  it('of version 1 is text, a DER time, or inside a time stamp', () => {
    const der = encode(TAG.utcTime, encodeUtf8('210601020002Z'));
    expect(
      [encodeUtf8('2021-06-01 10:00:02'), der, Uint8Array.of(0x30, 0x82, 1, 1)].map(
        (each) => readTimeInfo(each)?.time ?? null,
      ),
    ).toEqual([AT, AT, null]);
  });
});
