// A rehearsal CA in a temporary folder and in this process, ready to be called.

import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGatewayClient, type GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import { createSignatureVerifier } from '../../src/app/adapters/signature-verifier.ts';
import type { SandboxOperator } from '../../src/sandbox/operator.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/sandbox.ts';
import type { SettingsChange } from '../../src/sandbox/settings.ts';
import { valueOf } from './key-holder.ts';
import type { FaultyGateway } from './faulty-gateway.ts';

export interface TestSandbox {
  readonly folder: string;
  readonly rootPem: string;
  /** Milliseconds since 1970; settable. */
  now: number;
  /** Where clients go: the proxy, if there is one. */
  readonly url: string;
  readonly operator: SandboxOperator;
  client(timeoutMs?: number): GatewayClient;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface TestSandboxOptions {
  readonly settings?: SettingsChange;
  /** Stands between client and sandbox. */
  readonly proxy?: Pick<FaultyGateway, 'url' | 'forwardTo'>;
}

export function sandboxOptions(folder: string, clock: () => number = Date.now): SandboxOptions {
  return { folder, clock, random: randomBytes, verifier: createSignatureVerifier() };
}

let prepared: Promise<string> | null = null;

/** A new folder with a CA whose keys were made once for this test file: that is what takes time. */
export async function sandboxFolder(): Promise<string> {
  prepared ??= prepare();
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
  cpSync(await prepared, folder, { recursive: true });
  return folder;
}

async function prepare(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-prepared-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await valueOf(await openSandbox(sandboxOptions(folder))).stop();
  return folder;
}

export async function openTestSandbox({
  settings = {},
  proxy,
}: TestSandboxOptions = {}): Promise<TestSandbox> {
  const folder = await sandboxFolder();
  const clock = { now: Date.now() };
  const alsoServedAt = proxy === undefined ? [] : [proxy.url];
  let sandbox: Sandbox;
  let url = '';
  const open = async (change: SettingsChange) => {
    sandbox = valueOf(await openSandbox({ ...sandboxOptions(folder, () => clock.now), settings: change }));
    ({ url } = valueOf(await sandbox.start(0, { alsoServedAt })));
    proxy?.forwardTo(url);
    return sandbox.rootPem;
  };
  const rootPem = await open(settings);
  return {
    folder,
    rootPem,
    get now() {
      return clock.now;
    },
    set now(time) {
      clock.now = time;
    },
    get url() {
      return proxy?.url ?? url;
    },
    get operator() {
      return sandbox.operator;
    },
    client: (timeoutMs) =>
      valueOf(
        createGatewayClient({ url: proxy?.url ?? url, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
      ),
    async restart() {
      await sandbox.stop();
      await open({});
    },
    async close() {
      await sandbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
