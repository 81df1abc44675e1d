import { expect, it } from 'vitest';
import { CERTIFICATE, snapshot, TOKEN } from '../../../../test/support/window/practice-page.ts';
import { nextReplug, type Replug } from './use-replug.ts';

const NEW = 'cd'.repeat(32);
const renewed = { ...TOKEN, certificates: [{ ...CERTIFICATE, sha256: NEW }] };

it.each([
  ['nothing is proved while the key was not pulled', 'waiting', [renewed], 'waiting'],
  ['the key was pulled', 'waiting', [], 'out'],
  ['another key is not it', 'out', [TOKEN], 'out'],
  ['the new certificate is read from it again', 'out', [renewed], 'seen'],
  ['pulling it once more changes nothing', 'seen', [], 'seen'],
] as const)('%s', (_title, now, tokens, next) => {
  const replug: Replug = nextReplug(now, snapshot(...tokens), TOKEN.id, NEW);
  expect(replug).toBe(next);
});
