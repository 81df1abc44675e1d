// Which certificate on a token is the one in use, decided from what is on the token alone. Nothing is deleted
// or hidden by this: everything older is history and still opens what was encrypted to it.

import { certificateUse, validityAt, type Certificate } from '../certificate/certificate.ts';
import type { ReadCertificate } from '../certificate/certificate-reader.ts';
import { isSameName } from '../certificate/names.ts';
import { isSamePublicKey } from '../certificate/spki.ts';
import type { ContainerCertificate, ContainerId, KeyContainer, KeyUse } from './token.ts';

/**
 * - `current`: the newest valid one with a working key among same issuer, subject and use; where none is valid,
 *   the newest expired one: it is the one to renew.
 * - `pending`: not valid yet, or a key that waits for its certificate.
 * - `history`: everything else.
 */
export type CertificateState = 'current' | 'history' | 'pending';

export interface ClassifiedCertificate {
  readonly certificate: Certificate;
  readonly use: KeyUse | 'both';
  readonly state: CertificateState;
  /** null: not visible before login, or the driver shows a key without its public half. */
  readonly hasPrivateKey: boolean | null;
}

export interface ClassifiedContainer {
  readonly id: ContainerId;
  readonly label: string;
  readonly state: CertificateState;
  readonly certificates: readonly ClassifiedCertificate[];
  /** Why certificates in it could not be read; they are in no list. */
  readonly unparsable: readonly string[];
}

/** Whether a certificate of another issuer or subject takes the place of an older one, as a profile allows. */
export type SuccessorRule = (newer: Certificate, older: Certificate) => boolean;

export interface ClassificationRules {
  readonly isSuccessor: SuccessorRule;
  readonly readCertificate: ReadCertificate;
}

/** Containers in their order, with the state of each certificate. `now` in epoch milliseconds. */
export function classifyContainers(
  containers: readonly KeyContainer[],
  now: number,
  { isSuccessor, readCertificate }: ClassificationRules,
): readonly ClassifiedContainer[] {
  const readings = containers.map((container) => ({
    container,
    ...readContainer(container, readCertificate),
  }));
  const all = readings.flatMap(({ read }) => read);
  return readings.map(({ container, read, unparsable }) => {
    const certificates = read.map((entry) => ({ ...entry, state: stateOf(entry, all, now, isSuccessor) }));
    return {
      id: container.id,
      label: container.label,
      state: containerState(certificates, container),
      certificates,
      unparsable,
    };
  });
}

type Entry = Omit<ClassifiedCertificate, 'state'>;

function readContainer(
  container: KeyContainer,
  readCertificate: ReadCertificate,
): { read: Entry[]; unparsable: string[] } {
  const read: Entry[] = [];
  const unparsable: string[] = [];
  for (const stored of container.certificates) {
    const parsed = readCertificate(stored.der);
    if (!parsed.ok) {
      unparsable.push(parsed.error.reason);
      continue;
    }
    const certificate = parsed.value;
    read.push({
      certificate,
      use: useOf(stored, certificate),
      hasPrivateKey: findKey(container, certificate),
    });
  }
  return { read, unparsable };
}

function useOf(stored: ContainerCertificate, certificate: Certificate): KeyUse | 'both' {
  return stored.use ?? certificateUse(certificate);
}

function findKey({ keys }: KeyContainer, { spki }: Certificate): boolean | null {
  const matching = keys.filter(({ publicKey }) => publicKey !== null && isSamePublicKey(publicKey, spki));
  if (matching.some(({ hasPrivateKey }) => hasPrivateKey === true)) return true;
  const nameless = keys.some(({ publicKey, hasPrivateKey }) => publicKey === null && hasPrivateKey !== false);
  return nameless || matching.some(({ hasPrivateKey }) => hasPrivateKey === null) ? null : false;
}

function stateOf(
  entry: Entry,
  all: readonly Entry[],
  now: number,
  isSuccessor: SuccessorRule,
): CertificateState {
  if (entry.hasPrivateKey === false) return 'history';
  const validity = validityAt(entry.certificate, now);
  if (validity === 'notYetValid') return 'pending';
  const isReplaced = all.some((other) => {
    if (other === entry || other.hasPrivateKey === false) return false;
    const otherValidity = validityAt(other.certificate, now);
    if (otherValidity === 'notYetValid') return false;
    if (otherValidity !== validity) return otherValidity === 'valid' && mayReplace(other, entry, isSuccessor);
    return isNewer(other, entry, all) && mayReplace(other, entry, isSuccessor);
  });
  return isReplaced ? 'history' : 'current';
}

/** An SM2 certificate never replaces an RSA or EC one: where a person holds both, portals ask for either. */
function mayReplace(newer: Entry, older: Entry, isSuccessor: SuccessorRule): boolean {
  if (newer.use !== older.use || isSm2(newer) !== isSm2(older)) return false;
  const [a, b] = [newer.certificate, older.certificate];
  const isSameHolder = isSameName(a.issuer, b.issuer) && isSameName(a.subject, b.subject);
  return isSameHolder || isSuccessor(a, b);
}

function isSm2({ certificate }: Entry): boolean {
  return certificate.algorithm === 'SM2';
}

/** A total order, so that of two exactly one is newer: beginning, end, then the place on the token. */
function isNewer(a: Entry, b: Entry, all: readonly Entry[]): boolean {
  const order =
    a.certificate.notBefore - b.certificate.notBefore ||
    a.certificate.notAfter - b.certificate.notAfter ||
    all.indexOf(a) - all.indexOf(b);
  return order > 0;
}

function containerState(
  certificates: readonly ClassifiedCertificate[],
  container: KeyContainer,
): CertificateState {
  const states = certificates.map(({ state }) => state);
  if (states.includes('current')) return 'current';
  if (states.includes('pending') || container.certificates.length === 0) return 'pending';
  return 'history';
}
