import { describe, expect, it } from 'vitest';
import { decodeText, readBytes, readNames, slot, slotNumber, splitNames } from './calls.ts';
import { SAR, SarFailure } from './sar.ts';

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const setNumber = (out: Uint8Array, value: number) => new DataView(out.buffer).setUint32(0, value, true);

describe('name lists of an SKF driver', () => {
  it.each<[string, string, string[]]>([
    ['two names and two NULs', 'a\0bc\0\0', ['a', 'bc']],
    ['no second NUL', 'a\0bc\0', ['a', 'bc']],
    ['no NUL at all', 'abc', ['abc']],
    ['an empty list of no bytes', '', []],
    ['an empty list of one NUL', '\0', []],
    ['an empty list of two NULs', '\0\0', []],
    ['rubbish behind the end', 'a\0\0zzz', ['a']],
  ])('understands %s', (_title, list, names) => {
    expect(splitNames(bytes(list)).map(({ text }) => text)).toEqual(names);
  });

  it('keeps the bytes of a name that is not UTF-8, to give them back to the driver', () => {
    const gbk = Uint8Array.of(0xd6, 0xd0, 0xb9, 0xfa);
    expect(splitNames(Uint8Array.of(...gbk, 0, 0))).toEqual([{ raw: gbk, text: '中国' }]);
  });

  it('refuses a list that is one endless name', () => {
    const driver = (buffer: Uint8Array | null, size: Uint8Array) => {
      buffer?.fill(0x58);
      setNumber(size, buffer?.length ?? 900);
      return SAR.OK;
    };
    expect(() => readNames('SKF_EnumContainer', driver)).toThrow(SarFailure);
  });
});

describe('bytes of unknown length', () => {
  it('gives the driver more room than it asks for, in a slot that holds 8 bytes', () => {
    const rooms: (number | null)[] = [];
    const driver = (buffer: Uint8Array | null, size: Uint8Array) => {
      rooms.push(buffer?.length ?? null);
      expect(size.length).toBe(8);
      buffer?.set([1, 2, 3]);
      setNumber(size, 3);
      return SAR.OK;
    };
    expect(readBytes('SKF_ExportCertificate', driver)).toEqual(Uint8Array.of(1, 2, 3));
    expect(rooms).toEqual([null, 259]);
  });

  it('asks at once with a buffer where a driver does not know the question for the size', () => {
    const driver = (buffer: Uint8Array | null, size: Uint8Array) => {
      if (buffer === null) return SAR.INVALIDPARAMERR;
      buffer.set([9]);
      setNumber(size, 1);
      return SAR.OK;
    };
    expect(readBytes('SKF_ExportCertificate', driver)).toEqual(Uint8Array.of(9));
  });

  it.each([
    ['when asked for the size', null, 0x7fff_fff0],
    ['when filling the buffer', 4, 0x7fff_fff0],
  ])('does not believe an absurd length %s', (_title, wanted, filled) => {
    const driver = (buffer: Uint8Array | null, size: Uint8Array) => {
      setNumber(size, buffer === null ? (wanted ?? filled) : filled);
      return SAR.OK;
    };
    expect(() => readBytes('SKF_ExportCertificate', driver)).toThrow(`length ${String(0x7fff_fff0)}`);
  });

  it('reads a number although the driver wrote 8 bytes', () => {
    const out = slot();
    out.set([5, 0, 0, 0, 0xee, 0xee, 0xee, 0xee]);
    expect(slotNumber(out)).toBe(5);
  });

  it('reads fixed text up to its NUL or to its end', () => {
    expect([decodeText(bytes('AB\0xx')), decodeText(bytes('AB  '))]).toEqual(['AB', 'AB']);
  });
});
