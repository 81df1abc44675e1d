import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
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
