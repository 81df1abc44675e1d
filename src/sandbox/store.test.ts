import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from './store.ts';
import { settingsSchema } from './settings.ts';
import type { SandboxState } from './state.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const authority = { certificate: 'AAAA' };
const first = (): Promise<SandboxState> =>
  Promise.resolve({
    schema: 1,
    settings: settingsSchema.parse({}),
    port: null,
    authorities: { root: authority, issuing: authority, successor: authority },
    certificates: [],
    escrow: [],
    orders: [],
    challenges: [],
    sessions: [],
    answers: {},
  });
const never = () => Promise.reject(new Error('the state exists'));

async function open(create = first) {
  const store = await openStore(folder, create);
  if (!store.ok) throw new Error(store.error.code);
  return store.value;
}

const setPort =
  (port: number, save = true) =>
  (draft: SandboxState) => {
    draft.port = port;
    return Promise.resolve({ save, value: port });
  };

describe('the state of the rehearsal CA', () => {
  it('is found again by the next process, and only its owner can read it', async () => {
    const store = await open();
    await store.change(setPort(9480));
    await store.close();
    const again = await open(never);
    expect([again.read().port, statSync(join(folder, 'state.json')).mode & 0o777]).toEqual([9480, 0o600]);
    await again.close();
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('changes one request after the other', async () => {
    const store = await open();
    const add = () =>
      store.change(async (draft) => {
        const seen = draft.port ?? 0;
        await Promise.resolve();
        draft.port = seen + 1;
        return { save: true, value: seen };
      });
    expect(await Promise.all([add(), add(), add()])).toEqual([
      { ok: true, value: 0 },
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
    await store.close();
  });

  it('stays as it was when a change is not to be kept, or fails', async () => {
    const store = await open();
    await store.change(setPort(1, false));
    await expect(store.change(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(store.read().port).toBeNull();
    expect(await store.change(setPort(2))).toEqual({ ok: true, value: 2 });
    await store.close();
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -10), { code: 'storage.damaged' }],
    ['of another form', () => '{"schema":1}', { code: 'storage.damaged' }],
    ['of a newer program', () => '{"schema":2}', { code: 'storage.newerSchema', found: 2, known: 1 }],
  ])('is left alone when its file is %s', async (_name, damage, error) => {
    await (await open()).close();
    const path = join(folder, 'state.json');
    const damaged = damage(readFileSync(path, 'utf8'));
    writeFileSync(path, damaged);
    expect(await openStore(folder, never)).toMatchObject({ ok: false, error });
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([damaged, ['state.json']]);
  });

  it('is kept in memory as it was when it cannot be written', async () => {
    const store = await open();
    renameSync(folder, `${folder}.gone`);
    const answer = await store.change(setPort(9480));
    renameSync(`${folder}.gone`, folder);
    expect([answer, store.read().port]).toEqual([
      { ok: false, error: { code: 'storage.readOnly', path: join(folder, 'state.json') } },
      null,
    ]);
    await store.close();
  });
});

describe('a change that writes files of its own', () => {
  it('ends as an error value when the disk is full, and has changed nothing', async () => {
    const store = await open();
    const answer = await store.change((draft) => {
      draft.port = 9480;
      return Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
    });
    expect([answer, store.read().port]).toEqual([
      { ok: false, error: { code: 'storage.full', path: join(folder, 'state.json') } },
      null,
    ]);
    await store.close();
  });
});

describe('a state from before SM2', () => {
  it('is read as one without SM2 certificates', async () => {
    const { escrow: _escrow, ...old } = await first();
    const session = { tokenHash: 'a'.repeat(64), key: 'b'.repeat(64), expiresAt: 1 };
    writeFileSync(join(folder, 'state.json'), JSON.stringify({ ...old, sessions: [session] }));
    const store = await open(never);
    expect(store.read()).toEqual({ ...old, escrow: [], sessions: [{ ...session, order: null }] });
    await store.close();
  });
});

describe('the lock of the folder', () => {
  it('is given back when the CA cannot be made', async () => {
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    expect(await openStore(folder, () => Promise.reject(full))).toEqual({
      ok: false,
      error: { code: 'storage.full', path: join(folder, 'state.json') },
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps a second user out and names the process', async () => {
    const store = await open();
    expect(await openStore(folder, never)).toEqual({
      ok: false,
      error: { code: 'sandbox.inUse', pid: process.pid },
    });
    await store.close();
  });

  it('is taken over from a process that was killed, with what it left half written', async () => {
    const store = await open();
    const [claim = ''] = readdirSync(folder).filter((name) => name.includes('.lock-'));
    await store.close();
    // Started at another time: the same number, and gone.
    writeFileSync(join(folder, claim.replace(/(\.lock-\d+)-\w+-/, '$1-1-')), '');
    writeFileSync(join(folder, 'state.json.0f8fad5b-d9cb-469f-a165-70867728950e.tmp'), '{');
    await (await open(never)).close();
    expect(readdirSync(folder)).toEqual(['state.json']);
  });
});
