// Whom this computer trusts: the system trust folder, and the NSS databases of Chromium's and Firefox's users.
// Reading only. The issuers of a certificate are looked for where they are offered, in the trust folder, and at the
// address in the certificate itself; a certificate that was fetched is shown with that address and trusted by nobody.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { equalBytes } from '../../../core/certificate/der.ts';
import { parseCertificate, type Certificate } from '../../../core/certificate/certificate.ts';
import { isSameName } from '../../../core/certificate/names.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type {
  FileProbe,
  IssuerChain,
  NetworkProbe,
  NssDatabase,
  Obstacle,
  OfferedAnchor,
  TrustProbe,
} from '../../../core/environment/probe.ts';
import { ok, type Result } from '../../../core/errors/result.ts';
import { readNssAnchors } from './nss-database.ts';
import type { Tools } from './tools.ts';

/** Debian and its relatives, then openEuler's. */
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

export interface TrustOptions {
  readonly root: string;
  readonly home: string;
  readonly files: FileProbe;
  readonly tools: Tools;
  readonly network: NetworkProbe;
  readonly verifier: SignatureVerifier;
  readonly offered: () => Promise<readonly OfferedAnchor[]>;
}

export function createTrustProbe(options: TrustOptions): TrustProbe {
  const { root, home, files, tools } = options;
  let bundle: Promise<Result<readonly Uint8Array[], Obstacle>> | null = null;
  const readSystem = () => (bundle ??= readBundle(files));
  const chains = new Map<string, ReturnType<TrustProbe['chain']>>();
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
    chain(leaf) {
      const known = chains.get(leaf.sha256) ?? followChain(leaf, options, readSystem);
      chains.set(leaf.sha256, known);
      return known;
    },
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

const MAX_LENGTH = 6;

async function followChain(
  leaf: Certificate,
  { offered, network, verifier }: TrustOptions,
  readSystem: () => Promise<Result<readonly Uint8Array[], Obstacle>>,
): Promise<IssuerChain> {
  const named = await offered();
  const issuers: OfferedAnchor[] = [];
  let last = leaf;
  while (!isSelfSigned(last)) {
    const candidates = [...named, ...(await systemIssuers(last, readSystem))];
    let issuer = await genuineIssuer(last, candidates, verifier);
    issuer ??= await genuineIssuer(last, await fetchIssuers(last, network), verifier);
    if (issuer === null || issuers.length === MAX_LENGTH) return { issuers, isComplete: false };
    issuers.push(issuer);
    last = issuer.certificate;
  }
  return { issuers, isComplete: issuers.length > 0 };
}

function isSelfSigned({ subject, issuer }: Certificate): boolean {
  return equalBytes(subject.der, issuer.der);
}

/** Those of the trust folder that name the issuer; most are passed over without being parsed. */
async function systemIssuers(
  { issuer }: Certificate,
  readSystem: () => Promise<Result<readonly Uint8Array[], Obstacle>>,
): Promise<readonly OfferedAnchor[]> {
  const bundle = await readSystem();
  if (!bundle.ok) return [];
  return bundle.value
    .filter((der) => Buffer.from(der).includes(Buffer.from(issuer.der)))
    .flatMap((der) => offer(der, 'system'));
}

async function fetchIssuers(
  { issuerUrls }: Certificate,
  network: NetworkProbe,
): Promise<readonly OfferedAnchor[]> {
  const answers = await Promise.all(
    issuerUrls.slice(0, 3).map(async (url) => ({ url, answer: await network.get(url) })),
  );
  return answers.flatMap(({ url, answer }) => {
    if (!answer.ok || answer.value.status !== 200) return [];
    const { body } = answer.value;
    const blocks =
      body[0] === 0x30 ? [body] : decodePem(new TextDecoder().decode(body)).map(({ der }) => der);
    return blocks.flatMap((der) => offer(der, url));
  });
}

function offer(der: Uint8Array, source: string): readonly OfferedAnchor[] {
  const parsed = parseCertificate(der);
  return parsed.ok ? [{ certificate: parsed.value, source }] : [];
}

async function genuineIssuer(
  subject: Certificate,
  candidates: readonly OfferedAnchor[],
  verifier: SignatureVerifier,
): Promise<OfferedAnchor | null> {
  for (const candidate of candidates) {
    const { certificate } = candidate;
    if (!certificate.isCa || !isSameName(certificate.subject, subject.issuer)) continue;
    const algorithm = subject.signatureAlgorithm;
    if (algorithm === null) continue;
    if (await verifier.verify(certificate.spki, algorithm, subject.tbs, subject.signature)) return candidate;
  }
  return null;
}

function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
