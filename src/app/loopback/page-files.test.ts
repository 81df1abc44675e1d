import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPageFiles } from './page-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  mkdirSync(join(folder, 'out/assets'), { recursive: true });
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  writeFileSync(join(folder, 'out/index.html'), '<meta name="style-nonce" content="" /><p></p>');
  writeFileSync(join(folder, 'out/assets/a.js'), 'a');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the files of the page', () => {
  it('carry a style nonce that is new each time and nothing inline besides', async () => {
    const pages = await openPageFiles(join(folder, 'out'));
    const policies = await Promise.all(
      [1, 2].map(async () => {
        const page = await pages.read('/', ['ws://127.0.0.1:1']);
        const html = Buffer.from(page?.body ?? []).toString();
        const [, nonce = ''] = /content="([^"]+)"/.exec(html) ?? [];
        const policy = page?.headers['content-security-policy']?.replace(nonce, 'NONCE');
        return { nonce, policy, html: html.replace(nonce, 'NONCE') };
      }),
    );
    expect(policies[0]?.nonce).toMatch(/^[A-Za-z0-9+/]{22}==$/);
    expect(policies[0]?.nonce).not.toBe(policies[1]?.nonce);
    expect(policies.map(({ policy, html }) => ({ policy, html }))).toEqual(
      Array.from({ length: 2 }, () => ({
        policy:
          "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-NONCE'; img-src 'self' data: blob:; " +
          "font-src 'self'; connect-src 'self' ws://127.0.0.1:1; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        html: '<meta name="style-nonce" content="NONCE" /><p></p>',
      })),
    );
  });

  it('are served with their type and kept from other sites', async () => {
    const file = await (await openPageFiles(join(folder, 'out'))).read('/assets/a.js');
    expect(file).toEqual({
      headers: {
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'private, max-age=31536000, immutable',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
      },
      body: Buffer.from('a'),
    });
  });

  it.each(['/../secret.txt', '/assets/../../secret.txt', '/assets', '/nothing', '', '//etc/passwd'])(
    'do not include %j',
    async (path) => {
      expect(await (await openPageFiles(join(folder, 'out'))).read(path)).toBeNull();
    },
  );
});
