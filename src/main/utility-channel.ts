// Starts drivers and the presence child as utility processes: with the fuse `runAsNode` off, Electron forks no other.

import { basename } from 'node:path';
import type { ChildChannel, OpenChild } from '../native/host/child-channel.ts';
import { END } from '../native/host/parent-channel.ts';
import type { ForkUtility } from './electron-parts.ts';

/** @param kill ends a process that hears nothing any more; Electron's own way is a signal our children ignore */
export function createUtilityOpener(fork: ForkUtility, kill: (pid: number) => void): OpenChild {
  return (program, onNoise, environment): ChildChannel => {
    const child = fork(program, [], {
      env: withoutUndefined(environment),
      execArgv: [],
      stdio: 'pipe',
      serviceName: basename(program, '.mjs'),
    });
    let isOver = false;
    let isUnwanted = false;
    const listeners: (() => void)[] = [];
    const end = (): void => {
      if (isOver) return;
      isOver = true;
      for (const listener of listeners) listener();
    };
    // What V8 could not go on with: the exit follows.
    child.on('error', () => undefined);
    child.on('exit', end);
    child.on('spawn', () => {
      if (isUnwanted && child.pid !== undefined) kill(child.pid);
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => onNoise(text));
    }
    return {
      get pid() {
        return child.pid ?? null;
      },
      post(message) {
        if (!isOver) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void listeners.push(listener),
      disconnect() {
        if (!isOver) child.postMessage(END);
      },
      kill() {
        isUnwanted = true;
        if (!isOver && child.pid !== undefined) kill(child.pid);
      },
    };
  };
}

function withoutUndefined(variables: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
