// A computer below a folder: its files are real, its services are those of a scripted systemctl, its keys and its CA
// are given. Repairs of the system go through the elevated helper's own code, as they would with pkexec.

import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { autostartEntry } from '../../../src/app/adapters/autostart.ts';
import { createChangeMaker } from '../../../src/app/adapters/os/change-maker.ts';
import { createLinuxProbe } from '../../../src/app/adapters/os/linux-probe.ts';
import { DIRECT, type FindRoute } from '../../../src/app/adapters/os/proxy-route.ts';
import { createSystemView } from '../../../src/app/adapters/os/system-view.ts';
import { createRepairRecords } from '../../../src/app/adapters/repair-records.ts';
import { createSignatureVerifier } from '../../../src/app/adapters/signature-verifier.ts';
import { silentLog } from '../../../src/app/adapters/log.ts';
import { runElevated } from '../../../src/app/services/environment/elevated-repairs.ts';
import {
  createEnvironmentService,
  type EnvironmentService,
} from '../../../src/app/services/environment/environment-service.ts';
import { createRepairWork } from '../../../src/app/services/environment/repair-work.ts';
import { createRepairService } from '../../../src/app/services/environment/repairs.ts';
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { BrowserProbe } from '../../../src/core/environment/browser-page.ts';
import type { Finding } from '../../../src/core/environment/check.ts';
import type {
  KeyList,
  KeyProbe,
  KeySeals,
  OfferedAnchor,
  Probe,
} from '../../../src/core/environment/probe.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';
import { done, err, ok } from '../../../src/core/errors/result.ts';

export const HOME = '/home/clerk';
export const DATA = `${HOME}/.local/share/certificate-assistant`;

const PROGRAM = '/opt/certificate-assistant/certificate-assistant';

export interface ComputerOptions {
  /** Id of a shipped profile, or one of the test's own. */
  readonly profile?: string | Profile;
  readonly keys?: KeyList;
  readonly anchors?: readonly OfferedAnchor[];
  readonly ownPorts?: readonly number[];
  readonly seals?: KeySeals['states'];
  /** Of the person's session. */
  readonly variables?: NodeJS.ProcessEnv;
  readonly wantsAutostart?: boolean;
  readonly revocation?: KeyProbe['revocation'];
  readonly findRoute?: FindRoute;
  readonly browser?: BrowserProbe;
  /** Whatever of the probe is to be another. */
  readonly change?: (probe: Probe) => Probe;
}

export interface Computer {
  readonly root: string;
  readonly service: EnvironmentService;
  write(path: string, content: string, mode?: number): Promise<void>;
  read(path: string): Promise<string | null>;
  /** The finding of one check; those it needs are not asked. */
  find(check: string): Promise<Finding>;
  dispose(): Promise<void>;
}

/** The computer's own time. */
export const CLOCK = Date.UTC(2026, 10, 20, 4, 0, 0);
const clock = { now: () => CLOCK };

export async function createComputer(options: ComputerOptions = {}): Promise<Computer> {
  const root = await mkdtemp(join(tmpdir(), 'computer-'));
  const tools = [join(root, 'tools'), '/usr/bin', '/usr/sbin'];
  const verifier = createSignatureVerifier();
  const named = options.profile;
  const profile =
    typeof named === 'string' ? (SHIPPED_PROFILES.find(({ id }) => id === named) ?? null) : (named ?? null);
  const keys = (): KeyProbe => ({
    list: () => Promise.resolve(options.keys ?? { tokens: [], problems: [] }),
    reread: () => Promise.resolve(done),
    seals: () => Promise.resolve(ok({ states: options.seals ?? [], unrecognised: 0 })),
    revocation: options.revocation ?? (() => Promise.resolve(ok(null))),
    unfinished: () => Promise.resolve([]),
  });
  const vendors = [{ vendor: '龙脉 Longmai', ids: ['055c:e618'] }];

  const entry = autostartEntry({ platform: 'linux', variables: {}, home: HOME }, [PROGRAM, '--background']);

  function openProbe(signal: AbortSignal): Probe {
    const probe = createLinuxProbe({
      ...{ root, clock, verifier, signal, keys, variables: options.variables ?? {}, toolFolders: tools },
      findRoute: options.findRoute ?? (() => Promise.resolve(DIRECT)),
      browser: options.browser ?? { show: () => Promise.resolve(err({ reason: 'unavailable', what: '' })) },
      drivers: { vendors, copies: () => Promise.resolve(ok([])) },
      subject: {
        ...{ home: HOME, dataFolder: DATA, ownPorts: options.ownPorts ?? [] },
        ownProgram: PROGRAM,
        ownProcess: 1,
        autostart: () =>
          Promise.resolve(entry === null ? null : { ...entry, isWanted: options.wantsAutostart ?? true }),
        profile: () => Promise.resolve(profile),
        anchors: () => Promise.resolve(options.anchors ?? []),
      },
    });
    const person = { ...probe, system: { ...probe.system, isAdministrator: () => false } };
    return options.change?.(person) ?? person;
  }

  const maker = createChangeMaker({ root, toolFolders: tools });
  const records = createRepairRecords(join(root, 'records'));
  const systemRecords = createRepairRecords(join(root, 'system-records'));
  const repairs = createRepairService({
    openProbe: () => Promise.resolve(openProbe(new AbortController().signal)),
    work: createRepairWork({ records, maker }),
    records,
    elevate: (request) =>
      runElevated(
        JSON.stringify(request),
        createSystemView(root, vendors, tools),
        createRepairWork({ records: systemRecords, maker }),
      ),
    clock,
    random: (length) => randomBytes(length),
  });
  const service = createEnvironmentService({
    openProbe: (_, signal) => Promise.resolve(openProbe(signal)),
    repairs,
    ...{ clock, version: '0', home: HOME, timeline: () => Promise.resolve([]) },
    sealTests: () => Promise.resolve([]),
    log: silentLog,
  });

  return {
    root,
    service,
    async write(path, content, mode = 0o644) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
      await chmod(join(root, path), mode);
    },
    read: (path) => readFile(join(root, path), 'latin1').catch(() => null),
    async find(check) {
      const signal = new AbortController().signal;
      const report = await service.run({ only: [check], profile: null, onProgress: () => undefined, signal });
      if (!report.ok) throw new Error(report.error.code);
      const found = report.value.findings.find(({ id }) => id === check);
      if (found === undefined) throw new Error(`no finding of ${check}`);
      return found;
    },
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}

/** What systemd would say and do, with one file per unit that is on or runs. */
export const SCRIPTED_SYSTEMCTL = `#!/bin/sh
state="$(dirname "$0")/units"
case "$1" in
  show) for unit; do :; done
    [ -e "$state/$unit" ] && echo LoadState=loaded || echo LoadState=not-found
    [ -e "$state/$unit.active" ] && echo ActiveState=active || echo ActiveState=inactive
    [ -e "$state/$unit.enabled" ] && echo UnitFileState=enabled || echo UnitFileState=disabled ;;
  is-active) [ -e "$state/$2.active" ] ;;
  is-enabled) [ -e "$state/$2.enabled" ] ;;
  enable) : > "$state/$2.enabled" ;;
  disable) rm -f "$state/$2.enabled" ;;
  start) : > "$state/$2.active" ;;
  stop) rm -f "$state/$2.active" ;;
  *) exit 1 ;;
esac
`;
