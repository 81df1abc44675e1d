// The whole main job without hardware, as two stories: SM2 with two certificates on a software key, then RSA over
// PKCS#11 where SoftHSM2 is there. Everything is removed afterwards, also on Ctrl-C, except what --keep asks for.

import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { storageErrorOf } from '../../storage/storage-error.ts';
import type { Command, CommandContext } from '../command.ts';
import { keepFiles } from '../demo/kept-files.ts';
import { isLacking, openStage, STAGES, type StageName } from '../demo/stages.ts';
import { tellStory, type Story } from '../demo/story.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { errorJson } from '../output.ts';
import { reportJson, reportLines } from '../renewal-run.ts';
import { usageError } from '../usage-error.ts';
import { makeFolder } from '../../storage/make-folder.ts';

/** In the order they are told. */
const PROGRAMMES: ReadonlyMap<string, readonly StageName[]> = new Map([
  ['rsa', ['rsa']],
  ['sm2', ['sm2']],
  ['both', ['sm2', 'rsa']],
]);

export const demo: Command = async (context) => {
  const { args, interruption, output } = context;
  const programme = PROGRAMMES.get(args.text('algorithm') ?? 'both');
  if (programme === undefined) return output.fail(usageError('demoAlgorithm'));
  const isAlone = programme.length === 1;
  const keep = args.text('keep');
  const kept = keep === null ? null : await makeKeptFolder(resolve(keep));
  if (kept?.ok === false) return output.fail(kept.error);
  const work = await mkdtemp(join(tmpdir(), 'ukey-demo-'));
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.renewal')),
    onSecond: () => rmSync(work, { recursive: true, force: true }),
    leaveWith: EXIT.interrupted,
  });
  try {
    output.say(output.words('demo.title'));
    const told: Told[] = [];
    for (const name of programme) {
      if (!isAlone) output.say(output.words(`demo.story.${name}`));
      const act = { name, work: join(work, name), kept: folderOf(kept?.value ?? null, name, isAlone) };
      const story = await perform(context, act, hold.signal);
      if (story.ok) told.push(story.value);
      else if (told.length > 0 && isLacking(story.error)) sayLacking(context, story.error);
      else return failed(story.error, hold.signal, context);
    }
    return finish(context, told, kept?.value ?? null, !isAlone);
  } finally {
    await rm(work, { recursive: true, force: true });
    hold.release();
  }
};

/** RSA lies at the top, and so does whatever is told alone. */
function folderOf(kept: string | null, name: StageName, isAlone: boolean): string | null {
  return kept === null || isAlone || name === 'rsa' ? kept : join(kept, name);
}

async function makeKeptFolder(
  path: string,
): Promise<
  Result<string, AppError<'usage.invalid' | 'storage.full' | 'storage.readOnly' | 'storage.damaged'>>
> {
  try {
    makeFolder(path);
    const isEmpty = (await readdir(path)).length === 0;
    return isEmpty ? ok(path) : err(usageError('folderTaken', { path }));
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
}

interface Act {
  readonly name: StageName;
  /** Removed afterwards. */
  readonly work: string;
  /** null: nothing is kept. */
  readonly kept: string | null;
}

interface Told extends Story {
  readonly name: StageName;
  /** Where it was kept; null: removed. */
  readonly journal: string | null;
}

async function perform(
  context: CommandContext,
  { name, work, kept }: Act,
  signal: AbortSignal,
): Promise<Result<Told, AppError>> {
  const { output } = context;
  const started = performance.now();
  for (const folder of [work, kept ?? work]) makeFolder(folder);
  const pin = Uint8Array.from(Buffer.from(digits(8)));
  const stage = await openStage(context, name, { folder: kept ?? work, work, pin, digits });
  if (!stage.ok) return stage;
  const { application, found } = stage.value;
  try {
    output.say(output.words(`demo.token.${name}`));
    const told = await tellStory({
      ...{ application, found, pin, output, signal },
      algorithm: STAGES[name].algorithm,
      sandboxFolder: join(work, 'sandbox'),
    });
    if (!told.ok) return told;
    const journal = kept === null ? null : await keepFiles(kept, told.value, pin);
    if (!output.isJson) sayEnd(context, { ...told.value, name, journal }, performance.now() - started);
    return ok({ ...told.value, name, journal });
  } finally {
    await application.dispose();
  }
}

function digits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

function sayEnd({ output }: CommandContext, { report, journal }: Told, ms: number): void {
  const [, ...lines] = reportLines({ ...report, journal: journal ?? report.journal }, output);
  for (const line of journal === null ? lines.slice(0, -1) : lines) output.say(line);
  const tokenMs = report.steps.reduce((sum, step) => sum + step.tokenMs, 0);
  output.say(
    output.words('demo.seconds', {
      seconds: (ms / 1000).toFixed(1),
      tokenSeconds: (tokenMs / 1000).toFixed(1),
    }),
  );
}

/** The other story was told, so this is advice and no failure. */
function sayLacking({ output }: CommandContext, error: AppError): void {
  const { message, advice } = errorJson(error);
  output.note(output.words('demo.lacking', { message, advice }));
}

function failed(error: AppError, signal: AbortSignal, { output }: CommandContext): ExitCode {
  const code = output.fail(error);
  return signal.aborted ? EXIT.interrupted : code;
}

function finish(
  { output }: CommandContext,
  told: readonly Told[],
  kept: string | null,
  isBoth: boolean,
): ExitCode {
  const stories = told.map(({ name, report, sealTest, journal }) => ({
    name,
    ...STAGES[name],
    ...reportJson(report),
    sealTest,
    journal,
  }));
  const first = told.find(({ name }) => name === 'rsa') ?? told[0];
  output.finish({
    ...(first === undefined ? {} : { ...reportJson(first.report), journal: first.journal }),
    stories,
    keep: kept,
  });
  if (output.isJson) return EXIT.done;
  const words = isBoth ? 'demo.keptBoth' : 'demo.kept';
  output.say(kept === null ? output.words('demo.removed') : output.words(words, { folder: kept }));
  return EXIT.done;
}
