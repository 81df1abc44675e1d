import { describe, expect, it } from 'vitest';
import { METHODS, type Handlers, type MethodName } from './methods.ts';
import { createRouter } from './router.ts';
import { Secret } from './secret.ts';

const PIN = { token: 'softkey:1', pin: '12345678', acceptLastTry: false };
const STATUS = { state: 'ok', attemptsLeft: 10, minLength: 4, maxLength: 16 } as const;

function routerWith(some: Partial<Handlers>) {
  const bugs: unknown[] = [];
  const missing = () => Promise.reject(new Error('not part of this test'));
  const names = Object.keys(METHODS) as MethodName[];
  const handlers = { ...Object.fromEntries(names.map((name) => [name, missing])), ...some };
  const route = createRouter({
    handlers: handlers as unknown as Handlers,
    reportBug: (method, thrown) => `${method}#${String(bugs.push(thrown))}`,
  });
  return { route, bugs };
}

describe('the router of the contract', () => {
  it('hands a PIN to its handler as bytes and answers what it answers', async () => {
    const seen: unknown[] = [];
    const { route } = routerWith({
      'pin.verify': ({ token, pin }) => {
        seen.push(token, pin instanceof Secret, Buffer.from(pin.take()).toString());
        return Promise.resolve({ ok: true, value: STATUS });
      },
    });
    expect(await route('pin.verify', PIN)).toEqual({ ok: true, value: STATUS });
    expect(seen).toEqual(['softkey:1', true, '12345678']);
  });

  it.each<readonly [string, unknown, unknown, string]>([
    ['an unknown name', 'token.format', {}, 'method'],
    ['a name every object has', 'toString', {}, 'method'],
    ['a name that is no text', 42, {}, 'method'],
    ['a missing field', 'pin.verify', { token: 'softkey:1', acceptLastTry: false }, 'pin.verify pin'],
    ['an unknown field', 'token.list', { pin: '12345678' }, 'token.list'],
    ['another type', 'pin.verify', { ...PIN, pin: 12345678 }, 'pin.verify pin'],
    ['no input', 'token.list', undefined, 'token.list'],
  ])('refuses %s and repeats no value', async (_name, method, input, reason) => {
    const { route, bugs } = routerWith({});
    expect(await route(method, input)).toEqual({ ok: false, error: { code: 'request.invalid', reason } });
    expect(bugs).toEqual([]);
  });

  it('passes an expected failure on', async () => {
    const error = { code: 'pin.incorrect', attemptsLeft: 3 } as const;
    const { route } = routerWith({ 'pin.verify': () => Promise.resolve({ ok: false, error }) });
    expect(await route('pin.verify', PIN)).toEqual({ ok: false, error });
  });

  it.each([
    ['a throw', () => Promise.reject(new Error('boom'))],
    ['an answer of another shape', () => Promise.resolve({ ok: true, value: { pin: 'odd' } })],
  ])('shows %s as a bug with an incident', async (_name, handler) => {
    const { route, bugs } = routerWith({ 'pin.verify': handler as unknown as Handlers['pin.verify'] });
    expect(await route('pin.verify', PIN)).toEqual({
      ok: false,
      error: { code: 'internal.unexpected', incident: 'pin.verify#1' },
    });
    expect(bugs).toHaveLength(1);
  });
});
