// What the system makes of a key that is plugged in, and what else is on it: let through, with the nodes its kind
// needs, and with a seal that fits its certificate.

import { advice, defineCheck, fine, notApplicable, problem } from '../check.ts';
import { pluggedKeys } from './key.ts';

const blocked = defineCheck({
  id: 'key.blocked',
  number: 80,
  ref: 'L-13',
  group: 'key',
  layer: 'permission',
  platforms: ['linux'],
  needs: ['key.physical'],
  blocksRenewal: true,
  outcomes: { allowed: fine, none: notApplicable, blocked: problem() },
  async run(probe) {
    const keys = await pluggedKeys(probe);
    if (!keys.ok || keys.value.length === 0) return { outcome: 'none', facts: {} };
    const refused = keys.value.filter(({ device }) => device.isBlocked === true);
    const devices = refused.map(({ device, vendor }) => `${vendor}（${device.id}）`);
    return { outcome: refused.length > 0 ? 'blocked' : 'allowed', facts: { devices } };
  },
});

const MASS_STORAGE = 0x08;

/** Keys that show themselves as a compact disc are spoken to through the generic SCSI node. */
const disc = defineCheck({
  id: 'key.scsi',
  number: 81,
  ref: 'L-03',
  group: 'key',
  layer: 'permission',
  platforms: ['linux'],
  needs: ['key.blocked'],
  blocksRenewal: false,
  outcomes: { ready: fine, none: notApplicable, noNode: problem() },
  async run(probe) {
    const keys = await pluggedKeys(probe);
    const discs = (keys.ok ? keys.value : []).filter(({ device }) => device.classes.includes(MASS_STORAGE));
    if (discs.length === 0) return { outcome: 'none', facts: {} };
    const without = discs.filter(({ device }) => !device.nodes.some((node) => /^\/dev\/sg\d+$/.test(node)));
    const devices = without.map(({ device, vendor }) => `${vendor}（${device.id}）`);
    return { outcome: without.length > 0 ? 'noNode' : 'ready', facts: { devices } };
  },
});

/** Only what can be read without the password; the self-test of the seal proves more. */
const seal = defineCheck({
  id: 'key.seal',
  number: 82,
  ref: 'C-20',
  group: 'certificate',
  platforms: ['linux', 'win32'],
  needs: ['certificate.present'],
  blocksRenewal: false,
  outcomes: {
    usable: fine,
    none: notApplicable,
    unrecognised: notApplicable,
    expired: advice(),
    notYetValid: advice(),
    notListed: advice(),
  },
  async run(probe) {
    const { tokens } = await probe.keys.list();
    const read = await Promise.all(tokens.map((token) => probe.keys.seals(token)));
    const states = read.flatMap((seals) => (seals.ok ? seals.value.states : []));
    const count = (state: string) => states.filter((one) => one === state).length;
    if (count('usable') > 0) return { outcome: 'usable', facts: { count: count('usable') } };
    for (const state of ['notListed', 'expired', 'notYetValid'] as const)
      if (count(state) > 0) return { outcome: state, facts: { count: count(state) } };
    const silent = read.find((seals) => !seals.ok);
    if (silent?.ok === false) return { reason: 'unavailable', what: silent.error.code };
    const others = read.reduce((sum, seals) => sum + (seals.ok ? seals.value.unrecognised : 0), 0);
    return others > 0
      ? { outcome: 'unrecognised', facts: { count: others } }
      : { outcome: 'none', facts: {} };
  },
});

export const DEVICE_CHECKS = [blocked, disc];
export const SEAL_CHECKS = [seal];
