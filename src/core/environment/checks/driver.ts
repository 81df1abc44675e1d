// Drivers: is there one for the key that is plugged in, does it fit this computer, does it load, which of several
// copies sees the key. Libraries are looked at as files here; only a driver host ever loads one.

import type { ErrorCode } from '../../errors/codes.ts';
import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import type { LibraryCopy } from '../probe.ts';
import { pluggedKeys } from './key.ts';

const present = defineCheck({
  id: 'driver.present',
  number: 10,
  ref: 'L-06',
  group: 'key',
  layer: 'driver',
  platforms: ['linux', 'win32'],
  needs: ['key.physical'],
  blocksRenewal: true,
  outcomes: { present: fine, none: notApplicable, missing: problem() },
  async run(probe) {
    const [copies, keys, list] = await Promise.all([
      probe.drivers.copies(),
      pluggedKeys(probe),
      probe.keys.list(),
    ]);
    if (!copies.ok) return copies.error;
    const found = [...new Set(copies.value.map(({ vendor }) => vendor))];
    if (list.tokens.length > 0) return { outcome: 'present', facts: { vendors: found } };
    const without = (keys.ok ? keys.value : []).filter(({ vendor }) => !found.includes(vendor));
    if (without.length > 0) {
      const facts = {
        vendors: [...new Set(without.map(({ vendor }) => vendor))],
        devices: without.map(({ device }) => device.id),
      };
      return { outcome: 'missing', facts };
    }
    return found.length > 0
      ? { outcome: 'present', facts: { vendors: found } }
      : { outcome: 'none', facts: {} };
  },
});

const fits = defineCheck({
  id: 'driver.fits',
  number: 11,
  ref: 'C-10',
  group: 'key',
  layer: 'driver',
  platforms: ['linux', 'win32'],
  needs: ['driver.present'],
  blocksRenewal: true,
  outcomes: {
    fits: fine,
    none: notApplicable,
    someForeign: advice(),
    foreign: problem(),
    noLibrary: problem(),
  },
  async run(probe) {
    const copies = await probe.drivers.copies();
    if (!copies.ok) return copies.error;
    if (copies.value.length === 0) return { outcome: 'none', facts: {} };
    const broken = copies.value.filter(({ architecture }) => architecture === null);
    const foreign = copies.value.filter(
      ({ architecture }) => architecture !== null && architecture !== probe.arch,
    );
    const facts = {
      needed: probe.arch,
      modules: [...broken, ...foreign].map(({ path }) => path),
      found: [...new Set(foreign.flatMap(({ architecture }) => architecture ?? []))],
    };
    if (broken.length > 0) return { outcome: 'noLibrary', facts };
    if (foreign.length === 0) return { outcome: 'fits', facts: { needed: probe.arch } };
    return { outcome: foreign.length === copies.value.length ? 'foreign' : 'someForeign', facts };
  },
});

const complete = defineCheck({
  id: 'driver.complete',
  number: 12,
  ref: 'L-11',
  group: 'key',
  layer: 'driver',
  platforms: ['linux'],
  needs: ['driver.fits'],
  blocksRenewal: false,
  outcomes: {
    complete: fine,
    none: notApplicable,
    lacking: problem(),
    newerGlibc: problem(),
    noEntry: problem(),
  },
  async run(probe) {
    const copies = await probe.drivers.copies();
    if (!copies.ok) return copies.error;
    const ours = copies.value.filter(({ architecture }) => architecture === probe.arch);
    if (ours.length === 0) return { outcome: 'none', facts: {} };
    const newer = ours.filter(({ glibc }) => glibc !== null);
    const lacking = ours.filter(({ missing }) => missing.length > 0);
    const noEntry = ours.filter((copy) => !copy.exports);
    const paths = (list: readonly LibraryCopy[]) => list.map(({ path }) => path);
    if (newer.length > 0)
      return { outcome: 'newerGlibc', facts: { modules: paths(newer), glibc: newer[0]?.glibc ?? null } };
    if (lacking.length > 0) {
      const missing = [...new Set(lacking.flatMap((copy) => copy.missing))];
      return { outcome: 'lacking', facts: { modules: paths(lacking), missing } };
    }
    if (noEntry.length > 0) return { outcome: 'noEntry', facts: { modules: paths(noEntry) } };
    return { outcome: 'complete', facts: { count: ours.length } };
  },
});

const TROUBLE: Partial<Record<ErrorCode, 'notFound' | 'invalid' | 'foreign' | 'crashes' | 'hangs'>> = {
  'driver.notFound': 'notFound',
  'driver.relativePath': 'notFound',
  'driver.invalid': 'invalid',
  'driver.wrongArchitecture': 'foreign',
  'driver.crashed': 'crashes',
  'driver.timeout': 'hangs',
};

const loads = defineCheck({
  id: 'driver.loads',
  number: 13,
  ref: 'C-09',
  group: 'key',
  layer: 'module',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: true,
  outcomes: {
    loads: fine,
    none: notApplicable,
    notFound: problem(),
    invalid: problem(),
    foreign: problem(),
    crashes: problem(),
    hangs: problem(),
    fails: problem(),
    someFail: advice(),
  },
  async run(probe) {
    const [{ tokens, problems }, copies] = await Promise.all([probe.keys.list(), probe.drivers.copies()]);
    const [first] = problems;
    if (first === undefined) {
      const isNone = tokens.length === 0 && copies.ok && copies.value.length === 0;
      return { outcome: isNone ? 'none' : 'loads', facts: {} };
    }
    const { error } = first;
    const facts = {
      module: first.module,
      modules: problems.map(({ module }) => module),
      troubles: problems.map(({ module, error: { code } }) => `${TROUBLE[code] ?? code} ${module}`),
      code: error.code,
      native: error.native === undefined ? null : `${error.native.call} ${error.native.value}`,
    };
    if (tokens.length > 0) return { outcome: 'someFail', facts };
    return { outcome: TROUBLE[error.code] ?? 'fails', facts };
  },
});

const copies = defineCheck({
  id: 'driver.copies',
  number: 14,
  ref: 'C-09',
  group: 'key',
  platforms: ['linux', 'win32'],
  needs: [],
  blocksRenewal: false,
  outcomes: { single: fine, none: notApplicable, several: advice() },
  async run(probe) {
    const [found, { tokens }] = await Promise.all([probe.drivers.copies(), probe.keys.list()]);
    if (!found.ok) return found.error;
    if (found.value.length === 0) return { outcome: 'none', facts: {} };
    const listing = new Set(tokens.map(({ module }) => module));
    const lines = found.value.map(({ path, version, architecture, kind }) =>
      [path, kind, version, architecture, listing.has(path) ? 'UKey' : null]
        .filter((part) => part !== null)
        .join(' '),
    );
    const makers = found.value.map(({ vendor, kind }) => `${vendor} ${kind}`);
    const repeated = [...new Set(makers.filter((maker, index) => makers.indexOf(maker) !== index))];
    return { outcome: repeated.length > 0 ? 'several' : 'single', facts: { copies: lines, repeated } };
  },
});

export const DRIVER_CHECKS = [present, fits, complete, loads, copies];
