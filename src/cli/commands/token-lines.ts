import type { CertificateView, TokenView } from '../../app/services/token-view.ts';
import type { TokenProblem } from '../../app/services/tokens.ts';
import type { RevocationState } from '../../core/environment/probe.ts';
import { errorJson, type Output } from '../output.ts';

/** A token in a line, and a second one where its PIN needs attention. */
export function tokenLines(view: TokenView, output: Output): readonly string[] {
  const { label, id, model, manufacturer, module, pin } = view;
  const lines = [
    output.words('token.line', {
      label: label === '' ? '—' : label,
      id,
      model: [manufacturer, model].filter((part) => part !== '').join(' '),
      module,
    }),
  ];
  if (pin.state !== 'ok' && pin.state !== 'unknown') {
    lines.push(`  ${output.words(`pin.${pin.state}`, { attemptsLeft: pin.attemptsLeft })}`);
  }
  return lines;
}

/** A certificate in a line: id, holder, use, end, state. */
export function certificateLine(
  view: CertificateView,
  output: Output,
  revocation: RevocationState['state'] = 'good',
): string {
  const { id, commonName, subject, use, state, notBefore, notAfter, daysLeft, algorithm, hasPrivateKey } =
    view;
  const end = output.words(daysLeft < 0 ? 'certificate.ended' : 'certificate.ends', { notAfter, daysLeft });
  const parts = [
    output.words('certificate.line', { id, name: commonName ?? subject, use, algorithm }),
    state === 'pending' ? output.words('certificate.begins', { notBefore }) : end,
    output.words(`certificate.${state}`),
  ];
  if (revocation !== 'good') parts.push(output.words(`certificate.${revocation}`));
  if (hasPrivateKey === false) parts.push(output.words('certificate.keyless'));
  return parts.join(output.words('separator'));
}

/** What went wrong with drivers, for a command that goes on without them. */
export function problemJson({ module, error }: TokenProblem): object {
  const { code, number, message } = errorJson(error);
  return { code, number, module, message };
}

export function problemLine({ error, module }: TokenProblem, output: Output): string {
  const { number, message, advice } = errorJson(error);
  return output.words('list.problem', { number, message, advice, module });
}
