#!/usr/bin/env node
// Starts the built command line; builds it first in a checkout that was never built.
import { existsSync } from 'node:fs';

const entry = new URL('../out/ukey.mjs', import.meta.url);
if (!existsSync(entry)) {
  try {
    const { build } = await import('../scripts/build.mjs');
    await build();
  } catch (error) {
    if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write(
      '还没有安装依赖。请先运行 npm run setup。\nDependencies are missing: run npm run setup first.\n',
    );
    process.exit(2);
  }
}
await import(entry.href);
