// `ukey check --browser` with a real Chromium: the program opens what it takes for the person's browser, which notes
// the address; Playwright's Chromium goes there, as that browser would have.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createUkey } from '../support/ukey.ts';
import { expect, test } from './support/test.ts';

interface Found {
  readonly id: string;
  readonly outcome: string;
  readonly status: string;
  readonly message: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

test('the page names the browser, reaches the second port and reads the certificate', async ({
  browser,
  keyBox,
}, info) => {
  test.skip(info.project.name !== 'webshell', 'it opens a browser of its own, whatever the shell');
  const keyFile = await keyBox.keyFile('检测页', { algorithm: 'SM2' });
  const folder = await mkdtemp(join(tmpdir(), 'browser-page-'));
  const noted = join(folder, 'address');
  await mkdir(join(folder, 'bin'));
  const program = `#!/bin/sh\nprintf %s "$1" > '${noted}.new' && mv '${noted}.new' '${noted}'\n`;
  await writeFile(join(folder, 'bin/google-chrome-stable'), program, { mode: 0o755 });
  const ukey = await createUkey({
    PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:/usr/bin:/bin`,
    DISPLAY: ':none',
    SOFTHSM2_CONF: join(folder, 'none'),
  });
  try {
    const running = ukey.start([
      'check',
      '--only',
      'browser.page',
      '--browser',
      '--json',
      '--keystore',
      keyFile,
    ]);
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await expect.poll(() => readFile(noted, 'utf8').catch(() => null)).not.toBeNull();
    await page.goto(await readFile(noted, 'utf8'));
    await expect(page.locator('#end')).toHaveText('检测完成，可以回到智能证书助手。');
    const shown = await page.locator('#lines').innerText();
    const { code, json } = await running.ended;
    const [found] = (json() as { findings: readonly Found[] }).findings;
    const major = browser.version().split('.')[0] ?? '';
    expect(shown).toContain(`浏览器：Chromium ${major}`);
    expect(shown).toMatch(/能读到证书：.＊+.?，到 \d{4}-\d\d-\d\d。/);
    expect(shown).toContain('网页长连接（WebSocket）能访问本机服务。');
    expect({ code, complaints, ...found }).toMatchObject({
      ...{ code: 0, complaints: [], id: 'browser.page', outcome: 'reads', status: 'ok' },
      facts: { browser: `Chromium ${major}`, ways: ['fetch', 'WebSocket'], failed: [], isSecure: true },
    });
    expect(found?.message).toContain('读到了证书');
  } finally {
    await ukey.dispose();
    await rm(folder, { recursive: true, force: true });
  }
});
