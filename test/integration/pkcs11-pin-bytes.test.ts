// The driver's side of PIN bytes, without a host between: what is handed in is zeroed whatever comes of it.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TokenProvider } from '../../src/core/token/provider.ts';
import { openPkcs11 } from '../../src/native/pkcs11/open.ts';
import { createSoftHsm, type SoftHsm } from '../support/softhsm.ts';

const NOT_LAST = { acceptLastTry: false };
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
let hsm: SoftHsm;
let provider: TokenProvider;
let close: () => void;
let token: string;

beforeAll(async () => {
  hsm = await createSoftHsm();
  await hsm.addToken('bytes');
  process.env['SOFTHSM2_CONF'] = hsm.env['SOFTHSM2_CONF'];
  const opened = await openPkcs11(hsm.module);
  if (!opened.ok) throw new Error(opened.error.code);
  ({ provider, close } = opened.value);
  const listed = await provider.listTokens();
  token = listed.ok ? (listed.value[0]?.id ?? '') : '';
});
afterAll(async () => {
  close();
  await hsm.dispose();
});

it.each([
  ['a right PIN', 'ok', 1, (a: Uint8Array) => provider.login(token, a, NOT_LAST)],
  ['a wrong PIN', 'pin.incorrect', 1, (_: Uint8Array, b: Uint8Array) => provider.login(token, b, NOT_LAST)],
  ['a PIN for no token', 'token.notFound', 1, (a: Uint8Array) => provider.login('none', a, NOT_LAST)],
  [
    'a refused change',
    'pin.incorrect',
    2,
    (a: Uint8Array, b: Uint8Array) => provider.changePin(token, b, a, NOT_LAST),
  ],
  [
    'a refused unblocking',
    'pin.incorrect',
    2,
    (a: Uint8Array, b: Uint8Array) => provider.unblockPin(token, b, a, NOT_LAST),
  ],
])('zeroes the bytes of %s', async (_, outcome, handedIn, call) => {
  const right = bytes('123456');
  const wrong = bytes('999999');
  const result = await call(right, wrong);
  const used = [right, wrong].filter((pin) => pin.every((byte) => byte === 0));
  expect({ outcome: result.ok ? 'ok' : result.error.code, used: used.length }).toEqual({
    outcome,
    used: handedIn,
  });
});
