import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createSoftwareKeyBench,
  NOT_LAST,
  PIN,
  secret,
  type SoftwareKeyBench,
} from '../../../test/support/software-key.ts';
import { authenticated, parseKeyFile, serialiseKeyFile, type KeyFile } from './key-file.ts';
import { createSoftwareProvider } from './provider.ts';
import { unwrapDataKey } from './sealing.ts';
import { withContent } from './vault.ts';

let bench: SoftwareKeyBench;
let good: Uint8Array;
let file: KeyFile;
let dataKey: Uint8Array;

beforeAll(async () => {
  bench = await createSoftwareKeyBench();
  const path = bench.fresh();
  const provider = createSoftwareProvider(path);
  await provider.login(bench.token, secret(PIN), NOT_LAST);
  await provider.createContainer(bench.token, 'a1');
  await provider.generateKeyPair(bench.token, 'a1', 'SM2', '签名');
  await provider.writeCertificate(bench.token, 'a1', 'signing', Uint8Array.of(0x30, 1, 0));
  await provider.writeDataObject(bench.token, '印章', Buffer.from('seal'));
  good = readFileSync(path);
  const parsed = parseKeyFile(good);
  if (parsed.state !== 'good') throw new Error(parsed.state);
  file = parsed.file;
  dataKey = (await unwrapDataKey(file.user, secret(PIN), 'user')) ?? new Uint8Array();
});
afterAll(() => bench.dispose());

/** The body changed and the hash made good again, as somebody does who means it. */
function forged(change: (text: string) => string): Uint8Array {
  const [, ...lines] = Buffer.from(good).toString('utf8').split('\n');
  const body = change(lines.join('\n'));
  const digest = createHash('sha256').update(`ukey-software-key 1\n${body}`, 'utf8').digest('hex');
  return Buffer.from(`ukey-software-key 1 ${digest}\n${body}`, 'utf8');
}

async function opens(bytes: Uint8Array): Promise<boolean> {
  const parsed = parseKeyFile(bytes);
  if (parsed.state !== 'good') return false;
  return (await withContent(parsed.file, dataKey, () => true)) ?? false;
}

describe('key file', () => {
  it('is the same after reading and writing', () => {
    expect(Buffer.from(serialiseKeyFile(file)).equals(good)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['a line of text', 'hello\n'],
    ['JSON', '{}'],
    ['the first line alone', `ukey-software-key 1 ${'0'.repeat(64)}\n`],
  ])('is damaged when it holds %s', (_name, text) => {
    expect(parseKeyFile(Buffer.from(text))).toEqual({ state: 'damaged' });
  });

  it('is damaged when it is larger than it can be', () => {
    expect(parseKeyFile(new Uint8Array(4_194_305))).toEqual({ state: 'damaged' });
  });

  it('is damaged wherever it is cut off', () => {
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        (length) => parseKeyFile(good.subarray(0, length)).state === 'damaged',
      ),
    );
  });

  it('is damaged whichever bits fell over', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (place, bits) => {
        const flipped = Uint8Array.from(good);
        flipped[place] = (flipped[place] ?? 0) ^ bits;
        return parseKeyFile(flipped).state === 'damaged';
      }),
      { numRuns: 2_000 },
    );
  });

  it('is damaged, never a throw, for any bytes at all', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4_000 }), (bytes) => parseKeyFile(bytes).state === 'damaged'),
    );
  });

  it('is named as newer when a later version of this program wrote it', () => {
    const body = '{"whatever": "comes"}\n';
    const digest = createHash('sha256').update(`ukey-software-key 2\n${body}`).digest('hex');
    expect(parseKeyFile(Buffer.from(`ukey-software-key 2 ${digest}\n${body}`))).toEqual({
      state: 'newer',
      schema: 2,
    });
  });

  it.each([
    ['asks for a gibibyte of memory', '"cost": 131072', '"cost": 1048576'],
    ['stretches the PIN too little', '"cost": 131072', '"cost": 1024'],
    ['has more tries left than there are', '"triesLeft": 10', '"triesLeft": 11'],
    ['has a field that nobody asked for', '"serial":', '"surprise": 1, "serial":'],
    ['has a prototype for a field', '"serial":', '"__proto__": {}, "serial":'],
    ['names an algorithm that does not exist', '"SM2"', '"SM9"'],
    ['has a container name that is no name', '"id": "a1"', '"id": "../a1"'],
    ['has base64 that is not canonical', '"MAEA"', '"MAEB="'],
    ['lacks a field', '"generation"', '"generations"'],
  ])('is damaged when it %s, however good its hash is', (_name, from, to) => {
    const bytes = forged((text) => text.replace(from, to));
    expect(Buffer.from(bytes).equals(good)).toBe(false);
    expect(parseKeyFile(bytes)).toEqual({ state: 'damaged' });
  });
});

describe('forgery behind the seal', () => {
  it.each([
    ['the label', '"张三"', '"李四"'],
    ['the certificate', '"MAEA"', '"MAEB"'],
    ['the number of tries', '"maxTries": 10', '"maxTries": 15'],
    ['a container name', '"id": "a1"', '"id": "a2"'],
    ['a data object', '"c2VhbA=="', '"c2VhbB=="'],
    ['the generation', /"generation": \d+/, '"generation": 1'],
  ])('does not open when %s was changed', async (_name, from, to) => {
    const bytes = forged((text) => text.replace(from, to));
    expect(Buffer.from(bytes).equals(good)).toBe(false);
    expect(await opens(bytes)).toBe(false);
  });

  it('opens with another count of tries, the one thing that must change without a PIN', async () => {
    expect(await opens(forged((text) => text.replace('"triesLeft": 10', '"triesLeft": 3')))).toBe(true);
  });

  it('never opens with a byte of the file changed to anything', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 0, max: 127 }), async (place, code) => {
        const bytes = forged((text) => {
          const at = place % text.length;
          return text.slice(0, at) + String.fromCharCode(code) + text.slice(at + 1);
        });
        const parsed = parseKeyFile(bytes);
        if (parsed.state !== 'good') return;
        const isSame =
          Buffer.from(authenticated(parsed.file)).equals(authenticated(file)) &&
          Buffer.from(parsed.file.secret.ciphertext).equals(file.secret.ciphertext) &&
          Buffer.from(parsed.file.secret.nonce).equals(file.secret.nonce);
        // What may differ is white space and the count of tries.
        if (!isSame) expect(await opens(bytes)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});
