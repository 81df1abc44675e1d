import type { VendorUsb } from '../../../core/environment/probe.ts';
import type { SystemView } from '../../../core/environment/repair.ts';
import { ok } from '../../../core/errors/result.ts';
import { createFileProbe } from './files.ts';
import { createLinuxSystem } from './linux-system.ts';
import { createTools } from './tools.ts';

/** What the elevated helper may look at: the system, and nothing of any person or key. */
export function createSystemView(
  root: string,
  vendors: readonly VendorUsb[],
  toolFolders?: readonly string[],
): SystemView {
  const files = createFileProbe(root);
  const tools = createTools(null, toolFolders);
  return {
    platform: 'linux',
    now: () => Date.now(),
    files,
    system: createLinuxSystem({ root, files, tools, interestingPorts: new Set() }),
    drivers: { vendors, copies: () => Promise.resolve(ok([])) },
    trust: {
      system: () => Promise.resolve(ok(new Set())),
      nss: () => Promise.resolve(ok([])),
      chain: () => Promise.resolve({ issuers: [], isComplete: false }),
    },
    subject: {
      home: '/root',
      dataFolder: '/var/lib/certificate-assistant',
      profile: () => Promise.resolve(null),
      ownPorts: [],
      ownProgram: null,
      ownProcess: process.pid,
      autostart: () => Promise.resolve(null),
      anchors: () => Promise.resolve([]),
    },
    windows: null,
  };
}
