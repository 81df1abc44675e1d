// The person's session: account, remote or not, fonts, desktop, and what the system forbids.

import { err, ok } from '../../errors/result.ts';
import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import type { Probe } from '../probe.ts';
import type { AutostartEntry, FileProbe, Probed } from '../probe.ts';
import type { Battery, WindowsProbe } from '../windows-probe.ts';
import { readWindows } from '../windows-reading.ts';
import { OWN_ENTRY, programOf, runEntries } from '../windows-run.ts';

const account = defineCheck({
  id: 'system.account',
  number: 36,
  ref: 'C-25',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { ordinary: fine, administrator: advice() },
  async run(probe) {
    return { outcome: probe.system.isAdministrator() ? 'administrator' : 'ordinary', facts: {} };
  },
});

const session = defineCheck({
  id: 'system.session',
  number: 37,
  ref: 'C-26',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { local: fine, remote: advice() },
  async run(probe) {
    const signs = [...remoteSigns(probe)];
    const windows = probe.variable('SESSIONNAME') ?? '';
    if (/^(RDP|ICA)-/i.test(windows)) signs.push(windows);
    return signs.length > 0 ? { outcome: 'remote', facts: { signs } } : { outcome: 'local', facts: {} };
  },
});

/** Of a session that is worked from another computer. */
export function remoteSigns(probe: Pick<Probe, 'variable'>): readonly string[] {
  return ['SSH_CONNECTION', 'XRDP_SESSION', 'VNCDESKTOP'].filter((name) => probe.variable(name) !== null);
}

/** Any of each row will do. */
const FONTS = [
  ['FangSong', '仿宋', 'FangSong_GB2312', '仿宋_GB2312', 'FZFangSong-Z02'],
  ['KaiTi', '楷体', 'KaiTi_GB2312', '楷体_GB2312', 'AR PL UKai CN', 'FZKai-Z03'],
  [
    'SimSun',
    '宋体',
    'NSimSun',
    'AR PL UMing CN',
    'Noto Serif CJK SC',
    'FZShuSong-Z01',
    'Source Han Serif SC',
  ],
] as const;

const fonts = defineCheck({
  id: 'system.fonts',
  number: 38,
  ref: 'C-24',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { complete: fine, lacking: advice(), noChinese: problem() },
  async run(probe) {
    const installed = await probe.system.fonts();
    if (!installed.ok) return installed.error;
    const names = new Set(installed.value);
    const lacking = FONTS.filter((row) => !row.some((name) => names.has(name))).map(([, name]) => name);
    const hasChinese = installed.value.some((name) => CHINESE_FONT.test(name));
    if (lacking.length === 0) return { outcome: 'complete', facts: {} };
    return { outcome: hasChinese ? 'lacking' : 'noChinese', facts: { fonts: lacking } };
  },
});

const CHINESE_FONT = /[\u4e00-\u9fff]|CJK|Source Han|WenQuanYi|Sim(Sun|Hei)|Song|Kai|Hei|UMing|UKai|YaHei/i;

const autostart = defineCheck({
  id: 'system.autostart',
  number: 40,
  ref: 'L-08',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: {
    on: fine,
    notInstalled: notApplicable,
    off: fine,
    missing: advice('autostart.write'),
    broken: problem('autostart.write'),
  },
  async run(probe) {
    const wanted = await probe.subject.autostart();
    if (wanted === null) return { outcome: 'notInstalled', facts: {} };
    const { path } = wanted;
    if (!wanted.isWanted) return { outcome: 'off', facts: { path } };
    const entry =
      probe.windows === null
        ? await desktopEntry(probe.files, wanted)
        : await runEntry(probe.windows, wanted.text);
    if (!entry.ok) return entry.error;
    const { state, program } = entry.value;
    return { outcome: state, facts: state === 'broken' ? { path, program } : { path } };
  },
});

interface OwnEntry {
  /** `off`: the person switched it off in the settings of the desktop; that is their decision. */
  readonly state: 'on' | 'off' | 'missing' | 'broken';
  /** What it starts. */
  readonly program: string | null;
}

async function desktopEntry(files: FileProbe, { path, text }: AutostartEntry): Probed<OwnEntry> {
  const entry = await files.readText(path);
  if (!entry.ok) return entry;
  if (entry.value === null) return ok({ state: 'missing', program: null });
  const program = startedBy(entry.value);
  if (/^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry.value))
    return ok({ state: 'off', program });
  return ok({ state: program === startedBy(text) ? 'on' : 'broken', program });
}

async function runEntry(windows: WindowsProbe, wanted: string): Probed<OwnEntry> {
  const reading = readWindows(windows);
  const entries = (await runEntries(reading)).filter(({ isPersonal }) => isPersonal);
  const obstacle = reading.obstacle();
  if (obstacle !== null) return err(obstacle);
  // Electron names its entry after the application's id, the webshell as we do.
  const right = entries.find(({ program }) => isSamePath(program, programOf(wanted)));
  const named = entries.find(({ name }) => name === OWN_ENTRY);
  const { program = null, isOff = false } = right ?? named ?? {};
  if (program === null) return ok({ state: 'missing', program });
  return ok({ state: isOff ? 'off' : right === undefined ? 'broken' : 'on', program });
}

function isSamePath(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** The Exec line of a desktop entry. */
function startedBy(entry: string): string | null {
  return /^Exec\s*=\s*(.*?)\s*$/m.exec(entry)?.[1] ?? null;
}

const tray = defineCheck({
  id: 'system.tray',
  number: 41,
  ref: 'L-14',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { desktop: fine, none: notApplicable, wayland: advice() },
  async run(probe) {
    const type = probe.variable('XDG_SESSION_TYPE');
    const desktop = probe.variable('XDG_CURRENT_DESKTOP');
    if (type === null && probe.variable('DISPLAY') === null) return { outcome: 'none', facts: {} };
    return { outcome: type === 'wayland' ? 'wayland' : 'desktop', facts: { type, desktop } };
  },
});

const security = defineCheck({
  id: 'system.security',
  number: 42,
  ref: 'L-12',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { none: fine, enforcing: fine, mediaControl: advice() },
  async run(probe) {
    const [selinux, guard] = await Promise.all([
      probe.files.readText('/sys/fs/selinux/enforce'),
      probe.files.info('/etc/usbguard/usbguard-daemon.conf'),
    ]);
    const on = selinux.ok && selinux.value?.trim() === '1' ? ['SELinux'] : [];
    if (guard.ok && guard.value !== null)
      return { outcome: 'mediaControl', facts: { systems: ['USBGuard', ...on] } };
    return { outcome: on.length > 0 ? 'enforcing' : 'none', facts: { systems: on } };
  },
});

const sandboxing = defineCheck({
  id: 'system.sandboxing',
  number: 43,
  ref: 'L-17',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { allowed: fine, refused: advice() },
  async run(probe) {
    const paths = ['/proc/sys/kernel/unprivileged_userns_clone', '/proc/sys/user/max_user_namespaces'];
    const values = await Promise.all(paths.map((path) => probe.files.readText(path)));
    const isRefused = values.some((value) => value.ok && value.value?.trim() === '0');
    return { outcome: isRefused ? 'refused' : 'allowed', facts: {} };
  },
});

const LOW_PERCENT = 20;

const power = defineCheck({
  id: 'system.power',
  number: 44,
  ref: 'C-27',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { steady: fine, low: advice() },
  async run(probe) {
    const batteries =
      probe.windows === null ? await powerSupplies(probe.files) : await windowsBattery(probe.windows);
    if (!batteries.ok) return batteries.error;
    const low = batteries.value.find(
      ({ isDraining, percent }) => isDraining && percent !== null && percent <= LOW_PERCENT,
    );
    return low === undefined
      ? { outcome: 'steady', facts: {} }
      : { outcome: 'low', facts: { percent: low.percent } };
  },
});

async function powerSupplies(files: FileProbe): Probed<readonly Battery[]> {
  const folder = '/sys/class/power_supply';
  const supplies = await files.list(folder);
  if (!supplies.ok) return supplies;
  const read = supplies.value.map(async (name): Promise<Battery> => {
    const [status, capacity] = await Promise.all(
      ['status', 'capacity'].map((file) => files.readText(`${folder}/${name}/${file}`)),
    );
    const percent = capacity?.ok === true && capacity.value !== null ? Number(capacity.value) : null;
    return { isDraining: status?.ok === true && status.value?.trim() === 'Discharging', percent };
  });
  return ok(await Promise.all(read));
}

async function windowsBattery(windows: WindowsProbe): Probed<readonly Battery[]> {
  const battery = await windows.battery();
  if (!battery.ok) return battery;
  return ok(battery.value === null ? [] : [battery.value]);
}

export const SESSION_CHECKS = [account, session, fonts, autostart, tray, security, sandboxing, power];
