import { expect, it } from 'vitest';
import { createLaunchCodes } from './launch-codes.ts';

it('lets a code of a browser in once and one for the person always', () => {
  let last = 0;
  const codes = createLaunchCodes(() => `code ${String((last += 1))}`);
  const [once, often] = [codes.issue('once'), codes.issue('often')];
  expect([once, often, 'code 9', null].map((code) => codes.has(code))).toEqual([true, true, false, false]);
  const entered = [once, once, often, often, 'code 9', null].map((code) => codes.redeem(code));
  expect(entered).toEqual([true, false, true, true, false, false]);
  expect(codes.has(once)).toBe(false);
});
