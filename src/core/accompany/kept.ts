// What became of everything that was on the key before, and whether the new key works.

import { certificateUse, type Certificate } from '../certificate/certificate.ts';
import { spkiFingerprint } from '../certificate/spki.ts';
import { formatTime } from '../certificate/time.ts';
import type { AppError } from '../errors/codes.ts';
import type { Result } from '../errors/result.ts';
import { certifiedBy, type KeyChanges } from './changes.ts';
import type { KeySnapshot, PlacedCertificate } from './snapshot.ts';
import { failed, notChecked, passed, type ProofStep, type ProofStepName } from './step.ts';

export interface KeptInput {
  readonly after: KeySnapshot;
  /** Read with the PIN; null: none was given. */
  readonly opened: KeySnapshot | null;
  /** The certificate to renew and its partner: their private keys must have been there. */
  readonly pair: readonly (PlacedCertificate | null)[];
}

/**
 * A key that is gone is a failure: what was encrypted to it never opens again. A certificate that is gone while
 * its key is there was written over, as some CAs do, and is only told.
 */
export function oldSteps(changes: KeyChanges, input: KeptInput): readonly ProofStep[] {
  const { removed } = changes;
  const lostKeys = [...new Set([...changes.lostKeys, ...lostHalves(input)])];
  const kept = fingerprintsOf(input.after).filter((key) => !lostKeys.includes(key));
  const replaced = certifiedBy(kept, removed);
  const gone = removed.filter((one) => !replaced.includes(one));
  const pair = input.pair.filter((one) => one !== null);
  const owners = certifiedBy(lostKeys, [...new Set([...removed, ...pair])]);
  const serials = (list: readonly PlacedCertificate[]) => [
    ...new Set(list.map(({ certificate }) => certificate.serial)),
  ];
  return [
    gone.length > 0
      ? failed('old.certificates', { code: 'certificate.removed', serials: serials(gone) })
      : replaced.length > 0
        ? notChecked('old.certificates', { code: 'certificate.replaced', serials: serials(replaced) })
        : passed('old.certificates'),
    lostKeys.length === 0
      ? passed('old.keys')
      : failed('old.keys', {
          code: 'key.removed',
          serials: nullIfEmpty(serials(owners)),
          keys: lostKeys.length,
        }),
  ];
}

function fingerprintsOf({ containers }: KeySnapshot): readonly string[] {
  return containers.flatMap(({ keys }) => keys.flatMap(({ fingerprint }) => fingerprint ?? []));
}

/** Keys of the pair whose public half may still be shown, but whose private half is not there with the PIN. */
function lostHalves({ opened, pair }: KeptInput): readonly string[] {
  if (opened === null) return [];
  const keys = opened.containers.flatMap((container) => container.keys);
  return pair
    .flatMap((placed) => (placed === null ? [] : spkiFingerprint(placed.certificate.spki)))
    .filter(
      (wanted) =>
        !keys.some(({ fingerprint, hasPrivateKey }) => fingerprint === wanted && hasPrivateKey === true),
    );
}

/** Nothing is said of a seal where there never was one. */
export function sealSteps(
  before: KeySnapshot,
  after: KeySnapshot,
  { lostSeals }: KeyChanges,
  { sha256 }: Certificate,
  now: number,
): readonly ProofStep[] {
  const [lost] = lostSeals;
  if (lost !== undefined) return [failed('seal', { code: 'seal.removed', name: lost })];
  if (before.seals.length === 0 && after.seals.length === 0) return [];
  const usable = after.seals.filter(({ signers }) => signers.includes(sha256));
  const [first] = usable;
  if (first === undefined) {
    return [notChecked('seal', { code: 'seal.signerNotListed', signer: sha256.slice(0, 8) })];
  }
  const valid = usable.find(({ validFrom, validTo }) => validFrom <= now && now <= validTo);
  if (valid !== undefined) {
    return [passed('seal', { name: valid.name, validTo: formatTime(valid.validTo) })];
  }
  const validity = { validFrom: formatTime(first.validFrom), validTo: formatTime(first.validTo) };
  return [notChecked('seal', { code: 'seal.validity', ...validity, at: formatTime(now) })];
}

/** What the new keys did with a PIN, or why they were not tried out. */
export type KeyTests = TriedKeys | { readonly untried: AppError };

export interface TriedKeys {
  /** Signed a random message, and the signature verifies with the new certificate. */
  readonly sign: Result<void, AppError>;
  /** Opened an envelope made for the new certificate; null: a key that is not for that. */
  readonly decrypt: Result<void, AppError> | null;
}

export function testSteps(
  tests: KeyTests,
  signing: Certificate,
  encryption: Certificate | null,
): readonly ProofStep[] {
  const opens = encryption !== null || (certificateUse(signing) === 'both' && canOpen(signing));
  if ('untried' in tests) {
    return [
      notChecked('test.sign', tests.untried),
      ...(opens ? [notChecked('test.decrypt', tests.untried)] : []),
    ];
  }
  return [
    testStep('test.sign', tests.sign),
    ...(tests.decrypt === null ? [] : [testStep('test.decrypt', tests.decrypt)]),
  ];
}

function canOpen({ algorithm }: Certificate): boolean {
  return algorithm === 'SM2' || algorithm?.startsWith('RSA') === true;
}

function testStep(step: ProofStepName, result: Result<void, AppError>): ProofStep {
  if (result.ok) return passed(step);
  return TELLING.has(result.error.code) ? failed(step, result.error) : notChecked(step, result.error);
}

/** Failures that say something of the key; all others (PIN, driver, plug) say only that it could not be tried. */
const TELLING: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'key.notFound',
  'key.signatureInvalid',
  'key.decryptionFailed',
  'renewal.selfTestFailed',
]);

function nullIfEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
