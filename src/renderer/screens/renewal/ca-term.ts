import { NEUTRAL_PROFILE } from '../../../contract/shipped-profiles.ts';
import type { CaTerms } from '../../../core/profile/guidance.ts';
import type { Profile } from '../../../core/profile/profile.ts';
import { termOf } from '../../../core/profile/terms.ts';

/** The CA's own word for it: 续期, 延期, 更新. */
export function caTerm(profile: Profile, term: keyof CaTerms): string {
  return termOf(profile, NEUTRAL_PROFILE, term);
}
