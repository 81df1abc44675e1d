import { fork } from 'node:child_process';
import type { ChildChannel } from './child-channel.ts';

/** Starts a child of plain Node (`OpenChild`). Buffers pass as bytes. */
export function forkChild(
  program: string,
  onNoise: (text: string) => void,
  environment: NodeJS.ProcessEnv = process.env,
): ChildChannel {
  const child = fork(program, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Flags of this process (debugger, loaders) are not the child's.
    execArgv: [],
    env: environment,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => onNoise(text));
  }
  return {
    pid: child.pid ?? null,
    post(message) {
      // A child that is gone is told by onExit.
      if (child.connected) child.send(message, () => undefined);
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onExit(listener) {
      let isOver = false;
      const once = (): void => {
        if (!isOver) listener();
        isOver = true;
      };
      child.on('exit', once).on('error', once);
    },
    disconnect() {
      if (child.connected) child.disconnect();
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}
