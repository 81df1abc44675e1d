import { randomBytes } from 'node:crypto';
import { KEY_ALGORITHMS } from '../../core/token/token.ts';
import { findToken } from '../chosen-token.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readWhole } from '../option-values.ts';
import { provisionToken } from '../../app/services/provisioning.ts';
import { askPin } from '../secrets.ts';
import { usageError } from '../usage-error.ts';
import { certificateLine } from './token-lines.ts';

/** A practice certificate with so many days left, on a key generated on the token. */
export async function provision(context: CommandContext, folder: string): Promise<ExitCode> {
  const { application, args, interruption, output } = context;
  if (args.positionals.length > 1) return output.fail(usageError('positional'));
  if (args.text('days-left') === null) return output.fail(usageError('daysLeftMissing'));
  const daysLeft = readWhole(args, 'days-left', -3660, 7300, 0);
  if (!daysLeft.ok) return output.fail(daysLeft.error);
  const algorithm = KEY_ALGORITHMS.find((name) => name === (args.text('algorithm') ?? 'RSA-2048'));
  if (algorithm === undefined)
    return output.fail(usageError('algorithm', { algorithms: [...KEY_ALGORITHMS] }));
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const connected = await application.connectSandbox(folder);
  if (!connected.ok) return output.fail(connected.error);
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.wait')),
    onSecond: () => output.note(output.words('interrupt.leave')),
    leaveWith: EXIT.unexpected,
  });
  try {
    const pin = await askPin(context, found.value.token, 'secret.pin', hold.signal);
    if (!pin.ok) return output.fail(pin.error);
    const provisioned = await provisionToken(application, connected.value.operator, found.value, {
      pin: pin.value,
      acceptLastTry: args.has('accept-last-try'),
      container: randomBytes(8).toString('hex'),
      algorithm,
      commonName: args.text('common-name') ?? '演练用户',
      daysLeft: daysLeft.value,
    });
    if (!provisioned.ok) return output.fail(provisioned.error);
    return await tell(context, found.value.token, provisioned.value.certificate.sha256);
  } finally {
    hold.release();
    await connected.value.close();
  }
}

async function tell(
  { application, output }: CommandContext,
  token: { readonly id: string; readonly label: string },
  sha256: string,
): Promise<ExitCode> {
  const written = await (await application.tokens()).findCertificate(sha256, token.id);
  if (!written.ok) return output.fail(written.error);
  output.finish({ ok: true, token: token.id, certificate: written.value.view });
  if (!output.isJson) {
    const certificate = certificateLine(written.value.view, output);
    output.say(output.words('sandbox.provisioned', { label: token.label, certificate }));
  }
  return EXIT.done;
}
