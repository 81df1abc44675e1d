import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { CommandContext } from './command.ts';
import type { Output } from './output.ts';
import { usageError } from './usage-error.ts';

export type SecretError = AppError<'usage.invalid' | 'pin.required'>;

type Asking = Pick<CommandContext, 'terminal' | 'output' | 'args'>;

type Question = Extract<Parameters<Output['words']>[0], `secret.${string}`>;

/** A PIN as bytes; the caller hands it on or zeroes it. Cancelling is `pin.required`. */
export async function askPin(
  context: Asking,
  token: { readonly label: string; readonly id: string },
  question: 'secret.pin' | 'secret.adminPin' = 'secret.pin',
  signal?: AbortSignal,
): Promise<Result<Uint8Array, SecretError>> {
  const label = token.label === '' ? token.id : token.label;
  return askSecret(context, context.output.words(question, { label }), signal);
}

/** As `askPin`, in words of one's own. */
export async function askSecret(
  { terminal, args }: Asking,
  question: string,
  signal?: AbortSignal,
): Promise<Result<Uint8Array, SecretError>> {
  const isFromStdin = args.has('pin-stdin');
  if (!terminal.isInteractive && !isFromStdin) return err(usageError('secretMissing'));
  const secret = await terminal.askSecret(question, signal);
  if (secret === null) return err(isFromStdin ? usageError('secretLineMissing') : { code: 'pin.required' });
  return secret.length === 0 ? err({ code: 'pin.required' }) : ok(secret);
}

/** Typed twice by a person, given once on standard input. */
export async function askNewPin(
  context: Asking,
  questions: readonly [Question, Question] = ['secret.newPin', 'secret.newPinAgain'],
): Promise<Result<Uint8Array, SecretError>> {
  const { terminal, output } = context;
  const [question, again] = questions.map((key) => output.words(key));
  const first = await askSecret(context, question ?? '');
  if (!first.ok || !terminal.isInteractive) return first;
  const second = await terminal.askSecret(again ?? '');
  const isSame = second !== null && Buffer.from(first.value).equals(second);
  second?.fill(0);
  if (isSame) return first;
  first.value.fill(0);
  return err(usageError('secretsDiffer'));
}

/** As `askNewPin`, but an empty or missing line means none. */
export async function askOptionalPin(
  context: Asking,
  questions: readonly [Question, Question],
): Promise<Result<Uint8Array | null, SecretError>> {
  const { terminal, output } = context;
  const first = await terminal.askSecret(output.words(questions[0]));
  if (first === null || first.length === 0) return ok(null);
  if (!terminal.isInteractive) return ok(first);
  const second = await terminal.askSecret(output.words(questions[1]));
  const isSame = second !== null && Buffer.from(first).equals(second);
  second?.fill(0);
  if (isSame) return ok(first);
  first.fill(0);
  return err(usageError('secretsDiffer'));
}
