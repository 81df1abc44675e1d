import {
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ADMIN_PIN,
  createSoftwareKeyBench,
  goodFile,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../../../test/support/software-key.ts';
import { createSoftwareProvider } from './provider.ts';
import { createSoftwareKeyStore } from './store.ts';

const done = { ok: true, value: undefined };
const refused = (error: unknown) => ({ ok: false, error });

let bench: SoftwareKeyBench;
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
});
afterAll(() => bench.dispose());

async function loggedIn(path: string, pin = PIN) {
  const provider = createSoftwareProvider(path);
  valueOf(await provider.login(bench.token, secret(pin), NOT_LAST));
  return provider;
}

describe('making and removing a software key', () => {
  it('is readable by its owner alone and has a backup from the first moment', async () => {
    const path = join(dirname(bench.fresh()), 'new.ukey');
    const token = valueOf(await createSoftwareKeyStore(path).createKey('公司章', secret(PIN), null));
    expect([path, `${path}.bak`].map((name) => statSync(name).mode & 0o777)).toEqual([0o600, 0o600]);
    expect(valueOf(await createSoftwareProvider(path).listTokens())).toMatchObject([
      { id: token, label: '公司章' },
    ]);
    const provider = createSoftwareProvider(path);
    const unblocked = await provider.unblockPin(token, secret(ADMIN_PIN), secret('246810'), NOT_LAST);
    expect(unblocked).toEqual(refused({ code: 'pin.uninitialised' }));
  });

  it('never takes the place of a file that is there', async () => {
    const path = join(dirname(bench.fresh()), 'thesis.doc');
    writeFileSync(path, 'years of work');
    const answer = await createSoftwareKeyStore(path).createKey('x', secret(PIN), null);
    expect(answer).toEqual(refused({ code: 'file.exists', path }));
    expect(readFileSync(path, 'utf8')).toBe('years of work');
  });

  it('zeroes the PINs it was given, also when it refuses them', async () => {
    const path = join(dirname(bench.fresh()), 'new.ukey');
    const [pin, adminPin] = [secret('12345'), secret(ADMIN_PIN)];
    const answer = await createSoftwareKeyStore(path).createKey('x', pin, adminPin);
    expect(answer).toEqual(refused({ code: 'pin.tooShort', min: 6 }));
    expect([...pin, ...adminPin].every((byte) => byte === 0)).toBe(true);
    expect(existsSync(path)).toBe(false);
  });

  it('removes the key with its backup, and nothing that is no key', async () => {
    const path = bench.fresh();
    await loggedIn(path);
    expect(existsSync(`${path}.bak`)).toBe(true);
    expect(await createSoftwareKeyStore(path).removeKey()).toEqual(done);
    expect(readdirSync(dirname(path))).toEqual([]);
    expect(await createSoftwareKeyStore(path).removeKey()).toEqual(refused({ code: 'file.missing', path }));
    writeFileSync(path, 'years of work');
    expect(await createSoftwareKeyStore(path).removeKey()).toEqual(
      refused({ code: 'storage.damaged', path }),
    );
    expect(readFileSync(path, 'utf8')).toBe('years of work');
  });

  it('removes a damaged key too', async () => {
    const path = bench.fresh();
    truncateSync(path, 200);
    expect(await createSoftwareKeyStore(path).removeKey()).toEqual(done);
    expect(existsSync(path)).toBe(false);
  });
});

describe('a damaged key', () => {
  it.each([
    ['cut off', (path: string) => truncateSync(path, 500)],
    ['emptied', (path: string) => truncateSync(path, 0)],
    ['overwritten', (path: string) => writeFileSync(path, Buffer.alloc(3_000, 0xa5))],
    ['blown up', (path: string) => writeFileSync(path, Buffer.alloc(5_000_000))],
  ])('that was %s is named, keeps its backup, and comes back on request', async (_name, damage) => {
    const path = bench.fresh();
    const provider = await loggedIn(path);
    await provider.createContainer(bench.token, 'a1');
    const made = valueOf(await provider.generateKeyPair(bench.token, 'a1', 'EC-P256', 'key'));
    damage(path);
    const damaged = readFileSync(path);
    const named = refused({ code: 'storage.damaged', path });
    expect(await provider.listTokens()).toEqual(named);
    expect(await provider.sign(bench.token, 'a1', 'SHA-256', Buffer.from('x'))).toEqual(named);
    expect(await provider.createContainer(bench.token, 'b2')).toEqual(named);
    expect(await provider.login(bench.token, secret(PIN), NOT_LAST)).toEqual(named);

    expect(await createSoftwareKeyStore(path).restore(null)).toEqual({ ok: true, value: bench.token });
    expect(readFileSync(`${path}.damaged`).equals(damaged)).toBe(true);
    const again = await loggedIn(path);
    expect(valueOf(await again.listContainers(bench.token))).toMatchObject([{ id: 'a1' }]);
    const kept = valueOf(await again.listContainers(bench.token))[0]?.keys[0]?.publicKey;
    expect(Buffer.from(kept ?? []).equals(made)).toBe(true);
    expect(valueOf(await again.sign(bench.token, 'a1', 'SHA-256', Buffer.from('x'))).length).toBeGreaterThan(
      60,
    );
  });

  it('is never put back over a good one', async () => {
    const path = bench.fresh();
    await loggedIn(path);
    expect(await createSoftwareKeyStore(path).restore(null)).toEqual(refused({ code: 'file.exists', path }));
  });

  it('keeps what was damaged before beside what is damaged now', async () => {
    const path = bench.fresh();
    await loggedIn(path);
    for (const content of ['one', 'two']) {
      writeFileSync(path, content);
      valueOf(await createSoftwareKeyStore(path).restore(null));
    }
    const kept = ['.damaged', '.damaged-2'].map((end) => readFileSync(path + end, 'utf8'));
    expect(kept).toEqual(['one', 'two']);
  });
});

describe('a backup', () => {
  it('opens with the PIN of its moment and holds the keys of its moment', async () => {
    const path = bench.fresh();
    const copy = `${path}.copy`;
    const provider = await loggedIn(path);
    await provider.createContainer(bench.token, 'a1');
    expect(await createSoftwareKeyStore(path).backUp(copy)).toEqual(done);
    expect(await createSoftwareKeyStore(path).backUp(copy)).toEqual(
      refused({ code: 'file.exists', path: copy }),
    );
    await provider.changePin(bench.token, secret(PIN), secret('246810'), NOT_LAST);
    rmSync(path);
    expect(await createSoftwareKeyStore(path).restore(copy)).toEqual({ ok: true, value: bench.token });
    const restored = await loggedIn(path, PIN);
    expect(valueOf(await restored.listContainers(bench.token)).map(({ id }) => id)).toEqual(['a1']);
  });

  it('beside the file neither opens with a PIN that was given up nor holds a deleted key', async () => {
    const path = bench.fresh();
    const provider = await loggedIn(path);
    await provider.createContainer(bench.token, 'a1');
    await provider.generateKeyPair(bench.token, 'a1', 'EC-P256', 'key');
    await provider.deleteContainer(bench.token, 'a1');
    expect(goodFile(`${path}.bak`).containers).toEqual([]);
    await provider.changePin(bench.token, secret(PIN), secret('246810'), NOT_LAST);
    expect(goodFile(`${path}.bak`).user.wrappedKey).toEqual(goodFile(path).user.wrappedKey);
  });

  it('that a kill left behind is brought up to date at the next login', async () => {
    const path = bench.fresh();
    const provider = await loggedIn(path);
    const before = readFileSync(`${path}.bak`);
    await provider.changePin(bench.token, secret(PIN), secret('246810'), NOT_LAST);
    writeFileSync(`${path}.bak`, before);
    await loggedIn(path, '246810');
    expect(goodFile(`${path}.bak`).user.wrappedKey).toEqual(goodFile(path).user.wrappedKey);
  });
});
