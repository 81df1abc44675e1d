// One cell of the interruption matrix: a key with a certificate that ends soon, the CA that issued it, and the
// real command line, which is killed somewhere and then resumed. Everything is copied from a template that is
// made once per test file, because key generation is what takes time.

import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { openFaultyGateway, type FaultyGateway } from '../support/faulty-gateway.ts';
import { must, provision } from '../support/renewal-rig.ts';
import type { CellToken, TokenKind } from './cell-token.ts';

const cli = fileURLToPath(new URL('../../out/ukey.mjs', import.meta.url));
/** A run that takes longer hangs; it is killed and the cell fails. */
const RUN_LIMIT_MS = 20_000;

export interface Template {
  readonly kind: TokenKind;
  readonly folder: string;
}

export interface Outcome {
  /** null: killed. */
  readonly exitCode: number | null;
  /** The object on standard output; null where there is none. */
  readonly json: Record<string, unknown> | null;
  readonly stderr: string;
}

export interface Cell {
  readonly sandbox: Sandbox;
  readonly front: FaultyGateway;
  readonly token: CellToken;
  readonly isDual: boolean;
  readonly journals: string;
  /** Starts `ukey` with these arguments; the PIN is on its standard input. */
  start(args: readonly string[], env?: NodeJS.ProcessEnv): { child: ChildProcess; done: Promise<Outcome> };
  startRenewal(mode?: string): ReturnType<Cell['start']>;
  renew(options?: { mode?: string; env?: NodeJS.ProcessEnv }): Promise<Outcome>;
  /** Goes on with what there is to go on with; begins anew where nothing was journalled. */
  resume(options?: { mode?: string }): Promise<Outcome>;
  /** What is left when all is done: states on the key and at the CA. */
  summary(): Promise<Summary>;
  dispose(): Promise<void>;
}

export interface ListedCertificate {
  readonly use: string;
  readonly state: string;
  readonly serial: string;
  readonly hasPrivateKey: boolean | null;
}

export interface Summary {
  readonly certificates: readonly ListedCertificate[];
  readonly containers: number;
  readonly orders: readonly string[];
  readonly confirmed: readonly string[];
  readonly paid: number;
}

/** @param sealed a seal of the CA lies on the key, so that the renewal brings a new one */
export async function createTemplate(kind: TokenKind, sealed = false): Promise<Template> {
  const folder = await mkdtemp(join(tmpdir(), 'interruption-'));
  const sandbox = await openCa(join(folder, 'sandbox'), {});
  await kind.prepare(folder, async ({ provider, pin }) => {
    const [token] = must(await provider.listTokens());
    if (token === undefined) throw new Error('no token');
    const seal = sealed ? { sealedAs: (der: Uint8Array) => der } : {};
    await provision({ provider, pin, algorithm: kind.algorithm, ...seal }, sandbox, token);
  });
  await sandbox.stop();
  return { kind, folder };
}

async function openCa(folder: string, settings: SettingsChange): Promise<Sandbox> {
  const verifier = createSignatureVerifier();
  return must(
    await openSandbox({ folder, clock: () => Date.now(), random: randomBytes, verifier, settings }),
  );
}

export async function openCell(
  { kind, folder: template }: Template,
  settings: SettingsChange = {},
): Promise<Cell> {
  const folder = await mkdtemp(join(tmpdir(), 'cell-'));
  await cp(template, folder, { recursive: true });
  const sandbox = await openCa(join(folder, 'sandbox'), settings);
  const front = await openFaultyGateway();
  front.forwardTo(must(await sandbox.start(0, { alsoServedAt: [front.url] })).url);
  const token = await kind.open(folder);
  const data = join(folder, 'data');
  await mkdir(data);

  const start: Cell['start'] = (args, env = {}) =>
    run([...args, '--json', '--pin-stdin', ...token.driver, '--data-dir', data], token.pin, {
      ...process.env,
      ...token.environment(),
      ...env,
    });
  const renewArguments = (mode?: string) => [
    ...['renew', '--token', token.wanted, '--gateway', front.url, '--yes', '--wait', '0'],
    ...(mode === undefined ? [] : ['--mode', mode]),
  ];
  return {
    sandbox,
    front,
    token,
    isDual: kind.isDual,
    journals: join(data, 'renewals'),
    start,
    startRenewal: (mode) => start(renewArguments(mode)),
    renew: ({ mode, env } = {}) => start(renewArguments(mode), env).done,
    async resume({ mode } = {}) {
      const resumed = await start(['resume', '--yes', '--wait', '0']).done;
      const code = (resumed.json?.['error'] as { code?: string } | undefined)?.code;
      const wasBegun = await hasRecord(join(data, 'renewals'));
      return code === 'renewal.notFound' && !wasBegun ? start(renewArguments(mode)).done : resumed;
    },
    summary: () => summarise(start, sandbox),
    async dispose() {
      await front.close();
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function run(args: readonly string[], pin: string, env: NodeJS.ProcessEnv): ReturnType<Cell['start']> {
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const limit = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT_MS);
  child.stdin.on('error', () => undefined);
  child.stdin.end(`${pin}\n`);
  const out: Buffer[] = [];
  const noise: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => noise.push(chunk));
  const done = new Promise<Outcome>((resolve) => {
    child.once('exit', (exitCode) => {
      clearTimeout(limit);
      const stdout = Buffer.concat(out).toString('utf8');
      resolve({ exitCode, json: parse(stdout), stderr: Buffer.concat(noise).toString('utf8') });
    });
  });
  return { child, done };
}

/** Whether any journal in the folder has a whole record. */
async function hasRecord(journals: string): Promise<boolean> {
  const names = await readdir(journals).catch(() => []);
  const texts = await Promise.all(names.map((name) => readFile(join(journals, name), 'utf8')));
  return texts.some((text) => text.includes('\n'));
}

function parse(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return null;
  }
}

async function summarise(start: Cell['start'], sandbox: Sandbox): Promise<Summary> {
  const { json } = await start(['list']).done;
  const { tokens } = json as unknown as ListShape;
  const { orders } = must(await sandbox.operator.listOrders({}));
  const { certificates } = must(await sandbox.operator.listCertificates({}));
  return {
    certificates: tokens.flatMap((token) => token.certificates),
    containers: tokens.flatMap((token) => token.containers).length,
    orders: orders.map(({ state }) => state),
    confirmed: certificates.flatMap(({ confirmed, order, serial }) =>
      confirmed && order !== null ? [serial] : [],
    ),
    paid: orders.flatMap(({ history }) => history.filter(({ event }) => event === 'paid')).length,
  };
}

interface ListShape {
  readonly tokens: readonly {
    readonly containers: readonly unknown[];
    readonly certificates: readonly ListedCertificate[];
  }[];
}
