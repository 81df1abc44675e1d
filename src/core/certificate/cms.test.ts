import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definiteLengths } from './ber.ts';
import { parseCmsEnvelope } from './cms-envelope.ts';
import { parseSignedMessage } from './cms-signed.ts';
import { encode, octetString, oid, sequence, setOf, smallInteger } from './der.ts';
import { encodeSm2Cipher } from './sm2/ciphertext.ts';
import { openSm2Envelope } from './sm2/gm-envelope.ts';
import { encryptSm2, generateSm2KeyPair } from './sm2/sm2.ts';
import { addPadding, encryptSm4Cbc, encryptSm4Ecb } from './sm2/sm4.ts';
import type { Envelope } from '../token/provider.ts';

const random = (length: number) => new Uint8Array(randomBytes(length));
const pair = generateSm2KeyPair(random);
const [sessionKey, iv] = [random(16), random(16)];
const plaintext = random(50);
const wrapped = encryptSm2(sessionKey, pair.publicKey, random);
if (wrapped === null) throw new Error('not encrypted');
const wrappedKey = encodeSm2Cipher(wrapped);

/** Same bytes as `encode`, with the length left open. */
function open(tag: number, ...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from([tag, 0x80, ...parts.flatMap((part) => [...part]), 0, 0]);
}

const id = encode(0x80, random(20));
const keyTransport = sequence(oid('1.2.156.10197.1.301.3'));
const recipient = sequence(smallInteger(2), id, keyTransport, octetString(wrappedKey));
const cipher = sequence(oid('1.2.156.10197.1.104'), octetString(iv));
const content = encryptSm4Cbc(sessionKey, iv, plaintext);
const dataType = oid('1.2.156.10197.6.1.4.2.1');
const messageType = oid('1.2.156.10197.6.1.4.2.3');
const whole = sequence(
  messageType,
  encode(
    0xa0,
    sequence(smallInteger(2), setOf(recipient), sequence(dataType, cipher, encode(0x80, content))),
  ),
);
const inPieces = open(
  0x30,
  messageType,
  open(
    0xa0,
    open(
      0x30,
      smallInteger(2),
      setOf(recipient),
      open(
        0x30,
        dataType,
        cipher,
        open(0xa0, octetString(content.subarray(0, 20)), octetString(content.subarray(20))),
      ),
    ),
  ),
);

describe('GM envelopes', () => {
  it.each([
    ['in one piece', whole],
    ['in pieces with open lengths', inPieces],
  ])('are read %s', (_, bytes) => {
    const message = parseCmsEnvelope(bytes);
    if (!message.ok) throw new Error(message.error.reason);
    expect(message.value).toMatchObject({ family: 'gm', cipher: 'SM4-CBC', iv, content, certificates: [] });
  });

  const envelope: Envelope = { keyTransport: 'SM2', wrappedKey, cipher: 'SM4-CBC', iv, content };
  const ecb = encryptSm4Ecb(sessionKey, addPadding(plaintext));
  it.each<[string, Envelope, unknown]>([
    ['SM4-CBC', envelope, { ok: true, value: plaintext }],
    [
      'SM4-ECB',
      { ...envelope, cipher: 'SM4-ECB', iv: new Uint8Array(0), content: ecb },
      { ok: true, value: plaintext },
    ],
    ['half a block', { ...envelope, content: content.subarray(8) }, failed('key.decryptionFailed')],
    [
      'no content',
      { ...envelope, cipher: 'SM4-ECB', content: new Uint8Array(0) },
      failed('key.decryptionFailed'),
    ],
    [
      'a broken session key',
      { ...envelope, wrappedKey: wrappedKey.subarray(1) },
      failed('key.decryptionFailed'),
    ],
    ['AES', { ...envelope, cipher: 'AES-128-CBC' }, failed('key.unsupported', 'AES-128-CBC')],
    ['RSA', { ...envelope, keyTransport: 'RSA-PKCS1' }, failed('key.unsupported', 'RSA-PKCS1')],
  ])('with %s end as they must', (_, given, answer) => {
    expect(openSm2Envelope(given, pair.privateKey)).toEqual(answer);
  });
});

describe('messages that are rubbish', () => {
  it.each([
    ['an open length of a primitive', Uint8Array.of(0x04, 0x80, 0, 0)],
    ['an open length without end', Uint8Array.of(0x30, 0x80, 0x02, 0x01, 0x00)],
    ['a part longer than its whole', Uint8Array.of(0x30, 0x04, 0x04, 0x05, 1, 2, 3, 4, 5)],
    ['endless nesting', new Uint8Array(200).fill(0x30).map((byte, index) => (index % 2 === 0 ? byte : 0x80))],
    ['bytes behind', Uint8Array.from([...whole, 0])],
  ])('%s is refused', (_, bytes) => {
    expect([definiteLengths(bytes, 1000), parseCmsEnvelope(bytes).ok, parseSignedMessage(bytes).ok]).toEqual([
      null,
      false,
      false,
    ]);
  });

  it('cut, altered or random bytes are answered with a value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(whole, inPieces), fc.uint8Array({ maxLength: 200 })),
        fc.nat(400),
        fc.integer({ min: 0, max: 255 }),
        (valid, place, value) => {
          const bytes = valid.slice();
          if (bytes.length > 0) bytes[place % bytes.length] = value;
          for (const answer of [parseCmsEnvelope(bytes), parseSignedMessage(bytes)])
            expect(typeof answer.ok).toBe('boolean');
        },
      ),
      { numRuns: 1000 },
    );
  });
});

function failed(code: string, algorithm?: string) {
  return { ok: false, error: algorithm === undefined ? { code } : { code, algorithm } };
}
