// Seals on a key: which there are, one of them closely, taking one out, and the self-test.

import { resolve } from 'node:path';
import type { SealOnKeyView } from '../../app/services/seal-on-key-view.ts';
import { viewVerification } from '../../app/services/seal-view.ts';
import type { SealOnKey } from '../../app/services/seals-on-key.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import { writeDocument } from '../../app/adapters/document-file.ts';
import { text } from '../../contract/text.ts';
import { parseCertificate } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { findToken } from '../chosen-token.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import { readRoots } from '../option-values.ts';
import type { Output } from '../output.ts';
import { usageError } from '../usage-error.ts';
import { sayReport } from '../verification-lines.ts';
import { problemJson } from './token-lines.ts';

const ACTIONS: Readonly<Record<string, () => Promise<Command>>> = {
  list: () => Promise.resolve(list),
  show: () => Promise.resolve(show),
  export: () => Promise.resolve(exportSeal),
  test: async () => (await import('./seal-test.ts')).testSeal,
};

export const seal: Command = async (context) => {
  const { args, output } = context;
  const [name = ''] = args.positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  return action === undefined ? output.fail(usageError('sealAction')) : (await action())(context);
};

/** Of the named key, else of all. What cannot be recognised is told, never left out. */
const list: Command = async ({ application, args, output }) => {
  const tokens = await application.tokens();
  const wanted = args.text('token');
  const named = wanted === null ? null : await tokens.find(wanted);
  if (named?.ok === false) return output.fail(named.error);
  const listed = named === null ? await tokens.list() : { tokens: [named.value], problems: [] };
  const service = await application.seals();
  const seals: SealOnKeyView[] = [];
  const others: { readonly token: string; readonly object: string; readonly state: string }[] = [];
  const problems = [...listed.problems];
  for (const found of listed.tokens) {
    const { token, source } = found;
    const read = await service.listSeals(found);
    if (!read.ok) {
      problems.push({ module: source.module, isExplicit: source.isExplicit, error: read.error });
      continue;
    }
    const { view } = read.value;
    seals.push(...view.seals);
    const objects = { unrecognised: view.unrecognised, unread: view.unread };
    for (const [state, names] of Object.entries(objects))
      others.push(...names.map((object) => ({ token: token.id, object, state })));
  }
  output.finish({ seals, others, problems: problems.map(problemJson) });
  for (const error of problems) output.warn(error.error);
  if (output.isJson) return exitOf(seals.length + others.length, problems[0]?.error);
  for (const each of seals) saySeal(each, output);
  for (const { token, object, state } of others)
    output.say(output.words(`seal.${state === 'unread' ? 'unread' : 'unrecognised'}`, { token, object }));
  if (seals.length + others.length === 0 && problems.length === 0) output.say(output.words('seal.noSeal'));
  return exitOf(seals.length + others.length, problems[0]?.error);
};

function exitOf(found: number, problem: AppError | undefined): ExitCode {
  return found === 0 && problem === undefined ? EXIT.nothingFound : EXIT.done;
}

function saySeal(view: SealOnKeyView, output: Output): void {
  output.say(text('seal.seal', { ...view, ...view.picture }, locale));
  const { id, token, object, owner } = view;
  output.say(`  ${output.words('seal.place', { id, token, object, owner })}`);
  const state = text(`seal.state.${view.state}`, {}, locale);
  const fits = text(`seal.fits.${String(view.fitsCurrent) as 'true' | 'false' | 'null'}`, {}, locale);
  output.say(`  ${output.words('seal.state', { state, fits })}`);
}

interface Chosen extends SealOnKey {
  readonly found: FoundToken;
  readonly view: SealOnKeyView;
}

/** By its id or data object; without either the only one. */
async function choose(context: CommandContext): Promise<Result<Chosen, AppError>> {
  const { application, args } = context;
  const found = await findToken(context);
  if (!found.ok) return found;
  const read = await (await application.seals()).listSeals(found.value);
  if (!read.ok) return read;
  const { seals, unrecognised, unread, view } = read.value;
  const [, wanted] = args.positionals;
  const fitting = seals.flatMap((each, index) => {
    const shown = view.seals[index];
    const isMeant = wanted === undefined || each.seal.id === wanted || each.object === wanted;
    return isMeant && shown !== undefined ? [{ ...each, view: shown, found: found.value }] : [];
  });
  const [first] = fitting;
  if (first !== undefined && fitting.length === 1) return ok(first);
  if (first !== undefined)
    return err(usageError('sealMissing', { seals: fitting.map((each) => each.seal.id) }));
  if (wanted !== undefined && seals.length > 0) return err({ code: 'seal.notFound', wanted });
  const objects = [...unrecognised, ...unread];
  return err(objects.length === 0 ? { code: 'seal.none' } : { code: 'seal.unrecognised', objects });
}

const show: Command = async (context) => {
  const { application, args, output } = context;
  const roots = await readRoots(args.texts('root'));
  if (!roots.ok) return output.fail(roots.error);
  const chosen = await choose(context);
  if (!chosen.ok) return output.fail(chosen.error);
  const { view } = chosen.value;
  const anchors = roots.value.flatMap((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? [parsed.value] : [];
  });
  const report = await (await application.seals()).checkSeal(chosen.value.seal, anchors);
  const verification = viewVerification(report, locale);
  output.finish({ ...view, signers: signersOf(chosen.value), verification });
  if (output.isJson) return EXIT.done;
  saySeal(view, output);
  sayReport({ ...verification, seal: null }, output);
  return EXIT.done;
};

/** Who may use it, as far as the list says: subjects, digests in hex, or names. */
function signersOf({ seal: { signers } }: Chosen): readonly string[] {
  if (signers.kind === 'names') return signers.names;
  if (signers.kind === 'digests')
    return signers.digests.map(
      ({ algorithm, value }) => `${algorithm}:${Buffer.from(value).toString('hex')}`,
    );
  return signers.certificates.map((der) => {
    const parsed = parseCertificate(der);
    return parsed.ok ? parsed.value.subject.display : '';
  });
}

/** The seal as it is (`.esl`), or its picture. */
const exportSeal: Command = async (context) => {
  const { args, output } = context;
  const [out, form] = [args.text('out'), args.text('as') ?? 'esl'];
  if (out === null) return output.fail(usageError('sealOutMissing'));
  if (form !== 'esl' && form !== 'picture') return output.fail(usageError('sealForm'));
  const chosen = await choose(context);
  if (!chosen.ok) return output.fail(chosen.error);
  const { seal: taken, view } = chosen.value;
  const content = form === 'esl' ? taken.der : taken.picture.data;
  const path = resolve(out);
  const written = await writeDocument(path, [content]);
  if (!written.ok) return output.fail(written.error);
  output.finish({ ok: true, out: path, as: form, size: content.length, seal: view });
  if (!output.isJson) output.say(output.words('seal.exported', { name: taken.name, out: path }));
  return EXIT.done;
};
