// Whom this computer trusts: the system trust folder, and the NSS databases of Chromium's and Firefox's users.
// Reading only.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { decodePem } from '../../../core/certificate/pem.ts';
import type { FileProbe, NssDatabase, Obstacle, TrustProbe } from '../../../core/environment/probe.ts';
import { ok, type Result } from '../../../core/errors/result.ts';
import { createIssuerChains, type ChainOptions } from './issuer-chain.ts';
import { readNssAnchors } from './nss-database.ts';
import type { Tools } from './tools.ts';

/** Debian and its relatives, then openEuler's. */
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

export interface TrustOptions extends ChainOptions {
  readonly root: string;
  readonly home: string;
  readonly files: FileProbe;
  readonly tools: Tools;
}

export function createTrustProbe(options: TrustOptions): TrustProbe {
  const { root, home, files, tools } = options;
  let bundle: Promise<Result<readonly Uint8Array[], Obstacle>> | null = null;
  const readSystem = () => (bundle ??= readBundle(files));
  let databases: ReturnType<TrustProbe['nss']> | null = null;

  async function nss(): Promise<Result<readonly NssDatabase[], Obstacle>> {
    const folders = await nssFolders(files, home);
    if (!folders.ok) return folders;
    const read: NssDatabase[] = [];
    for (const { folder, owner } of folders.value) {
      const anchors = await readNssAnchors(tools, join(root, folder));
      if (!anchors.ok) return anchors;
      const isLocked = anchors.value === null;
      read.push({ folder, owner, isLocked, anchors: anchors.value?.map(({ sha256 }) => sha256) ?? [] });
    }
    return ok(read);
  }

  return {
    async system() {
      const certificates = await readSystem();
      return certificates.ok ? ok(new Set(certificates.value.map(sha256Hex))) : certificates;
    },
    nss: () => (databases ??= nss()),
    chain: createIssuerChains(options, async () => {
      const certificates = await readSystem();
      return certificates.ok ? certificates.value : [];
    }),
  };
}

async function readBundle(files: FileProbe): Promise<Result<readonly Uint8Array[], Obstacle>> {
  for (const path of BUNDLES) {
    const text = await files.readText(path);
    if (!text.ok) return text;
    if (text.value !== null)
      return ok(decodePem(text.value).flatMap(({ label, der }) => (label === 'CERTIFICATE' ? [der] : [])));
  }
  return ok([]);
}

interface NssFolder {
  readonly folder: string;
  readonly owner: string;
}

/** Databases that exist, as absolute paths below the root. */
async function nssFolders(files: FileProbe, home: string): Promise<Result<readonly NssFolder[], Obstacle>> {
  const candidates: NssFolder[] = [{ folder: `${home}/.pki/nssdb`, owner: 'Chromium' }];
  for (const base of [`${home}/.mozilla/firefox`, `${home}/snap/firefox/common/.mozilla/firefox`]) {
    const profiles = await files.list(base);
    if (!profiles.ok) return profiles;
    candidates.push(...profiles.value.map((name) => ({ folder: `${base}/${name}`, owner: 'Firefox' })));
  }
  const found: NssFolder[] = [];
  for (const candidate of candidates) {
    const database = await files.info(`${candidate.folder}/cert9.db`);
    if (!database.ok) return database;
    if (database.value !== null) found.push(candidate);
  }
  return ok(found);
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
