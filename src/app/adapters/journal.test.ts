import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RenewalEvent, RenewalRequest } from '../../core/renewal/state.ts';
import { createJournals, type Journals, type JournalRecord } from './journal.ts';

const HASH = 'ab'.repeat(32);

const request: RenewalRequest = {
  renewalId: 'r1',
  token: 'T1',
  gateway: 'http://127.0.0.1:1',
  profile: 'sandbox',
  anchors: ['AAAA'],
  old: {
    container: '01',
    certificate: 'AAAA',
    encryptionCertificate: null,
    sha256: HASH,
    serial: '0A',
    issuer: HASH,
    key: HASH,
    algorithm: 'RSA-2048',
    notAfter: 1,
  },
  reference: null,
  mode: null,
};
const record = (entry: JournalRecord['entry']): JournalRecord => ({ at: '2026-11-20T09:00:00.000Z', entry });
const started = record({ type: 'started', request });
const eligible = record({ type: 'eligible' });

const order = {
  id: 'o1',
  state: 'approved',
  text: '',
  agreementsOpen: false,
  formOpen: false,
  payment: { amountFen: 100, qr: 'pay:o1' },
  items: [
    {
      id: 'i1',
      algorithm: 'SM2',
      key: 'newKey',
      needsRequest: true,
      certificates: 'dual',
      state: 'awaitingRequest',
      requestKey: null,
    },
  ],
  seal: { name: '印章', maker: '制章者', object: 'SEAL' },
} as const;

/** One of every kind. */
const EVENTS: { [T in RenewalEvent['type']]: Extract<RenewalEvent, { type: T }> } = {
  consented: { type: 'consented', consents: ['oldRevoked'] },
  tokenOpened: { type: 'tokenOpened', containers: [{ id: '01', keys: [HASH], certificates: [HASH] }] },
  gatewayOpened: { type: 'gatewayOpened', clockOffset: -5, oldRevokedAt: 'confirm', confirms: true },
  eligible: { type: 'eligible' },
  roomProbed: { type: 'roomProbed', mode: 'inPlace', algorithm: null },
  orderRead: { type: 'orderRead', order },
  orderNoticed: { type: 'orderNoticed', state: 'inReview' },
  tokenClosed: { type: 'tokenClosed' },
  containerChosen: { type: 'containerChosen', item: 'i1', container: '02', key: null },
  containerCreated: { type: 'containerCreated', item: 'i1' },
  keyGenerated: { type: 'keyGenerated', item: 'i1', key: HASH },
  requestSigned: { type: 'requestSigned', item: 'i1', request: 'AAAA' },
  reissued: { type: 'reissued', item: 'i1', order },
  issued: {
    type: 'issued',
    items: [
      {
        item: 'i1',
        certificates: {
          signing: 'AAAA',
          signingSha256: HASH,
          encryption: 'AAAA',
          encryptionSha256: HASH,
          encryptionKey: HASH,
          hasEnvelope: true,
          chain: ['AAAA'],
        },
      },
    ],
  },
  proved: { type: 'proved', item: 'i1' },
  encryptionKeyImported: { type: 'encryptionKeyImported', item: 'i1' },
  certificateWritten: { type: 'certificateWritten', item: 'i1', use: 'signing' },
  tested: { type: 'tested', item: 'i1' },
  rolledBack: { type: 'rolledBack' },
  confirmed: { type: 'confirmed', order },
  sealPlanned: {
    type: 'sealPlanned',
    plan: { kind: 'thisOrder', name: '印章', maker: null, object: 'SEAL', replaces: true },
  },
  sealKept: { type: 'sealKept' },
  sealWritten: { type: 'sealWritten' },
  sealRefused: { type: 'sealRefused', error: { code: 'token.full' } },
  oldStatusRead: { type: 'oldStatusRead', revoked: null },
  failed: {
    type: 'failed',
    during: 'generateKey',
    error: { code: 'driver.crashed', module: '/m.so', call: 'C_GenerateKeyPair' },
  },
  resumed: { type: 'resumed' },
};

let root: string;
let journals: Journals;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'journal-'));
  journals = createJournals({ renewals: root });
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function write(records: readonly JournalRecord[], renewalId = 'r1'): Promise<string> {
  const created = await journals.create(renewalId);
  if (!created.ok) throw new Error(created.error.code);
  for (const entry of records) expect(await created.value.append(entry)).toEqual({ ok: true });
  await created.value.close();
  return created.value.path;
}

describe('a renewal journal', () => {
  it('gives every kind of record back as it was written', async () => {
    const records = [started, ...Object.values(EVENTS).map(record)];
    const path = await write(records);
    expect(await journals.read('r1')).toEqual({ ok: true, value: records });
    expect(((await stat(path)).mode & 0o777).toString(8)).toBe('600');
  });

  it('is listed by its id', async () => {
    await write([started], 'b');
    await write([], 'a');
    await writeFile(join(root, 'notes.txt'), '');
    expect(await journals.list()).toEqual({ ok: true, value: ['a', 'b'] });
  });

  it.each([
    '{"at":"2026',
    'longer than what follows '.repeat(40),
    '\0\0\0\0',
    '{"at":"2026-11-20T09:00:00.000Z","entry":{"type":"eligible"}}',
  ])('leaves out a last line cut by a crash and goes on after the good ones (%j)', async (torn) => {
    const path = await write([started]);
    await appendFile(path, torn);
    const opened = await journals.open('r1');
    expect(opened).toMatchObject({ ok: true, value: { records: [started] } });
    if (!opened.ok) return;
    await opened.value.journal.append(eligible);
    await opened.value.journal.close();
    expect(await readFile(path, 'utf8')).toBe(`${JSON.stringify(started)}\n${JSON.stringify(eligible)}\n`);
  });

  it.each([
    ['rubbish in the middle', ['{{{', JSON.stringify(eligible)]],
    ['an event nobody knows', [JSON.stringify({ ...eligible, entry: { type: 'eaten' } })]],
    ['an event without its data', [JSON.stringify({ ...eligible, entry: { type: 'proved' } })]],
    ['a second beginning', [JSON.stringify(started)]],
    ['a time that is none', [JSON.stringify({ ...eligible, at: 'yesterday' })]],
    [
      'an error nobody knows',
      [JSON.stringify(record({ ...EVENTS.failed, error: { code: 'x.y' } as never }))],
    ],
  ])('is named as damaged and left alone with %s', async (_what, lines) => {
    const path = await write([started]);
    await appendFile(path, lines.map((line) => `${line}\n`).join(''));
    const before = await readFile(path, 'utf8');
    expect(await journals.open('r1')).toEqual({
      ok: false,
      error: { code: 'renewal.journalDamaged', path },
    });
    expect(await readFile(path, 'utf8')).toBe(before);
  });

  it('without its first record is damaged', async () => {
    const path = await write([eligible]);
    expect(await journals.read('r1')).toEqual({ ok: false, error: { code: 'renewal.journalDamaged', path } });
  });

  it.each(['nobody', '../r1', ''])('named %j is not found', async (wanted) => {
    expect(await journals.open(wanted)).toEqual({ ok: false, error: { code: 'renewal.notFound', wanted } });
  });

  it('says that it cannot be written and is then as it was', async () => {
    const created = await journals.create('r1');
    if (!created.ok) throw new Error(created.error.code);
    await created.value.append(started);
    const huge = record({ type: 'requestSigned', item: 'i1', request: 'A'.repeat(17 * 1024 * 1024) });
    expect(await created.value.append(huge)).toEqual({
      ok: false,
      error: { code: 'storage.full', path: created.value.path },
    });
    expect(await created.value.append(eligible)).toEqual({ ok: true });
    await created.value.close();
    expect(await journals.read('r1')).toEqual({ ok: true, value: [started, eligible] });
  });

  it('is never started twice under one id', async () => {
    const path = await write([started]);
    expect(await journals.create('r1')).toMatchObject({
      ok: false,
      error: { code: 'storage.damaged', path },
    });
  });
});
