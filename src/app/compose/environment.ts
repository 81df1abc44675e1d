// The environment check, put together from the system's probe and the application's own services.

import type { DriverProbe } from '../../core/environment/probe.ts';
import type { WindowsSystem } from '../../core/environment/windows-system.ts';
import type { Result } from '../../core/errors/result.ts';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { version } from '../version.ts';
import { readTimeline } from '../adapters/log-timeline.ts';
import { createChangeMaker } from '../adapters/os/change-maker.ts';
import { createElevate, plainHelper, type ElevatedProgram } from '../adapters/os/elevate.ts';
import { openKnownProbe, openProbe, type OwnParts } from '../adapters/os/open-probe.ts';
import type { ReportContent } from '../../contract/diagnosis-report.ts';
import { createSettingsFile } from '../adapters/settings-file.ts';
import { createWindowsElevate, elevatedPlace } from '../adapters/os/windows-elevate.ts';
import { createSealTests } from '../adapters/seal-tests.ts';
import { createRepairRecords, ELEVATED_RECORDS } from '../adapters/repair-records.ts';
import { createRepairWork } from '../services/environment/repair-work.ts';
import { createRepairService } from '../services/environment/repairs.ts';
import type { FindRoute } from '../adapters/os/proxy-route.ts';
import { createBrowserPage } from './browser-page.ts';
import { createSignatureVerifier } from '../adapters/signature-verifier.ts';
import type { Clock, Log } from '../adapters/log.ts';
import type { ProfileBook } from '../services/profiles.ts';
import type { RenewalService } from '../services/renewal/renewal-service.ts';
import type { TokenService } from '../services/tokens.ts';
import {
  createEnvironmentService,
  type EnvironmentService,
} from '../services/environment/environment-service.ts';

interface Ports {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: (bytes: number) => Uint8Array;
  readonly hostPath: string;
  readonly elevated?: ElevatedProgram | null;
  readonly hostEnvironment: NodeJS.ProcessEnv;
  readonly own?: OwnParts;
  /** For one conversation. */
  readonly newRoutes: () => FindRoute;
  /** null: this is no Windows. */
  readonly windows: WindowsSystem | null;
}

const NOTHING_OWN: OwnParts = { program: null, ports: [], autostart: null };

interface Parts {
  tokens(): Promise<TokenService>;
  profiles(): Promise<{ readonly book: ProfileBook }>;
  renewals(stayOpen: boolean): Promise<Result<RenewalService, unknown>>;
}

export function loadEnvironment(ports: Ports, application: Parts, drivers: DriverProbe): EnvironmentService {
  const { dataDir, clock, hostEnvironment, hostPath, elevated, random, log, newRoutes, windows } = ports;
  const probing = {
    root: '/',
    dataFolder: dataDir,
    clock,
    variables: hostEnvironment,
    newRoutes,
    openBrowser: (signal: AbortSignal) => createBrowserPage(ports, signal),
    own: ports.own ?? NOTHING_OWN,
    async wantsAutostart() {
      const read = await createSettingsFile({ path: dataDir }, clock).read();
      return read.ok && read.value.value.autostart;
    },
    drivers,
    windows,
    verifier: createSignatureVerifier(),
    tokens: application.tokens,
    profiles: async () => (await application.profiles()).book,
    async renewals() {
      const opened = await application.renewals(true);
      return opened.ok ? opened.value : null;
    },
  };
  const records = createRepairRecords(join(dataDir, 'repairs'));
  const program = elevated === undefined ? plainHelper(dirname(hostPath)) : elevated;
  const repairs = createRepairService({
    openProbe: () => openKnownProbe(probing),
    work: createRepairWork({
      records,
      maker: createChangeMaker({ root: '/', windows }),
      async elevatedState(id) {
        const read = await createRepairRecords(await elevatedRecords(windows)).read(id);
        return read.ok ? (read.value?.state ?? null) : null;
      },
    }),
    records,
    elevate:
      windows === null
        ? createElevate(program)
        : createWindowsElevate({ program, windows, dataFolder: dataDir }),
    clock,
    random,
  });
  return createEnvironmentService({
    openProbe: (profile, signal, token) => openProbe(probing, profile, signal, token),
    repairs,
    timeline: () => readTimeline(dataDir, clock.now()),
    sealTests: () => readSealTests(dataDir, clock),
    clock,
    version,
    home: hostEnvironment['HOME'] ?? homedir(),
    log,
  });
}

async function elevatedRecords(windows: WindowsSystem | null): Promise<string> {
  const place = windows === null ? null : await elevatedPlace(windows);
  return place?.ok === true ? place.value.records : ELEVATED_RECORDS;
}

/** None where none was kept, or they cannot be read: a report is made all the same. */
async function readSealTests(dataDir: string, clock: Clock): Promise<ReportContent['sealTests']> {
  const kept = await createSealTests({ seen: join(dataDir, 'seen') }, clock).read();
  if (!kept.ok) return [];
  return kept.value.value.map(({ at, tokenLabel, hasPassed, steps }) => ({
    ...{ tokenLabel, hasPassed },
    at: new Date(at).toISOString(),
    steps: steps.map(({ step, status, number }) => ({ step, status, number })),
  }));
}
