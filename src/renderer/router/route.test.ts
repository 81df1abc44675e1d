import { expect, it } from 'vitest';
import { formatRoute, parseRoute } from './route.ts';

it.each([
  ['', { screen: 'home', parameters: {} }],
  ['#/keys', { screen: 'keys', parameters: {} }],
  ['#/nowhere?a=b', { screen: 'home', parameters: { a: 'b' } }],
  ['#open=launch-code', { screen: 'home', parameters: {} }],
])('the fragment %s leads somewhere', (fragment, expected) => {
  expect(parseRoute(fragment)).toEqual(expected);
});

it('carries any id there and back', () => {
  const parameters = { token: '/dev/软 key?#&=1', certificate: 'a1' };
  expect(parseRoute(formatRoute('keys', parameters))).toEqual({ screen: 'keys', parameters });
});
