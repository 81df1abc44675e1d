import { findToken } from '../chosen-token.ts';
import type { Command } from '../command.ts';
import { readRoots } from '../option-values.ts';
import { MODES, runRenewalCommand } from '../renewal-run.ts';
import { usageError } from '../usage-error.ts';

/** Renews one certificate, from eligibility to the proof on the key. */
export const renew: Command = async (context) => {
  const { application, args, output } = context;
  const gateway = args.text('gateway');
  if (gateway === null) return output.fail(usageError('gatewayMissing'));
  const modeText = args.text('mode');
  const mode = modeText === null ? null : MODES[modeText];
  if (mode === undefined) return output.fail(usageError('mode', { modes: Object.keys(MODES).join(' ') }));
  const roots = await readRoots(args.texts('root'));
  if (!roots.ok) return output.fail(roots.error);
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const token = found.value.token.id;
  const wanted = args.text('certificate');
  const certificate =
    wanted === null ? null : await (await application.tokens()).findCertificate(wanted, token);
  if (certificate?.ok === false) return output.fail(certificate.error);
  const sha256 = certificate?.value.view.sha256 ?? null;
  return runRenewalCommand(context, (service, dialogue) =>
    service.start({ token, certificate: sha256, gateway, roots: roots.value, mode }, dialogue),
  );
};
