// The person's session: account, remote or not, fonts, desktop, and what the system forbids.

import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';

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
    const signs = ['SSH_CONNECTION', 'XRDP_SESSION', 'VNCDESKTOP'].filter(
      (name) => probe.variable(name) !== null,
    );
    const windows = probe.variable('SESSIONNAME') ?? '';
    if (/^(RDP|ICA)-/i.test(windows)) signs.push(windows);
    return signs.length > 0 ? { outcome: 'remote', facts: { signs } } : { outcome: 'local', facts: {} };
  },
});

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
  platforms: ['linux'],
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
    const entry = await probe.files.readText(path);
    if (!entry.ok) return entry.error;
    if (entry.value === null) return { outcome: 'missing', facts: { path } };
    // The person switched it off in the desktop's settings; that is their decision.
    if (/^(Hidden\s*=\s*true|X-GNOME-Autostart-enabled\s*=\s*false)\s*$/im.test(entry.value))
      return { outcome: 'off', facts: { path } };
    const starts = startedBy(entry.value);
    if (starts === startedBy(wanted.text)) return { outcome: 'on', facts: { path } };
    return { outcome: 'broken', facts: { path, program: starts } };
  },
});

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
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { steady: fine, low: advice() },
  async run(probe) {
    const folder = '/sys/class/power_supply';
    const supplies = await probe.files.list(folder);
    if (!supplies.ok) return supplies.error;
    for (const name of supplies.value) {
      const [status, capacity] = await Promise.all(
        ['status', 'capacity'].map((file) => probe.files.readText(`${folder}/${name}/${file}`)),
      );
      const percent = Number(capacity?.ok === true ? (capacity.value ?? Number.NaN) : Number.NaN);
      const isDraining = status?.ok === true && status.value?.trim() === 'Discharging';
      if (isDraining && percent <= LOW_PERCENT) return { outcome: 'low', facts: { percent } };
    }
    return { outcome: 'steady', facts: {} };
  },
});

export const SESSION_CHECKS = [account, session, fonts, autostart, tray, security, sandboxing, power];
