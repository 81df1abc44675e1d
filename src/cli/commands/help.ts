import { isCommand } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { version } from '../../app/version.ts';

export const help: Command = ({ args, output }) => {
  const [about] = args.positionals;
  const words = args.has('version')
    ? output.words('version', { version })
    : about !== undefined && isCommand(about)
      ? output.words(`help.${about}`)
      : output.words('help');
  if (output.isJson) output.finish({ version, text: words });
  else output.say(words);
  return Promise.resolve(EXIT.done);
};
