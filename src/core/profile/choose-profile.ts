// Which profile a certificate falls under, and what that says about who may take whose place on a token.

import { isSameName } from '../certificate/names.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { isSameHolder, isSuccessor } from '../renewal/proof.ts';
import type { SuccessorRule } from '../token/current.ts';
import type { Profile } from './profile.ts';

/** The first that names the issuer and, where it asks for policies, one of the certificate's; else `fallback`. */
export function chooseProfile(
  profiles: readonly Profile[],
  fallback: Profile,
  certificate: Pick<Certificate, 'issuer' | 'policies'>,
): Profile {
  const fitting = profiles.find(({ match }) => {
    const asksNoPolicy = match.policies.length === 0;
    const hasPolicy = certificate.policies.some((policy) => match.policies.includes(policy));
    return isSuccessor(certificate.issuer, match.issuers) && (asksNoPolicy || hasPolicy);
  });
  return fitting ?? fallback;
}

/** A successor issuer, or a subject changed as the older certificate's profile allows. */
export function successorRule(profileOf: (certificate: Certificate) => Profile): SuccessorRule {
  return (newer, older) => {
    const { successors, mutableSubject } = profileOf(older).renewal;
    const isFromHeir =
      isSameName(newer.issuer.der, older.issuer.der) || isSuccessor(newer.issuer, successors);
    return isFromHeir && isSameHolder(newer.subject, older.subject, mutableSubject);
  };
}
