// The window in the browser shell and Debian's Chromium: how long until it can be used, how much a page loads first,
// how long from a plugged key to its painted card, and what the program behind it holds in memory.

import { chromium } from '@playwright/test';
import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { loadSource, root } from '../load-source.mjs';

const ROUNDS = 7;
const LABEL = 'BENCH';

export async function windowRows() {
  const { createSoftwareKeyBench } = await loadSource('test/support/software-key.ts');
  const keys = await createSoftwareKeyBench();
  const folder = await mkdtemp(join(tmpdir(), 'window-bench-'));
  const started = performance.now();
  const shell = spawn(process.execPath, [join(root, 'out/webshell.mjs'), '--no-open', '--data-dir', folder], {
    env: { ...process.env, SOFTHSM2_CONF: '/dev/null' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => shell.once('exit', resolve));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const address = await addressOf(shell);
    const ready = performance.now() - started;
    const page = await browser.newPage();
    const loaded = [];
    page.on('response', (response) => {
      if (/\.(?:js|css|html)$|\/$/.test(new URL(response.url()).pathname)) loaded.push(response.url());
    });
    const opened = performance.now();
    await page.goto(address);
    await page.getByRole('button').first().waitFor();
    const interactive = performance.now() - opened;
    const first = await firstLoad(loaded);
    const card = page.getByText('张三').first();
    const file = join(folder, 'keys', `${LABEL}.ukey`);
    await mkdir(join(folder, 'keys'), { recursive: true });
    const painted = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const copy = keys.fresh();
      const plugged = performance.now();
      await cp(copy, file);
      await card.waitFor({ state: 'visible' });
      painted.push(performance.now() - plugged);
      await rm(file);
      await card.waitFor({ state: 'hidden' });
    }
    return [
      { name: 'window: program ready', value: ready, limit: null, unit: ' ms' },
      { name: 'window: page interactive', value: interactive, limit: null, unit: ' ms' },
      { name: 'window: first screen, gzipped', value: first / 1024, limit: 400, unit: ' KB' },
      { name: 'window: key file plugged → card painted', value: median(painted), limit: 300, unit: ' ms' },
      { name: 'window: memory of the program', value: await residentMb(shell.pid), limit: null, unit: ' MB' },
    ];
  } finally {
    await browser.close();
    shell.kill('SIGTERM');
    await ended;
    keys.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function addressOf(shell) {
  let printed = '';
  return new Promise((resolve, reject) => {
    shell.once('exit', (code) => reject(new Error(`the program ended with ${code}: ${printed}`)));
    shell.stderr.setEncoding('utf8').on('data', (text) => {
      printed += text;
      const [address] = /http:\/\/127\.0\.0\.1:\d+\/#open=\S+/.exec(printed) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

/** Bytes of what the page asked for before it could be used, as a server that compresses would send them. */
async function firstLoad(urls) {
  const paths = [...new Set(urls.map((url) => new URL(url).pathname))];
  const sizes = await Promise.all(
    paths.map(async (path) => {
      const name = path === '/' ? 'index.html' : path.slice(1);
      return gzipSync(await readFile(join(root, 'out/renderer', name))).length;
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function residentMb(pid) {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'));
  return Number(kb) / 1024;
}

function median(values) {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
