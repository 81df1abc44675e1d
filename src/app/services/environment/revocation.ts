// Is a certificate revoked or frozen? Asked at the addresses in the certificate, first its responder, then its lists;
// believed only when the CA that issued it signed the answer, or whom it lets answer, and the answer is in date.

import { parseCertificate, type Certificate } from '../../../core/certificate/certificate.ts';
import { parseCrl } from '../../../core/certificate/crl.ts';
import { isSameName } from '../../../core/certificate/names.ts';
import {
  buildOcspRequest,
  OCSP_REQUEST,
  parseOcspResponse,
  type OcspResponse,
} from '../../../core/certificate/ocsp.ts';
import { decodePem } from '../../../core/certificate/pem.ts';
import type { SignatureVerifier } from '../../../core/certificate/signature-verifier.ts';
import type {
  KeyProbe,
  NetworkProbe,
  Obstacle,
  RevocationState,
  TrustProbe,
} from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import type { RevocationCache } from '../../adapters/revocation-cache.ts';

export interface RevocationDeps {
  readonly network: NetworkProbe;
  readonly trust: Pick<TrustProbe, 'chain'>;
  readonly verifier: SignatureVerifier;
  readonly now: () => number;
  readonly cache: RevocationCache;
}

interface Heard {
  readonly state: RevocationState;
  /** Epoch milliseconds until which it may be believed; null: only now. */
  readonly until: number | null;
}

type Hearing = Promise<Result<Heard, Obstacle>>;

export function createRevocationProbe(deps: RevocationDeps): KeyProbe['revocation'] {
  return async (certificate) => {
    const isWeb = (url: string) => /^https?:/.test(url);
    const [responders, lists] = [certificate.ocspUrls.filter(isWeb), certificate.crlUrls.filter(isWeb)];
    if (responders.length + lists.length === 0) return ok(null);
    const known = await deps.cache.read(certificate.sha256, deps.now());
    if (known !== null) return ok(known);
    const issuer = (await deps.trust.chain(certificate)).issuers[0]?.certificate ?? null;
    if (issuer === null) return err({ reason: 'unavailable', what: certificate.issuer.display });
    const asking: (() => Hearing)[] = [
      ...responders.map((url) => () => askResponder(url, certificate, issuer, deps)),
      ...lists.map((url) => () => askList(url, certificate, issuer, deps)),
    ];
    let obstacle: Obstacle | null = null;
    for (const ask of asking) {
      const heard = await ask();
      if (heard.ok) {
        const until = Math.min(heard.value.until ?? 0, deps.now() + LONGEST_BELIEF_MS);
        await deps.cache.remember(certificate.sha256, heard.value.state, until);
        return ok(heard.value.state);
      }
      obstacle ??= heard.error;
    }
    return err(obstacle ?? { reason: 'unavailable', what: certificate.issuer.display });
  };
}

/** However long the CA says: the answer is for a person who has just been told that something changed. */
const LONGEST_BELIEF_MS = 60 * 60_000;

/** Clocks differ a little. */
const TOLERANCE_MS = 5 * 60_000;

async function askResponder(
  url: string,
  certificate: Certificate,
  issuer: Certificate,
  { network, verifier, now }: RevocationDeps,
): Hearing {
  const content = buildOcspRequest(issuer, certificate.serial);
  const answer = await network.get(url, { type: OCSP_REQUEST, content });
  if (!answer.ok) return answer;
  const doubtful = err({ reason: 'malformed', what: url } as const);
  const parsed = answer.value.status === 200 ? parseOcspResponse(answer.value.body) : null;
  if (parsed?.ok !== true) return doubtful;
  const status = parsed.value.statuses.find(({ serial }) => serial === certificate.serial);
  if (status === undefined || status.state === 'unknown') return doubtful;
  const isEarly = status.thisUpdate > now() + TOLERANCE_MS;
  const isOld = status.nextUpdate !== null && status.nextUpdate < now() - TOLERANCE_MS;
  if (isEarly || isOld || !(await isSignedFor(parsed.value, issuer, verifier))) return doubtful;
  const { state, reason, revokedAt: at, nextUpdate: until } = status;
  const named = state === 'good' ? 'good' : reason === 'certificateHold' ? 'frozen' : 'revoked';
  return ok({ state: { state: named, at, reason, source: 'ocsp' }, until });
}

const ID_OCSP_SIGNING = '1.3.6.1.5.5.7.3.9';

/** By the issuer, or by a responder whose certificate the issuer gave for just that (RFC 6960 §4.2.2.2). */
async function isSignedFor(
  response: OcspResponse,
  issuer: Certificate,
  verifier: SignatureVerifier,
): Promise<boolean> {
  const { tbs, signature, signatureAlgorithm } = response;
  if (signatureAlgorithm === null) return false;
  if (await verifier.verify(issuer.spki, signatureAlgorithm, tbs, signature)) return true;
  for (const der of response.certificates.slice(0, 5)) {
    const parsed = parseCertificate(der);
    const responder = parsed.ok ? parsed.value : null;
    if (responder?.extKeyUsage?.includes(ID_OCSP_SIGNING) !== true) continue;
    const algorithm = responder.signatureAlgorithm;
    const isOurs =
      algorithm !== null &&
      isSameName(responder.issuer, issuer.subject) &&
      (await verifier.verify(issuer.spki, algorithm, responder.tbs, responder.signature));
    if (isOurs && (await verifier.verify(responder.spki, signatureAlgorithm, tbs, signature))) return true;
  }
  return false;
}

async function askList(
  url: string,
  certificate: Certificate,
  issuer: Certificate,
  { network, verifier, now }: RevocationDeps,
): Hearing {
  const answer = await network.get(url);
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200) return err({ reason: 'unavailable', what: url });
  const doubtful = err({ reason: 'malformed', what: url } as const);
  const der = body[0] === 0x30 ? body : decodePem(new TextDecoder().decode(body))[0]?.der;
  const parsed = der === undefined ? null : parseCrl(der);
  if (parsed?.ok !== true) return doubtful;
  const { value: list } = parsed;
  const isOld = list.nextUpdate !== null && list.nextUpdate < now() - TOLERANCE_MS;
  if (isOld || list.signatureAlgorithm === null || !isSameName(list.issuer, certificate.issuer))
    return doubtful;
  if (!(await verifier.verify(issuer.spki, list.signatureAlgorithm, list.tbs, list.signature)))
    return doubtful;
  const entry = list.revoked.find(({ serial }) => serial === certificate.serial);
  const isListed = entry !== undefined && entry.reason !== 'removeFromCRL';
  const named = !isListed ? 'good' : entry.reason === 'certificateHold' ? 'frozen' : 'revoked';
  const at = isListed ? entry.revokedAt : null;
  const reason = isListed ? entry.reason : null;
  return ok({ state: { state: named, at, reason, source: 'crl' }, until: list.nextUpdate });
}
