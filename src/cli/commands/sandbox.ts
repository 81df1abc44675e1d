// The rehearsal CA: serving it, and what its operator does from another terminal.

import { join, resolve } from 'node:path';
import type { Command, CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readWhole } from '../option-values.ts';
import { usageError } from '../usage-error.ts';
import { ORDER_ACTIONS } from './sandbox-orders.ts';

type Action = (context: CommandContext, folder: string) => Promise<ExitCode>;

const ACTIONS: Readonly<Record<string, () => Promise<Action>>> = {
  ...Object.fromEntries(
    Object.keys(ORDER_ACTIONS).map((name) => [
      name,
      async () => {
        const { changeOrder } = await import('./sandbox-orders.ts');
        return (context, folder) => changeOrder(name, context, folder);
      },
    ]),
  ),
  set: async () => (await import('./sandbox-settings.ts')).changeSettings,
  prepare: async () => (await import('./sandbox-prepare.ts')).prepare,
  provision: async () => (await import('./sandbox-provision.ts')).provision,
};

export const sandbox: Command = async (context) => {
  const { args, dataDir, output } = context;
  const folder = resolve(args.text('data') ?? join(dataDir, 'sandbox'));
  const [name] = args.positionals;
  if (name === undefined || name === 'serve') return serve(context, folder);
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined) {
    return output.fail(
      usageError('sandboxAction', { actions: ['serve', ...Object.keys(ACTIONS)].join(' ') }),
    );
  }
  return (await action())(context, folder);
};

async function serve(context: CommandContext, folder: string): Promise<ExitCode> {
  const { application, args, interruption, output } = context;
  if (args.positionals.length > 1) return output.fail(usageError('positional'));
  const port = readWhole(args, 'port', 0, 65_535, 0);
  if (!port.ok) return output.fail(port.error);
  const auto = !args.has('manual');
  const opened = await application.openSandbox({ folder, settings: { auto } });
  if (!opened.ok) return output.fail(opened.error);
  const { rootPem, start, stop } = opened.value;
  const stopped = new Promise<void>((resolveStopped) => {
    interruption.hold({
      onFirst: () => resolveStopped(),
      onSecond: () => undefined,
      leaveWith: EXIT.unexpected,
    });
  });
  try {
    const started = await start(port.value);
    if (!started.ok) return output.fail(started.error);
    const root = await writeRoot(folder, rootPem);
    if (!root.ok) return output.fail(root.error);
    output.finish({ ok: true, ...started.value, pid: process.pid, root: root.value, data: folder, auto });
    output.say(output.words('sandbox.running', { url: started.value.url }));
    output.say(output.words('sandbox.root', { root: root.value }));
    output.say(output.words(auto ? 'sandbox.auto' : 'sandbox.manual'));
    output.say(output.words('sandbox.stop'));
    await stopped;
    output.say(output.words('sandbox.stopped'));
    return EXIT.done;
  } finally {
    await stop();
  }
}

async function writeRoot(folder: string, pem: string) {
  const { writeDurably } = await import('../../storage/durable-file.ts');
  const path = join(folder, 'root.pem');
  const written = await writeDurably(path, pem);
  return written.ok ? { ok: true as const, value: path } : written;
}
