// Reads standard input as bytes, a line at a time and only on demand; in raw mode when a person types. What has
// been handed out or thrown away is zeroed.

import type { ReadStream } from 'node:tty';

export interface LineSource {
  /** The next line without its end; null at the end of input or when it is longer than any secret. */
  readLine(): Promise<Uint8Array | null>;
  /** What a person types without echo, up to Enter; null for Ctrl-D on nothing, Ctrl-C, or an abort. */
  readHidden(signal?: AbortSignal): Promise<Uint8Array | null>;
  close(): void;
}

const MAX_LINE = 1024;

const KEY = {
  ctrlC: 0x03,
  ctrlD: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  enter: 0x0d,
  ctrlU: 0x15,
  escape: 0x1b,
  delete: 0x7f,
} as const;

type Input = Pick<ReadStream, 'setRawMode' | 'isTTY'> & NodeJS.ReadStream;

export function createLineSource(input: Input): LineSource {
  let pending: Uint8Array = new Uint8Array(0);
  let hasEnded = false;

  function put(chunk: Uint8Array): void {
    const joined = new Uint8Array(pending.length + chunk.length);
    joined.set(pending);
    joined.set(chunk, pending.length);
    pending.fill(0);
    chunk.fill(0);
    pending = joined;
  }

  function take(length: number): Uint8Array {
    const taken = pending.slice(0, length);
    const rest = pending.slice(length);
    pending.fill(0);
    pending = rest;
    return taken;
  }

  /** Waits for more input; false at its end or when aborted. */
  function more(signal?: AbortSignal): Promise<boolean> {
    if (hasEnded || signal?.aborted === true) return Promise.resolve(false);
    return new Promise((resolve) => {
      const onData = (chunk: Buffer): void => {
        put(chunk);
        finish(true);
      };
      const onEnd = (): void => {
        hasEnded = true;
        finish(false);
      };
      const onAbort = (): void => finish(false);
      function finish(hasMore: boolean): void {
        input.pause();
        input.off('data', onData).off('end', onEnd).off('error', onEnd);
        signal?.removeEventListener('abort', onAbort);
        resolve(hasMore);
      }
      input.on('data', onData).on('end', onEnd).on('error', onEnd);
      signal?.addEventListener('abort', onAbort);
      input.resume();
    });
  }

  async function readLine(): Promise<Uint8Array | null> {
    for (;;) {
      const end = pending.indexOf(KEY.lineFeed);
      if (end > MAX_LINE || (end < 0 && pending.length > MAX_LINE)) return null;
      if (end >= 0) return withoutReturn(take(end + 1).subarray(0, end));
      if (!(await more())) return pending.length === 0 ? null : withoutReturn(take(pending.length));
    }
  }

  async function readHidden(signal?: AbortSignal): Promise<Uint8Array | null> {
    const typed = new Uint8Array(MAX_LINE);
    let length = 0;
    input.setRawMode(true);
    try {
      for (;;) {
        if (pending.length === 0 && !(await more(signal))) return null;
        const [key = 0] = take(1);
        if (key === KEY.enter || key === KEY.lineFeed) return typed.slice(0, length);
        if (key === KEY.ctrlC) {
          process.kill(process.pid, 'SIGINT');
          return null;
        }
        if (key === KEY.ctrlD && length === 0) return null;
        if (key === KEY.escape) take(pending.length);
        else if (key === KEY.ctrlU) length = 0;
        else if (key === KEY.delete || key === KEY.backspace) length = withoutLastCharacter(typed, length);
        else if (key >= 0x20 && length < MAX_LINE) typed[length++] = key;
      }
    } finally {
      typed.fill(0);
      input.setRawMode(false);
    }
  }

  return {
    readLine,
    readHidden,
    close() {
      pending.fill(0);
      input.pause();
    },
  };
}

function withoutReturn(line: Uint8Array): Uint8Array {
  return line.at(-1) === KEY.enter ? line.subarray(0, -1) : line;
}

/** UTF-8: continuation bytes go with their first byte. */
function withoutLastCharacter(typed: Uint8Array, length: number): number {
  let end = length;
  while (end > 0 && ((typed[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Math.max(0, end - 1);
}
