import { describe, expect, it } from 'vitest';
import type { Certificate } from '../certificate/certificate.ts';
import { parseName, subjectOf, type DistinguishedName, type SubjectFields } from '../certificate/names.ts';
import { chooseProfile, successorRule } from './choose-profile.ts';
import type { Profile } from './profile.ts';

function name(fields: SubjectFields): DistinguishedName {
  const parsed = parseName(subjectOf(fields));
  if (parsed === null) throw new Error('no name');
  return parsed;
}

function profile(id: string, match: Profile['match'], successors: readonly string[] = []): Profile {
  return {
    id,
    name: id,
    match,
    renewal: {
      daysBefore: null,
      expired: 'caDecides',
      rekey: 'caDecides',
      inPlace: false,
      oldRevokedAt: 'unknown',
      validity: { rule: 'laterThanOld' },
      successors,
      mutableSubject: ['2.5.4.11'],
    },
    contact: { hotline: null, sealHotline: null },
  };
}

const neutral = profile('neutral', { issuers: [], policies: [] });
const bids = profile('bids', { issuers: ['Good CA'], policies: ['1.2.3'] });
const plain = profile('plain', { issuers: ['Good CA', 'Good Trust'], policies: [] }, ['New CA']);
const all = [bids, plain];

describe('the profile of a certificate', () => {
  it.each([
    ['Good CA', ['1.2.3', '1.2.4'], 'bids'],
    ['Good CA', ['1.2.4'], 'plain'],
    ['Good Trust', ['1.2.3'], 'plain'],
    ['Other CA', ['1.2.3'], 'neutral'],
  ])('issued by %s under %j is %s', (issuer, policies, expected) => {
    const certificate = { issuer: name({ commonName: issuer }), policies };
    expect(chooseProfile(all, neutral, certificate).id).toBe(expected);
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
