import { readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADMIN_PIN,
  createSoftwareKeyBench,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../../../test/support/software-key.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import { createSoftwareProvider } from './provider.ts';

const done = { ok: true, value: undefined };
const refused = (error: unknown) => ({ ok: false, error });

let bench: SoftwareKeyBench;
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
});
afterAll(() => bench.dispose());

const wrong = (provider: TokenProvider, acceptLastTry = false) =>
  provider.login(bench.token, secret('999999'), { acceptLastTry });
const right = (provider: TokenProvider, pin = PIN) => provider.login(bench.token, secret(pin), NOT_LAST);

describe('PIN of a software key', () => {
  it('counts wrong PINs down to the lock, asks before the last, and stays locked for every process', async () => {
    const path = bench.fresh(5);
    const provider = createSoftwareProvider(path);
    const states: unknown[] = [];
    for (let left = 4; left >= 1; left--) {
      expect(await wrong(provider)).toEqual(refused({ code: 'pin.incorrect', attemptsLeft: left }));
      states.push(valueOf(await provider.readPinStatus(bench.token)).state);
    }
    expect(states).toEqual(['ok', 'low', 'low', 'final']);
    expect(await wrong(provider)).toEqual(refused({ code: 'pin.lastTry' }));
    expect(await right(provider)).toEqual(refused({ code: 'pin.lastTry' }));
    expect(await wrong(provider, true)).toEqual(refused({ code: 'pin.locked' }));
    const elsewhere = createSoftwareProvider(path);
    expect(await right(elsewhere)).toEqual(refused({ code: 'pin.locked' }));
    expect(valueOf(await elsewhere.listTokens())[0]?.pin).toEqual({
      state: 'locked',
      attemptsLeft: 0,
      minLength: 6,
      maxLength: 32,
    });
    const unblocked = await elsewhere.unblockPin(bench.token, secret(ADMIN_PIN), secret('246810'), NOT_LAST);
    expect(unblocked).toEqual(done);
    expect(await right(elsewhere, '246810')).toEqual(done);
    expect(valueOf(await elsewhere.readPinStatus(bench.token)).attemptsLeft).toBe(10);
  });

  it('fills the counter again after the right PIN', async () => {
    const provider = createSoftwareProvider(bench.fresh(2));
    expect(await right(provider)).toEqual(done);
    expect(valueOf(await provider.readPinStatus(bench.token)).attemptsLeft).toBe(10);
  });

  it('counts the administrator PIN on its own', async () => {
    const provider = createSoftwareProvider(bench.fresh());
    const answer = await provider.unblockPin(bench.token, secret('00000000'), secret('246810'), NOT_LAST);
    expect(answer).toEqual(refused({ code: 'pin.incorrect', attemptsLeft: 9 }));
    expect(valueOf(await provider.readPinStatus(bench.token)).attemptsLeft).toBe(10);
  });

  it.each([
    ['12345', { code: 'pin.tooShort', min: 6 }],
    ['一二三四五六七八九十一', { code: 'pin.tooLong', max: 32 }],
  ])('costs no try when the PIN %s cannot be right by its length in bytes', async (pin, error) => {
    const provider = createSoftwareProvider(bench.fresh());
    expect(await right(provider, pin)).toEqual(refused(error));
    expect(valueOf(await provider.readPinStatus(bench.token)).attemptsLeft).toBe(10);
  });

  it('leaves nothing open when a PIN is wrong after a login', async () => {
    const provider = createSoftwareProvider(bench.fresh());
    await right(provider);
    await wrong(provider);
    expect(await provider.createContainer(bench.token, 'a1')).toEqual(refused({ code: 'pin.required' }));
  });
});

describe('file of a software key', () => {
  it('is named when it was never there, and is no token any more when it was taken away', async () => {
    const path = bench.fresh();
    const provider = createSoftwareProvider(path);
    expect(valueOf(await provider.listTokens())).toMatchObject([{ label: '张三', model: '软证书' }]);
    await right(provider);
    rmSync(dirname(path), { recursive: true });
    expect(await provider.listTokens()).toEqual({ ok: true, value: [] });
    expect(await provider.createContainer(bench.token, 'a1')).toEqual(refused({ code: 'token.removed' }));
    expect(await createSoftwareProvider(path).listTokens()).toEqual(refused({ code: 'file.missing', path }));
  });

  it('shows what another process wrote', async () => {
    const path = bench.fresh();
    const [one, other] = [createSoftwareProvider(path), createSoftwareProvider(path)];
    await right(one);
    await right(other);
    expect(await one.createContainer(bench.token, 'a1')).toEqual(done);
    expect(await other.createContainer(bench.token, 'a1')).toEqual(
      refused({ code: 'container.exists', container: 'a1' }),
    );
    expect(await other.createContainer(bench.token, 'b2')).toEqual(done);
    expect(valueOf(await one.listContainers(bench.token)).map(({ id }) => id)).toEqual(['a1', 'b2']);
  });

  it('never holds a private key or a PIN in the clear', async () => {
    const path = bench.fresh();
    const provider = createSoftwareProvider(path);
    await right(provider);
    await provider.createContainer(bench.token, 'a1');
    await provider.generateKeyPair(bench.token, 'a1', 'EC-P256', 'label');
    const text = readFileSync(path, 'utf8');
    // PKCS#8 of an EC key always begins like this, in whichever of three places base64 puts it.
    expect(['MIGHAgEA', '2.16.840', PIN].filter((mark) => text.includes(mark))).toEqual([]);
    expect(text).toContain('"label": "label"');
  });

  it('is full after 64 containers and says so before', async () => {
    const provider = createSoftwareProvider(bench.fresh());
    await right(provider);
    for (let index = 0; index < 64; index++)
      await provider.createContainer(bench.token, index.toString(16).padStart(2, '0'));
    expect(valueOf(await provider.readCapacity(bench.token)).freeContainers).toBe(0);
    expect(await provider.createContainer(bench.token, 'ff')).toEqual(refused({ code: 'token.full' }));
  });

  it('refuses a name for a container that other drivers could not have', async () => {
    const provider = createSoftwareProvider(bench.fresh());
    await right(provider);
    const names = ['', 'abc', 'AB', '../..', 'a'.repeat(34)];
    const answers = await Promise.all(names.map((name) => provider.createContainer(bench.token, name)));
    expect(answers).toEqual(names.map(() => refused({ code: 'token.writeRefused' })));
  });

  it('takes several thousand bytes of seal, and refuses what never fits', async () => {
    const provider = createSoftwareProvider(bench.fresh());
    await right(provider);
    expect(await provider.writeDataObject(bench.token, '印章', new Uint8Array(200_000))).toEqual(done);
    const tooMuch = await provider.writeDataObject(bench.token, '印章', new Uint8Array(262_145));
    expect(tooMuch).toEqual(refused({ code: 'token.full' }));
    expect(valueOf(await provider.listDataObjects(bench.token))).toEqual([{ name: '印章', size: 200_000 }]);
  });
});
