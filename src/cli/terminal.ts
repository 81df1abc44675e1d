// What a person types: secrets without echo, answers in a line. Secrets are bytes from the first to the last
// moment; every buffer they passed through is zeroed. Nothing is read before somebody asks for it, so that a
// second secret on standard input stays there until it is wanted.

import { createLineSource, type LineSource } from './line-source.ts';

export interface Terminal {
  /** A person can be asked. False with `--pin-stdin` or where standard input is no terminal. */
  readonly isInteractive: boolean;
  /** UTF-8, to be zeroed by whoever uses it. null: cancelled, or standard input has no further line. */
  askSecret(question: string, signal?: AbortSignal): Promise<Uint8Array | null>;
  /** null: cancelled, or nobody can be asked. */
  askLine(question: string, signal?: AbortSignal): Promise<string | null>;
  close(): void;
}

export interface TerminalOptions {
  readonly pinStdin: boolean;
}

export function openTerminal({ pinStdin }: TerminalOptions): Terminal {
  const isInteractive = process.stdin.isTTY && !pinStdin;
  let lines: LineSource | null = null;
  const source = (): LineSource => (lines ??= createLineSource(process.stdin));

  return {
    isInteractive,
    async askSecret(question, signal) {
      if (pinStdin) return source().readLine();
      if (!isInteractive) return null;
      // Echo is off before the question invites anybody to type.
      const typing = source().readHidden(signal);
      process.stderr.write(question);
      const secret = await typing;
      process.stderr.write('\n');
      return secret;
    },
    async askLine(question, signal) {
      return isInteractive ? askVisibly(question, signal) : null;
    },
    close() {
      lines?.close();
    },
  };
}

async function askVisibly(question: string, signal?: AbortSignal): Promise<string | null> {
  const { createInterface } = await import('node:readline/promises');
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const cancelled = new Promise<null>((resolve) => {
    asking.on('close', () => resolve(null));
    asking.on('SIGINT', () => {
      process.kill(process.pid, 'SIGINT');
      asking.close();
    });
    signal?.addEventListener('abort', () => asking.close());
  });
  try {
    const answer = await Promise.race([asking.question(question), cancelled]);
    return answer?.trim() ?? null;
  } finally {
    asking.close();
  }
}
