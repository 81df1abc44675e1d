import { settingsChange, settingsSchema } from '../../sandbox/settings.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usageError } from '../usage-error.ts';

/** `set name=value …`: values as JSON where they are JSON, else as text. Without any, tells what is set. */
export async function changeSettings(
  { application, args, output }: CommandContext,
  folder: string,
): Promise<ExitCode> {
  const pairs = args.positionals.slice(1).map((pair) => [...(/^(\w+)=(.*)$/s.exec(pair) ?? [])]);
  const change = settingsChange.safeParse(
    Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, valueOf(value)])),
  );
  if (!change.success || pairs.some((pair) => pair.length === 0)) {
    return output.fail(usageError('setting', { names: Object.keys(settingsSchema.shape) }));
  }
  const connected = await application.connectSandbox(folder);
  if (!connected.ok) return output.fail(connected.error);
  try {
    const changed = await connected.value.operator.changeSettings(change.data);
    if (!changed.ok) return output.fail(changed.error);
    output.finish({ ok: true, settings: changed.value });
    if (!output.isJson) {
      output.say(output.words('sandbox.settings', { settings: JSON.stringify(changed.value) }));
    }
    return EXIT.done;
  } finally {
    await connected.value.close();
  }
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
