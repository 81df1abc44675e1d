import { describe, expect, it } from 'vitest';
import neutralFile from '../../../resources/profiles/neutral.json' with { type: 'json' };
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

const neutral = neutralFile as Profile;

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
const hinted = profile('hinted', { hints: ['SNCA', '新诚信'] });
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

  it('is asked for where two projects of a CA fit alike', () => {
    const twin = { ...bids, id: 'twin' };
    expect(findProfile([plain, bids, twin], clues('Good CA', '', ['1.2.3']))).toEqual({
      kind: 'ask',
      candidates: [bids, twin],
    });
  });

  it.each([
    ['SNCA SM2 CA', { kind: 'ask', candidates: [hinted] }],
    ['新诚信根证书', { kind: 'ask', candidates: [hinted] }],
    ['HSNCAT', { kind: 'unknown' }],
  ])('is asked for or unknown where the issuer %s is only hinted at', (issuer, expected) => {
    expect(findProfile([...all, hinted], clues(issuer))).toEqual(expected);
  });

  it.each([
    ['nothing is presumed before the person chose', 'SNCA CA', null, 'neutral'],
    ['the person’s choice counts', 'SNCA CA', 'hinted', 'hinted'],
    ['a choice counts against what was found', 'Good CA', 'neutral', 'neutral'],
    ['a choice that no longer exists is passed over', 'Good CA', 'gone', 'plain'],
  ])('%s', (_title, issuer, chosen, expected) => {
    expect(chooseProfile([...all, hinted], neutral, clues(issuer), chosen).id).toBe(expected);
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
