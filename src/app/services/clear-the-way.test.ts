import { expect, it } from 'vitest';
import { CHECKS } from '../../core/environment/all-checks.ts';
import { finding, type Finding } from '../../core/environment/check.ts';
import { done, err } from '../../core/errors/result.ts';
import { clearTheWay } from './clear-the-way.ts';

const full = CHECKS.filter(({ id }) => id === 'system.disk').map((check) =>
  finding(check, { outcome: 'full', facts: { megabytes: 3, path: '/home' } }, 1),
);
const unfit = err({ code: 'environment.unfit', checks: ['system.disk'] });

it.each<[string, readonly boolean[] | null, readonly (readonly Finding[])[], unknown]>([
  ['begins at once where nothing stands in the way', [], [[]], done],
  ['begins when the person has settled it, at the second look too', [true, true], [full, full, []], done],
  ['does not begin while it is left, and says which', [true, false], [full, full], unfit],
  ['does not begin where nobody can be asked', null, [full], unfit],
])('%s', async (_what, answers, looks, outcome) => {
  const [saying, seeing] = [[...(answers ?? [])], [...looks]];
  const dialogue =
    answers === null ? {} : { removeObstacles: () => Promise.resolve(saying.shift() ?? false) };
  const gate = { obstacles: () => Promise.resolve(seeing.shift() ?? []) };
  expect(await clearTheWay(gate, dialogue, 'renew', 'token')).toEqual(outcome);
  expect([saying, seeing]).toEqual([[], []]);
});
