import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseName, subjectOf } from '../core/certificate/names.ts';
import { findProfile } from '../core/profile/choose-profile.ts';
import { termOf } from '../core/profile/terms.ts';
import { profileSchema } from './profile.ts';
import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from './shipped-profiles.ts';

const ALL = [NEUTRAL_PROFILE, ...SHIPPED_PROFILES];

it.each(ALL.map((profile) => [profile.id, profile] as const))(
  'profile %s fits the schema',
  (_id, profile) => {
    expect(profileSchema.parse(profile)).toEqual(profile);
  },
);

it('ships every profile in resources', () => {
  const files = readdirSync(new URL('../../resources/profiles', import.meta.url));
  expect(ALL.map(({ id }) => `${id}.json`).sort()).toEqual(files.sort());
});

it.each([
  ['SZCA', 'ask', ['szca-public-resources', 'szca-bidding']],
  ['深圳市电子商务安全证书管理有限公司', 'ask', ['szca-public-resources', 'szca-bidding']],
  ['SNCA', 'found', ['snca-construction']],
  ['山东省数字证书认证管理有限公司', 'found', ['sdca-non-tax']],
  ['东方新诚信数字认证中心有限公司', 'found', ['dfca-hunan-construction']],
  ['Certificate Assistant Sandbox', 'found', ['sandbox']],
  ['SNCA SM2 CA', 'ask', ['snca-construction']],
  ['东方新诚信SM2根证书', 'ask', ['dfca-hunan-construction']],
  ['Some CA', 'unknown', []],
])('the profile of issuer %s is %s %j', (issuer, kind, ids) => {
  const name = parseName(subjectOf({ commonName: issuer }));
  if (name === null) throw new Error('no name');
  const search = findProfile(SHIPPED_PROFILES, { issuer: name, subject: name, policies: [] });
  const found = search.kind === 'found' ? [search.profile] : search.kind === 'ask' ? search.candidates : [];
  expect({ kind: search.kind, ids: found.map(({ id }) => id) }).toEqual({ kind, ids });
});

it.each(['renew', 'write', 'environmentCheck', 'sealTest', 'keyDetails'] as const)(
  'has a word for “%s” whatever the profile',
  (term) => {
    expect(ALL.filter((profile) => termOf(profile, NEUTRAL_PROFILE, term) === '')).toEqual([]);
  },
);

it('shows the word of the CA, and ours where its manual has none', () => {
  const szca = SHIPPED_PROFILES.find(({ id }) => id === 'szca-bidding') ?? NEUTRAL_PROFILE;
  expect([termOf(szca, NEUTRAL_PROFILE, 'pin'), termOf(szca, NEUTRAL_PROFILE, 'sealTest')]).toEqual([
    '证书密码',
    '签章检测',
  ]);
});
