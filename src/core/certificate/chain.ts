// Does a certificate lead to a given trust anchor? (RFC 5280 §6, without policies and name constraints: a
// critical extension that is not understood is refused.) Revocation is asked elsewhere.

import type { AppError } from '../errors/codes.ts';
import { err, ok, type Result } from '../errors/result.ts';
import { validityAt, type Certificate } from './certificate.ts';
import { isSameName } from './names.ts';
import { WEAK_SIGNATURES, type SignatureVerifier } from './signature-verifier.ts';
import { publicKeyDetails, type PublicKeyDetails } from './spki.ts';
import { formatTime } from './time.ts';

export type ChainError = AppError<
  | 'certificate.untrusted'
  | 'certificate.badSignature'
  | 'certificate.expired'
  | 'certificate.notYetValid'
  | 'certificate.weakAlgorithm'
  | 'certificate.algorithmUnsupported'
>;

export interface ChainOptions {
  /** Epoch milliseconds at which validity is judged. */
  readonly now: number;
  /** `legacy` for a chain issued long ago: RSA below 2048 bits, SHA-1 and version 1 roots pass (MD5 never). */
  readonly accept: 'strict' | 'legacy';
  /** Whose validity counts; `leaf` for an old chain whose issuers have ended. Default `all`. */
  readonly validityOf?: 'all' | 'leaf' | 'none';
}

const MAX_CERTIFICATES = 8;
const MAX_SIGNATURES = 64;
const MIN_RSA_BITS = 2048;
const MIN_LEGACY_RSA_BITS = 1024;

interface Search {
  readonly pool: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly verifier: SignatureVerifier;
  readonly options: ChainOptions;
  signaturesLeft: number;
  /** The first reason why a path that looked right was refused; more telling than "no path". */
  refusal: ChainError | null;
}

/**
 * The path from `leaf` (first) to one of `anchors` (last). `pool` may hold anything in any order, loops
 * included. Every path is tried; the error names the first refusal, `certificate.untrusted` without a reason
 * when nothing led anywhere. An anchor is trusted as it is: its own signature is not looked at.
 */
export async function buildChain(
  leaf: Certificate,
  pool: readonly Certificate[],
  anchors: readonly Certificate[],
  verifier: SignatureVerifier,
  options: ChainOptions,
): Promise<Result<readonly Certificate[], ChainError>> {
  const refused = refusalOf(leaf, options, 'leaf');
  if (refused !== null) return err(refused);
  const search: Search = { pool, anchors, verifier, options, signaturesLeft: MAX_SIGNATURES, refusal: null };
  const path = await extend([leaf], search);
  if (path !== null) return ok(path);
  return err(search.refusal ?? { code: 'certificate.untrusted' });
}

async function extend(path: readonly Certificate[], search: Search): Promise<readonly Certificate[] | null> {
  const subject = path.at(-1) as Certificate;
  if (search.anchors.some((anchor) => anchor.sha256 === subject.sha256)) return path;
  if (path.length === MAX_CERTIFICATES) return null;
  for (const issuer of candidatesFor(subject, search)) {
    if (path.some((member) => member.sha256 === issuer.sha256)) continue;
    const refused =
      issuerRefusal(issuer, path, search.options) ?? (await signatureRefusal(subject, issuer, search));
    if (refused !== null) {
      search.refusal ??= refused;
      continue;
    }
    const complete = await extend([...path, issuer], search);
    if (complete !== null) return complete;
  }
  return null;
}

/** Anchors first; those whose key identifier contradicts are left out. */
function candidatesFor(subject: Certificate, { pool, anchors }: Search): Certificate[] {
  return [...anchors, ...pool].filter(
    (issuer) =>
      isSameName(issuer.subject, subject.issuer) &&
      (subject.authorityKeyId === null ||
        issuer.subjectKeyId === null ||
        subject.authorityKeyId === issuer.subjectKeyId),
  );
}

/** What forbids `issuer` above `path`, apart from the signature. */
function issuerRefusal(
  issuer: Certificate,
  path: readonly Certificate[],
  options: ChainOptions,
): ChainError | null {
  const isOldRoot = options.accept === 'legacy' && issuer.version < 3;
  if (!issuer.isCa && !isOldRoot) return { code: 'certificate.untrusted', reason: 'notCa' };
  if (issuer.keyUsage !== null && !issuer.keyUsage.includes('keyCertSign'))
    return { code: 'certificate.untrusted', reason: 'notCa' };
  const intermediates = path.slice(1).filter((member) => !isSameName(member.subject, member.issuer));
  if (issuer.pathLength !== null && intermediates.length > issuer.pathLength)
    return { code: 'certificate.untrusted', reason: 'pathTooLong' };
  return refusalOf(issuer, options, 'issuer');
}

/** What forbids a certificate by itself. */
function refusalOf(
  certificate: Certificate,
  options: ChainOptions,
  place: 'leaf' | 'issuer',
): ChainError | null {
  const { now, accept, validityOf = 'all' } = options;
  if (certificate.unknownCritical.length > 0)
    return { code: 'certificate.untrusted', reason: 'unknownCriticalExtension' };
  const key = publicKeyDetails(certificate.spki);
  if (key === null) return { code: 'certificate.algorithmUnsupported', algorithm: 'public key' };
  const weakness = keyWeakness(key, accept);
  if (weakness !== null) return { code: 'certificate.weakAlgorithm', algorithm: weakness };
  if (validityOf === 'none' || (validityOf === 'leaf' && place === 'issuer')) return null;
  const validity = validityAt(certificate, now);
  if (validity === 'expired')
    return { code: 'certificate.expired', notAfter: formatTime(certificate.notAfter) };
  if (validity === 'notYetValid')
    return { code: 'certificate.notYetValid', notBefore: formatTime(certificate.notBefore) };
  return null;
}

/** Name of a key that is too short today, null when it is not: RSA by its modulus, EC below 256 bits. */
function keyWeakness(key: PublicKeyDetails, accept: ChainOptions['accept']): string | null {
  if (key.kind === 'ec') return key.point[0] === 4 && key.point.length < 65 ? `EC ${key.curve}` : null;
  const minBits = accept === 'strict' ? MIN_RSA_BITS : MIN_LEGACY_RSA_BITS;
  return key.modulusBits < minBits ? `RSA-${String(key.modulusBits)}` : null;
}

async function signatureRefusal(
  subject: Certificate,
  issuer: Certificate,
  search: Search,
): Promise<ChainError | null> {
  const algorithm = subject.signatureAlgorithm;
  if (algorithm === null)
    return { code: 'certificate.algorithmUnsupported', algorithm: subject.signatureOid };
  const isTooWeak =
    WEAK_SIGNATURES.has(algorithm) && (search.options.accept === 'strict' || algorithm === 'RSA-MD5');
  if (isTooWeak) return { code: 'certificate.weakAlgorithm', algorithm };
  if (search.signaturesLeft-- <= 0) return { code: 'certificate.untrusted', reason: 'tooManyPaths' };
  const isGenuine = await search.verifier.verify(issuer.spki, algorithm, subject.tbs, subject.signature);
  return isGenuine ? null : { code: 'certificate.badSignature' };
}
