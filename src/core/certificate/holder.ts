// 机构, 机构个人 or 自然人: whom a certificate names, told from its subject alone.

import type { DistinguishedName } from './names.ts';

export type HolderKind = 'organisation' | 'organisationPerson' | 'person' | 'unknown';

/** A common name that is the organisation's own is a certificate of the organisation. */
export function holderKind({ organisation, commonName }: DistinguishedName): HolderKind {
  if (commonName === null) return organisation === null ? 'unknown' : 'organisation';
  if (organisation === null) return looksLikeOrganisation(commonName) ? 'organisation' : 'person';
  const isSame = commonName.trim() === organisation.trim() || looksLikeOrganisation(commonName);
  return isSame ? 'organisation' : 'organisationPerson';
}

/** Endings that names of organisations have and names of people have not. */
const ENDINGS = [
  '公司',
  '中心',
  '事务所',
  '合作社',
  '医院',
  '学校',
  '大学',
  '学院',
  '委员会',
  '厅',
  '局',
  '院',
  '厂',
  '所',
  '部',
];

function looksLikeOrganisation(name: string): boolean {
  return name.trim().length > 4 && ENDINGS.some((ending) => name.trim().endsWith(ending));
}
