import type { PinServiceError } from '../../app/services/pins.ts';
import type { FoundToken } from '../../app/services/tokens.ts';
import { err, type Result } from '../../core/errors/result.ts';
import type { PinOptions } from '../../core/token/provider.ts';
import { findToken } from '../chosen-token.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { askNewPin, askPin, type SecretError } from '../secrets.ts';
import { uninterrupted } from '../uninterrupted.ts';
import { usageError } from '../usage-error.ts';

const ACTIONS = { verify, change, unblock } as const;
type Action = keyof typeof ACTIONS;

type Outcome = Promise<Result<void, PinServiceError | SecretError>>;

/** Checks, changes or unblocks a PIN; one try for each time the person typed it. */
export const pin: Command = async (context) => {
  const { args, output } = context;
  const [name] = args.positionals;
  if (name === undefined || !isAction(name)) return output.fail(usageError('pinAction'));
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const outcome = await ACTIONS[name](context, found.value, { acceptLastTry: args.has('accept-last-try') });
  if (!outcome.ok) return output.fail(outcome.error);
  const { provider } = found.value.source;
  const status = await provider.readPinStatus(found.value.token.id);
  const { state, attemptsLeft } = status.ok ? status.value : { state: 'unknown', attemptsLeft: null };
  output.finish({ ok: true, token: found.value.token.id, pin: { state, attemptsLeft } });
  if (!output.isJson) output.say(output.words(`pin.done.${name}`));
  return EXIT.done;
};

function isAction(name: string): name is Action {
  return Object.hasOwn(ACTIONS, name);
}

async function verify(context: CommandContext, found: FoundToken, options: PinOptions): Outcome {
  const pin = await askPin(context, found.token);
  if (!pin.ok) return pin;
  return changing(context, async () => (await context.application.pins()).verify(found, pin.value, options));
}

async function change(context: CommandContext, found: FoundToken, options: PinOptions): Outcome {
  const oldPin = await askPin(context, found.token);
  if (!oldPin.ok) return oldPin;
  const newPin = await askNewPin(context);
  if (!newPin.ok) {
    oldPin.value.fill(0);
    return newPin;
  }
  return changing(context, async () =>
    (await context.application.pins()).change(found, oldPin.value, newPin.value, options),
  );
}

async function unblock(context: CommandContext, found: FoundToken, options: PinOptions): Outcome {
  const adminPin = await askPin(context, found.token, 'secret.adminPin');
  if (!adminPin.ok) return adminPin;
  const newPin = await askNewPin(context);
  if (!newPin.ok) {
    adminPin.value.fill(0);
    return newPin;
  }
  return changing(context, async () =>
    (await context.application.pins()).unblock(found, adminPin.value, newPin.value, options),
  );
}

function changing(context: CommandContext, work: () => Outcome): Outcome {
  return uninterrupted(context, (signal) =>
    signal.aborted ? Promise.resolve(err({ code: 'pin.required' })) : work(),
  );
}
