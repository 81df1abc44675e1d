// What the provider answers when the token or its driver gets into trouble: SoftHSM2 behind the proxy, in the
// real host. The trace counts what was really tried.

import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TokenId } from '../../src/core/token/token.ts';
import type { HostedProvider } from '../../src/native/host/host-client.ts';
import { makeCertificate } from '../support/certificate.ts';
import { hostPkcs11 } from '../support/hosted.ts';
import { createProxy, type Proxy } from '../support/pkcs11-proxy/proxy.ts';
import { createSoftHsm, type SoftHsm, type SoftHsmToken } from '../support/softhsm.ts';

let hsm: SoftHsm;
let key: SoftHsmToken;
let proxy: Proxy;
let provider: HostedProvider;
let token: TokenId;

const CONTAINER = 'c0ffee';
const NOT_LAST = { acceptLastTry: false };
const LAST = { acceptLastTry: true };
const MESSAGE = new Uint8Array(Buffer.from('message'));
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const login = (pin = key.pin, options = NOT_LAST) => provider.login(token, bytes(pin), options);
const sign = () => provider.sign(token, CONTAINER, 'SHA-256', MESSAGE);
const generate = (container: string) => provider.generateKeyPair(token, container, 'EC-P256', 'new');
const count = async (name: string) => (await proxy.calls()).filter((call) => call.name === name).length;
const certificate = (serial: number) =>
  makeCertificate({
    publicKey,
    commonName: 'x',
    serial,
    use: 'any',
    years: [2020 + serial, 2030],
  });
let publicKey: Uint8Array;

beforeAll(async () => {
  hsm = await createSoftHsm();
  key = await hsm.addToken('trouble');
  proxy = await createProxy(hsm.module, hsm.folder);
  Object.assign(process.env, { SOFTHSM2_CONF: hsm.env['SOFTHSM2_CONF'] }, proxy.env);
});
afterAll(() => hsm.dispose());

beforeEach(async () => {
  await proxy.control();
  provider = hostPkcs11(proxy.module);
  const listed = await provider.listTokens();
  token = listed.ok ? (listed.value[0]?.id ?? '') : '';
  await login();
  const made = await generate(CONTAINER);
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  publicKey = made.value;
  await provider.writeCertificate(token, CONTAINER, 'signing', certificate(1));
  await proxy.clearTrace();
});
afterEach(async () => {
  await proxy.control();
  await provider.dispose();
});

describe('PIN trouble', () => {
  it.each([
    ['low', 'low', null, {}],
    ['final', 'final', 1, {}],
    ['locked', 'locked', 0, {}],
    ['uninitialised', 'uninitialised', null, {}],
    ['initial', 'ok', null, { isDefault: true }],
  ])('shows a PIN that is %s without trying one', async (flag, state, attemptsLeft, mark) => {
    await provider.logout(token);
    await proxy.clearTrace();
    await proxy.control(`flags ${flag}`);
    expect(await provider.readPinStatus(token)).toEqual({
      ok: true,
      value: { state, attemptsLeft, minLength: 4, maxLength: 255, ...mark },
    });
    expect(await count('C_Login')).toBe(0);
  });

  it.each([
    ['final', 'pin.lastTry'],
    ['locked', 'pin.locked'],
    ['uninitialised', 'pin.uninitialised'],
  ])('does not spend a try on a PIN that is %s', async (flag, code) => {
    await proxy.control(`flags ${flag}`);
    const change = provider.changePin(token, bytes(key.pin), bytes('111111'), NOT_LAST);
    expect([await login(), await change]).toEqual([
      { ok: false, error: { code } },
      { ok: false, error: { code } },
    ]);
    expect([await count('C_Login'), await count('C_SetPIN')]).toEqual([0, 0]);
  });

  it('spends the last try when the person agrees', async () => {
    await proxy.control('flags final');
    expect(await login(key.pin, LAST)).toEqual({ ok: true, value: undefined });
    expect(await count('C_Login')).toBe(1);
  });

  it('tries a wrong PIN once and says how many tries are left', async () => {
    await proxy.control('flags final');
    expect(await login('000000', LAST)).toEqual({
      ok: false,
      error: {
        code: 'pin.incorrect',
        attemptsLeft: 1,
        native: { call: 'C_Login', value: '0x000000a0', name: 'CKR_PIN_INCORRECT' },
      },
    });
    expect(await count('C_Login')).toBe(1);
  });

  it('says that the PIN is locked when the driver says so at the try', async () => {
    await proxy.control('fail C_Login 1 0xa4');
    expect(await login()).toEqual({
      ok: false,
      error: { code: 'pin.locked', native: { call: 'C_Login', value: '0x000000a4', name: 'CKR_PIN_LOCKED' } },
    });
    expect(await count('C_Login')).toBe(1);
  });

  it.each([
    ['123', { code: 'pin.tooShort', min: 4 }],
    ['一', { code: 'pin.tooShort', min: 4 }],
    ['1'.repeat(256), { code: 'pin.tooLong', max: 255 }],
  ])('refuses the PIN %j by its bytes, without a try', async (pin, error) => {
    expect(await login(pin)).toEqual({ ok: false, error });
    expect(await count('C_Login')).toBe(0);
  });

  it.each(['0x05', '0x30', '0x100', '0x80000001'])(
    'tries nothing again after the driver answered %s',
    async (rv) => {
      await proxy.control(`fail C_Login * ${rv}`);
      expect(await login()).toMatchObject({ ok: false, error: { code: 'driver.failed' } });
      expect(await count('C_Login')).toBe(1);
    },
  );

  it('does not spend the last try of the administrator PIN', async () => {
    await proxy.control('flags so-final');
    expect(await provider.unblockPin(token, bytes(key.adminPin), bytes('111111'), NOT_LAST)).toEqual({
      ok: false,
      error: { code: 'pin.lastTry' },
    });
    expect(await count('C_Login')).toBe(0);
  });
});

describe('writing trouble', () => {
  it('says that the token is full and keeps what was there', async () => {
    await proxy.control('full');
    const full = { ok: false, error: { code: 'token.full' } };
    expect(await generate('aa')).toMatchObject(full);
    expect(await provider.writeCertificate(token, CONTAINER, 'signing', certificate(2))).toMatchObject(full);
    expect(await provider.writeDataObject(token, 'seal', MESSAGE)).toMatchObject(full);
    expect(await sign()).toMatchObject({ ok: true });
    expect(await readBack()).toEqual(Buffer.from(certificate(1)));
  });

  it('says that the token refuses to be written and keeps what was there', async () => {
    await proxy.control('refuse');
    const refused = { ok: false, error: { code: 'token.writeRefused' } };
    expect(await generate('aa')).toMatchObject(refused);
    expect(await provider.deleteContainer(token, CONTAINER)).toMatchObject(refused);
    expect(await provider.writeCertificate(token, CONTAINER, 'signing', certificate(2))).toMatchObject(
      refused,
    );
    expect(await sign()).toMatchObject({ ok: true });
    expect(await readBack()).toEqual(Buffer.from(certificate(1)));
  });

  it('reads a write-protected token and says that it cannot be written', async () => {
    await provider.dispose();
    await proxy.control('flags protected');
    provider = hostPkcs11(proxy.module);
    expect(await login()).toMatchObject({ ok: true });
    expect(await sign()).toMatchObject({ ok: true });
    expect(await generate('aa')).toMatchObject({ ok: false, error: { code: 'token.writeRefused' } });
  });

  it('waits for a slow generation beyond the limit of reads', async () => {
    await provider.dispose();
    provider = hostPkcs11(proxy.module, { readLimitMs: 1_000 });
    await login();
    await proxy.control('slow C_GenerateKeyPair 1 1500');
    expect(await generate('aa')).toMatchObject({ ok: true });
  });

  it('offers a template with less in it where the token refuses the first', async () => {
    await proxy.control('fail C_GenerateKeyPair 1 0xd1');
    expect(await generate('aa')).toMatchObject({ ok: true });
    expect(await count('C_GenerateKeyPair')).toBe(2);
  });

  it.each([
    ['before the new certificate', 'kill C_CreateObject 1 self before', [1]],
    ['after the new certificate', 'kill C_CreateObject 1 self after', [1, 2]],
    ['before the old one goes', 'kill C_DestroyObject 1 self before', [1, 2]],
    ['after the old one went', 'kill C_DestroyObject 1 self after', [2]],
  ])('is never without a certificate: killed %s', async (_, rule, serials) => {
    await proxy.control(rule);
    expect(await provider.writeCertificate(token, CONTAINER, 'signing', certificate(2))).toMatchObject({
      error: { code: 'driver.crashed', call: 'writeCertificate' },
    });
    const listed = await provider.listContainers(token);
    const found = listed.ok ? listed.value.find(({ id }) => id === CONTAINER)?.certificates : undefined;
    expect(found?.map(({ der }) => Buffer.from(der).toString('hex')).sort()).toEqual(
      serials.map((serial) => Buffer.from(certificate(serial)).toString('hex')).sort(),
    );
    expect(await readBack()).toEqual(Buffer.from(certificate(Math.max(...serials))));
    await login();
    expect(await provider.writeCertificate(token, CONTAINER, 'signing', certificate(2))).toMatchObject({
      ok: true,
    });
    expect(await readBack()).toEqual(Buffer.from(certificate(2)));
  });

  async function readBack(): Promise<Buffer> {
    const read = await provider.readCertificate(token, CONTAINER, 'signing');
    return Buffer.from(read.ok ? read.value : []);
  }
});

describe('a token that is pulled', () => {
  it.each([
    ['signs', 'C_Sign', sign],
    ['looks for its key', 'C_FindObjectsInit', sign],
    ['generates', 'C_GenerateKeyPair', () => generate('aa')],
    [
      'stores a certificate',
      'C_CreateObject',
      () => provider.writeCertificate(token, CONTAINER, 'signing', certificate(2)),
    ],
    ['lists', 'C_FindObjects', () => provider.listContainers(token)],
  ])('while it %s is said to be removed, and asks for the PIN when it is back', async (_, name, call) => {
    await proxy.control(`remove ${name} 1`);
    expect(await call()).toMatchObject({ ok: false, error: { code: 'token.removed' } });
    expect(await provider.listTokens()).toEqual({ ok: true, value: [] });
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'token.removed' } });
    await proxy.control();
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'pin.required' } });
    await login();
    expect(await sign()).toMatchObject({ ok: true });
  });

  it('is told apart from a driver that fails', async () => {
    await proxy.control('fail C_SignInit 1 0x05');
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'driver.failed' } });
    await hsm.pull();
    const pulled = [await generate('aa'), await provider.readCapacity(token)];
    await hsm.plug();
    expect(pulled).toMatchObject([
      { error: { code: 'token.removed' } },
      { error: { code: 'token.removed' } },
    ]);
    await proxy.control();
    await login();
    expect(await sign()).toMatchObject({ ok: true });
  });

  it('needs the PIN again after the session was lost, and nothing is repeated', async () => {
    await proxy.control('fail C_SignInit 1 0xb3');
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'pin.required' } });
    expect(await count('C_SignInit')).toBe(1);
    expect(await count('C_Login')).toBe(0);
  });
});

describe('a driver that misbehaves', () => {
  it('is given up after the limit when it hangs in a read, and the next call works', async () => {
    await provider.dispose();
    provider = hostPkcs11(proxy.module, { readLimitMs: 1_500 });
    await provider.listTokens();
    const stuck = provider.hostPid();
    await proxy.control('hang C_FindObjectsInit 1');
    expect(await provider.listContainers(token)).toEqual({
      ok: false,
      error: { code: 'driver.timeout', module: proxy.module, call: 'listContainers' },
    });
    expect(await provider.listContainers(token)).toMatchObject({ ok: true });
    expect(provider.hostPid()).not.toBe(stuck);
    await vi.waitFor(() => expect(existsSync(`/proc/${String(stuck)}/fd/0`)).toBe(false));
  });

  it('ends as an error value when it crashes, and the next call works after a new login', async () => {
    await proxy.control('crash C_Sign 1');
    expect(await sign()).toEqual({
      ok: false,
      error: { code: 'driver.crashed', module: proxy.module, call: 'sign' },
    });
    expect(await sign()).toMatchObject({ ok: false, error: { code: 'pin.required' } });
    await login();
    expect(await sign()).toMatchObject({ ok: true });
  });

  it('does not keep another driver from working', async () => {
    const other = hostPkcs11(hsm.module);
    await proxy.control('pause C_FindObjectsInit 1');
    const paused = provider.listContainers(token);
    await proxy.waitFor('paused');
    expect(await other.listContainers(token)).toMatchObject({ ok: true });
    await proxy.control();
    expect(await paused).toMatchObject({ ok: true });
    await other.dispose();
  });

  it('finishes a generation under way when the application ends', async () => {
    await proxy.control('pause C_GenerateKeyPair 1');
    const pending = generate('dd');
    await proxy.waitFor('paused');
    const ended = provider.dispose();
    await proxy.control();
    expect(await pending).toMatchObject({ ok: true });
    await ended;
    provider = hostPkcs11(proxy.module);
    await login();
    expect(await provider.sign(token, 'dd', 'SHA-256', MESSAGE)).toMatchObject({ ok: true });
  });

  it('is not believed when its signature is wrong', async () => {
    await provider.deleteContainer(token, CONTAINER);
    await generate(CONTAINER);
    await proxy.control('fail C_Sign 1 0x0');
    expect(await sign()).toEqual({ ok: false, error: { code: 'key.signatureInvalid' } });
  });
});

describe('who a token is', () => {
  it('is marked by what is on it where the serial is blank, and found by that', async () => {
    await proxy.control('serial');
    const listed = await provider.listTokens();
    const id = listed.ok ? (listed.value[0]?.id ?? '') : '';
    expect(listed).toMatchObject({
      value: [{ id: expect.stringMatching(/^blank~[0-9a-f]{12}$/) as string, serialClash: true, serial: '' }],
    });
    await provider.login(id, bytes(key.pin), NOT_LAST);
    expect(await provider.generateKeyPair(id, 'bb', 'EC-P256', 'beside')).toMatchObject({ ok: true });
    const again = await provider.listTokens();
    expect(again.ok && again.value.map((seen) => seen.id)).toEqual([id]);
  });

  it('is told apart from another with the same serial, also when that one is gone', async () => {
    const idsNow = async (): Promise<readonly string[]> => {
      const listed = await provider.listTokens();
      return listed.ok ? listed.value.map(({ id }) => id) : [];
    };
    await provider.logout(token);
    await proxy.control('serial SAME');
    const [alone] = await idsNow();
    await hsm.addToken('twin');
    const both = await idsNow();
    const states = await Promise.all(both.map((id) => provider.readPinStatus(id)));
    await hsm.removeToken('twin');
    const found = await Promise.all(both.map((id) => provider.listContainers(id)));
    expect({
      alone,
      both: both.map((id) => /^SAME~[0-9a-f]{12}$/.test(id)),
      distinct: new Set(both).size,
      states: states.map(({ ok }) => ok),
      // The one with keys is still found by its mark; the other was seen and is gone.
      found: found.map((result) => (result.ok ? 'found' : result.error.code)).sort(),
    }).toEqual({
      alone: 'SAME',
      both: [true, true],
      distinct: 2,
      states: [true, true],
      found: ['found', 'token.removed'],
    });
  });
});
