// The CAs of the rehearsal: a root, an issuing CA and its successor, once with RSA keys and once with SM2 keys.

export const RSA_AUTHORITIES = ['root', 'issuing', 'successor'] as const;
export type AuthorityRole = (typeof RSA_AUTHORITIES)[number];

export const SM2_AUTHORITIES = ['sm2-root', 'sm2-issuing', 'sm2-successor'] as const;

export const AUTHORITY_IDS = [...RSA_AUTHORITIES, ...SM2_AUTHORITIES] as const;
export type AuthorityId = (typeof AUTHORITY_IDS)[number];

/** SM2 keys are certified by SM2 CAs, everything else by the RSA ones. */
export type AuthorityFamily = 'rsa' | 'sm2';

export function authorityId(role: AuthorityRole, family: AuthorityFamily): AuthorityId {
  return family === 'rsa' ? role : `sm2-${role}`;
}

export function familyOf(id: AuthorityId): AuthorityFamily {
  return id.startsWith('sm2-') ? 'sm2' : 'rsa';
}
