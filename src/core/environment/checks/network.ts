// The way to the CA: names, proxies, hosts file, TLS, our own ports.

import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import { poisonedLines } from '../hosts-file.ts';
import { err, ok } from '../../errors/result.ts';
import type { NetworkStep, Platform, Probe, Probed } from '../probe.ts';
import { expandPath, readWindows } from '../windows-reading.ts';
import { caAddresses, hostOf } from './system.ts';

const EVERYWHERE: readonly Platform[] = ['linux', 'win32'];

const reachable = defineCheck({
  id: 'network.ca',
  number: 50,
  ref: 'C-03',
  group: 'network',
  platforms: EVERYWHERE,
  needs: [],
  blocksRenewal: false,
  outcomes: {
    reachable: fine,
    noAddress: notApplicable,
    address: problem(),
    dns: problem(),
    tcp: problem(),
    tls: problem(),
    http: problem(),
    someFail: advice(),
    proxy: problem(),
  },
  async run(probe) {
    const origins = await caAddresses(probe);
    if (origins.length === 0) return { outcome: 'noAddress', facts: {} };
    const proxies = await proxiesTo(probe, origins);
    const reached = await Promise.all(
      origins.map(async (origin) => ({ origin, ...(await probe.network.reach(origin)) })),
    );
    const failed = reached.filter(({ failedAt }) => failedAt !== null);
    const [first] = failed;
    if (first === undefined) return { outcome: 'reachable', facts: { hosts: origins, proxies } };
    const facts = {
      hosts: failed.map(({ origin }) => hostOf(origin)),
      steps: failed.map(({ origin, failedAt }) => `${hostOf(origin)} ${failedAt ?? ''}`),
      reason: first.reason,
      proxies,
    };
    if (failed.length < reached.length) return { outcome: 'someFail', facts };
    return { outcome: first.failedAt as NetworkStep, facts };
  },
});

/** null: none. */
async function proxiesTo(probe: Probe, addresses: readonly string[]): Promise<readonly string[] | null> {
  const ways = await Promise.all(addresses.map((address) => probe.network.wayTo(address)));
  const proxies = [...new Set(ways.flatMap((way) => way.proxy ?? []))];
  return proxies.length === 0 ? null : proxies;
}

/** A reserved name that no list of exceptions has a reason to hold. */
const ELSEWHERE = 'https://example.org';

const proxy = defineCheck({
  id: 'network.proxy',
  number: 51,
  ref: 'C-04',
  group: 'network',
  platforms: EVERYWHERE,
  needs: [],
  blocksRenewal: false,
  outcomes: { none: fine, bypassed: fine, used: advice(), unread: advice() },
  async run(probe) {
    const [addresses, elsewhere] = await Promise.all([caAddresses(probe), probe.network.wayTo(ELSEWHERE)]);
    const ways = await Promise.all(
      addresses.map(async (address) => ({ address, ...(await probe.network.wayTo(address)) })),
    );
    const unread = [...ways, elsewhere].find(({ kind }) => kind === 'unread');
    if (unread !== undefined) return { outcome: 'unread', facts: { setting: unread.setting } };
    const proxies = [...new Set([...ways, elsewhere].flatMap((way) => way.proxy ?? []))];
    if (proxies.length === 0) return { outcome: 'none', facts: {} };
    const through = ways.filter(({ kind }) => kind === 'proxy').map(({ address }) => hostOf(address));
    if (ways.length > 0 && through.length === 0) return { outcome: 'bypassed', facts: { proxies } };
    return { outcome: 'used', facts: { proxies, hosts: through.length === 0 ? null : through } };
  },
});

const hosts = defineCheck({
  id: 'network.hosts',
  number: 52,
  ref: 'C-05',
  group: 'network',
  platforms: EVERYWHERE,
  needs: [],
  blocksRenewal: true,
  outcomes: { clean: fine, noHosts: notApplicable, poisoned: problem('hosts.clean') },
  async run(probe) {
    const names = (await caAddresses(probe)).map(hostOf).filter((host) => !isLocal(host));
    if (names.length === 0) return { outcome: 'noHosts', facts: {} };
    const path = await hostsPath(probe);
    if (!path.ok) return path.error;
    const content = await probe.files.readText(path.value);
    if (!content.ok) return content.error;
    const lines = poisonedLines(content.value ?? '', names);
    return lines.length > 0
      ? { outcome: 'poisoned', facts: { hosts: names, lines: lines.map(({ text }) => text) } }
      : { outcome: 'clean', facts: {} };
  },
});

const TCP = String.raw`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters`;
const SYSTEM_ROOT = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion`;

/** On Windows the registry says where, and malware has been seen to move it. */
export async function hostsPath({ windows }: Pick<Probe, 'windows'>): Probed<string> {
  if (windows === null) return ok('/etc/hosts');
  const reading = readWindows(windows);
  const [folder, root] = await Promise.all([
    reading.text(TCP, 'DataBasePath'),
    reading.text(SYSTEM_ROOT, 'SystemRoot'),
  ]);
  const obstacle = reading.obstacle();
  if (obstacle !== null) return err(obstacle);
  const variable = (name: string) => (/^SystemRoot$/i.test(name) ? (root ?? String.raw`C:\Windows`) : null);
  return ok(`${expandPath(folder ?? String.raw`%SystemRoot%\System32\drivers\etc`, variable)}\\hosts`);
}

function isLocal(host: string): boolean {
  return host === 'localhost' || /^[\d.]+$/.test(host) || host.startsWith('[');
}

/** Roots by which security programs read what is encrypted. */
const INTERCEPTORS =
  /kaspersky|eset ssl|avast|avg |bitdefender|fortinet|fortigate|zscaler|sangfor|深信服|奇安信|360|天融信|burp|fiddler|charles proxy|mitmproxy/i;

const interception = defineCheck({
  id: 'network.interception',
  number: 53,
  ref: 'C-06',
  group: 'network',
  platforms: EVERYWHERE,
  needs: [],
  blocksRenewal: false,
  outcomes: { genuine: fine, noAddress: notApplicable, intercepted: problem(), untrusted: problem() },
  async run(probe) {
    const origins = (await caAddresses(probe)).filter((origin) => origin.startsWith('https:'));
    if (origins.length === 0) return { outcome: 'noAddress', facts: {} };
    const reached = await Promise.all(
      origins.map(async (origin) => ({ origin, ...(await probe.network.reach(origin)) })),
    );
    const spoken = reached.filter(({ issuer }) => issuer !== null);
    if (spoken.length === 0) return { reason: 'unavailable', what: hostOf(origins[0] ?? '') };
    const seized = spoken.find(({ issuer }) => INTERCEPTORS.test(issuer ?? ''));
    const doubtful = seized ?? spoken.find(({ isTrusted }) => isTrusted === false);
    if (doubtful === undefined) return { outcome: 'genuine', facts: {} };
    const { proxy: through } = await probe.network.wayTo(doubtful.origin);
    const facts = { host: hostOf(doubtful.origin), issuer: doubtful.issuer, proxy: through };
    return { outcome: seized === undefined ? 'untrusted' : 'intercepted', facts };
  },
});

const ownPorts = defineCheck({
  id: 'network.ownPorts',
  number: 55,
  ref: 'C-21',
  group: 'network',
  platforms: EVERYWHERE,
  needs: [],
  blocksRenewal: false,
  outcomes: { free: fine, none: notApplicable, busy: advice() },
  async run(probe) {
    const { ownPorts: wanted, ownProcess } = probe.subject;
    if (wanted.length === 0) return { outcome: 'none', facts: {} };
    const listeners = await probe.system.listeners();
    if (!listeners.ok) return listeners.error;
    const taken = listeners.value.filter(({ port, pid }) => wanted.includes(port) && pid !== ownProcess);
    const facts = {
      ports: taken.map(({ port }) => String(port)),
      programs: taken.flatMap(({ process, pid }) =>
        process === null ? [] : [`${process}（${String(pid)}）`],
      ),
    };
    return { outcome: taken.length > 0 ? 'busy' : 'free', facts };
  },
});

export const NETWORK_CHECKS = [reachable, proxy, hosts, interception, ownPorts];
