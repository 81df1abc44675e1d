// Utility processes without Electron: children of Node that find a `process.parentPort` where Electron's find theirs.

import { fork } from 'node:child_process';
import type { ForkUtility } from '../../src/main/electron-parts.ts';

const PARENT_PORT = `
process.parentPort = {
  on: (name, listener) => process.on(name, (data) => listener({ data })),
  postMessage: (message) => process.connected && process.send(message),
};`;

export interface UtilityProcesses {
  readonly fork: ForkUtility;
  /** How each that was started ended, by its name; null: it runs. */
  ends(): Readonly<Record<string, number | null>>;
}

export function createUtilityProcesses(): UtilityProcesses {
  const ends: Record<string, number | null> = {};
  return {
    ends: () => ends,
    fork(program, args, { env, serviceName }) {
      const child = fork(program, args, {
        env,
        execArgv: ['--import', `data:text/javascript,${encodeURIComponent(PARENT_PORT)}`],
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      const name = `${serviceName} ${String(Object.keys(ends).length)}`;
      ends[name] = null;
      child.on('exit', (code) => (ends[name] = code));
      return {
        pid: child.pid,
        stdout: child.stdout,
        stderr: child.stderr,
        on: (event: string, listener: (message: unknown) => void) => child.on(event, listener),
        postMessage: (message) => void child.send(message as object),
      };
    },
  };
}
