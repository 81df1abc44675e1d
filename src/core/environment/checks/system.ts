// The computer around the key: clock, space, services, our own files.

import { ok } from '../../errors/result.ts';
import { advice, defineCheck, fine, notApplicable, problem, type Answer } from '../check.ts';
import type { Obstacle, Probe, Probed, ServiceState } from '../probe.ts';
import type { WindowsProbe } from '../windows-probe.ts';

const distribution = defineCheck({
  id: 'system.distribution',
  number: 30,
  ref: 'L-01',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { known: fine, oldWorld: advice(), unnamed: advice() },
  async run(probe) {
    const release = await probe.files.readText('/etc/os-release');
    if (!release.ok) return release.error;
    const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release.value ?? '')?.[1] ?? null;
    const facts = { name, arch: probe.arch };
    if (probe.arch === 'loong64') {
      // ABI 1.0 ("old world") names its loader ld.so.1, ABI 2.0 ld-linux-loongarch-lp64d.so.1.
      const loader = await probe.files.info('/lib64/ld.so.1');
      if (loader.ok && loader.value !== null) return { outcome: 'oldWorld', facts };
    }
    return { outcome: name === null ? 'unnamed' : 'known', facts };
  },
});

const MINUTE = 60_000;
const DAY = 86_400_000;
const WARN_MS = 5 * MINUTE;

const clock = defineCheck({
  id: 'system.clock',
  number: 31,
  ref: 'C-02',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: true,
  outcomes: {
    right: fine,
    noSource: notApplicable,
    off: advice('time.synchronise'),
    wrong: problem('time.synchronise'),
    disputed: advice(),
  },
  async run(probe) {
    const urls = await timeSources(probe);
    if (urls.length === 0) return { outcome: 'noSource', facts: {} };
    const answers = await Promise.all(urls.map((url) => probe.network.reach(url)));
    const offsets = answers.flatMap(({ date, ms }) => (date === null ? [] : [probe.now() - ms / 2 - date]));
    const [smallest] = offsets.toSorted((a, b) => Math.abs(a) - Math.abs(b));
    if (smallest === undefined) return { reason: 'unavailable', what: urls[0] ?? '' };
    const spread = Math.max(...offsets) - Math.min(...offsets);
    const facts = {
      minutes: Math.round(Math.abs(smallest) / MINUTE),
      direction: smallest > 0 ? 'fast' : 'slow',
      sources: offsets.length,
    };
    if (spread > WARN_MS) return { outcome: 'disputed', facts };
    if (Math.abs(smallest) <= WARN_MS) return { outcome: 'right', facts };
    return { outcome: Math.abs(smallest) > DAY ? 'wrong' : 'off', facts };
  },
});

const MAX_SOURCES = 3;

/** Servers whose date can be believed: those of the CA, over TLS. */
async function timeSources(probe: Probe): Promise<readonly string[]> {
  const urls = await caAddresses(probe);
  return urls.filter((url) => url.startsWith('https://')).slice(0, MAX_SOURCES);
}

/** Origins of the gateway and the portals that the profile names, each once. */
export async function caAddresses(probe: Probe): Promise<readonly string[]> {
  const profile = await probe.subject.profile();
  if (profile === null) return [];
  const named = [profile.gateway?.address ?? null, ...profile.portals.map(({ address }) => address)];
  return [...new Set(named.flatMap((address) => originOf(address ?? '') ?? []))];
}

const ORIGIN = /^(https?):\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?(?=[/?#]|$)/i;

/** `https://host:port`; null: no such address. */
export function originOf(address: string): string | null {
  return ORIGIN.exec(address)?.[0].toLowerCase() ?? null;
}

export function hostOf(origin: string): string {
  return origin.replace(/^https?:\/\//, '').replace(/:\d+$/, '');
}

export const TIME_UNITS = [
  'systemd-timesyncd.service',
  'chrony.service',
  'chronyd.service',
  'ntpsec.service',
  'ntp.service',
];

const timeSync = defineCheck({
  id: 'system.timeSync',
  number: 32,
  ref: 'L-16',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { running: fine, stopped: advice('time.synchronise'), none: advice() },
  async run(probe) {
    if (probe.windows !== null) return windowsTime(probe.windows);
    const states = await unitStates(probe, TIME_UNITS);
    if (!states.ok) return states.error;
    const running = states.value.find(({ active }) => active);
    if (running !== undefined) return { outcome: 'running', facts: { unit: running.unit } };
    const installed = states.value.find(({ exists }) => exists);
    return installed === undefined
      ? { outcome: 'none', facts: {} }
      : { outcome: 'stopped', facts: { unit: installed.unit } };
  },
});

export const TIME_SERVICE = 'W32Time';

/** It is started now and then, so that one that does not run just now is no trouble. */
async function windowsTime(
  windows: WindowsProbe,
): Promise<Answer<'running' | 'stopped' | 'none'> | Obstacle> {
  const state = await windows.service(TIME_SERVICE);
  if (!state.ok) return state.error;
  if (state.value === null) return { outcome: 'none', facts: {} };
  const isOff = state.value.start === 'disabled';
  return { outcome: isOff ? 'stopped' : 'running', facts: { unit: TIME_SERVICE } };
}

type NamedState = ServiceState & { readonly unit: string };

async function unitStates(probe: Probe, units: readonly string[]): Probed<readonly NamedState[]> {
  const states: NamedState[] = [];
  for (const unit of units) {
    const state = await probe.system.service(unit);
    if (!state.ok) return state;
    states.push({ ...state.value, unit });
    if (state.value.active) break;
  }
  return ok(states);
}

const NEEDED_BYTES = 50 * 1024 * 1024;

const disk = defineCheck({
  id: 'system.disk',
  number: 33,
  ref: 'C-23',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: true,
  outcomes: { room: fine, full: problem(), readOnly: problem() },
  async run(probe) {
    const folder = probe.subject.dataFolder;
    const space = await probe.system.disk(folder);
    if (!space.ok) return space.error;
    const facts = { path: folder, megabytes: Math.floor(space.value.freeBytes / (1024 * 1024)) };
    if (!space.value.canWrite) return { outcome: 'readOnly', facts };
    return { outcome: space.value.freeBytes < NEEDED_BYTES ? 'full' : 'room', facts };
  },
});

const dataPermissions = defineCheck({
  id: 'system.dataPermissions',
  number: 34,
  ref: 'C-23',
  group: 'system',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: { private: fine, none: notApplicable, open: advice('data.permissions'), foreign: problem() },
  async run(probe) {
    const root = probe.subject.dataFolder;
    const paths = [root, ...['renewals', 'locks', 'log', 'seen', 'keys'].map((name) => `${root}/${name}`)];
    const open: string[] = [];
    for (const path of paths) {
      const info = await probe.files.info(path);
      if (!info.ok) return info.error;
      if (info.value === null) continue;
      if (!info.value.canRead || !info.value.canWrite) return { outcome: 'foreign', facts: { path } };
      // The folder itself may be the person's own; what we made inside is ours alone.
      if (path !== root && (info.value.mode & 0o077) !== 0) open.push(path);
    }
    const root_ = await probe.files.info(root);
    if (root_.ok && root_.value === null) return { outcome: 'none', facts: {} };
    return open.length > 0 ? { outcome: 'open', facts: { paths: open } } : { outcome: 'private', facts: {} };
  },
});

const CLAIM = /\.lock-/;

const locks = defineCheck({
  id: 'system.locks',
  number: 35,
  ref: 'C-22',
  group: 'system',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { free: fine, held: advice(), stale: advice('locks.remove') },
  async run(probe) {
    const names = await probe.files.list(`${probe.subject.dataFolder}/locks`);
    if (!names.ok) return names.error;
    const claims = names.value.filter((name) => CLAIM.test(name));
    const states = await Promise.all(
      claims.map(async (name) => ({ name, isHeld: await probe.system.isLockHeld(name) })),
    );
    const stale = states.filter(({ isHeld }) => !isHeld).map(({ name }) => name);
    if (stale.length > 0) return { outcome: 'stale', facts: { locks: stale } };
    return claims.length > 0
      ? { outcome: 'held', facts: { count: claims.length } }
      : { outcome: 'free', facts: {} };
  },
});

const cardService = defineCheck({
  id: 'system.cardService',
  number: 39,
  ref: 'L-04',
  group: 'system',
  layer: 'permission',
  platforms: ['linux'],
  needs: [],
  blocksRenewal: false,
  outcomes: {
    running: fine,
    notNeeded: notApplicable,
    stopped: problem('pcscd.enable'),
    refused: problem(),
    idle: fine,
    notInstalled: problem(),
  },
  async run(probe) {
    const usb = await probe.system.usb();
    const readers = usb.ok ? usb.value.filter(({ classes }) => classes.includes(0x0b)) : [];
    const socket = await probe.files.info('/run/pcscd/pcscd.comm');
    if (!socket.ok) return socket.error;
    if (socket.value?.kind === 'socket') {
      return { outcome: socket.value.canWrite ? 'running' : 'refused', facts: {} };
    }
    if (readers.length === 0) return { outcome: 'notNeeded', facts: {} };
    const state = await probe.system.service('pcscd.socket');
    if (!state.ok) return state.error;
    const facts = { readers: readers.map(({ product, id }) => `${product} ${id}`) };
    if (!state.value.exists) return { outcome: 'notInstalled', facts };
    return { outcome: state.value.active ? 'idle' : 'stopped', facts };
  },
});

export const SYSTEM_CHECKS = [distribution, clock, timeSync, disk, dataPermissions, locks, cardService];
