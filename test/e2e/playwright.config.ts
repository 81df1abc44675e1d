// Each spec runs in both shells: `webshell` in Debian's Chromium, always; `electron` where its binary is there,
// skipped where it is not.

import { defineConfig } from '@playwright/test';
import { fileURLToPath } from 'node:url';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: fileURLToPath(new URL('../../out/e2e', import.meta.url)),
  workers: 2,
  fullyParallel: true,
  timeout: 30_000,
  globalTimeout: 480_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: {
    viewport: { width: 1000, height: 680 },
    actionTimeout: 15_000,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    // A colour that is still changing has no contrast to measure.
    contextOptions: { reducedMotion: 'reduce' },
    // Root, as in most containers, gets no sandbox from Chromium. Only here: the product never passes it.
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] },
  },
  projects: [{ name: 'webshell' }, { name: 'electron' }],
});
