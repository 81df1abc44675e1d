import type { TokenList } from '../../app/services/tokens.ts';
import type { CertificateView, TokenView } from '../../app/services/token-view.ts';
import type { RevocationState } from '../../core/environment/probe.ts';
import type { Command } from '../command.ts';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { certificateLine, problemJson, problemLine, tokenLines } from './token-lines.ts';

/** Every token with its certificates. A driver that fails is a problem beside the others, not a failure. */
export const list: Command = async ({ application, args, output }) => {
  const [found, revoked] = await Promise.all([
    application.tokens().then((tokens) => tokens.list()),
    application.revocations(),
  ]);
  if (output.isJson) {
    output.finish({
      tokens: found.tokens.map(({ view }) => tokenJson(view, revoked)),
      problems: found.problems.map(problemJson),
    });
  } else {
    sayTokens(found, revoked, args.has('verbose'), output);
  }
  return exitCode(found);
};

/** `revocation` as the CA last said; `unknown`: it was not asked, or did not say. */
function tokenJson(view: TokenView, revoked: ReadonlyMap<string, RevocationState>): object {
  const told = (certificate: CertificateView) => ({
    ...certificate,
    revocation: revoked.get(certificate.sha256)?.state ?? 'unknown',
  });
  return {
    ...view,
    containers: view.containers.map((one) => ({ ...one, certificates: one.certificates.map(told) })),
    certificates: view.certificates.map(told),
  };
}

function sayTokens(
  { tokens, problems }: TokenList,
  revoked: ReadonlyMap<string, RevocationState>,
  isVerbose: boolean,
  output: Output,
): void {
  for (const { view } of tokens) {
    for (const line of tokenLines(view, output)) output.say(line);
    for (const certificate of view.certificates) {
      const state = revoked.get(certificate.sha256)?.state ?? 'good';
      output.say(`  ${certificateLine(certificate, output, state)}`);
    }
    if (view.certificates.length === 0) output.say(`  ${output.words('list.noCertificate')}`);
    const holdsSm2 = view.certificates.some(({ algorithm }) => algorithm === 'SM2');
    if (view.sm2 === 'readOnly' && (holdsSm2 || isVerbose)) output.say(`  ${output.words('sm2.readOnly')}`);
  }
  if (tokens.length === 0) output.say(output.words('list.empty'));
  for (const problem of problems) output.note(problemLine(problem, output));
}

function exitCode({ tokens, problems }: TokenList): ExitCode {
  if (tokens.length > 0) return EXIT.done;
  const [first] = problems.toSorted((a, b) => Number(b.isExplicit) - Number(a.isExplicit));
  return first === undefined ? EXIT.nothingFound : exitCodeOf(first.error);
}
