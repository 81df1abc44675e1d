import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeView } from '../../contract/views/notice-views.ts';
import type { OrderView } from '../../contract/views/renewal-views.ts';
import { NEUTRAL_PROFILE } from '../../contract/shipped-profiles.ts';
import type { Sighting } from '../../core/notice/seen.ts';
import { createReminders } from '../adapters/reminders.ts';
import { createSeenCertificates } from '../adapters/seen-certificates.ts';
import { createReminding, type Reminding } from './reminding.ts';

const START = Date.parse('2026-11-20T02:00:00Z');
const DAY = 86_400_000;
const SHA = 'ab'.repeat(32);

let folder: string;
let clock: { time: number; now(): number };
let shown: NoticeView[];
let closed: number[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reminding-'));
  clock = { time: START, now: () => clock.time };
  shown = [];
  closed = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(): Reminding {
  return createReminding({
    reminders: createReminders({ seen: folder }, clock),
    seen: createSeenCertificates({ seen: folder }, clock),
    clock,
    minutesEast: 480,
    profileOf: () => ({ ...NEUTRAL_PROFILE, reminderDays: [90, 30, 15, 0] }),
    onShown: (notice) => shown.push(notice),
    onClosed: (id) => closed.push(id),
  });
}

const sighting: Sighting = {
  sha256: SHA,
  commonName: '测试公司',
  subject: 'CN=测试公司',
  issuer: 'CN=测试CA',
  serial: '0A',
  use: 'signing',
  notBefore: START - 353 * DAY,
  notAfter: START + 12 * DAY,
  token: 'T1',
  tokenLabel: '财务',
  profile: 'neutral',
};
const ready: OrderView = {
  ...{ renewal: null, order: '7', kind: 'renew', token: 'T1', tokenLabel: '财务', certificate: SHA },
  ...{ commonName: null, reference: null, state: 'approved', at: '2026-11-20T02:00:00Z', problem: null },
};
const kinds = () => shown.map(({ text }) => text);

describe('reminding', () => {
  it('reminds of a key in its drawer, once a day, also after the program was started again', async () => {
    const first = open();
    await first.sight([sighting]);
    await first.sight([]);
    await first.consider([]);
    await first.consider([]);
    await open().consider([]);
    expect(kinds()).toEqual(['expiringAway']);
    expect(shown[0]?.parameters).toMatchObject({ tokenLabel: '财务', days: 12, day: '2026-12-02' });
  });

  it('closes a reminder of a certificate that was replaced meanwhile, and tells that it was', async () => {
    const reminding = open();
    await reminding.sight([sighting]);
    await reminding.consider([]);
    reminding.tell({ type: 'renewalDone', certificate: SHA, commonName: null, day: '2027-12-02' });
    const successor = { notBefore: START, notAfter: START + 377 * DAY, sha256: 'cd'.repeat(32) };
    await reminding.sight([sighting, { ...sighting, ...successor }]);
    await reminding.consider([]);
    expect(kinds()).toEqual(['expiring', 'renewalDone']);
    expect([closed, reminding.open().map(({ kind }) => kind)]).toEqual([[1], ['renewalDone']]);
  });

  it('is silent until tomorrow when it was put off, and then speaks once more', async () => {
    const reminding = open();
    await reminding.sight([sighting]);
    await reminding.consider([]);
    await reminding.answer(shown[0]!.id, 'later');
    clock.time += DAY;
    await reminding.consider([]);
    clock.time += DAY;
    await reminding.consider([]);
    expect(kinds()).toEqual(['expiring', 'expiring']);
    expect(closed).toEqual([1]);
  });

  it('falls silent about a certificate that is being renewed', async () => {
    const reminding = open();
    await reminding.sight([sighting]);
    await reminding.consider([]);
    reminding.settle('cd'.repeat(32));
    expect(reminding.open()).toHaveLength(1);
    reminding.settle(SHA);
    expect([reminding.open(), closed]).toEqual([[], [1]]);
  });

  it('tells that the new certificate can be written', async () => {
    const reminding = open();
    await reminding.sight([sighting]);
    await reminding.consider([ready]);
    expect([kinds(), shown[0]?.actions[0], shown[0]?.about]).toEqual([['orderReady'], 'updateNow', '7']);
  });

  it('tells what happens at once, and a newer one takes the place of an older one of its kind', () => {
    const reminding = open();
    reminding.tell({ type: 'tokenInserted', commonName: '测试公司' });
    reminding.tell({ type: 'tokenInserted', commonName: '另一公司' });
    reminding.tell({ type: 'pinIncorrect', attemptsLeft: null });
    expect([kinds(), closed, reminding.open().length]).toEqual([['tokenInserted', 'tokenInserted'], [1], 1]);
  });

  it('answers a notice that is closed with nothing', async () => {
    const reminding = open();
    reminding.tell({ type: 'tokenInserted', commonName: null });
    expect((await reminding.answer(1, 'view'))?.kind).toBe('tokenInserted');
    expect(await reminding.answer(1, 'view')).toBeNull();
  });

  it('remembers an opening and lets it go', async () => {
    const reminding = open();
    const opening = {
      id: 'o1',
      certificate: SHA,
      at: START + DAY,
      uploaded: 'cannotRedo',
      remindAfter: true,
    } as const;
    expect(await reminding.nameOpening(opening)).toEqual({ ok: true, value: [opening] });
    expect(await open().openings()).toEqual([opening]);
    expect(await reminding.removeOpening('o1')).toEqual({ ok: true, value: [] });
  });
});
