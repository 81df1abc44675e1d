// Issuing and revoking: what a certificate of this CA looks like, and its revocation lists.

import { createHash } from 'node:crypto';
import { encodeBase64 } from '../core/certificate/base64.ts';
import { buildCertificate } from '../core/certificate/build-certificate.ts';
import { buildCrl, type RevocationReason, type RevokedEntry } from '../core/certificate/crl.ts';
import type { KeyUsageName } from '../core/certificate/extensions.ts';
import { buildOcspResponse } from '../core/certificate/ocsp.ts';
import { keyAlgorithmOf, spkiFingerprint } from '../core/certificate/spki.ts';
import { createSerial, type Authority, type Random } from './authorities.ts';
import type { Ca } from './ca.ts';
import { createEncryptionKey } from './key-centre.ts';
import { isRevoked, type CertificateRecord, type SandboxState } from './state.ts';

/** Example arc (RFC 5612); a real CA has one below 1.2.156. */
const POLICY = '1.3.6.1.4.1.32473.1.1';

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';

type CertificateKind = 'single' | 'signing' | 'encryption';

const SIGNING: readonly KeyUsageName[] = ['digitalSignature', 'nonRepudiation'];
const ENCRYPTION: readonly KeyUsageName[] = ['keyEncipherment', 'dataEncipherment', 'keyAgreement'];

const CRL_LIFETIME = 24 * 3_600_000;

interface IssueRequest {
  readonly kind: CertificateKind;
  /** DER */
  readonly spki: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly order: string | null;
}

/** @param origin where the CA is served, for the addresses inside; null leaves them out */
export async function issueCertificate(
  authority: Authority,
  request: IssueRequest,
  random: Random,
  origin: string | null,
): Promise<CertificateRecord> {
  const issuer = authority.certificate;
  const serial = createSerial(random);
  const der = await buildCertificate(
    {
      serial,
      issuer: issuer.subject.der,
      subject: request.subject,
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      spki: request.spki,
      keyUsage: usageOf(request),
      extKeyUsage: request.kind === 'encryption' ? [EMAIL_PROTECTION] : [CLIENT_AUTH, EMAIL_PROTECTION],
      issuerSpki: authority.key.spki,
      policies: [POLICY],
      ...(origin === null
        ? {}
        : {
            crlUrls: [`${origin}/crl/${authority.id}.crl`],
            ocspUrls: [`${origin}/ocsp/${authority.id}`],
            issuerUrls: [`${origin}/ca/${authority.id}.cer`],
          }),
    },
    authority.key.signer,
  );
  return {
    sha256: createHash('sha256').update(der).digest('hex'),
    der: encodeBase64(der),
    authority: authority.id,
    issuer: createHash('sha256').update(issuer.subject.der).digest('hex'),
    serial,
    key: spkiFingerprint(request.spki),
    notAfter: Math.floor(request.notAfter / 1000) * 1000,
    order: request.order,
    confirmed: false,
    revoked: null,
    frozenSince: null,
    encryption: null,
    sealed: false,
  };
}

/** A single certificate does everything its key can: sign, seal, log in, and (RSA) open envelopes. */
function usageOf({ kind, spki }: IssueRequest): readonly KeyUsageName[] {
  if (kind === 'encryption') return ENCRYPTION;
  const opensEnvelopes = kind === 'single' && keyAlgorithmOf(spki)?.startsWith('RSA') === true;
  return opensEnvelopes ? [...SIGNING, 'keyEncipherment'] : SIGNING;
}

/**
 * What a key gets: one certificate, or for SM2 a signing and an encryption certificate. Both are in the state
 * afterwards; answers the signing one.
 * @param encryptionKey SubjectPublicKeyInfo for the encryption certificate; null makes a key at the key centre
 */
export async function issueFor(
  state: SandboxState,
  request: Omit<IssueRequest, 'kind'>,
  encryptionKey: Uint8Array | null,
  ca: Ca,
  role: 'issuing' | 'successor' = state.settings.issuer,
): Promise<CertificateRecord> {
  const isDual = keyAlgorithmOf(request.spki) === 'SM2';
  const authority = await ca.authorities.obtain(state, role, isDual ? 'sm2' : 'rsa', ca.now);
  const issue = (kind: CertificateKind, spki: Uint8Array) =>
    issueCertificate(authority, { ...request, kind, spki }, ca.random, ca.origin);
  const certificate = await issue(isDual ? 'signing' : 'single', request.spki);
  state.certificates.push(certificate);
  if (!isDual) return certificate;
  const encryption = await issue('encryption', encryptionKey ?? createEncryptionKey(state, ca));
  certificate.encryption = encryption.sha256;
  state.certificates.push(encryption);
  return certificate;
}

const CRL_REASONS = {
  keyCompromise: 'keyCompromise',
  cessation: 'cessationOfOperation',
  superseded: 'superseded',
} as const satisfies Record<NonNullable<CertificateRecord['revoked']>['reason'], RevocationReason>;

/** Revocation list of one CA as of `now`, DER. Frozen certificates are on it as held. */
export async function createCrl(authority: Authority, state: SandboxState, now: number): Promise<Uint8Array> {
  const listed = state.certificates.filter((record) => record.authority === authority.id);
  return buildCrl(
    {
      issuer: authority.certificate.subject.der,
      issuerSpki: authority.key.spki,
      number: Math.floor(now / 1000),
      thisUpdate: now,
      nextUpdate: now + CRL_LIFETIME,
      revoked: listed.flatMap((record) => revokedEntry(record, now)),
    },
    authority.key.signer,
  );
}

function revokedEntry(record: CertificateRecord, now: number): RevokedEntry[] {
  const { serial, revoked, frozenSince } = record;
  if (revoked !== null && isRevoked(record, now))
    return [{ serial, revokedAt: revoked.at, reason: CRL_REASONS[revoked.reason] }];
  return frozenSince === null ? [] : [{ serial, revokedAt: frozenSince, reason: 'certificateHold' }];
}

/** What the responder says of these serial numbers, DER. */
export async function createOcspAnswer(
  authority: Authority,
  state: SandboxState,
  serials: readonly string[],
  now: number,
): Promise<Uint8Array> {
  const listed = state.certificates.filter((record) => record.authority === authority.id);
  const statuses = serials.map((serial) => {
    const record = listed.find((one) => one.serial === serial);
    if (record === undefined) return { serial, state: 'unknown' as const, revokedAt: null, reason: null };
    const [entry] = revokedEntry(record, now);
    return entry === undefined
      ? { serial, state: 'good' as const, revokedAt: null, reason: null }
      : { serial, state: 'revoked' as const, revokedAt: entry.revokedAt, reason: entry.reason };
  });
  const issuer = { subject: authority.certificate.subject, spki: authority.key.spki };
  const answer = { issuer, producedAt: now, nextUpdate: now + OCSP_LIFETIME, statuses };
  return buildOcspResponse(answer, authority.key.signer);
}

/** Short, so that a rehearsal sees a certificate frozen and thawed. */
const OCSP_LIFETIME = 60_000;
