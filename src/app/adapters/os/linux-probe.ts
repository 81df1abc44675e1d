// The probe of a Linux computer, put together from its parts.

import { CA_SERVICES } from '../../../core/environment/ca-services.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type { DriverProbe, KeyProbe, Probe, Subject } from '../../../core/environment/probe.ts';
import type { Clock } from '../log.ts';
import { createTrustProbe } from './anchors.ts';
import { createFileProbe } from './files.ts';
import { createLinuxSystem } from './linux-system.ts';
import { createNetworkProbe } from './network.ts';
import type { BrowserProbe } from '../../../core/environment/browser-page.ts';
import type { FindRoute } from './proxy-route.ts';
import { createTools } from './tools.ts';

export interface LinuxProbeOptions {
  /** `/` outside of tests. */
  readonly root: string;
  readonly clock: Clock;
  readonly variables: NodeJS.ProcessEnv;
  readonly subject: Subject;
  readonly drivers: DriverProbe;
  readonly verifier: SignatureVerifier;
  /** Where the system's tools lie; left out: its own folders. */
  readonly toolFolders?: readonly string[];
  readonly signal: AbortSignal;
  readonly findRoute: FindRoute;
  readonly browser: BrowserProbe;
  /** Made with the network of this probe. */
  readonly keys: (network: Probe['network']) => KeyProbe;
}

export function createLinuxProbe(options: LinuxProbeOptions): Probe {
  const { root, clock, variables, subject, drivers, verifier, toolFolders, signal } = options;
  const files = createFileProbe(root);
  const tools = createTools(signal, toolFolders);
  const network = createNetworkProbe(signal, options.findRoute);
  const ports = [...CA_SERVICES.flatMap(({ places }) => places.map(({ port }) => port)), ...subject.ownPorts];
  return {
    platform: 'linux',
    arch: process.arch,
    now: () => clock.now(),
    elapsed: () => performance.now(),
    variable(name) {
      const value = variables[name];
      return value === undefined || value === '' ? null : value;
    },
    subject,
    files,
    system: createLinuxSystem({ root, files, tools, interestingPorts: new Set(ports) }),
    network,
    trust: createTrustProbe({
      root,
      home: subject.home,
      files,
      tools,
      network,
      verifier,
      offered: subject.anchors,
    }),
    drivers,
    keys: options.keys(network),
    browser: options.browser,
    windows: null,
  };
}
