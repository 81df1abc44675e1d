import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_SEEN, type Sighting } from '../../core/notice/seen.ts';
import { createReminders } from './reminders.ts';
import { createSeenCertificates } from './seen-certificates.ts';

let seen: string;
let now = 1000;
const clock = { now: () => now };

beforeEach(async () => {
  seen = await mkdtemp(join(tmpdir(), 'seen-'));
  now = 1000;
});
afterEach(() => rm(seen, { recursive: true, force: true }));

const path = () => join(seen, 'certificates.json');
const hashOf = (number: number) => number.toString(16).padStart(64, '0');

function sighting(number: number): Sighting {
  return {
    sha256: hashOf(number),
    commonName: '张三',
    subject: 'CN=张三',
    issuer: 'CN=某CA',
    serial: '01',
    use: 'signing',
    notBefore: 0,
    notAfter: 5000,
    token: 'key-1',
    tokenLabel: '主锁',
    profile: 'neutral',
  };
}

const first = sighting(1);
const second = sighting(2);

describe('certificates seen on keys', () => {
  it('are remembered for another start, with when they were seen first and last', async () => {
    await createSeenCertificates({ seen }, clock).remember([first, second]);
    now = 2000;
    await createSeenCertificates({ seen }, clock).remember([{ ...first, tokenLabel: '副锁' }]);
    expect(await createSeenCertificates({ seen }, clock).read()).toEqual({
      ok: true,
      value: {
        value: [
          { ...first, tokenLabel: '副锁', firstSeen: 1000, lastSeen: 2000 },
          { ...second, firstSeen: 1000, lastSeen: 1000 },
        ],
        setAside: null,
      },
    });
    expect((await stat(path())).mode & 0o777).toBe(0o600);
  });

  it('do not grow older when the clock is set back', async () => {
    const store = createSeenCertificates({ seen }, clock);
    await store.remember([first]);
    now = 10;
    expect(await store.remember([first])).toMatchObject({
      value: { value: [{ firstSeen: 1000, lastSeen: 1000 }] },
    });
  });

  it('are all kept when they come at the same time', async () => {
    const store = createSeenCertificates({ seen }, clock);
    await Promise.all([1, 2, 3, 4, 5].map((number) => store.remember([sighting(number)])));
    expect(await store.read()).toMatchObject({ value: { value: { length: 5 } } });
  });

  it('are bounded: the ones not seen for longest go', async () => {
    const store = createSeenCertificates({ seen }, clock);
    await store.remember([first]);
    now = 2000;
    const many = Array.from({ length: MAX_SEEN }, (_, index) => sighting(index + 10));
    const kept = await store.remember(many);
    const hashes = kept.ok ? kept.value.value.map(({ sha256 }) => sha256) : [];
    expect([hashes.length, hashes.includes(first.sha256)]).toEqual([MAX_SEEN, false]);
  });

  it('are forgotten when asked', async () => {
    const store = createSeenCertificates({ seen }, clock);
    await store.remember([first, second]);
    expect(await store.forget(first.sha256)).toMatchObject({ value: { value: [{ sha256: second.sha256 }] } });
  });

  it.each([
    ['half a file', '{"version":1,"content":[{"sha'],
    ['another content', '{"version":1,"content":[{"pin":"1234"}]}'],
    ['rubbish', '\u0000\u0001'],
    ['an empty file', ''],
  ])('a damaged file (%s) is kept aside and named, and remembering goes on', async (_title, content) => {
    await writeFile(path(), content);
    const store = createSeenCertificates({ seen }, clock);
    const aside = join(seen, 'certificates.damaged-1000.json');
    expect(await store.read()).toEqual({ ok: true, value: { value: [], setAside: aside } });
    expect(await readFile(aside, 'utf8')).toBe(content);
    await store.remember([first]);
    expect(await store.read()).toMatchObject({ value: { value: [first], setAside: null } });
    expect(await readdir(seen)).toEqual(['certificates.damaged-1000.json', 'certificates.json']);
  });

  it('a file of a newer program is left as it is', async () => {
    const content = '{"version":2,"content":{}}';
    await writeFile(path(), content);
    const store = createSeenCertificates({ seen }, clock);
    const refused = { ok: false, error: { code: 'storage.newerSchema', found: 2, known: 1 } };
    expect([await store.read(), await store.remember([first])]).toEqual([refused, refused]);
    expect(await readFile(path(), 'utf8')).toBe(content);
  });

  it('a folder that is gone is an error with its path', async () => {
    await rm(seen, { recursive: true });
    expect(await createSeenCertificates({ seen }, clock).remember([first])).toMatchObject({
      ok: false,
      error: { code: 'storage.readOnly', path: path() },
    });
  });
});

describe('reminders', () => {
  const certificate = hashOf(1);

  it('remember what was shown, put off and named, for another start', async () => {
    const reminders = createReminders({ seen }, clock);
    const shown = { certificate, kind: 'expiring', about: null, day: '2026-12-01' } as const;
    const snooze = { certificate, kind: 'expiring', since: '2026-12-01', until: '2026-12-04' } as const;
    const opening = { id: 'o1', certificate, at: 9000, uploaded: 'canRedo', remindAfter: true } as const;
    await reminders.recordShown([shown]);
    await reminders.snooze({ ...snooze, until: '2026-12-02' });
    await reminders.snooze(snooze);
    await reminders.nameOpening({ ...opening, at: 1 });
    await reminders.nameOpening(opening);
    await reminders.nameOpening({ ...opening, id: 'o2' });
    await reminders.removeOpening('o2');
    expect(await createReminders({ seen }, clock).read()).toEqual({
      ok: true,
      value: { value: { shown: [shown], snoozes: [snooze], openings: [opening] }, setAside: null },
    });
  });

  it('keep the newest of what was shown', async () => {
    const reminders = createReminders({ seen }, clock);
    const many = Array.from({ length: 1500 }, (_, index) => ({
      certificate,
      kind: 'expiring' as const,
      about: String(index),
      day: '2026-12-01',
    }));
    const kept = await reminders.recordShown(many);
    expect(kept.ok && [kept.value.value.shown.length, kept.value.value.shown[0]?.about]).toEqual([
      1000,
      '500',
    ]);
  });
});
