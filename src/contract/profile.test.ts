import { describe, expect, it } from 'vitest';
import { readProfile } from './profile.ts';
import { NEUTRAL_PROFILE } from './shipped-profiles.ts';

const path = 'profiles/ours.json';
const written = JSON.stringify(NEUTRAL_PROFILE);

describe('a profile file', () => {
  it.each([
    ['as it ships', written],
    ['with the byte order mark an editor on Windows writes', `\uFEFF${written}`],
  ])('is read %s', (_title, content) => {
    expect(readProfile(content, path)).toEqual({ ok: true, value: NEUTRAL_PROFILE });
  });

  it.each([
    [
      'a rule is no rule',
      { renewal: { ...NEUTRAL_PROFILE.renewal, daysBefore: 'soon' } },
      /^renewal\.daysBefore: /,
    ],
    [
      'a telephone number is none',
      { contact: { ...NEUTRAL_PROFILE.contact, hotline: '打电话' } },
      /^contact\.hotline: /,
    ],
    ['a field is missing', { pin: undefined }, /^pin: /],
    ['a field is unknown', { pins: [] }, /pins/],
    [
      'days contradict each other',
      {
        renewal: {
          ...NEUTRAL_PROFILE.renewal,
          validity: { rule: 'fromIssue', minDays: 366, maxDays: 365 },
        },
      },
      /^renewal\.validity: minDays is above maxDays$/,
    ],
  ])('where %s is refused with path and field', (_title, change, reason) => {
    const content = JSON.stringify({ ...NEUTRAL_PROFILE, ...change });
    expect(readProfile(content, path)).toEqual({
      ok: false,
      error: { code: 'profile.invalid', path, reason: expect.stringMatching(reason) as string },
    });
  });

  it('that is no JSON is refused', () => {
    expect(readProfile('{"id": ', path)).toMatchObject({
      ok: false,
      error: { code: 'profile.invalid', path },
    });
  });
});
