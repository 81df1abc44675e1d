import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { CommandContext } from './command.ts';
import { usageError } from './usage-error.ts';

export type SecretError = AppError<'usage.invalid' | 'pin.required'>;

type Asking = Pick<CommandContext, 'terminal' | 'output' | 'args'>;

/** A PIN as bytes; the caller hands it on or zeroes it. Cancelling is `pin.required`. */
export async function askPin(
  { terminal, output, args }: Asking,
  token: { readonly label: string; readonly id: string },
  question: 'secret.pin' | 'secret.adminPin' = 'secret.pin',
  signal?: AbortSignal,
): Promise<Result<Uint8Array, SecretError>> {
  const isFromStdin = args.has('pin-stdin');
  if (!terminal.isInteractive && !isFromStdin) return err(usageError('secretMissing'));
  const label = token.label === '' ? token.id : token.label;
  const secret = await terminal.askSecret(output.words(question, { label }), signal);
  if (secret === null) return err(isFromStdin ? usageError('secretLineMissing') : { code: 'pin.required' });
  return secret.length === 0 ? err({ code: 'pin.required' }) : ok(secret);
}

/** Typed twice by a person, given once on standard input. */
export async function askNewPin({
  terminal,
  output,
  args,
}: Asking): Promise<Result<Uint8Array, SecretError>> {
  const isFromStdin = args.has('pin-stdin');
  const first = await terminal.askSecret(output.words('secret.newPin'));
  if (first === null) return err(isFromStdin ? usageError('secretLineMissing') : { code: 'pin.required' });
  if (!terminal.isInteractive) return ok(first);
  const second = await terminal.askSecret(output.words('secret.newPinAgain'));
  const isSame = second !== null && Buffer.from(first).equals(second);
  second?.fill(0);
  if (isSame) return ok(first);
  first.fill(0);
  return err(usageError('secretsDiffer'));
}
