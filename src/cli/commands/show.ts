import { encodePem } from '../../core/certificate/pem.ts';
import { displayCertificate, type CertificateDisplay } from '../../core/certificate/display.ts';
import type { RevocationState } from '../../core/environment/probe.ts';
import type { FoundCertificate } from '../../app/services/tokens.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import type { Output } from '../output.ts';
import { usageError } from '../usage-error.ts';

/** One certificate in full, by id, SHA-256 or serial number. */
export const show: Command = async ({ application, args, output }) => {
  const [wanted] = args.positionals;
  if (wanted === undefined) return output.fail(usageError('certificateMissing'));
  const found = await (await application.tokens()).findCertificate(wanted, args.text('token'));
  if (!found.ok) return output.fail(found.error);
  const { entry, view } = found.value;
  const revocation = (await application.revocations()).get(view.sha256)?.state ?? 'unknown';
  const details = displayCertificate(entry.certificate, application.clock.now());
  const pem = encodePem('CERTIFICATE', entry.certificate.der);
  if (output.isJson) {
    output.finish({
      ...details,
      ...view,
      revocation,
      token: found.value.found.token.id,
      sm2: found.value.found.view.sm2,
      pem,
    });
  } else if (args.has('pem')) {
    output.say(pem.trimEnd());
  } else {
    sayCertificate(found.value, details, revocation, output);
  }
  return EXIT.done;
};

function sayCertificate(
  { found, view }: FoundCertificate,
  details: CertificateDisplay,
  revocation: RevocationState['state'] | 'unknown',
  output: Output,
): void {
  const state = [output.words(`certificate.${view.state}`)];
  if (revocation === 'revoked' || revocation === 'frozen')
    state.push(output.words(`certificate.${revocation}`));
  const rows = [
    ['subject', view.subject],
    ['issuer', view.issuer],
    ['serial', view.serial],
    ['validity', `${details.notBefore} – ${details.notAfter}`],
    ['daysLeft', String(view.daysLeft)],
    ['use', output.words(`use.${view.use}`)],
    ['state', state.join(output.words('separator'))],
    ['algorithm', `${view.algorithm}, ${details.signatureAlgorithm}`],
    ['keyUsages', details.keyUsages.join(', ')],
    ['privateKey', output.words(`privateKey.${String(view.hasPrivateKey) as 'true' | 'false' | 'null'}`)],
    ['token', `${found.token.id} ${found.token.label}`],
    ['container', view.container],
    ['sha256', view.sha256],
  ] as const;
  for (const [name, value] of rows) {
    if (value !== '') output.say(output.words('show.row', { name: output.words(`show.${name}`), value }));
  }
  const isOnlyShown = view.algorithm === 'SM2' && found.view.sm2 === 'readOnly';
  if (isOnlyShown) output.say(output.words('sm2.readOnly'));
}
