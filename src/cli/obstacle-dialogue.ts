import type { GateDialogue } from '../app/services/clear-the-way.ts';
import type { CommandContext } from './command.ts';
import { findingLines } from './finding-lines.ts';

/** Says what stands in the way of a renewal; at a terminal the person may settle it and have it looked at again. */
export function createObstacleDialogue(
  { terminal, output }: Pick<CommandContext, 'terminal' | 'output'>,
  signal: AbortSignal,
): Required<GateDialogue> {
  return {
    async removeObstacles(obstacles) {
      output.note(output.words('obstacles', { count: obstacles.length }));
      for (const found of obstacles) for (const line of findingLines(found, output)) output.note(line);
      if (!terminal.isInteractive) return false;
      return (await terminal.askLine(output.words('ask.obstacles'), signal)) === '';
    },
  };
}
