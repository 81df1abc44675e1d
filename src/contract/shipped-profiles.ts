// The profiles that ship. They are checked against the schema by a test and not at every start, because loading
// the schema's library takes longer than listing a key.

import neutral from '../../resources/profiles/neutral.json' with { type: 'json' };
import sandbox from '../../resources/profiles/sandbox.json' with { type: 'json' };
import type { Profile } from '../core/profile/profile.ts';

/** Used where no profile matches: nothing is presumed, the CA decides. */
export const NEUTRAL_PROFILE = neutral as Profile;

export const SHIPPED_PROFILES: readonly Profile[] = [sandbox as Profile];
