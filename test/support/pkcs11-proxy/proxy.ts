// Builds proxy.c and drives it. The control and trace formats are in README.md.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { watch } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const source = fileURLToPath(new URL('proxy.c', import.meta.url));
const builds = fileURLToPath(new URL('../../../out/test-support', import.meta.url));

export interface TracedCall {
  /** Counted over all functions since the control file last changed. */
  readonly number: number;
  readonly name: string;
  /** Return value as `0x00000000`, or `paused`, or `hanging`. */
  readonly outcome: string;
}

export interface Proxy {
  /** Absolute path of the proxy module, to be loaded in place of the real one. */
  readonly module: string;
  /** To be added to the environment of whatever loads it. */
  readonly env: Readonly<Record<'P11PROXY_MODULE' | 'P11PROXY_CONTROL' | 'P11PROXY_TRACE', string>>;
  /** Replaces the rules at once; counters begin anew. No line: everything passes. */
  control(...rules: readonly string[]): Promise<void>;
  /** Calls since the trace was last cleared, of every process. */
  calls(): Promise<readonly TracedCall[]>;
  clearTrace(): Promise<void>;
  /** Resolves once a call with that outcome is in the trace, for example of `paused`. */
  waitFor(outcome: string): Promise<TracedCall>;
}

/** Compiles the proxy where its source has changed; answers the module's path. */
export async function buildProxy(): Promise<string> {
  const text = await readFile(source);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const module = join(builds, `pkcs11-proxy-${digest}.so`);
  if (existsSync(module)) return module;
  await mkdir(builds, { recursive: true });
  const headers = join(dirname(createRequire(import.meta.url).resolve('pkcs11js')), 'includes', 'pkcs11');
  const temporary = `${module}.${process.pid}`;
  await run('cc', ['-shared', '-fPIC', '-O1', '-Wall', `-I${headers}`, '-o', temporary, source, '-ldl']);
  await rename(temporary, module);
  return module;
}

/** A proxy over `real` that keeps its control file and trace in `folder`. */
export async function createProxy(real: string, folder: string): Promise<Proxy> {
  const module = await buildProxy();
  const controlFile = join(folder, 'proxy.control');
  const traceFile = join(folder, 'proxy.trace');
  const calls = async (): Promise<readonly TracedCall[]> => parseTrace(await readFile(traceFile, 'utf8'));
  const proxy: Proxy = {
    module,
    env: { P11PROXY_MODULE: real, P11PROXY_CONTROL: controlFile, P11PROXY_TRACE: traceFile },
    async control(...rules) {
      const temporary = `${controlFile}.new`;
      await writeFile(temporary, rules.map((rule) => `${rule}\n`).join(''));
      await rename(temporary, controlFile);
    },
    calls,
    clearTrace: () => writeFile(traceFile, ''),
    async waitFor(outcome) {
      const changes = watch(traceFile);
      try {
        for (;;) {
          const changed = new Promise((resolve) => changes.once('change', resolve));
          const found = (await calls()).find((call) => call.outcome === outcome);
          if (found !== undefined) return found;
          await changed;
        }
      } finally {
        changes.close();
      }
    },
  };
  await proxy.control();
  await proxy.clearTrace();
  return proxy;
}

function parseTrace(text: string): readonly TracedCall[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [number = '', name = '', outcome = ''] = line.split(' ');
      return { number: Number(number), name, outcome };
    });
}
