// The profiles that ship. They are checked against the schema by a test and not at every start, because loading
// the schema's library takes longer than listing a key.

import dfcaHunanConstruction from '../../resources/profiles/dfca-hunan-construction.json' with { type: 'json' };
import neutral from '../../resources/profiles/neutral.json' with { type: 'json' };
import sandbox from '../../resources/profiles/sandbox.json' with { type: 'json' };
import sdcaNonTax from '../../resources/profiles/sdca-non-tax.json' with { type: 'json' };
import sncaConstruction from '../../resources/profiles/snca-construction.json' with { type: 'json' };
import szcaBidding from '../../resources/profiles/szca-bidding.json' with { type: 'json' };
import szcaPublicResources from '../../resources/profiles/szca-public-resources.json' with { type: 'json' };
import type { Profile } from '../core/profile/profile.ts';

/** Used where no profile matches: nothing is presumed, the CA decides. */
export const NEUTRAL_PROFILE = neutral as Profile;

export const SHIPPED_PROFILES: readonly Profile[] = [
  sandbox as Profile,
  sncaConstruction as Profile,
  szcaPublicResources as Profile,
  szcaBidding as Profile,
  sdcaNonTax as Profile,
  dfcaHunanConstruction as Profile,
];
