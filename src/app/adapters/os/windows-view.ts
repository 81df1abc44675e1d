import type { DriverProbe } from '../../../core/environment/probe.ts';
import type { SystemView } from '../../../core/environment/repair.ts';
import type { WindowsReads } from '../../../core/environment/windows-system.ts';
import { ok } from '../../../core/errors/result.ts';
import { createFileProbe } from './files.ts';
import { createWindowsSystemProbe } from './windows-system.ts';

/** What the elevated helper may look at on Windows: the system, and nothing of any person or key. */
export function createWindowsView(windows: WindowsReads, drivers: DriverProbe, folder: string): SystemView {
  const files = createFileProbe('/');
  return {
    platform: 'win32',
    now: () => Date.now(),
    files,
    system: createWindowsSystemProbe({ windows, files, isAdministrator: true }),
    drivers,
    trust: {
      system: () => Promise.resolve(ok(new Set())),
      nss: () => Promise.resolve(ok([])),
      chain: () => Promise.resolve({ issuers: [], isComplete: false }),
    },
    subject: {
      home: folder,
      dataFolder: folder,
      profile: () => Promise.resolve(null),
      ownPorts: [],
      ownProgram: null,
      ownProcess: process.pid,
      autostart: () => Promise.resolve(null),
      anchors: () => Promise.resolve([]),
    },
    windows: { ...windows, reachesLoopback: () => Promise.resolve(ok(true)) },
  };
}
