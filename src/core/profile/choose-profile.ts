// Which profile a certificate falls under, and what that says about who may take whose place on a token.

import { isSameName, type DistinguishedName } from '../certificate/names.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { isSameHolder, isSuccessor } from '../renewal/proof.ts';
import type { SuccessorRule } from '../token/current.ts';
import type { Profile, ProfileMatch } from './profile.ts';

/** What of a certificate a profile is found by. */
export type ProfileClues = Pick<Certificate, 'issuer' | 'subject' | 'policies'>;

/**
 * - `found`: one profile asks for the most of what the certificate has.
 * - `ask`: several do (one CA, several projects), or the issuer's name only looks like theirs. The person is
 *   asked once; the answer is remembered by the profile's id.
 * - `unknown`: no profile knows the issuer.
 */
export type ProfileSearch =
  | { readonly kind: 'found'; readonly profile: Profile }
  | { readonly kind: 'ask'; readonly candidates: readonly Profile[] }
  | { readonly kind: 'unknown' };

export function findProfile(profiles: readonly Profile[], certificate: ProfileClues): ProfileSearch {
  const [first, ...others] = bestFitting(profiles, certificate);
  if (first !== undefined) {
    return others.length === 0
      ? { kind: 'found', profile: first }
      : { kind: 'ask', candidates: [first, ...others] };
  }
  const candidates = profiles.filter(({ match }) => looksLike(certificate.issuer, match.hints));
  return candidates.length === 0 ? { kind: 'unknown' } : { kind: 'ask', candidates };
}

/**
 * The profile to work by: the person's choice, else the one found, else `fallback`, which presumes nothing; so
 * also while the person has not been asked yet.
 *
 * @param chosen id the person chose for this certificate; an id that no longer exists is passed over
 */
export function chooseProfile(
  profiles: readonly Profile[],
  fallback: Profile,
  certificate: ProfileClues,
  chosen: string | null = null,
): Profile {
  const choice = [...profiles, fallback].find(({ id }) => id === chosen);
  if (choice !== undefined) return choice;
  const [first, ...others] = bestFitting(profiles, certificate);
  return first !== undefined && others.length === 0 ? first : fallback;
}

/** A file of the person's or the CA's takes the place of a shipped profile of the same id; the order stays. */
export function mergeProfiles(shipped: readonly Profile[], own: readonly Profile[]): readonly Profile[] {
  const byId = new Map([...shipped, ...own].map((profile) => [profile.id, profile]));
  return [...byId.values()];
}

/** A successor issuer, or a subject changed as the older certificate's profile allows. */
export function successorRule(profileOf: (certificate: Certificate) => Profile): SuccessorRule {
  return (newer, older) => {
    const { successors, mutableSubject } = profileOf(older).renewal;
    const isFromHeir = isSameName(newer.issuer, older.issuer) || isSuccessor(newer.issuer, successors);
    return isFromHeir && isSameHolder(newer.subject, older.subject, mutableSubject);
  };
}

/** Of those that fit, the ones that ask for the most. */
function bestFitting(profiles: readonly Profile[], certificate: ProfileClues): readonly Profile[] {
  const fitting = profiles.filter(({ match }) => fits(match, certificate));
  const most = Math.max(...fitting.map(({ match }) => demands(match)));
  return fitting.filter(({ match }) => demands(match) === most);
}

function fits({ issuers, units, policies }: ProfileMatch, certificate: ProfileClues): boolean {
  return (
    isSuccessor(certificate.issuer, issuers) &&
    (units.length === 0 || hasUnit(certificate, units)) &&
    (policies.length === 0 || certificate.policies.some((policy) => policies.includes(policy)))
  );
}

function hasUnit({ subject, issuer }: ProfileClues, units: readonly string[]): boolean {
  return [...subject.attributes, ...issuer.attributes].some(
    ({ type, value }) => type === ORGANISATIONAL_UNIT && units.includes(value.trim()),
  );
}

const ORGANISATIONAL_UNIT = '2.5.4.11';

function demands({ units, policies }: ProfileMatch): number {
  return Number(units.length > 0) + Number(policies.length > 0);
}

/** Latin hints count as whole words only: `SNCA` is in `SNCA SM2 CA` and not in `HSNCAT`. */
function looksLike(issuer: DistinguishedName, hints: readonly string[]): boolean {
  const text = [issuer.organisation, issuer.commonName]
    .filter((part) => part !== null)
    .join('\n')
    .toLowerCase();
  return hints.some((hint) => {
    const wanted = hint.toLowerCase();
    return /^[a-z0-9]+$/.test(wanted) ? text.split(/[^a-z0-9]+/).includes(wanted) : text.includes(wanted);
  });
}
