import type { CommandContext } from './command.ts';
import { EXIT } from './exit-codes.ts';

/** A key that is at work is waited for: the first Ctrl-C says so, the second leaves. */
export async function uninterrupted<T>(
  { interruption, output }: Pick<CommandContext, 'interruption' | 'output'>,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const hold = interruption.hold({
    onFirst: () => output.note(output.words('interrupt.wait')),
    onSecond: () => output.note(output.words('interrupt.leave')),
    leaveWith: EXIT.unexpected,
  });
  try {
    return await work(hold.signal);
  } finally {
    hold.release();
  }
}
