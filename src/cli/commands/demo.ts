import type { Command } from '../command.ts';
import { usageError } from '../usage-error.ts';

export const demo: Command = ({ output }) => Promise.resolve(output.fail(usageError('positional')));
