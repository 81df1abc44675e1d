// The key itself: seen, permitted, one of it, PIN, steady, without leftovers. Nothing here tries a PIN.

import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import type { Probe, Probed, SeenToken, UsbDevice } from '../probe.ts';
import { ok } from '../../errors/result.ts';

export interface PluggedKey {
  readonly device: UsbDevice;
  readonly vendor: string;
}

/** Devices on the USB whose ids belong to a maker of keys. */
export async function pluggedKeys(probe: Probe): Probed<readonly PluggedKey[]> {
  const usb = await probe.system.usb();
  if (!usb.ok) return usb;
  return ok(
    usb.value.flatMap((device) => {
      const maker = probe.drivers.vendors.find(({ ids }) => ids.includes(device.id));
      return maker === undefined ? [] : [{ device, vendor: maker.vendor }];
    }),
  );
}

const CCID = 0x0b;

const physical = defineCheck({
  id: 'key.physical',
  number: 1,
  ref: 'C-08',
  group: 'key',
  layer: 'physical',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: true,
  outcomes: { plugged: fine, software: fine, reader: fine, absent: problem() },
  async run(probe) {
    const [list, keys] = await Promise.all([probe.keys.list(), pluggedKeys(probe)]);
    const plugged = keys.ok ? keys.value : [];
    const devices = plugged.map(({ vendor, device }) => `${vendor}（${device.id}）`);
    if (devices.length > 0) return { outcome: 'plugged', facts: { devices } };
    if (list.tokens.length > 0) return { outcome: 'software', facts: { count: list.tokens.length } };
    const usb = await probe.system.usb();
    if (!usb.ok) return usb.error;
    const readers = usb.value.filter(({ classes }) => classes.includes(CCID));
    if (readers.length > 0)
      return { outcome: 'reader', facts: { devices: readers.map(({ product, id }) => `${product} ${id}`) } };
    return { outcome: 'absent', facts: { others: usb.value.length } };
  },
});

const permission = defineCheck({
  id: 'key.permission',
  number: 2,
  ref: 'L-02',
  group: 'key',
  layer: 'permission',
  platforms: ['linux'],
  needs: ['key.physical'],
  blocksRenewal: true,
  outcomes: { open: fine, none: notApplicable, denied: problem('udev.rule'), worldWritable: advice() },
  async run(probe) {
    const keys = await pluggedKeys(probe);
    if (!keys.ok || keys.value.length === 0) return { outcome: 'none', facts: {} };
    const denied: { id: string; node: string; vendor: string }[] = [];
    const loose: string[] = [];
    for (const { device, vendor } of keys.value) {
      for (const node of device.nodes) {
        const info = await probe.files.info(node);
        if (!info.ok) return info.error;
        if (info.value === null) continue;
        if (!info.value.canRead || !info.value.canWrite) denied.push({ id: device.id, node, vendor });
        else if ((info.value.mode & 0o002) !== 0) loose.push(node);
      }
    }
    if (denied.length > 0) {
      const facts = {
        devices: [...new Set(denied.map(({ id }) => id))],
        vendors: [...new Set(denied.map(({ vendor }) => vendor))],
        nodes: denied.map(({ node }) => node),
      };
      return { outcome: 'denied', facts };
    }
    return loose.length > 0
      ? { outcome: 'worldWritable', facts: { nodes: loose } }
      : { outcome: 'open', facts: {} };
  },
});

const listed = defineCheck({
  id: 'key.token',
  number: 3,
  ref: 'C-08',
  group: 'key',
  layer: 'token',
  platforms: ['linux', 'win32'],
  needs: ['key.physical', 'key.blocked', 'key.permission', 'driver.present', 'driver.loads'],
  blocksRenewal: true,
  outcomes: { listed: fine, silent: problem(), blank: advice() },
  async run(probe) {
    const [{ tokens }, keys] = await Promise.all([probe.keys.list(), pluggedKeys(probe)]);
    if (tokens.length > 0) {
      return { outcome: 'listed', facts: { labels: [], count: tokens.length } };
    }
    const vendors = keys.ok ? [...new Set(keys.value.map(({ vendor }) => vendor))] : [];
    return vendors.length > 0 ? { outcome: 'silent', facts: { vendors } } : { outcome: 'blank', facts: {} };
  },
});

const count = defineCheck({
  id: 'key.count',
  number: 4,
  ref: 'C-07',
  group: 'key',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: true,
  outcomes: { one: fine, none: notApplicable, several: problem(), severalSoftware: advice() },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    const hardware = tokens.filter(({ kind }) => kind !== 'software');
    const facts = { count: tokens.length, token: tokens.map(({ token }) => token.id) };
    if (hardware.length > 1) return { outcome: 'several', facts };
    if (tokens.length > 1) return { outcome: 'severalSoftware', facts };
    return { outcome: tokens.length === 1 ? 'one' : 'none', facts: {} };
  },
});

const PIN_ORDER = ['locked', 'final', 'uninitialised', 'low', 'unknown', 'ok'] as const;

const pin = defineCheck({
  id: 'key.pin',
  number: 5,
  ref: 'C-11',
  group: 'key',
  platforms: ['linux', 'win32'],
  needs: ['key.token'],
  blocksRenewal: true,
  outcomes: {
    ok: fine,
    none: notApplicable,
    unknown: fine,
    low: advice(),
    final: problem(),
    locked: problem(),
    uninitialised: problem(),
  },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    const states = tokens.map(({ token }) => token);
    for (const state of PIN_ORDER) {
      const [worst] = states.filter((token) => token.pin.state === state);
      if (worst === undefined) continue;
      return { outcome: state, facts: { token: worst.id, attempts: worst.pin.attemptsLeft } };
    }
    return { outcome: 'none', facts: {} };
  },
});

/** As the token marks it; no PIN is tried. */
const initialPin = defineCheck({
  id: 'key.initialPin',
  number: 8,
  ref: 'C-12',
  group: 'key',
  platforms: ['linux', 'win32'],
  needs: ['key.token'],
  blocksRenewal: false,
  outcomes: { changed: fine, none: notApplicable, unsaid: notApplicable, unchanged: advice() },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    if (tokens.length === 0) return { outcome: 'none', facts: {} };
    const marks = tokens.map(({ token }) => token.pin.isDefault);
    if (marks.includes(true)) return { outcome: 'unchanged', facts: {} };
    return { outcome: marks.includes(false) ? 'changed' : 'unsaid', facts: {} };
  },
});

const READS = 20;
const READING_MS = 600;

/** A contact or a hub that goes bad shows in a row of readings, long before it shows in one. */
const reading = defineCheck({
  id: 'key.reading',
  number: 6,
  ref: 'C-08',
  group: 'key',
  layer: 'physical',
  platforms: ['linux', 'win32'],
  needs: ['key.token'],
  blocksRenewal: true,
  outcomes: { steady: fine, none: notApplicable, unsteady: problem() },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    if (tokens.length === 0) return { outcome: 'none', facts: {} };
    const rounds = await Promise.all(tokens.map((token) => readRepeatedly(probe, token)));
    const failures = rounds.reduce((sum, { failed }) => sum + failed, 0);
    const facts = {
      reads: rounds.reduce((sum, { reads }) => sum + reads, 0),
      failures,
      slowestMs: Math.round(Math.max(...rounds.map(({ slowestMs }) => slowestMs))),
    };
    return { outcome: failures === 0 ? 'steady' : 'unsteady', facts };
  },
});

async function readRepeatedly(probe: Probe, token: SeenToken) {
  const started = probe.elapsed();
  let [reads, failed, slowestMs] = [0, 0, 0];
  while (reads < READS && (reads === 0 || probe.elapsed() - started < READING_MS)) {
    const before = probe.elapsed();
    const read = await probe.keys.reread(token);
    slowestMs = Math.max(slowestMs, probe.elapsed() - before);
    reads += 1;
    if (!read.ok) failed += 1;
    if (failed > 2) break;
  }
  return { reads, failed, slowestMs };
}

const leftovers = defineCheck({
  id: 'key.leftovers',
  number: 7,
  ref: 'C-19',
  group: 'key',
  platforms: ['linux', 'win32'],
  needs: ['key.token'],
  blocksRenewal: false,
  outcomes: { clean: fine, unfinished: advice(), orphans: advice() },
  async run(probe) {
    const [{ tokens }, unfinished] = await Promise.all([probe.keys.list(), probe.keys.unfinished()]);
    const orphans = tokens.flatMap(({ containers }) =>
      containers.filter(({ state, certificates }) => state === 'pending' && certificates.length === 0),
    );
    if (unfinished.length > 0) {
      const facts = { renewals: unfinished.map(({ renewalId }) => renewalId), orphans: orphans.length };
      return { outcome: 'unfinished', facts };
    }
    return orphans.length > 0
      ? { outcome: 'orphans', facts: { containers: orphans.map(({ id }) => id) } }
      : { outcome: 'clean', facts: {} };
  },
});

export const KEY_CHECKS = [physical, permission, listed, count, pin, initialPin, reading, leftovers];
