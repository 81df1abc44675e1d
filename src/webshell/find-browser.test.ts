import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findBrowser } from './find-browser.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'browsers-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(...names: readonly string[]): void {
  for (const name of names) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, '');
    chmodSync(path, 0o755);
  }
}

const linux = (variables: Record<string, string>) =>
  ({ platform: 'linux', variables: { PATH: `bin:${folder}`, ...variables } }) as const;

describe('the browser for the window', () => {
  it('is Chromium before the others', async () => {
    install('google-chrome', 'chromium');
    const found = await findBrowser(linux({ DISPLAY: ':0' }), false);
    expect(found).toEqual({ path: join(folder, 'chromium') });
  });

  it('is the one of a domestic desktop where there is no other, under Wayland too', async () => {
    install('browser360-cn');
    const found = await findBrowser(linux({ WAYLAND_DISPLAY: 'wayland-0' }), false);
    expect(found).toEqual({ path: join(folder, 'browser360-cn') });
  });

  it('is missing where there is none, no display, or the person is root', async () => {
    const none = await findBrowser(linux({ DISPLAY: ':0' }), false);
    install('chromium');
    expect([
      none,
      await findBrowser(linux({}), false),
      await findBrowser(linux({ DISPLAY: ':0' }), true),
    ]).toEqual([{ missing: 'noBrowser' }, { missing: 'noDisplay' }, { missing: 'asRoot' }]);
  });
});
