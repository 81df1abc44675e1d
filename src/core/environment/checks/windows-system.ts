// Windows itself: which one, what runs on it, what its settings forbid.

import { advice, fine, notApplicable, problem } from '../check.ts';
import { judgeReaders, READER_OUTCOMES } from '../readers.ts';
import { installedPrograms } from '../windows-software.ts';
import { defineWindowsCheck, type WindowsReading } from '../windows-reading.ts';

const CURRENT_VERSION = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`;

/** `19045` and `6456`; null: it does not say. */
export async function systemBuild(
  reading: WindowsReading,
): Promise<{ readonly build: number | null; readonly revision: number | null }> {
  const build = await reading.text(CURRENT_VERSION, 'CurrentBuildNumber');
  const revision = await reading.number(CURRENT_VERSION, 'UBR');
  return { build: build === null || !/^\d+$/.test(build) ? null : Number(build), revision };
}

const WINDOWS_10 = 10240;
const WINDOWS_11 = 22000;

const version = defineWindowsCheck({
  id: 'system.windows',
  number: 47,
  ref: 'W-01',
  group: 'system',
  outcomes: { supported: fine, tooOld: problem(), bits32: advice(), unnamed: advice() },
  async ask(reading, probe) {
    const { build, revision } = await systemBuild(reading);
    const [product, release] = await Promise.all([
      reading.text(CURRENT_VERSION, 'ProductName'),
      reading.text(CURRENT_VERSION, 'DisplayVersion'),
    ]);
    const processor = probe.variable('PROCESSOR_ARCHITEW6432') ?? probe.variable('PROCESSOR_ARCHITECTURE');
    if (build === null) return { outcome: 'unnamed', facts: { name: product } };
    // The name in the registry stayed that of Windows 10.
    const name = build >= WINDOWS_11 ? product?.replace('Windows 10', 'Windows 11') : product;
    const facts = {
      name: `${name ?? 'Windows'} ${release ?? ''}`.trim(),
      build: [build, revision].filter((part) => part !== null).join('.'),
      processor,
    };
    if (build < WINDOWS_10) return { outcome: 'tooOld', facts };
    return { outcome: processor?.toLowerCase() === 'x86' ? 'bits32' : 'supported', facts };
  },
});

const POLICIES = String.raw`HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`;

const uac = defineWindowsCheck({
  id: 'system.uac',
  number: 46,
  ref: 'W-36',
  group: 'system',
  outcomes: { on: fine, off: advice() },
  async ask(reading) {
    const isOff = (await reading.number(POLICIES, 'EnableLUA')) === 0;
    return { outcome: isOff ? 'off' : 'on', facts: {} };
  },
});

/** Beginnings of program names, lower case. */
const ANTIVIRUS: readonly (readonly [string, string])[] = [
  ['360tray', '360安全卫士'],
  ['360sd', '360杀毒'],
  ['zhudongfangyu', '360主动防御'],
  ['qqpctray', '腾讯电脑管家'],
  ['hipstray', '火绒'],
  ['kxetray', '金山毒霸'],
  ['ravmond', '瑞星'],
  ['qaxtray', '奇安信天擎'],
  ['360safe', '360安全卫士'],
  ['avp', '卡巴斯基'],
  ['msmpeng', 'Microsoft Defender'],
];

/** Named for whoever helps; none is ever switched off. */
const antivirus = defineWindowsCheck({
  id: 'system.antivirus',
  number: 48,
  ref: 'W-23',
  group: 'system',
  outcomes: { none: fine, builtIn: fine, present: fine },
  async ask(reading, probe) {
    const processes = await reading.of(probe.system.processes(), []);
    const names = processes.map(({ name }) => name.toLowerCase());
    const found = ANTIVIRUS.filter(([beginning]) =>
      names.some((name) => name === `${beginning}.exe` || name === beginning),
    ).map(([, product]) => product);
    const products = [...new Set(found)];
    if (products.length === 0) return { outcome: 'none', facts: {} };
    const isBuiltIn = products.length === 1 && products[0] === 'Microsoft Defender';
    return { outcome: isBuiltIn ? 'builtIn' : 'present', facts: { products } };
  },
});

/** The shell's host, one for each person who is logged in (since Windows 10). */
const SESSION_HOST = 'sihost.exe';

const sessions = defineWindowsCheck({
  id: 'system.sessions',
  number: 49,
  ref: 'W-37',
  group: 'system',
  outcomes: { one: fine, several: advice() },
  async ask(reading, probe) {
    const processes = await reading.of(probe.system.processes(), []);
    const count = processes.filter(({ name }) => name.toLowerCase() === SESSION_HOST).length;
    return count > 1 ? { outcome: 'several', facts: { count } } : { outcome: 'one', facts: {} };
  },
});

const RUNTIMES = String.raw`HKLM\SOFTWARE\Microsoft\VisualStudio\14.0\VC\Runtimes`;
const NET4 = String.raw`HKLM\SOFTWARE\Microsoft\NET Framework Setup\NDP\v4\Full`;

const runtimes = defineWindowsCheck({
  id: 'system.runtimes',
  number: 75,
  ref: 'W-33',
  group: 'system',
  outcomes: { installed: fine, lacking: advice() },
  async ask(reading, probe) {
    const is32 = probe.variable('PROCESSOR_ARCHITEW6432') === null && probe.arch === 'ia32';
    const [x64, x86, x86Own, net] = await Promise.all([
      reading.number(`${RUNTIMES}\\x64`, 'Installed'),
      reading.number(`${RUNTIMES}\\x86`, 'Installed', 32),
      reading.number(`${RUNTIMES}\\x86`, 'Installed'),
      reading.number(NET4, 'Release'),
    ]);
    const lacking = [
      ...(is32 || x64 === 1 ? [] : ['Visual C++ 2015-2022 x64']),
      ...(x86 === 1 || x86Own === 1 ? [] : ['Visual C++ 2015-2022 x86']),
      ...(net === null ? ['.NET Framework 4.5'] : []),
    ];
    return lacking.length > 0
      ? { outcome: 'lacking', facts: { components: lacking } }
      : { outcome: 'installed', facts: {} };
  },
});

const CODE_PAGE = String.raw`HKLM\SYSTEM\CurrentControlSet\Control\Nls\CodePage`;
const CHINESE_PAGES = new Set(['936', '54936']);
const UTF8_PAGE = '65001';

/** Older drivers and clients take names of files in the code page of the system. */
const paths = defineWindowsCheck({
  id: 'system.paths',
  number: 76,
  ref: 'W-34',
  group: 'system',
  outcomes: { usual: fine, utf8: advice(), otherLanguage: advice(), noTemp: problem() },
  async ask(reading, probe) {
    const temp = probe.variable('TEMP') ?? probe.variable('TMP');
    const info = temp === null ? null : await reading.of(probe.files.info(temp), null);
    if (info?.kind !== 'folder' || !info.canWrite) return { outcome: 'noTemp', facts: { path: temp ?? '' } };
    const page = await reading.text(CODE_PAGE, 'ACP');
    const named = [temp, probe.subject.dataFolder].filter(
      (path): path is string => path !== null && /[^ -~]/.test(path),
    );
    const facts = { page, folders: named };
    if (page === UTF8_PAGE) return { outcome: 'utf8', facts };
    if (page !== null && !CHINESE_PAGES.has(page)) return { outcome: 'otherLanguage', facts };
    return { outcome: 'usual', facts: {} };
  },
});

const OFFICE = String.raw`Software\Microsoft\Office`;
const CLICK_TO_RUN = String.raw`HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration`;
/** Names of seal and signature add-ins. */
const SEALING = /seal|sign|签|章|kinggrid|dianju|hzseal|ekey/i;
const LOADED = 3;

/** Named only: such an add-in is its maker's to repair. */
const officePlugins = defineWindowsCheck({
  id: 'system.officePlugins',
  number: 73,
  ref: 'W-29',
  group: 'system',
  outcomes: { none: notApplicable, loaded: fine, off: advice() },
  async ask(reading) {
    const platform = await reading.text(CLICK_TO_RUN, 'Platform');
    const found: { name: string; isLoaded: boolean }[] = [];
    for (const root of ['HKCU', 'HKLM']) {
      for (const program of ['Word', 'Excel']) {
        const key = `${root}\\${OFFICE}\\${program}\\Addins`;
        for (const id of await reading.keys(key)) {
          const name = (await reading.text(`${key}\\${id}`, 'FriendlyName')) ?? id;
          if (!SEALING.test(`${id} ${name}`)) continue;
          const behaviour = await reading.number(`${key}\\${id}`, 'LoadBehavior');
          found.push({ name: `${program} ${name}`, isLoaded: behaviour === LOADED });
        }
      }
    }
    if (found.length === 0) return { outcome: 'none', facts: {} };
    const off = found.filter(({ isLoaded }) => !isLoaded);
    const plugins = (off.length > 0 ? off : found).map(({ name }) => name);
    return { outcome: off.length > 0 ? 'off' : 'loaded', facts: { plugins, platform } };
  },
});

const readers = defineWindowsCheck({
  id: 'system.readers',
  number: 74,
  ref: 'W-32',
  group: 'system',
  outcomes: READER_OUTCOMES,
  async ask(reading, probe) {
    const [programs, profile] = await Promise.all([installedPrograms(reading), probe.subject.profile()]);
    return judgeReaders(programs, profile);
  },
});

export const WINDOWS_SYSTEM_CHECKS = [
  version,
  uac,
  antivirus,
  sessions,
  runtimes,
  paths,
  officePlugins,
  readers,
];
