// The probe of a Linux computer, put together from its parts.

import { CA_SERVICES } from '../../../core/environment/ca-services.ts';
import type { Probe } from '../../../core/environment/probe.ts';
import { createTrustProbe } from './anchors.ts';
import { createFileProbe } from './files.ts';
import { createLinuxSystem } from './linux-system.ts';
import { createNetworkProbe } from './network.ts';
import { processAnswers, type ProbeParts } from './probe-parts.ts';
import { createTools } from './tools.ts';

export interface LinuxProbeOptions extends ProbeParts {
  /** `/` outside of tests. */
  readonly root: string;
  /** Where the system's tools lie; left out: its own folders. */
  readonly toolFolders?: readonly string[];
}

export function createLinuxProbe(options: LinuxProbeOptions): Probe {
  const { root, subject, drivers, verifier, toolFolders, signal } = options;
  const files = createFileProbe(root);
  const tools = createTools(signal, toolFolders);
  const network = createNetworkProbe(signal, options.findRoute);
  const ports = [...CA_SERVICES.flatMap(({ places }) => places.map(({ port }) => port)), ...subject.ownPorts];
  return {
    platform: 'linux',
    ...processAnswers(options),
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
