// The rows of the matrix: ways to interrupt a renewal, for any kind of key. Each row first watches one renewal that
// nothing disturbs, to learn the places where it can be interrupted.

import { readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { GatewayCall } from '../../src/contract/gateway.ts';
import type { RenewalMode } from '../../src/core/renewal/state.ts';
import { buildDiskShim } from '../support/disk-faults/build-shim.ts';
import { createTemplate, openCell, type Cell, type Template } from './cell.ts';
import { numbered, type Moment, type TokenKind } from './cell-token.ts';
import { expectRenewed, expectUntouched } from './judge.ts';

// A cell is mostly other processes; more of them at once than cores only makes each slower.
vi.setConfig({ maxConcurrency: 2, testTimeout: 60_000 });

/** A template for one test file, removed after it. */
export async function templateOf(kind: TokenKind, sealed = false): Promise<Template> {
  const template = await createTemplate(kind, sealed);
  afterAll(() => rm(template.folder, { recursive: true, force: true }));
  return template;
}

export async function inCell<T>(template: Template, work: (cell: Cell) => Promise<T>): Promise<T> {
  const cell = await openCell(template);
  try {
    return await work(cell);
  } finally {
    await cell.dispose();
  }
}

/** What `look` finds after a renewal that nothing disturbed, which left the old keys as they were. */
export function afterOneRenewal<T>(
  template: Template,
  look: (cell: Cell) => T | Promise<T>,
  mode?: string,
): Promise<T> {
  return inCell(template, async (cell) => {
    const outcome = await cell.renew(mode === undefined ? {} : { mode });
    if (outcome.json?.['ok'] !== true) throw new Error(`baseline: ${JSON.stringify(outcome)}`);
    const found = await look(cell);
    if (outcome.json['mode'] !== 'inplace') await expectUntouched(cell);
    return found;
  });
}

export interface CallsRow {
  /** What `--mode` is given; left out: the preflight chooses. */
  readonly asked?: string;
  /** What it is then. */
  readonly mode?: RenewalMode;
  readonly orders?: readonly ('before' | 'after')[];
  /** Left out: every telling call. */
  isWanted?(moment: Moment, all: readonly Moment[]): boolean;
  /** What must hold besides. */
  judge?(cell: Cell): Promise<void>;
}

/** SIGKILL of application and driver host at every call that changes the key or uses it. */
export async function killedAtCalls(template: Template, row: CallsRow = {}): Promise<void> {
  const { asked, mode = 'new', orders = ['before', 'after'], isWanted = () => true, judge } = row;
  const moments = await afterOneRenewal(template, ({ token }) => token.moments(), asked);
  const wanted = moments.filter((moment) => isWanted(moment, moments));
  const cells = wanted.flatMap((moment) => orders.map((order) => ({ ...moment, order })));
  describe.concurrent(`killed at a call of the driver: ${template.kind.name}, ${mode} mode`, () => {
    it.each(cells)('$order $name number $occurrence', ({ order, ...moment }) =>
      inCell(template, async (cell) => {
        const again = asked === undefined ? {} : { mode: asked };
        await cell.token.killAt(moment, order);
        expect((await cell.renew(again)).exitCode).toBeNull();
        await cell.token.calm();
        if (mode !== 'inPlace') await expectUntouched(cell);
        await expectRenewed(cell, await cell.resume(again), mode);
        await judge?.(cell);
      }),
    );
  });
}

/** The key is pulled out at a call of the driver, plugged in again, and the renewal resumed. */
export async function pulledAtCalls(
  template: Template,
  isWanted: (moment: Moment) => boolean,
): Promise<void> {
  const moments = await afterOneRenewal(template, ({ token }) => token.moments());
  describe.concurrent(`pulled at a call of the driver: ${template.kind.name}`, () => {
    it.each(moments.filter(isWanted))('$name number $occurrence', (moment) =>
      inCell(template, async (cell) => {
        await cell.token.pullAt(moment);
        const stopped = await cell.renew();
        expect(stopped).toMatchObject({
          exitCode: 8,
          json: { ok: false, error: { code: 'token.removed' }, resumable: true },
        });
        await cell.token.calm();
        await expectUntouched(cell);
        await expectRenewed(cell, await cell.resume());
      }),
    );
  });
}

/** One process is held up in the middle of a call; a second one wants the same key. */
export function besideSecondProcess(template: Template, moment: Moment): void {
  it(`is not touched by a second process while the first one works: ${template.kind.name}`, () =>
    inCell(template, async (cell) => {
      const { reached } = await cell.token.pauseAt(moment);
      const first = cell.startRenewal();
      await reached();
      const second = await cell.renew();
      expect(second).toMatchObject({ json: { ok: false, error: { code: 'token.busy' } } });
      await cell.token.calm();
      await expectRenewed(cell, await first.done);
    }));
}

/** What the CA keeps something of; around a reading call nothing differs from after the call before it. */
const CHANGING: ReadonlySet<string> = new Set<GatewayCall>([
  'login',
  'createOrder',
  'acceptAgreements',
  'submitForm',
  'submitRequest',
  'confirmCertificates',
]);

/** SIGKILL just before a call reaches the CA, and after the CA has done its work but not answered. */
export async function killedAtGateway(template: Template): Promise<void> {
  const calls = await afterOneRenewal(template, ({ front }) => numbered(front.calls));
  const cells = calls
    .filter(({ name }) => CHANGING.has(name))
    .flatMap((call) => (['beforeForward', 'beforeReply'] as const).map((when) => ({ ...call, when })));
  describe.concurrent(`killed at a call of the gateway: ${template.kind.name}`, () => {
    it.each(cells)('$when of $name number $occurrence', (place) =>
      inCell(template, async (cell) => {
        await renewAndKill(cell, place);
        await expectUntouched(cell);
        await expectRenewed(cell, await cell.resume());
      }),
    );
  });
}

async function renewAndKill(
  cell: Cell,
  { name, occurrence, when }: Moment & { readonly when: 'beforeForward' | 'beforeReply' },
): Promise<void> {
  const { child, done } = cell.startRenewal();
  cell.front.watch((moment) => {
    if (moment.call !== name || moment.count !== occurrence || moment.when !== when) return;
    child.kill('SIGKILL');
    if (when === 'beforeForward') throw new Error('the application died before the request left');
  });
  const outcome = await done;
  cell.front.watch(null);
  if (outcome.exitCode !== null) throw new Error(`not killed: ${JSON.stringify(outcome)}`);
}

/** SIGKILL right after a record of the journal is on the disk. */
export async function killedAfterRecords(template: Template, which: 'all' | 'telling'): Promise<void> {
  const shim = await buildDiskShim();
  const records = await afterOneRenewal(template, readRecords);
  const wanted = records.filter(({ type }) => which === 'all' || TELLING_RECORDS.has(type));
  describe.concurrent(`killed after a record of the journal: ${template.kind.name}`, () => {
    it.each(wanted)('record $number, $type', ({ number }) =>
      inCell(template, async (cell) => {
        const killed = await cell.renew({ env: { LD_PRELOAD: shim, JOURNAL_KILL_AFTER: String(number) } });
        expect(killed.exitCode).toBeNull();
        await expectUntouched(cell);
        await expectRenewed(cell, await cell.resume());
      }),
    );
  });
}

/** The disk is full from a record of the journal on. */
export async function fullAtRecords(template: Template): Promise<void> {
  const shim = await buildDiskShim();
  const records = await afterOneRenewal(template, readRecords);
  const first = records.filter(
    ({ type }, index) =>
      TELLING_RECORDS.has(type) && records.findIndex((record) => record.type === type) === index,
  );
  describe.concurrent(`a disk that is full from a record of the journal on: ${template.kind.name}`, () => {
    it.each(first)('record $number, $type', ({ number }) =>
      inCell(template, async (cell) => {
        const stopped = await cell.renew({ env: { LD_PRELOAD: shim, JOURNAL_FULL_FROM: String(number) } });
        expect(stopped.json).toMatchObject({ ok: false, error: { code: 'storage.full' } });
        await expectUntouched(cell);
        await expectRenewed(cell, await cell.resume());
      }),
    );
  });
}

/** What they record has changed the key or the CA. */
const TELLING_RECORDS: ReadonlySet<string> = new Set([
  'started',
  'containerChosen',
  'keyGenerated',
  'orderRead',
  'encryptionKeyImported',
  'certificateWritten',
  'confirmed',
]);

async function readRecords({
  journals,
}: Cell): Promise<readonly { readonly number: number; readonly type: string }[]> {
  const [name = ''] = await readdir(journals);
  const lines = (await readFile(join(journals, name), 'utf8')).trim().split('\n');
  return lines.map((line, index) => {
    const { entry } = JSON.parse(line) as { entry: { type: string } };
    return { number: index + 1, type: entry.type };
  });
}
