// The whole main job without hardware: a throw-away SoftHSM2 token, the rehearsal CA in this process, a renewal,
// and the story of it. Everything is removed afterwards, also on Ctrl-C, except what --keep asks for.

import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { storageErrorOf } from '../../app/adapters/storage-error.ts';
import type { Application } from '../../app/compose.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { Command, CommandContext } from '../command.ts';
import { keepFiles } from '../demo/kept-files.ts';
import { createSoftHsmToken, type SoftHsmToken } from '../demo/softhsm-token.ts';
import { tellStory, type Story } from '../demo/story.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reportJson, reportLines } from '../renewal-run.ts';
import { usageError } from '../usage-error.ts';

const LABEL = 'DEMO';
const ALGORITHM = 'RSA-2048';

export const demo: Command = async (context) => {
  const { args, interruption, output } = context;
  const keep = args.text('keep');
  const kept = keep === null ? null : await makeKeptFolder(resolve(keep));
  if (kept?.ok === false) return output.fail(kept.error);
  const work = await mkdtemp(join(tmpdir(), 'ukey-demo-'));
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.renewal')),
    onSecond: () => rmSync(work, { recursive: true, force: true }),
    leaveWith: EXIT.interrupted,
  });
  const started = performance.now();
  try {
    output.say(output.words('demo.title'));
    const pin = Uint8Array.from(Buffer.from(digits(8)));
    const told = await runStory(context, { work, folder: kept?.value ?? work, pin, signal: hold.signal });
    if (!told.ok) return failed(told.error, hold.signal, context);
    const journal = kept === null ? null : await keepFiles(kept.value, told.value, pin);
    return tell(context, told.value, {
      journal,
      kept: kept?.value ?? null,
      seconds: performance.now() - started,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
    hold.release();
  }
};

function digits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('');
}

async function makeKeptFolder(
  path: string,
): Promise<
  Result<string, AppError<'usage.invalid' | 'storage.full' | 'storage.readOnly' | 'storage.damaged'>>
> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
    const isEmpty = (await readdir(path)).length === 0;
    return isEmpty ? ok(path) : err(usageError('folderTaken', { path }));
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
}

interface Stage {
  readonly work: string;
  /** Holds the token. */
  readonly folder: string;
  readonly pin: Uint8Array;
  readonly signal: AbortSignal;
}

async function runStory(
  context: CommandContext,
  { work, folder, pin, signal }: Stage,
): Promise<Result<Story, AppError>> {
  const { args, output } = context;
  const made = await createSoftHsmToken({
    folder,
    module: args.texts('module')[0] ?? null,
    label: LABEL,
    digits,
  });
  if (!made.ok) return made;
  const application = context.openApplication({
    drivers: [{ kind: 'pkcs11', module: made.value.module }],
    dataDir: join(work, 'data'),
    hostEnvironment: made.value.environment,
  });
  try {
    const found = await takeOver(application, made.value, pin);
    if (!found.ok) return found;
    output.say(output.words('demo.token'));
    return await tellStory({
      ...{ application, found: found.value, pin, output, signal },
      algorithm: ALGORITHM,
      sandboxFolder: join(work, 'sandbox'),
    });
  } finally {
    await application.dispose();
  }
}

async function takeOver(
  application: Application,
  { birthPin }: SoftHsmToken,
  pin: Uint8Array,
): Promise<Result<FoundToken, AppError>> {
  const found = await (await application.tokens()).find(LABEL);
  if (!found.ok) return found;
  const { source, token } = found.value;
  const changed = await source.provider.changePin(token.id, Buffer.from(birthPin), Uint8Array.from(pin), {
    acceptLastTry: false,
  });
  return changed.ok ? found : changed;
}

function failed(error: AppError, signal: AbortSignal, { output }: CommandContext): ExitCode {
  const code = output.fail(error);
  return signal.aborted ? EXIT.interrupted : code;
}

interface Ending {
  readonly journal: string | null;
  readonly kept: string | null;
  readonly seconds: number;
}

function tell({ output }: CommandContext, { report }: Story, ending: Ending): ExitCode {
  const { journal, kept } = ending;
  const story = { ...reportJson(report), journal };
  output.finish({
    ...story,
    stories: [{ name: 'rsa', provider: 'pkcs11', algorithm: ALGORITHM, ...story }],
    keep: kept,
  });
  if (output.isJson) return EXIT.done;
  const [, ...lines] = reportLines({ ...report, journal: journal ?? report.journal }, output);
  for (const line of kept === null ? lines.slice(0, -1) : lines) output.say(line);
  const tokenMs = report.steps.reduce((sum, step) => sum + step.tokenMs, 0);
  output.say(
    output.words('demo.seconds', {
      seconds: (ending.seconds / 1000).toFixed(1),
      tokenSeconds: (tokenMs / 1000).toFixed(1),
    }),
  );
  output.say(kept === null ? output.words('demo.removed') : output.words('demo.kept', { folder: kept }));
  return EXIT.done;
}
