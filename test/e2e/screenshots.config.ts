// `npm run screenshots`: a tour through the window that leaves pictures in docs/screenshots, to be looked at.

import { defineConfig } from '@playwright/test';
import base from './playwright.config.ts';

export default defineConfig({
  ...base,
  testMatch: '*.tour.ts',
  timeout: 120_000,
  globalTimeout: 600_000,
  projects: [{ name: 'webshell' }],
});
