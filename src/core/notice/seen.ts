// What is remembered of certificates that were seen on keys, and which of them still matter.

import type { SeenCertificate } from './notice.ts';

/** How many are remembered; the ones not seen for longest go first. */
export const MAX_SEEN = 500;

export type Sighting = Omit<SeenCertificate, 'firstSeen' | 'lastSeen'>;

/** @param now of the sighting; a clock set back does not move `firstSeen` or `lastSeen` into the past */
export function mergeSeen(
  known: readonly SeenCertificate[],
  sightings: readonly Sighting[],
  now: number,
): readonly SeenCertificate[] {
  const byHash = new Map(known.map((certificate) => [certificate.sha256, certificate]));
  for (const sighting of sightings) {
    const before = byHash.get(sighting.sha256);
    byHash.set(sighting.sha256, {
      ...sighting,
      firstSeen: before?.firstSeen ?? now,
      lastSeen: Math.max(before?.lastSeen ?? now, now),
    });
  }
  return [...byHash.values()].toSorted((a, b) => b.lastSeen - a.lastSeen).slice(0, MAX_SEEN);
}

/** Those to remind of: neither replaced, nor the encryption half of a pair whose signing half ends with it. */
export function worthReminding<C extends SeenCertificate>(certificates: readonly C[]): readonly C[] {
  return certificates.filter(
    (certificate) =>
      !certificates.some((other) => replaces(other, certificate) || speaksFor(other, certificate)),
  );
}

/**
 * A later one of the same subject, issuer and use. On another key it counts only while the old key stays in its
 * drawer: an old key seen after the new one is a second key in use, which a company may well have.
 */
export function replaces(newer: SeenCertificate, old: SeenCertificate): boolean {
  if (newer.sha256 === old.sha256 || !isSameHolder(newer, old)) return false;
  if (newer.notAfter <= old.notAfter || newer.notBefore < old.notBefore) return false;
  if (!coversUse(newer.use, old.use)) return false;
  return newer.token === old.token || old.lastSeen < newer.firstSeen;
}

function speaksFor(other: SeenCertificate, certificate: SeenCertificate): boolean {
  return (
    certificate.use === 'encryption' &&
    other.use !== 'encryption' &&
    other.token === certificate.token &&
    other.notAfter <= certificate.notAfter + DAY &&
    isSameHolder(other, certificate)
  );
}

const DAY = 86_400_000;

/** A certificate for both uses gives way to the signing half of a pair. */
function coversUse(newer: SeenCertificate['use'], old: SeenCertificate['use']): boolean {
  return newer === old || newer === 'both' || (old === 'both' && newer === 'signing');
}

function isSameHolder(a: SeenCertificate, b: SeenCertificate): boolean {
  return a.subject === b.subject && a.issuer === b.issuer;
}
