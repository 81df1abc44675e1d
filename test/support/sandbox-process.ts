import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

export interface SandboxProcess {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
}

export interface SandboxProgram {
  start(folder: string): Promise<SandboxProcess>;
  /** Kills what still runs and removes the program. */
  dispose(): Promise<void>;
}

/** Bundles `sandbox-main.ts`, because Node does not run TypeScript. */
export async function buildSandboxProcess(): Promise<SandboxProgram> {
  const directory = mkdtempSync(join(tmpdir(), 'sandbox-program-'));
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: true,
      target: 'node20',
      outDir: directory,
      rolldownOptions: {
        input: fileURLToPath(new URL('sandbox-main.ts', import.meta.url)),
        output: { format: 'es', entryFileNames: 'sandbox-main.mjs' },
      },
    },
  });
  const running = new Set<SandboxProcess>();
  return {
    async start(folder) {
      const started = await startProcess(join(directory, 'sandbox-main.mjs'), folder);
      running.add(started);
      return started;
    },
    async dispose() {
      for (const left of running) await left.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function startProcess(program: string, folder: string): Promise<SandboxProcess> {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`the sandbox ended with ${String(code)}`)));
  });
  const started = JSON.parse(line) as { readonly ok: boolean; readonly value: { readonly url: string } };
  if (!started.ok) throw new Error(line);
  return {
    url: started.value.url,
    pid: child.pid ?? 0,
    kill() {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
