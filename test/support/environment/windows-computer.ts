// A Windows computer of recorded data, on which checks, plans and changes are the product's own: only Windows is
// scripted (scripted-windows.ts). Repairs of the system are made by the same hand here.

import { autostartEntry } from '../../../src/app/adapters/autostart.ts';
import { createWindowsChanges } from '../../../src/app/adapters/os/windows-changes.ts';
import { createWindowsSystemProbe } from '../../../src/app/adapters/os/windows-system.ts';
import { CHECKS } from '../../../src/core/environment/all-checks.ts';
import { REPAIRS } from '../../../src/core/environment/all-repairs.ts';
import type { Answer, Facts } from '../../../src/core/environment/check.ts';
import type {
  FileProbe,
  IssuerChain,
  KeyList,
  LibraryCopy,
  Obstacle,
  Probe,
} from '../../../src/core/environment/probe.ts';
import type { RepairId } from '../../../src/core/environment/repair-ids.ts';
import type { Change, Plan, Refusal } from '../../../src/core/environment/repair.ts';
import { done, ok, type Result } from '../../../src/core/errors/result.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';
import { scriptWindows, type RecordedWindows, type ScriptedWindows } from './scripted-windows.ts';

export const PROGRAM = String.raw`C:\Program Files\CertAssistant\assistant.exe`;
export const NOW = Date.UTC(2026, 10, 20, 4, 0, 0);
const HOME = String.raw`C:\Users\张三`;

export interface WindowsOptions extends RecordedWindows {
  readonly variables?: Readonly<Record<string, string>>;
  /** Paths with what is in them, beside those of the browsers. */
  readonly files?: Readonly<Record<string, string>>;
  readonly loopback?: boolean;
  readonly profile?: Profile;
  readonly keys?: KeyList;
  readonly chain?: IssuerChain;
  readonly copies?: readonly LibraryCopy[];
}

export interface WindowsComputer {
  readonly probe: Probe;
  /** The answer of one check; those it needs are not asked. */
  find(check: string): Promise<Answer | Obstacle>;
  plan(repair: RepairId, facts: Facts): Promise<Result<Plan, Refusal | Obstacle>>;
  make(change: Change, to: 'before' | 'after'): Promise<void>;
  /** All that a repair could change, for comparing. */
  snapshot(): unknown;
}

const BROWSERS = {
  [String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`]: '',
  [String.raw`C:\Program Files\Google\Chrome\Application\147.0.7727.55\chrome.dll`]: '',
  [String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`]: '',
  [String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\147.0.3912.60\msedge.dll`]: '',
  [String.raw`C:\Program Files\Mozilla Firefox\firefox.exe`]: '',
};

export function createWindowsComputer(options: WindowsOptions = {}): WindowsComputer {
  const windows = scriptWindows(options);
  const files = new Map(
    Object.entries({ ...BROWSERS, ...options.files }).map(([path, text]) => [path.toLowerCase(), text]),
  );
  const probe = probeOf(options, windows, files);
  const changes = createWindowsChanges(windows.system);
  return {
    probe,
    async find(id) {
      const check = CHECKS.find((one) => one.id === id && one.platforms.includes('win32'));
      if (check === undefined) throw new Error(`no check ${id} on Windows`);
      return check.run(probe);
    },
    async plan(id, facts) {
      const repair = REPAIRS.find((one) => one.id === id && one.platforms.includes('win32'));
      if (repair === undefined) throw new Error(`no repair ${id} on Windows`);
      return repair.plan(facts, probe);
    },
    async make(change, to) {
      if (change.kind === 'file') {
        const content = change[to]?.content ?? '';
        files.set(change.path.toLowerCase(), Buffer.from(content, 'base64').toString());
        return;
      }
      if (change.kind === 'mode' || change.kind === 'nss' || change.kind === 'service')
        throw new Error(change.kind);
      const made = await changes.bring(change, to);
      if (!made.ok) throw new Error(JSON.stringify(made.error));
    },
    snapshot: () => ({ windows: windows.snapshot(), files: [...files] }),
  };
}

function probeOf(
  options: WindowsOptions,
  { system: windows }: ScriptedWindows,
  files: ReadonlyMap<string, string>,
): Probe {
  const variables: Readonly<Record<string, string>> = {
    SystemRoot: String.raw`C:\Windows`,
    TEMP: String.raw`${HOME}\AppData\Local\Temp`,
    APPDATA: String.raw`${HOME}\AppData\Roaming`,
    PROCESSOR_ARCHITECTURE: 'AMD64',
    SESSIONNAME: 'Console',
    ...options.variables,
  };
  const own = Object.entries(variables).map(([name, value]) => [name.toLowerCase(), value] as const);
  const byName = new Map(own);
  const fileProbe = filesOf(files, String.raw`${HOME}\AppData\Local\Temp`);
  const entry = autostartEntry({ platform: 'win32', variables, home: HOME }, [PROGRAM, '--background']);
  const nothing = () => Promise.reject(new Error('no network'));
  return {
    platform: 'win32',
    arch: 'x64',
    now: () => NOW,
    elapsed: () => 0,
    variable: (name) => byName.get(name.toLowerCase()) ?? null,
    subject: {
      home: HOME,
      dataFolder: String.raw`${HOME}\AppData\Roaming\certificate-assistant`,
      profile: () => Promise.resolve(options.profile ?? null),
      ownPorts: [],
      ownProgram: PROGRAM,
      ownProcess: 1,
      autostart: () => Promise.resolve(entry === null ? null : { ...entry, isWanted: true }),
      anchors: () => Promise.resolve([]),
    },
    files: fileProbe,
    system: createWindowsSystemProbe({ windows, files: fileProbe, isAdministrator: false }),
    network: { reach: nothing, get: nothing, wayTo: nothing, askLocally: nothing },
    trust: {
      system: () => Promise.resolve(ok(new Set())),
      nss: () => Promise.resolve(ok([])),
      chain: () => Promise.resolve(options.chain ?? { issuers: [], isComplete: false }),
    },
    browser: { show: nothing },
    drivers: {
      copies: () => Promise.resolve(ok(options.copies ?? [])),
      vendors: [{ vendor: '龙脉 Longmai', ids: ['055c:e618'] }],
    },
    keys: {
      list: () => Promise.resolve(options.keys ?? { tokens: [], problems: [] }),
      reread: () => Promise.resolve(done),
      seals: () => Promise.resolve(ok({ states: [], unrecognised: 0 })),
      revocation: () => Promise.resolve(ok(null)),
      unfinished: () => Promise.resolve([]),
    },
    windows: { ...windows, reachesLoopback: () => Promise.resolve(ok(options.loopback ?? true)) },
  };
}

function filesOf(files: ReadonlyMap<string, string>, temporary: string): FileProbe {
  return {
    read(path) {
      const text = files.get(path.toLowerCase());
      return Promise.resolve(ok(text === undefined ? null : Buffer.from(text)));
    },
    readText: (path) => Promise.resolve(ok(files.get(path.toLowerCase()) ?? null)),
    info(path) {
      const text = files.get(path.toLowerCase());
      const isFolder = path === temporary;
      if (text === undefined && !isFolder) return Promise.resolve(ok(null));
      const kind = isFolder ? ('folder' as const) : ('file' as const);
      const rights = { mode: 0o666, owner: 0, canRead: true, canWrite: true };
      return Promise.resolve(ok({ kind, size: text?.length ?? 0, ...rights }));
    },
    list(folder) {
      const start = `${folder.toLowerCase()}\\`;
      const inside = [...files.keys()].filter((path) => path.startsWith(start));
      return Promise.resolve(
        ok([...new Set(inside.map((path) => path.slice(start.length).split('\\')[0] ?? ''))]),
      );
    },
  };
}
