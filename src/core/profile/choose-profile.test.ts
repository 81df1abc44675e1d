import { describe, expect, it } from 'vitest';
import { NEUTRAL_PROFILE, SHIPPED_PROFILES } from '../../contract/shipped-profiles.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { parseName, subjectOf, type DistinguishedName, type SubjectFields } from '../certificate/names.ts';
import {
  chooseProfile,
  findProfile,
  mergeProfiles,
  successorRule,
  type ProfileClues,
} from './choose-profile.ts';
import type { Profile } from './profile.ts';

function name(fields: SubjectFields): DistinguishedName {
  const parsed = parseName(subjectOf(fields));
  if (parsed === null) throw new Error('no name');
  return parsed;
}

function clues(issuer: string, unit = '', policies: readonly string[] = []): ProfileClues {
  const subject = name({ organisationalUnit: unit, commonName: '张三' });
  return { issuer: name({ commonName: issuer }), subject, policies };
}

const neutral = NEUTRAL_PROFILE;

function profile(id: string, match: Partial<Profile['match']>, successors: readonly string[] = []): Profile {
  return {
    ...neutral,
    id,
    name: id,
    match: { ...neutral.match, ...match },
    renewal: { ...neutral.renewal, successors, mutableSubject: ['2.5.4.11'] },
  };
}

const bids = profile('bids', { issuers: ['Good CA'], policies: ['1.2.3'] });
const builders = profile('builders', { issuers: ['Good CA'], policies: ['1.2.3'], units: ['建设'] });
const plain = profile('plain', { issuers: ['Good CA', 'Good Trust'] }, ['New CA']);
const all = [plain, bids, builders];

describe('the profile of a certificate', () => {
  it.each([
    ['Good CA', '', ['1.2.3', '1.2.4'], 'bids'],
    ['Good CA', '建设', ['1.2.3'], 'builders'],
    ['Good CA', '建设', ['1.2.4'], 'plain'],
    ['Good CA', '', ['1.2.4'], 'plain'],
    ['Good Trust', '', ['1.2.3'], 'plain'],
    ['Other CA', '建设', ['1.2.3'], 'neutral'],
  ])('issued by %s to unit “%s” under %j is %s', (issuer, unit, policies, expected) => {
    expect(chooseProfile(all, neutral, clues(issuer, unit, policies)).id).toBe(expected);
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
    ['HSNCAT', 'unknown', []],
    ['Some CA', 'unknown', []],
  ])('among those that ship, issuer %s is %s %j', (issuer, kind, ids) => {
    const search = findProfile(SHIPPED_PROFILES, clues(issuer));
    const found = search.kind === 'found' ? [search.profile] : search.kind === 'ask' ? search.candidates : [];
    expect({ kind: search.kind, ids: found.map(({ id }) => id) }).toEqual({ kind, ids });
  });

  it.each([
    ['nothing is presumed before the person chose', 'SZCA', null, 'neutral'],
    ['the person’s choice counts', 'SZCA', 'szca-bidding', 'szca-bidding'],
    ['a choice counts against what was found', 'SNCA', 'neutral', 'neutral'],
    ['a choice that no longer exists is passed over', 'SNCA', 'gone', 'snca-construction'],
  ])('%s', (_title, issuer, chosen, expected) => {
    expect(chooseProfile(SHIPPED_PROFILES, neutral, clues(issuer), chosen).id).toBe(expected);
  });

  it('lets a file of the CA take the place of the shipped profile of the same id', () => {
    const newer = { ...bids, name: 'newer' };
    const added = profile('added', {});
    expect(mergeProfiles(all, [newer, added])).toEqual([plain, newer, builders, added]);
  });
});

describe('taking the place of an older certificate', () => {
  const certificate = (issuer: string, unit: string, holder = '张三') =>
    ({
      issuer: name({ commonName: issuer }),
      subject: name({ organisationalUnit: unit, commonName: holder }),
      policies: [] as readonly string[],
    }) as Certificate;
  const rule = successorRule((of) => chooseProfile(all, neutral, of));
  const old = certificate('Good CA', 'A');

  it.each([
    ['another unit of the same CA', certificate('Good CA', 'B'), true],
    ['a successor CA', certificate('New CA', 'A'), true],
    ['a successor CA and another unit', certificate('New CA', 'B'), true],
    ['another CA', certificate('Other CA', 'A'), false],
    ['another holder', certificate('Good CA', 'A', '李四'), false],
  ])('%s: %s', (_title, newer, expected) => {
    expect(rule(newer, old)).toBe(expected);
  });
});
