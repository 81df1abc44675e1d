import { fork } from 'node:child_process';
import type { HostChannel } from './host-client.ts';

/** Lines a driver writes to its standard output or error; they never reach ours. */
export type NoiseListener = (text: string) => void;

/**
 * Starts the built host (`out/host.mjs`) as a child of plain Node. Buffers pass as bytes.
 * @param environment variables of the host, for drivers that are configured by them
 */
export function forkHost(
  hostPath: string,
  onNoise: NoiseListener,
  environment: NodeJS.ProcessEnv = process.env,
): HostChannel {
  const child = fork(hostPath, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Flags of this process (debugger, loaders) are not the host's.
    execArgv: [],
    env: environment,
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => onNoise(text));
  }
  return {
    pid: child.pid ?? null,
    post(message) {
      // A host that is gone is told by onExit.
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
