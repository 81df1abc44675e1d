import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { viewVerification } from '../../app/services/seal-view.ts';
import { parseCertificate, type Certificate } from '../../core/certificate/certificate.ts';
import { parseCrl, type RevocationList } from '../../core/certificate/crl.ts';
import { decodePem } from '../../core/certificate/pem.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { readTimeText } from '../../core/seal/seal-time.ts';
import type { Verdict } from '../../core/seal/step.ts';
import type { Command } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { locale } from '../locale.ts';
import { sayReport } from '../verification-lines.ts';
import { usageError } from '../usage-error.ts';

const EXIT_OF: Readonly<Record<Verdict, ExitCode>> = {
  valid: EXIT.done,
  incomplete: EXIT.incomplete,
  invalid: EXIT.unconfirmed,
};

/** Judges a PDF, an OFD, a seal or a signature; a file that is none of these is unconfirmed. */
export const verify: Command = async ({ application, args, output }) => {
  const [path] = args.positionals;
  if (path === undefined) return output.fail(usageError('fileMissing'));
  const at = readInstant(args.text('at'));
  if (!at.ok) return output.fail(at.error);
  const roots = await readTrust(args.texts('root'));
  if (!roots.ok) return output.fail(roots.error);
  const given = await readTrust(args.texts('cert'));
  if (!given.ok) return output.fail(given.error);
  const content = args.text('content');
  const report = await (
    await application.seals()
  ).verify({
    path: resolve(path),
    contentPath: content === null ? null : resolve(content),
    at: at.value,
    roots: roots.value.certificates,
    certificates: given.value.certificates,
    revocationLists: [...roots.value.lists, ...given.value.lists],
  });
  if (!report.ok) return output.fail(report.error);
  const view = viewVerification(report.value, locale);
  output.finish(view);
  if (!output.isJson) sayReport(view, output);
  return EXIT_OF[view.verdict];
};

/** ISO 8601; a day alone is its beginning in Beijing. */
function readInstant(given: string | null): Result<number | null, AppError<'usage.invalid'>> {
  if (given === null) return ok(null);
  const read = readTimeText(/^\d{4}-?\d\d-?\d\d$/.test(given) ? `${given} 00:00` : given);
  return read === null ? err(usageError('time', { option: '--at' })) : ok(read.time);
}

interface Trusted {
  readonly certificates: readonly Certificate[];
  readonly lists: readonly RevocationList[];
}

/** Certificates and revocation lists in PEM files. */
async function readTrust(
  paths: readonly string[],
): Promise<Result<Trusted, AppError<'file.unreadable' | 'certificate.unparsable'>>> {
  const [certificates, lists]: [Certificate[], RevocationList[]] = [[], []];
  for (const path of paths) {
    const content = await readFile(path, 'latin1').catch(() => null);
    if (content === null) return err({ code: 'file.unreadable', path });
    const blocks = decodePem(content);
    if (blocks.length === 0) return err({ code: 'certificate.unparsable', reason: 'PEM' });
    for (const { label, der } of blocks) {
      const isList = label === 'X509 CRL';
      const parsed = isList ? parseCrl(der) : parseCertificate(der);
      if (!parsed.ok) return parsed;
      if ('revoked' in parsed.value) lists.push(parsed.value);
      else certificates.push(parsed.value);
    }
  }
  return ok({ certificates, lists });
}
