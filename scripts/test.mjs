// `npm test`: sets up, builds, runs every check and every test, and reports all of it. The last line is
// always `N passed, N failed` (and `, N skipped`), where a check that fails counts as one.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setup } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ukey-test-'));
const report = join(folder, 'vitest.json');
const windowReport = join(folder, 'playwright.json');
const failed = [];

const missing = setup('test');
if (missing.length > 0) failed.push('setup');

const isBuilt = await step('build', 'build');
// Two lanes for two cores: the linter takes as long as everything else here together.
await Promise.all([
  step('lint', 'check:lint'),
  inTurn(
    () => step('types', 'check:types'),
    () => step('format', 'check:format'),
    () => step('dead code', 'check:dead'),
    () => step('stale docs', 'check:docs'),
    () => step('fuzz', 'fuzz', ['--', '20']),
  ),
]);

// Without a build and the real programs only the tests beside the code can run; what is missing failed above.
const project = missing.length > 0 || !isBuilt ? ['--project', 'unit'] : [];
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
await step('tests', 'unit', ['--', ...project, ...reporters]);

const counts = [counted('tests', countTests())];
if (project.length === 0) {
  await step('window', 'e2e', ['--', '--reporter=list,json'], { PLAYWRIGHT_JSON_OUTPUT_NAME: windowReport });
  counts.push(counted('window', countWindowTests()));
}
const [passed, failures, skipped] = ['passed', 'failed', 'skipped'].map((what) =>
  counts.reduce((sum, count) => sum + count[what], what === 'failed' ? failed.length : 0),
);
rmSync(folder, { recursive: true, force: true });
if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(', ')}\n`);
const ofSkipped = skipped > 0 ? `, ${skipped} skipped` : '';
process.stdout.write(`\n${passed} passed, ${failures} failed${ofSkipped}\n`);
process.exitCode = failures > 0 ? 1 : 0;

async function inTurn(...steps) {
  for (const next of steps) await next();
}

/** Runs an npm script; shows its output when it fails, or as it comes for the tests. Answers whether it passed. */
async function step(title, script, args = [], environment = {}) {
  const started = performance.now();
  const isLive = script === 'unit' || script === 'e2e';
  if (isLive) process.stdout.write(`── ${title}\n`);
  const child = spawn('npm', ['run', '--silent', script, ...args], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', isLive ? 'inherit' : 'pipe', isLive ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (data) => (output += data));
  child.stderr?.on('data', (data) => (output += data));
  const code = await new Promise((resolve) => {
    child.on('error', (error) => {
      output += error.message;
      resolve(1);
    });
    child.on('close', resolve);
  });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`── ${title}: ${code === 0 ? 'ok' : 'FAILED'} (${seconds} s)\n`);
  if (code !== 0) {
    process.stdout.write(output);
    failed.push(title);
  }
  return code === 0;
}

/** A step whose tests failed is counted by its tests. */
function counted(title, count) {
  if (count.failed > 0 && failed.includes(title)) failed.splice(failed.indexOf(title), 1);
  return count;
}

/** What Playwright counts; a test that passed only when repeated has failed. */
function countWindowTests() {
  try {
    const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(windowReport, 'utf8')).stats;
    return { passed: expected, failed: unexpected + flaky, skipped };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}

/** A test file that could not even be loaded counts as one failed test. */
function countTests() {
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const unloadable = testResults.filter(
      ({ status, assertionResults }) =>
        status === 'failed' && assertionResults.every((result) => result.status !== 'failed'),
    );
    return {
      passed: numPassedTests,
      failed: numFailedTests + unloadable.length,
      skipped: numPendingTests + numTodoTests,
    };
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
}
