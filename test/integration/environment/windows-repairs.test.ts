// Each repair of Windows from the break to the undo, on recorded data: named, shown, made, fine, undone, broken
// again with everything as it was. Plans, changes and checks are the product's; no Windows was at hand.

import { beforeAll, describe, expect, it } from 'vitest';
import { changeLines } from '../../../src/contract/change-text.ts';
import { SHIPPED_PROFILES } from '../../../src/contract/shipped-profiles.ts';
import type { Facts } from '../../../src/core/environment/check.ts';
import type { RepairId } from '../../../src/core/environment/repair-ids.ts';
import type { WindowsService } from '../../../src/core/environment/windows-probe.ts';
import { issueCertificates, type Issued } from '../../support/environment/certificates.ts';
import { storedCertificate } from '../../support/environment/scripted-windows.ts';
import {
  createWindowsComputer,
  PROGRAM,
  type WindowsOptions,
} from '../../support/environment/windows-computer.ts';

let issued: Issued;
beforeAll(async () => {
  issued = await issueCertificates();
});

const profile = (id: string): WindowsOptions => {
  const found = SHIPPED_PROFILES.find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return { profile: found };
};
const READER = {
  ...{ instance: String.raw`USB\VID_076B&PID_3031\1`, name: 'OMNIKEY 3x21', class: 'SmartCardReader' },
  problem: 0,
};
const off: WindowsService = { state: 'stopped', start: 'disabled' };
const onDemand: WindowsService = { state: 'stopped', start: 'manual' };
const SKF = String.raw`C:\Windows\SysWOW64\mtoken_gm3000.dll`;
const LINK = { provider: 'Longmai mToken GM3000 CSP V1.0', providerType: 1, container: 'old' };
const anchored = (isComplete: boolean): WindowsOptions => ({
  keys: issued.keys,
  chain: {
    issuers: [
      ...(isComplete ? [] : [{ certificate: issued.between, source: 'http://ca.example/ca.cer' }]),
      { certificate: issued.root, source: String.raw`D:\根证书.cer` },
    ],
    isComplete: true,
  },
});
const POISON = '127.0.0.1 localhost\r\n10.9.9.9 wt.szca.com\r\n';

interface Cycle {
  readonly repair: RepairId;
  readonly check: string;
  readonly is: string;
  readonly of: () => WindowsOptions;
  readonly broken: string;
  readonly fine: string;
  /** What the person is shown. */
  readonly shows: () => readonly string[];
}

const ZONE_MAP = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings\ZoneMap`;
const EDGE = String.raw`HKLM\SOFTWARE\Policies\Microsoft\Edge`;
const CHROME = String.raw`HKLM\SOFTWARE\Policies\Google\Chrome`;
const RUN = String.raw`HKCU\Software\Microsoft\Windows\CurrentVersion\Run`;
const SCHEME = String.raw`HKCU\Software\Classes\certificate-assistant`;
const print = (certificate: { readonly sha256: string }) => certificate.sha256.slice(0, 8);

const CYCLES: readonly Cycle[] = [
  {
    ...{ repair: 'sites.trust', check: 'browser.trustedSites', is: 'a host, by its scheme' },
    of: () => profile('dfca-hunan-construction'),
    ...{ broken: 'missing', fine: 'trusted' },
    shows: () => [String.raw`注册表 ${ZONE_MAP}\Domains\hunanjs.gov.cn\jgca http 新增 2`],
  },
  {
    ...{ repair: 'sites.trust', check: 'browser.trustedSites', is: 'an address, beside another' },
    of: () => ({ ...profile('sdca-non-tax'), exports: ['range'] }),
    ...{ broken: 'missing', fine: 'trusted' },
    shows: () => [
      String.raw`注册表 ${ZONE_MAP}\Ranges\Range2 :Range 新增 221.214.5.66`,
      String.raw`注册表 ${ZONE_MAP}\Ranges\Range2 http 新增 2`,
    ],
  },
  {
    ...{ repair: 'trust.windows', check: 'trust.windows', is: 'a root, for this person' },
    of: () => anchored(true),
    ...{ broken: 'missing', fine: 'trusted' },
    shows: () => [`证书库 ROOT：加入 练习根 ${print(issued.root)}`],
  },
  {
    ...{ repair: 'trust.intermediate', check: 'trust.windows', is: 'a CA between' },
    of: () => ({ ...anchored(false), stores: { 'ROOT machine': [storedCertificate(issued.root.der)] } }),
    ...{ broken: 'intermediate', fine: 'trusted' },
    shows: () => [`证书库 CA：加入 练习中级 ${print(issued.between)}`],
  },
  {
    ...{ repair: 'certificates.tidy', check: 'certificate.leftovers', is: 'an expired entry with its link' },
    of: () => ({
      keys: issued.keys,
      stores: {
        'MY user': [storedCertificate(issued.leaf.der, LINK), storedCertificate(issued.old.der, LINK)],
      },
    }),
    ...{ broken: 'stale', fine: 'clean' },
    shows: () => [`证书库 MY：移出 张三 ${print(issued.old)}（有备份）`],
  },
  {
    ...{ repair: 'smartCard.enable', check: 'system.smartCard', is: 'services that were disabled' },
    of: () => ({
      devices: [READER],
      services: { SCardSvr: off, ScDeviceEnum: onDemand, CertPropSvc: off },
    }),
    ...{ broken: 'disabled', fine: 'ready' },
    shows: () => ['服务 SCardSvr：允许启动，并启动它', '服务 CertPropSvc：允许启动，并启动它'],
  },
  {
    ...{ repair: 'smartCard.enable', check: 'system.smartCard', is: 'a service that did not start' },
    of: () => ({ devices: [READER], services: { SCardSvr: onDemand } }),
    ...{ broken: 'stopped', fine: 'ready' },
    shows: () => ['服务 SCardSvr：允许启动，并启动它'],
  },
  {
    ...{ repair: 'time.synchronise', check: 'system.timeSync', is: 'the time service' },
    of: () => ({ services: { W32Time: off } }),
    ...{ broken: 'stopped', fine: 'running' },
    shows: () => ['服务 W32Time：允许启动，并启动它'],
  },
  {
    ...{ repair: 'skf.register', check: 'driver.skfRegistered', is: 'a library of 32 bits' },
    of: () => ({
      files: { [SKF]: '' },
      copies: [
        {
          ...{ path: SKF, architecture: 'ia32', vendor: '龙脉 Longmai', kind: 'skf', version: '2.1' },
          ...{ missing: [], glibc: null, exports: true },
        },
      ],
    }),
    ...{ broken: 'missing', fine: 'registered' },
    shows: () => [
      String.raw`注册表 HKLM\SOFTWARE\Microsoft\Cryptography\Defaults\SKF\mtoken_gm3000 (32) path 新增 ${SKF}`,
    ],
  },
  {
    ...{ repair: 'autostart.write', check: 'system.autostart', is: 'no entry' },
    of: () => ({}),
    ...{ broken: 'missing', fine: 'on' },
    shows: () => [`注册表 ${RUN} certificate-assistant 新增 "${PROGRAM}" "--background"`],
  },
  {
    ...{ repair: 'autostart.write', check: 'system.autostart', is: 'an entry of an older place' },
    of: () => ({ exports: ['startup'] }),
    ...{ broken: 'broken', fine: 'on' },
    shows: () => [
      String.raw`注册表 ${RUN} certificate-assistant 由 "D:\旧程序\assistant.exe" --background 改为 "${PROGRAM}" "--background"`,
    ],
  },
  {
    ...{ repair: 'protocol.register', check: 'browser.protocol', is: 'links without a program' },
    of: () => ({}),
    ...{ broken: 'missing', fine: 'registered' },
    shows: () => [
      `注册表 ${SCHEME} 新增 URL:智能证书助手`,
      `注册表 ${SCHEME} URL Protocol 新增 `,
      String.raw`注册表 ${SCHEME}\shell\open\command 新增 "${PROGRAM}" -- "%1"`,
    ],
  },
  {
    ...{ repair: 'browser.policy', check: 'browser.localNetwork', is: 'beside what an administrator wrote' },
    of: () => ({ ...profile('szca-bidding'), exports: ['policies'] }),
    ...{ broken: 'asked', fine: 'allowed' },
    shows: () => [
      String.raw`注册表 ${CHROME}\LocalNetworkAccessAllowedForUrls 1 新增 https://wt.szca.com`,
      String.raw`注册表 ${CHROME}\LocalNetworkAccessAllowedForUrls 2 新增 https://www.szca.com`,
      String.raw`注册表 ${CHROME}\LoopbackNetworkAllowedForUrls 1 新增 https://wt.szca.com`,
      String.raw`注册表 ${CHROME}\LoopbackNetworkAllowedForUrls 2 新增 https://www.szca.com`,
      String.raw`注册表 ${EDGE}\LocalNetworkAccessAllowedForUrls 2 新增 https://wt.szca.com`,
      String.raw`注册表 ${EDGE}\LocalNetworkAccessAllowedForUrls 4 新增 https://www.szca.com`,
      String.raw`注册表 ${EDGE}\LoopbackNetworkAllowedForUrls 1 新增 https://wt.szca.com`,
      String.raw`注册表 ${EDGE}\LoopbackNetworkAllowedForUrls 2 新增 https://www.szca.com`,
    ],
  },
  {
    ...{ repair: 'hosts.clean', check: 'network.hosts', is: 'in the folder the registry names' },
    of: () => ({
      ...profile('szca-bidding'),
      files: { [String.raw`C:\Windows\System32\drivers\etc\hosts`]: POISON },
    }),
    ...{ broken: 'poisoned', fine: 'clean' },
    shows: () => [String.raw`文件 C:\Windows\System32\drivers\etc\hosts`, '- 10.9.9.9 wt.szca.com\r'],
  },
];

describe('a repair of Windows', () => {
  it.each(CYCLES)('$repair: $is', async ({ repair, check, of, broken, fine, shows }) => {
    const computer = createWindowsComputer(of());
    const ask = async () => {
      const answer = await computer.find(check);
      return 'outcome' in answer ? answer : { outcome: answer.reason, facts: { what: answer.what } };
    };
    const [before, named] = [JSON.stringify(computer.snapshot()), await ask()];
    const plan = await computer.plan(repair, named.facts);
    if (!plan.ok) throw new Error(JSON.stringify(plan.error));
    const { changes } = plan.value;
    for (const change of changes) await computer.make(change, 'after');
    const repaired = await ask();
    for (const change of changes.toReversed()) await computer.make(change, 'before');
    const again = await ask();
    expect({
      outcomes: [named.outcome, repaired.outcome, again.outcome],
      lines: changeLines(changes),
    }).toEqual({
      outcomes: [broken, fine, broken],
      lines: shows(),
    });
    expect(JSON.stringify(computer.snapshot())).toBe(before);
  });

  it.each<readonly [RepairId, string, () => WindowsOptions, () => Facts, object]>([
    [
      ...(['sites.trust', 'a pattern', () => ({})] as const),
      () => ({ origins: ['https://*.szca.com'] }),
      { reason: 'facts', what: 'https://*.szca.com' },
    ],
    [
      ...(['sites.trust', 'a whole domain', () => ({})] as const),
      () => ({ origins: ['https://szca.com'] }),
      { reason: 'facts', what: 'https://szca.com' },
    ],
    [
      ...([
        'sites.trust',
        'a site somebody put into another zone',
        () => ({ exports: ['intranet'] }),
      ] as const),
      () => ({ origins: ['http://jgca.hunanjs.gov.cn'] }),
      { reason: 'facts', what: 'http://jgca.hunanjs.gov.cn' },
    ],
    [
      ...(['trust.windows', 'a certificate that is no root', () => ({})] as const),
      () => ({ der: Buffer.from(issued.between.der).toString('hex'), sha256: issued.between.sha256 }),
      { reason: 'facts', what: 'sha256' },
    ],
    [
      ...(['trust.intermediate', 'a root by the other door', () => ({})] as const),
      () => ({ ders: [Buffer.from(issued.root.der).toString('hex')], sha256: [issued.root.sha256] }),
      { reason: 'facts', what: 'root' },
    ],
    [
      'certificates.tidy',
      'a certificate that is valid',
      () => ({ stores: { 'MY user': [storedCertificate(issued.leaf.der)] } }),
      () => ({ prints: [issued.leaf.sha256] }),
      { reason: 'facts', what: 'leaf' },
    ],
    [
      ...(['skf.register', 'a library nobody knows', () => ({})] as const),
      () => ({ modules: [String.raw`C:\Users\Public\evil.dll`] }),
      { reason: 'facts', what: String.raw`C:\Users\Public\evil.dll` },
    ],
    [
      ...(['autostart.write', 'a value of a type it could not put back'] as const),
      () => ({ exports: ['malformed'] }),
      () => ({}),
      { reason: 'malformed', what: `${RUN}\\certificate-assistant` },
    ],
    [
      ...(['smartCard.enable', 'services that run', () => ({})] as const),
      () => ({}),
      { reason: 'notNeeded', what: 'SCardSvr' },
    ],
  ])('%s refuses %s', async (repair, _, of, facts, error) => {
    const plan = await createWindowsComputer(of()).plan(repair, facts());
    const names = [issued.root, issued.leaf].map(({ sha256 }) => sha256);
    const named = JSON.stringify(plan)
      .replace(names[0] ?? '', 'root')
      .replace(names[1] ?? '', 'leaf');
    expect(JSON.parse(named)).toEqual({ ok: false, error });
  });
});
