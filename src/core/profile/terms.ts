import type { CaTerms } from './guidance.ts';
import type { Profile } from './profile.ts';

/** The word to show: the CA's own, or that of the neutral profile, which has one for everything. */
export function termOf(profile: Profile, neutral: Profile, term: keyof CaTerms): string {
  return profile.terms[term][0] ?? neutral.terms[term][0] ?? '';
}
