import { describe, expect, it } from 'vitest';
import { createPageHandler, isOwnPage, PAGE_SCHEME } from './app-page.ts';

describe('an address of our own page', () => {
  it.each(['app://assistant/', 'app://assistant/#/keys?token=1', 'app://assistant/index.html'])(
    'is %s',
    (address) => expect(isOwnPage(address)).toBe(true),
  );

  it.each([
    'app://assistant.evil/',
    'app://evil/assistant',
    'app://assistant:1/',
    'app:assistant',
    'https://assistant/',
    'file:///assistant/index.html',
    'null',
    '',
  ])('is not %j', (address) => expect(isOwnPage(address)).toBe(false));
});

describe('the scheme of the page', () => {
  it('has an origin and may fetch from it, and may not pass by its content policy', () => {
    expect(PAGE_SCHEME).toEqual({
      scheme: 'app',
      privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
    });
  });

  const handle = createPageHandler({
    read: async (path) =>
      path === '/'
        ? { headers: { 'content-security-policy': "default-src 'none'" }, body: Buffer.from('<p>') }
        : null,
  });

  it('answers with the file and its headers', async () => {
    const response = await handle(new Request('app://assistant/'));
    expect([response.status, await response.text(), response.headers.get('content-security-policy')]).toEqual(
      [200, '<p>', "default-src 'none'"],
    );
  });

  it.each([
    ['GET', 'app://assistant/nothing.js'],
    ['GET', 'app://evil/'],
    ['POST', 'app://assistant/'],
  ])('has nothing for %s %s', async (method, address) => {
    expect((await handle(new Request(address, { method }))).status).toBe(404);
  });
});
