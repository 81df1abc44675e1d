// Windows computers of recorded data (test/fixtures/windows): what each check says of them. No Windows was at hand.

import { describe, expect, it } from 'vitest';
import zhCn from '../../../resources/locales/zh-CN.json' with { type: 'json' };
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { Facts } from '../../../src/core/environment/check.ts';
import type { LibraryCopy } from '../../../src/core/environment/probe.ts';
import type { PnpDevice, WindowsService } from '../../../src/core/environment/windows-probe.ts';
import type { Profile } from '../../../src/core/profile/profile.ts';
import { createWindowsComputer, type WindowsOptions } from '../../support/environment/windows-computer.ts';

function profileOf(id: string, authority?: string): Profile {
  const found = SHIPPED_PROFILES.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  if (authority === undefined) return found;
  return { ...found, authority: { ...found.authority, name: authority } };
}

const device = (problem: number, more: Partial<PnpDevice> = {}): PnpDevice => ({
  ...{ instance: String.raw`USB\VID_055C&PID_E618\6&2A1B3C4D&0&2`, name: 'USB Key 龙脉' },
  ...{ class: 'USB', problem, ...more },
});
const READER = device(0, { class: 'SmartCardReader', name: 'Microsoft Usbccid Smartcard Reader (WUDF)' });
const DISC = device(0, {
  instance: String.raw`USBSTOR\CDROM&VEN_LONGMAI&PROD_MTOKEN_CD&REV_1.00\7&1`,
  ...{ class: 'CDROM', name: 'Longmai mToken CD USB Device' },
});
const OFF: WindowsService = { state: 'stopped', start: 'disabled' };
const ON_DEMAND: WindowsService = { state: 'stopped', start: 'manual' };
const RUNNING: WindowsService = { state: 'running', start: 'manual' };
const SKF_PATH = String.raw`C:\Windows\System32\mtoken_gm3000.dll`;
const copy = (path: string, architecture: string): LibraryCopy => ({
  ...{ path, architecture, vendor: '龙脉 Longmai', kind: 'skf', version: '2.1', missing: [] },
  ...{ glibc: null, exports: true },
});

type Expected = readonly [outcome: string, facts: Facts];
interface Case {
  readonly is: string;
  readonly of?: () => WindowsOptions;
  readonly says: readonly [check: string, ...Expected][];
}

const HUNAN = () => profileOf('dfca-hunan-construction');
const SHANDONG = () => profileOf('sdca-non-tax');
const BEIJING = () => profileOf('szca-bidding', '北京CA');
const [HUNAN_URL, SHANDONG_URL] = ['http://jgca.hunanjs.gov.cn', 'http://221.214.5.66:59205'];
const FIREFOX = String.raw`C:\Users\张三\AppData\Roaming\Mozilla\Firefox\Profiles\a1b2c3d4.default-release`;
const MODULES = [
  'library=',
  'name=NSS Internal PKCS #11 Module',
  '',
  String.raw`library=C:\Windows\System32\mtoken_gm3000.dll`,
  String.raw`library="C:\\Program Files\\旧驱动\\p11.dll"`,
].join('\r\n');
const RUNTIME = { build: '19045.6456' };

const CASES: readonly Case[] = [
  {
    is: 'a clean one',
    says: [
      ['system.windows', 'supported', { name: 'Windows 10 专业版 22H2', ...RUNTIME, processor: 'AMD64' }],
      ['system.uac', 'on', {}],
      ['system.fonts', 'complete', {}],
      ['system.runtimes', 'installed', {}],
      ['system.paths', 'usual', {}],
      ['system.antivirus', 'none', {}],
      ['system.sessions', 'one', {}],
      ['system.session', 'local', {}],
      ['system.power', 'steady', {}],
      ['system.officePlugins', 'none', {}],
      ['system.readers', 'none', {}],
      ['system.smartCard', 'notNeeded', {}],
      ['key.device', 'none', {}],
      ['key.disc', 'open', {}],
      ['driver.providers', 'none', {}],
      ['driver.skfRegistered', 'none', {}],
      ['network.loopback', 'reached', {}],
      ['network.ownAssistant', 'none', {}],
      ['browser.installed', 'fits', { browsers: ['Chrome 147', 'Edge 147', 'Firefox 149'] }],
      ['browser.default', 'chosen', { choice: 'MSEdgeHTM' }],
      ['browser.trustedSites', 'notNeeded', {}],
      ['browser.ieMode', 'notNeeded', {}],
      ['browser.zone', 'notNeeded', {}],
      ['browser.controls', 'none', {}],
      ['browser.firefoxTrust', 'imports', { browsers: ['Firefox 149'] }],
      ['browser.modules', 'none', {}],
      ['certificate.registered', 'none', {}],
      ['certificate.leftovers', 'none', {}],
      ['certificate.keyStorage', 'none', {}],
      ['trust.windows', 'none', {}],
    ],
  },
  {
    is: 'portals for Internet Explorer, already trusted',
    of: () => ({ profile: HUNAN(), exports: ['zones'] }),
    says: [
      ['browser.trustedSites', 'trusted', { origins: [HUNAN_URL] }],
      ['browser.zone', 'allowed', {}],
      ['browser.ieMode', 'ask', { origins: [HUNAN_URL] }],
      ['system.readers', 'missing', { components: ['一签通客户端软件'] }],
    ],
  },
  {
    is: 'a portal that is an address, in a range',
    of: () => ({ profile: SHANDONG(), exports: ['zones'] }),
    says: [['browser.trustedSites', 'trusted', { origins: [SHANDONG_URL] }]],
  },
  {
    is: 'an administrator who lists the trusted sites and forbids controls',
    of: () => ({ profile: HUNAN(), exports: ['zones', 'administrator'] }),
    says: [
      ['browser.trustedSites', 'byPolicy', { origins: [HUNAN_URL] }],
      ['browser.zone', 'byPolicy', { actions: ['1200'] }],
      ['browser.ieMode', 'off', { origins: [HUNAN_URL] }],
    ],
  },
  {
    is: 'a portal among the restricted sites',
    of: () => ({ profile: HUNAN(), exports: ['restricted'] }),
    says: [['browser.trustedSites', 'restricted', { origins: [HUNAN_URL] }]],
  },
  {
    is: 'a key without a driver, discs denied, USB storage off',
    of: () => ({ devices: [device(28), DISC], exports: ['devices'] }),
    says: [
      ['key.device', 'noDriver', { devices: ['USB Key 龙脉（055c:e618）'], codes: ['28'] }],
      [
        'key.disc',
        'denied',
        {
          policies: [String.raw`HKLM\…\Deny_Read`, 'USBSTOR Start=4'],
          devices: ['Longmai mToken CD USB Device'],
        },
      ],
    ],
  },
  ...(
    [
      [22, 'disabled'],
      [52, 'unsigned'],
      [10, 'failed'],
      [43, 'failed'],
      [14, 'restart'],
    ] as const
  ).map(([code, outcome]): Case => ({
    is: `a key's device with problem ${String(code)}`,
    of: () => ({ devices: [device(code), device(0)] }),
    says: [['key.device', outcome, { devices: ['USB Key 龙脉（055c:e618）'], codes: [String(code)] }]],
  })),
  {
    is: 'a device of nobody we know without a driver',
    of: () => ({ devices: [device(28, { instance: String.raw`USB\VID_1234&PID_ABCD\1`, name: '' })] }),
    says: [['key.device', 'unknownDevice', { devices: ['—（1234:abcd）'], codes: ['28'] }]],
  },
  {
    is: 'a card reader and services that are on, partly off, off',
    of: () => ({
      devices: [READER],
      services: { SCardSvr: RUNNING, ScDeviceEnum: ON_DEMAND, CertPropSvc: OFF },
    }),
    says: [['system.smartCard', 'partly', { readers: [READER.name], services: ['CertPropSvc'] }]],
  },
  {
    is: 'a card reader and no smart card service at all',
    of: () => ({ devices: [READER] }),
    says: [['system.smartCard', 'notInstalled', { readers: [READER.name], services: [] }]],
  },
  {
    is: 'drivers that were taken off badly',
    of: () => ({ exports: ['drivers'] }),
    says: [
      [
        'driver.providers',
        'gone',
        {
          providers: ['Longmai mToken GM3000 CSP V1.0', 'Longmai GM3000 Key Storage Provider'],
          files: [
            String.raw`C:\Windows\System32\mtoken_gm3000_csp.dll`,
            String.raw`C:\Windows\SysWOW64\mtoken_gm3000_csp.dll`,
            String.raw`C:\Windows\System32\mtoken_gm3000_ksp.dll`,
          ],
        },
      ],
      ['driver.skfRegistered', 'gone', { modules: [String.raw`%SystemRoot%\System32\mtoken_gm3000.dll`] }],
      [
        'browser.controls',
        'gone',
        { controls: [String.raw`XTXAppCOM（BJCA 证书应用环境） C:\Program Files (x86)\BJCA\XTXAppCOM.dll`] },
      ],
    ],
  },
  {
    is: 'a library that is registered for programs of 64 bits only',
    of: () => ({
      exports: ['drivers'],
      files: { [SKF_PATH]: '' },
      copies: [copy(SKF_PATH, 'x64'), copy(String.raw`C:\Windows\SysWOW64\mtoken_gm3000.dll`, 'ia32')],
    }),
    says: [
      ['driver.skfRegistered', 'missing', { modules: [String.raw`C:\Windows\SysWOW64\mtoken_gm3000.dll`] }],
    ],
  },
  {
    is: 'seal add-ins that are switched off, a reader, several people, security programs, UAC off, UTF-8',
    of: () => ({
      exports: ['office', 'settings'],
      processes: ['sihost.exe', 'sihost.exe', '360Tray.exe', 'MsMpEng.exe', 'explorer.exe'],
      battery: { isDraining: true, percent: 12 },
      variables: { SESSIONNAME: 'RDP-Tcp#3' },
    }),
    says: [
      ['system.officePlugins', 'off', { plugins: ['Word 电子签章插件'], platform: 'x64' }],
      ['system.readers', 'found', { programs: ['福昕阅读器 11.2.0.53415'] }],
      ['system.sessions', 'several', { count: 2 }],
      ['system.antivirus', 'present', { products: ['360安全卫士', 'Microsoft Defender'] }],
      ['system.power', 'low', { percent: 12 }],
      ['system.session', 'remote', { signs: ['RDP-Tcp#3'] }],
      ['system.uac', 'off', {}],
      [
        'system.paths',
        'utf8',
        {
          page: '65001',
          folders: [
            String.raw`C:\Users\张三\AppData\Local\Temp`,
            String.raw`C:\Users\张三\AppData\Roaming\certificate-assistant`,
          ],
        },
      ],
      ['system.timeSync', 'none', {}],
      ['browser.default', 'explorer', { choice: 'IE.HTTPS' }],
      ['network.loopback', 'rule', { rules: ['智能证书助手'] }],
    ],
  },
  {
    is: 'Windows 7, no temporary folder, no way to itself',
    of: () => ({ exports: ['windows7'], variables: { TEMP: String.raw`R:\Temp` }, loopback: false }),
    says: [
      ['system.windows', 'tooOld', { name: 'Windows 7 旗舰版', build: '7601.0', processor: 'AMD64' }],
      ['system.paths', 'noTemp', { path: String.raw`R:\Temp` }],
      ['network.loopback', 'blocked', {}],
      ['browser.firefoxTrust', 'own', { browsers: ['Firefox 115'] }],
      ['system.runtimes', 'installed', {}],
    ],
  },
  {
    is: 'Firefox with modules and a will of its own, an add-on switched off, a policy for all',
    of: () => ({
      exports: ['drivers', 'open'],
      profile: profileOf('szca-bidding'),
      files: {
        [String.raw`${FIREFOX}\pkcs11.txt`]: MODULES,
        [String.raw`${FIREFOX}\prefs.js`]: 'user_pref("security.enterprise_roots.enabled", false);\r\n',
        [String.raw`C:\Program Files (x86)\BJCA\XTXAppCOM.dll`]: '',
        [SKF_PATH]: '',
      },
    }),
    says: [
      ['browser.modules', 'stale', { modules: [String.raw`C:\Program Files\旧驱动\p11.dll`] }],
      ['browser.firefoxTrust', 'own', { browsers: ['Firefox 149'] }],
      ['browser.controls', 'off', { controls: ['XTXAppCOM（BJCA 证书应用环境）'] }],
      [
        'browser.localNetwork',
        'wildcard',
        { origins: ['https://wt.szca.com', 'https://www.szca.com'], browsers: ['Chrome', 'Edge'] },
      ],
    ],
  },
  {
    is: "the CA's own service: running; switched off in the task manager",
    of: () => ({ profile: BEIJING(), exports: ['startup'], processes: ['XTXApp.exe'] }),
    says: [
      [
        'network.ownAssistant',
        'off',
        {
          names: ['BJCA 证书应用环境'],
          programs: [String.raw`C:\Program Files (x86)\BJCA\XTXApp.exe`],
        },
      ],
    ],
  },
  {
    is: "the CA's own service without a trace",
    of: () => ({ profile: BEIJING() }),
    says: [['network.ownAssistant', 'absent', { names: ['BJCA 证书应用环境'], programs: [] }]],
  },
  {
    is: "the CA's own service on its port",
    of: () => ({ profile: BEIJING(), ports: [21051] }),
    says: [['network.ownAssistant', 'running', { names: ['BJCA 证书应用环境'], programs: [] }]],
  },
];

const WORDS = zhCn.check as Readonly<Record<string, string>>;

/** What its sentence and advice want to say and the facts do not. */
function unsaid(check: string, outcome: string, facts: Facts): readonly string[] {
  const key = `${check}.${outcome}`;
  const sentence = `${WORDS[key] ?? ''}${WORDS[`${key}.advice`] ?? ''}`.replace(/\[[^\]]*\]/g, '');
  return [...sentence.matchAll(/\{(\w+)\}/g)].flatMap(([, name = '']) => (facts[name] == null ? [name] : []));
}

describe('a Windows computer', () => {
  it.each(CASES.flatMap((one) => one.says.map((says) => ({ ...one, says, check: says[0] }))))(
    '$check: $is',
    async ({ of, says: [check, outcome, facts] }) => {
      const answer = await createWindowsComputer(of?.()).find(check);
      expect({ answer, unsaid: unsaid(check, outcome, facts) }).toEqual({
        answer: { outcome, facts },
        unsaid: [],
      });
    },
  );
});
