import { describe, expect, it } from 'vitest';
import { encode, oid, sequence, setOf, TAG } from './der.ts';
import { isSameName, parseName, subjectOf, type DistinguishedName } from './names.ts';
import { encodeUtf8 } from './text.ts';

function parsed(der: Uint8Array): DistinguishedName {
  return parseName(der) ?? expect.fail('no name');
}

function name(tag: number, value: string | Uint8Array, type = '2.5.4.3'): DistinguishedName {
  const content = typeof value === 'string' ? encodeUtf8(value) : value;
  return parsed(sequence(setOf(sequence(oid(type), encode(tag, content)))));
}

describe('names', () => {
  it.each([
    ['case', name(TAG.utf8String, 'Demo CA'), name(TAG.utf8String, 'DEMO ca'), true],
    ['string type', name(TAG.utf8String, 'Demo'), name(TAG.printableString, 'Demo'), true],
    ['white space', name(TAG.utf8String, ' Demo   CA '), name(TAG.utf8String, 'Demo CA'), true],
    [
      'UTF-16 and UTF-8',
      name(TAG.bmpString, Uint8Array.of(0x5f, 0x20, 0x4e, 0x09)),
      name(TAG.utf8String, '张三'),
      true,
    ],
    ['another value', name(TAG.utf8String, 'Demo A'), name(TAG.utf8String, 'Demo B'), false],
    ['another attribute', name(TAG.utf8String, 'Demo'), name(TAG.utf8String, 'Demo', '2.5.4.10'), false],
    ['an empty name', name(TAG.utf8String, 'Demo'), parsed(sequence()), false],
  ])('compares without regard to form: %s', (_, a, b, same) => {
    expect([isSameName(a, b), isSameName(b, a)]).toEqual([same, same]);
  });

  it('shows separators, other encodings and values that are no text unmistakably', () => {
    const bytes = sequence(
      setOf(sequence(oid('2.5.4.10'), encode(TAG.utf8String, encodeUtf8('甲,乙+丙 ')))),
      setOf(
        sequence(oid('2.5.4.3'), encode(TAG.printableString, Uint8Array.of(0xe9))),
        sequence(oid('1.2.3'), encode(TAG.integer, Uint8Array.of(5))),
      ),
    );
    expect(parseName(bytes)).toEqual({
      der: bytes,
      display: 'O=甲\\,乙\\+丙\\ , 1.2.3=#020105 + CN=é',
      commonName: 'é',
      organisation: '甲,乙+丙 ',
      organisationalUnit: null,
      attributes: [
        { type: '2.5.4.10', value: '甲,乙+丙 ' },
        { type: '1.2.3', value: '#020105' },
        { type: '2.5.4.3', value: 'é' },
      ],
      comparable: '[["2.5.4.10=甲,乙+丙"],["1.2.3=#020105","2.5.4.3=é"]]',
    });
  });

  it('writes the usual attributes in the usual order', () => {
    const der = subjectOf({
      commonName: '张三',
      organisation: '某公司',
      country: 'CN',
      province: '浙江',
      serialNumber: '91330000',
    });
    expect(parseName(der)?.display).toBe('C=CN, ST=浙江, O=某公司, serialNumber=91330000, CN=张三');
  });
});
