import { findToken } from '../chosen-token.ts';
import type { Command } from '../command.ts';
import { readRoots } from '../option-values.ts';
import { runRenewalCommand } from '../renewal-run.ts';
import { usageError } from '../usage-error.ts';

/** Downloads a first certificate with 业务受理号 and 授权码, onto a key that may hold others. */
export const enroll: Command = async (context) => {
  const { args, output } = context;
  const gateway = args.text('gateway');
  if (gateway === null) return output.fail(usageError('gatewayMissing'));
  const reference = args.text('reference');
  if (reference === null) return output.fail(usageError('referenceMissing'));
  const roots = await readRoots(args.texts('root'));
  if (!roots.ok) return output.fail(roots.error);
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const token = found.value.token.id;
  return runRenewalCommand(context, (service, dialogue) =>
    service.enrol({ token, gateway, reference, roots: roots.value, profile: null }, dialogue),
  );
};
