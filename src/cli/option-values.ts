// Option values that are more than text.

import { readFile } from 'node:fs/promises';
import { decodePem } from '../core/certificate/pem.ts';
import { parseCertificate } from '../core/certificate/certificate.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { Arguments, OptionName } from './arguments.ts';
import { usageError } from './usage-error.ts';

type UsageError = AppError<'usage.invalid'>;

type NumberOption = Extract<OptionName, 'wait' | 'port' | 'days-left'>;

/** Whole seconds up to a week. */
export function readSeconds(
  args: Arguments,
  option: NumberOption,
  fallback: number,
): Result<number, UsageError> {
  return readWhole(args, option, 0, 604_800, fallback);
}

export function readWhole(
  args: Arguments,
  option: NumberOption,
  min: number,
  max: number,
  fallback: number,
): Result<number, UsageError> {
  const given = args.text(option);
  if (given === null) return ok(fallback);
  const value = /^-?\d{1,7}$/.test(given) ? Number(given) : Number.NaN;
  if (value >= min && value <= max) return ok(value);
  return err(usageError('number', { option: `--${option}`, min, max }));
}

/** Each `name=value`. */
export function readForm(given: readonly string[]): Result<ReadonlyMap<string, string>, UsageError> {
  const values = new Map<string, string>();
  for (const pair of given) {
    const [, name, value] = /^([A-Za-z0-9-]{1,64})=(.*)$/s.exec(pair) ?? [];
    if (name === undefined || value === undefined) return err(usageError('form'));
    values.set(name, value);
  }
  return ok(values);
}

/** Certificates in PEM files, DER; one that is no certificate is `certificate.unparsable`. */
export async function readRoots(
  paths: readonly string[],
): Promise<Result<readonly Uint8Array[], AppError<'file.unreadable' | 'certificate.unparsable'>>> {
  const roots: Uint8Array[] = [];
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) return err({ code: 'file.unreadable', path });
    const blocks = decodePem(text).filter(({ label }) => label === 'CERTIFICATE');
    if (blocks.length === 0) return err({ code: 'certificate.unparsable', reason: 'PEM' });
    for (const { der } of blocks) {
      const parsed = parseCertificate(der);
      if (!parsed.ok) return parsed;
      roots.push(der);
    }
  }
  return ok(roots);
}
