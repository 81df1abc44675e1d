// Which CA signs. The SM2 hierarchy is made when the first SM2 certificate is wanted, so that opening an empty
// folder stays fast; it counts from the moment the state that names it is stored.

import type { AuthorityFamily, AuthorityRole } from './authority-ids.ts';
import { AUTHORITY_IDS, authorityId, type AuthorityId } from './authority-ids.ts';
import {
  createHierarchy,
  loadAuthority,
  storedAuthority,
  type Authority,
  type Random,
} from './authorities.ts';
import type { SandboxState } from './state.ts';

export interface AuthorityBook {
  /** null: not made yet. */
  find(state: SandboxState, id: AuthorityId): Authority | null;
  /** Makes the hierarchy where it is missing, and notes it in `draft`. */
  obtain(draft: SandboxState, role: AuthorityRole, family: AuthorityFamily, now: number): Promise<Authority>;
}

/** null: a key or certificate that the state names is missing or damaged. */
export async function openAuthorityBook(
  folder: string,
  state: SandboxState,
  random: Random,
): Promise<AuthorityBook | null> {
  /** By certificate, because a hierarchy whose state was not stored is made again under the same names. */
  const known = new Map<string, Authority>();
  const loads = AUTHORITY_IDS.map(async (id) => {
    const stored = state.authorities[id];
    if (stored === undefined) return true;
    const authority = await loadAuthority(folder, id, stored, random);
    if (authority !== null) known.set(stored.certificate, authority);
    return authority !== null;
  });
  if (!(await Promise.all(loads)).every(Boolean)) return null;

  const find: AuthorityBook['find'] = (current, id) =>
    known.get(current.authorities[id]?.certificate ?? '') ?? null;

  return {
    find,
    async obtain(draft, role, family, now) {
      const existing = find(draft, authorityId(role, family));
      if (existing !== null) return existing;
      const made = await createHierarchy(family, { folder, now, random });
      for (const authority of Object.values(made)) {
        const stored = storedAuthority(authority);
        draft.authorities[authority.id] = stored;
        known.set(stored.certificate, authority);
      }
      return made[role];
    },
  };
}

/** Issuer first, root last; base64. */
export function chainAbove(state: SandboxState, issuer: AuthorityId): string[] {
  const root = issuer.startsWith('sm2-') ? 'sm2-root' : 'root';
  return [issuer, root].flatMap((id) => state.authorities[id as AuthorityId]?.certificate ?? []);
}
