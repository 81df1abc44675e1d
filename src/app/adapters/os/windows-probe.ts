// The probe of a Windows computer, put together from its parts. What is asked of Windows itself is asked in a child
// process (native/windows); what many checks want to know is asked once.

import { createServer, connect } from 'node:net';
import type { Probe } from '../../../core/environment/probe.ts';
import type { Probed } from '../../../core/environment/probed.ts';
import type { WindowsReads } from '../../../core/environment/windows-system.ts';
import { err, ok } from '../../../core/errors/result.ts';
import { createFileProbe } from './files.ts';
import { createNetworkProbe } from './network.ts';
import { processAnswers, type ProbeParts } from './probe-parts.ts';
import { createWindowsSystemProbe } from './windows-system.ts';
import { createWindowsTrust } from './windows-trust.ts';

export interface WindowsProbeOptions extends ProbeParts {
  readonly windows: WindowsReads;
  readonly isAdministrator: boolean;
}

export function createWindowsProbe(options: WindowsProbeOptions): Probe {
  const { subject, drivers, verifier, signal, findRoute, isAdministrator } = options;
  const windows = rememberingReads(options.windows);
  const files = createFileProbe('/');
  const network = createNetworkProbe(signal, findRoute);
  return {
    platform: 'win32',
    ...processAnswers(options),
    subject,
    files,
    system: createWindowsSystemProbe({ windows, files, isAdministrator }),
    network,
    trust: createWindowsTrust(windows, { network, verifier, offered: subject.anchors }),
    drivers,
    keys: options.keys(network),
    browser: options.browser,
    windows: { ...windows, reachesLoopback },
  };
}

/** For one run of checks nothing of this changes. */
export function rememberingReads(windows: WindowsReads): WindowsReads {
  const answers = new Map<string, Promise<unknown>>();
  const remembered =
    <A extends readonly unknown[], R>(name: string, ask: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const key = JSON.stringify([name, ...args]);
      const known = answers.get(key) ?? ask(...args);
      answers.set(key, known);
      return known as Promise<R>;
    };
  return {
    ...windows,
    store: remembered('store', windows.store),
    devices: remembered('devices', windows.devices),
    processes: remembered('processes', windows.processes),
    listeners: remembered('listeners', windows.listeners),
  };
}

const LOOPBACK_LIMIT_MS = 2_000;

/** From a port of our own to itself. */
async function reachesLoopback(): Probed<boolean> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.end());
    const end = (answer: Awaited<ReturnType<typeof reachesLoopback>>): void => {
      clearTimeout(limit);
      server.close();
      resolve(answer);
    };
    const limit = setTimeout(() => end(ok(false)), LOOPBACK_LIMIT_MS);
    server.on('error', () => end(err({ reason: 'unavailable', what: '127.0.0.1' })));
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      const socket = connect({ port, host: '127.0.0.1' });
      socket.on('connect', () => end(ok(true))).on('error', () => end(ok(false)));
      socket.on('connect', () => socket.end());
    });
  });
}
