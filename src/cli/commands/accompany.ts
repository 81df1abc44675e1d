import type { AccompanyService } from '../../app/services/accompany/accompany-service.ts';
import { findToken } from '../chosen-token.ts';
import type { Command, CommandContext } from '../command.ts';
import { runAccompaniment } from '../accompany-run.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readRoots } from '../option-values.ts';
import { usageError } from '../usage-error.ts';

type Action = (context: CommandContext, service: AccompanyService) => Promise<ExitCode>;

const ACTIONS: Readonly<Record<string, Action>> = { start, list, resume, abandon };

/** Renewal at a CA's own portal: recorded before, watched, and proved afterwards. */
export const accompany: Command = async (context) => {
  const { application, args, output } = context;
  const [name = 'start'] = args.positionals;
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    return output.fail(usageError('accompanyAction', { actions: Object.keys(ACTIONS).join(' ') }));
  }
  const service = await application.accompaniments();
  return service.ok ? action(context, service.value) : output.fail(service.error);
};

async function start(context: CommandContext, service: AccompanyService): Promise<ExitCode> {
  const { args, output } = context;
  const roots = await readRoots(args.texts('root'));
  if (!roots.ok) return output.fail(roots.error);
  const found = await findToken(context);
  if (!found.ok) return output.fail(found.error);
  const input = {
    token: found.value.token.id,
    certificate: args.text('certificate'),
    roots: roots.value,
    profile: args.text('profile'),
    opensPortal: !args.has('no-browser'),
  };
  return runAccompaniment(context, (dialogue) => service.start(input, dialogue));
}

function resume(context: CommandContext, service: AccompanyService): Promise<ExitCode> {
  const [, id = null] = context.args.positionals;
  return runAccompaniment(context, (dialogue) => service.resume({ id }, dialogue));
}

async function list({ output }: CommandContext, service: AccompanyService): Promise<ExitCode> {
  const open = await service.list();
  if (!open.ok) return output.fail(open.error);
  output.finish({ ok: true, open: open.value });
  if (output.isJson) return EXIT.done;
  for (const { id, startedAt, profile, certificate } of open.value) {
    const serial = certificate?.serial ?? '—';
    output.say(output.words('accompany.open', { id, startedAt, name: profile.name, serial }));
  }
  if (open.value.length === 0) output.say(output.words('accompany.none'));
  return EXIT.done;
}

async function abandon({ args, output }: CommandContext, service: AccompanyService): Promise<ExitCode> {
  const [, id] = args.positionals;
  if (id === undefined) return output.fail({ code: 'accompaniment.notFound', wanted: null });
  const removed = await service.abandon(id);
  if (!removed.ok) return output.fail(removed.error);
  output.finish({ ok: true, id });
  if (!output.isJson) output.say(output.words('accompany.abandoned', { id }));
  return EXIT.done;
}
