// What of this computer and key makes a renewal fail, and is therefore asked before it begins. Advice holds up nothing.

import type { Check, Finding } from './check.ts';

/** `resume`: money may have been paid, so that only what endangers the writing itself is asked. */
export type Undertaking = 'renew' | 'enrol' | 'resume';

/**
 * Answered where a key was found and named: among several the person is asked to leave one, and the renewal asks
 * for the PIN itself, with consent to the last try.
 */
const ANSWERED: ReadonlySet<string> = new Set([
  'key.physical',
  'key.blocked',
  'key.permission',
  'key.token',
  'key.count',
  'key.pin',
  'driver.present',
  'driver.fits',
  'driver.loads',
]);

const IS_ASKED: Readonly<Record<Undertaking, (check: Check) => boolean>> = {
  renew: () => true,
  // There is no certificate yet.
  enrol: ({ group }) => group !== 'certificate',
  resume: ({ id }) => id === 'system.disk',
};

/** Ids of what has to be asked before that. */
export function gateChecks(checks: readonly Check[], to: Undertaking): readonly string[] {
  return checks
    .filter((check) => check.blocksRenewal && !ANSWERED.has(check.id) && IS_ASKED[to](check))
    .map(({ id }) => id);
}

/** Those of `asked` that stand in the way. */
export function obstaclesAmong(findings: readonly Finding[], asked: readonly string[]): readonly Finding[] {
  return findings.filter(({ id, status }) => status === 'problem' && asked.includes(id));
}
