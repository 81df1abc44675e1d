import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NEUTRAL_PROFILE } from '../../contract/shipped-profiles.ts';
import { readProfileFiles } from './profile-files.ts';

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'profiles-'));
});
afterEach(() => rm(path, { recursive: true, force: true }));

const ours = { ...NEUTRAL_PROFILE, id: 'ours', name: '某CA' };

describe('profiles put into the data folder', () => {
  it('are none where there is no folder', async () => {
    expect(await readProfileFiles({ path })).toEqual({ profiles: [], refused: [] });
  });

  it('are read, and a bad file is named with what is wrong while the others count', async () => {
    const folder = join(path, 'profiles');
    await mkdir(folder);
    const file = (name: string, content: unknown) =>
      writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
    await file('1-ours.json', ours);
    await file('2-again.JSON', ours);
    await file('3-neutral.json', NEUTRAL_PROFILE);
    await file('4-wrong.json', { ...ours, id: 'wrong', reminderDays: [1, 2] });
    await file('5-large.json', ' '.repeat(300_000));
    await file('readme.txt', 'not a profile');
    await mkdir(join(folder, '6-folder.json'));

    const refusal = (name: string, reason: string) => ({
      code: 'profile.invalid',
      path: join(folder, name),
      reason,
    });
    expect(await readProfileFiles({ path })).toEqual({
      profiles: [ours],
      refused: [
        refusal('2-again.JSON', 'id: ours is taken'),
        refusal('3-neutral.json', 'id: neutral is taken'),
        refusal('4-wrong.json', 'reminderDays: days must descend and not repeat'),
        refusal('5-large.json', '300000 bytes, at most 262144'),
        { code: 'file.unreadable', path: join(folder, '6-folder.json') },
      ],
    });
  });
});
