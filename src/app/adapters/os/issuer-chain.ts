// The issuers of a certificate, looked for where they are offered, among those the system knows, and at the address
// in the certificate itself; a certificate that was fetched is shown with that address and trusted by nobody.

import { parseCertificate, type Certificate } from '../../../core/certificate/certificate.ts';
import { equalBytes } from '../../../core/certificate/der.ts';
import { isSameName } from '../../../core/certificate/names.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type {
  IssuerChain,
  NetworkProbe,
  OfferedAnchor,
  TrustProbe,
} from '../../../core/environment/probe.ts';

export interface ChainOptions {
  readonly network: NetworkProbe;
  readonly verifier: SignatureVerifier;
  readonly offered: () => Promise<readonly OfferedAnchor[]>;
}

/** Certificates of the system, DER; none where they cannot be read. */
type SystemCertificates = () => Promise<readonly Uint8Array[]>;

/** Each chain is followed once. */
export function createIssuerChains(
  options: ChainOptions,
  readSystem: SystemCertificates,
): TrustProbe['chain'] {
  const chains = new Map<string, ReturnType<TrustProbe['chain']>>();
  return (leaf) => {
    const known = chains.get(leaf.sha256) ?? followChain(leaf, options, readSystem);
    chains.set(leaf.sha256, known);
    return known;
  };
}

const MAX_LENGTH = 6;

async function followChain(
  leaf: Certificate,
  { offered, network, verifier }: ChainOptions,
  readSystem: SystemCertificates,
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

/** Those the system knows that name the issuer; most are passed over without being parsed. */
async function systemIssuers(
  { issuer }: Certificate,
  readSystem: SystemCertificates,
): Promise<readonly OfferedAnchor[]> {
  const certificates = await readSystem();
  return certificates
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
