// Odd objects, as real tokens have them: read through the same calls a driver answers.

import { describe, expect, it } from 'vitest';
import { CKA, CKK, CKO } from './constants.ts';
import { toContainers } from './containers.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import { readObjects } from './objects.ts';

type StoredAttributes = Readonly<Record<number, Uint8Array>>;

/** A driver that only shows objects; what it does not have it leaves out. */
function driverWith(objects: readonly StoredAttributes[]): Cryptoki {
  const refuse = (): never => {
    throw new Error('reading only');
  };
  return {
    find: (_, template) =>
      objects.flatMap((object, index) =>
        object[CKA.class]?.[0] === template[0]?.value ? [Buffer.of(index)] : [],
      ),
    read: (_, handle, types) =>
      new Map(
        types.flatMap((type) => {
          const value = objects[handle[0] ?? 0]?.[type];
          return value === undefined ? [] : [[type, value] as const];
        }),
      ),
    initialize: refuse,
    finalize: refuse,
    manufacturer: refuse,
    slotsWithToken: refuse,
    tokenInfo: refuse,
    mechanisms: refuse,
    largestKey: refuse,
    openSession: refuse,
    closeSession: refuse,
    sessionState: refuse,
    logout: refuse,
    create: refuse,
    destroy: refuse,
    generateKeyPair: refuse,
    sign: refuse,
    decrypt: refuse,
  };
}

const SESSION: Handle = Buffer.alloc(8);
const ulong = (value: number, size: 4 | 8 = 8): Buffer => {
  const bytes = Buffer.alloc(size);
  bytes.writeUInt32LE(value);
  return bytes;
};
const containersOf = (objects: readonly StoredAttributes[], isPrivateVisible = true) =>
  toContainers(readObjects(driverWith(objects), SESSION, []), isPrivateVisible);
const yes = Buffer.of(1);
const no = Buffer.of(0);
const id = Buffer.from('0a', 'hex');
const point = Buffer.alloc(65, 9).fill(4, 0, 1);
const SM2_PARAMETERS = Buffer.from('06082a811ccf5501822d', 'hex');

describe('containers of odd tokens', () => {
  it('shows a certificate that cannot be parsed, under its id', () => {
    const der = Buffer.from('garbage');
    expect(containersOf([{ [CKA.class]: ulong(CKO.certificate), [CKA.id]: id, [CKA.value]: der }])).toEqual([
      { id: '0a', label: '', keys: [], certificates: [{ use: null, der }] },
    ]);
  });

  it('names a certificate without id by what it is', () => {
    const [container] = containersOf([
      { [CKA.class]: ulong(CKO.certificate), [CKA.value]: Buffer.from('x') },
    ]);
    expect(container?.id).toMatch(/^cert-[0-9a-f]{16}$/);
  });

  it('shows an object without anything', () => {
    expect(containersOf([{ [CKA.class]: ulong(CKO.privateKey) }])).toMatchObject([
      { keys: [{ use: 'both', algorithm: null, publicKey: null, hasPrivateKey: true }], certificates: [] },
    ]);
  });

  it('reads a Windows driver, whose numbers have four bytes', () => {
    const key = { [CKA.class]: ulong(CKO.publicKey, 4), [CKA.id]: id, [CKA.keyType]: ulong(CKK.ec, 4) };
    const [container] = containersOf(
      [{ ...key, [CKA.ecParams]: SM2_PARAMETERS, [CKA.ecPoint]: point }],
      false,
    );
    expect(container?.keys).toMatchObject([{ algorithm: 'SM2', hasPrivateKey: null }]);
  });

  it.each([CKK.ec, 0x8000_0004, 0x8005_0002])('shows an SM2 key of key type %d', (keyType) => {
    const key = { [CKA.class]: ulong(CKO.publicKey), [CKA.id]: id, [CKA.keyType]: ulong(keyType) };
    const parameters = keyType === CKK.ec ? { [CKA.ecParams]: SM2_PARAMETERS } : {};
    expect(containersOf([{ ...key, ...parameters, [CKA.ecPoint]: point }])[0]?.keys[0]?.algorithm).toBe(
      'SM2',
    );
  });

  it('reads a label written in GBK', () => {
    const label = Buffer.from('b2e2cad4', 'hex');
    const [container] = containersOf([
      { [CKA.class]: ulong(CKO.privateKey), [CKA.id]: id, [CKA.label]: label },
    ]);
    expect(container?.label).toBe('测试');
  });

  it('tells signing and encryption keys apart, and ignores a wrapping flag nobody asked for', () => {
    const key = (flags: StoredAttributes) => ({ [CKA.class]: ulong(CKO.privateKey), [CKA.id]: id, ...flags });
    const uses = [
      key({ [CKA.sign]: yes, [CKA.decrypt]: no, [CKA.unwrap]: yes }),
      key({ [CKA.sign]: no, [CKA.decrypt]: yes }),
      key({ [CKA.unwrap]: yes }),
      key({ [CKA.sign]: yes, [CKA.decrypt]: yes }),
    ].map((object) => containersOf([object])[0]?.keys[0]?.use);
    expect(uses).toEqual(['signing', 'encryption', 'encryption', 'both']);
  });

  it('keeps the two halves of a dual certificate apart, with the label they share', () => {
    const label = Buffer.from('张三');
    const half = (last: number) => ({
      [CKA.class]: ulong(CKO.privateKey),
      [CKA.id]: Buffer.of(last),
      [CKA.label]: label,
    });
    expect(containersOf([half(1), half(2)]).map((container) => [container.id, container.label])).toEqual([
      ['01', '张三'],
      ['02', '张三'],
    ]);
  });
});
