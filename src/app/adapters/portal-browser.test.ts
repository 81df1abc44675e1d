import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { Portal } from '../../core/profile/guidance.ts';
import { openPortalPage } from './portal-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'browser-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const portal = (address: string, browsers: Portal['browsers'] = []) =>
  ({
    ...{ use: 'renew', name: '网厅', address, browsers, path: [], asksSerial: false, note: null },
  }) as const;

const environment = (variables: NodeJS.ProcessEnv = {}) => ({
  platform: 'linux' as const,
  variables: { DISPLAY: ':0', PATH: folder, OUT: join(folder, 'opened'), ...variables },
});

/** A browser that writes down what it was asked to open. */
async function install(name: string): Promise<void> {
  const file = join(folder, name);
  await writeFile(file, '#!/bin/sh\nprintf "%s|" "$@" > "$OUT.part" && /bin/mv "$OUT.part" "$OUT"\n');
  await chmod(file, 0o755);
}

describe('the CA’s page', () => {
  it('cannot be opened where there is no browser', async () => {
    expect(await openPortalPage(portal('https://wt.szca.com'), environment())).toEqual({
      ok: false,
      error: { code: 'portal.notOpened', address: 'https://wt.szca.com' },
    });
  });

  it('is opened in the first browser there is, as one argument that no shell reads', async () => {
    await install('chromium');
    await install('firefox');
    const address = 'https://example.com/?a=$(reboot)&b=`id`;c';
    const opened = await openPortalPage(portal(address), environment());
    expect(opened).toEqual({ ok: true, value: { address, browser: 'Chromium', hint: null } });
    await vi.waitFor(() => expect(existsSync(join(folder, 'opened'))).toBe(true), { timeout: 10_000 });
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe(`${address}|`);
  });

  it('is opened in another engine with a warning where the CA wants an old one', async () => {
    const opened = await openPortalPage(
      portal('http://221.214.5.66:59205/', ['compat360', 'ie']),
      environment(),
    );
    expect(opened).toMatchObject({ ok: true, value: { hint: 'wrongEngine' } });
  });

  it.each([
    ['a file', 'file:///etc/passwd', {}],
    ['a script', 'javascript:alert(1)', {}],
    ['a user name before the host', 'https://wt.szca.com@example.com/', {}],
    ['no screen', 'https://wt.szca.com', { DISPLAY: '' }],
    ['a relative folder in PATH', 'https://wt.szca.com', { PATH: '.' }],
  ] as const)('is not opened for %s', async (_title, address, variables) => {
    expect(await openPortalPage(portal(address), environment(variables))).toMatchObject({ ok: false });
  });
});
