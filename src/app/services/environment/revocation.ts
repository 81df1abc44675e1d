// Is a certificate revoked or frozen? Asked at the addresses in the certificate, and believed only when the CA that
// issued it signed the answer and the answer is not out of date.

import type { Certificate } from '../../../core/certificate/certificate.ts';
import { parseCrl, type RevocationList } from '../../../core/certificate/crl.ts';
import { isSameName } from '../../../core/certificate/names.ts';
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

export interface RevocationDeps {
  readonly network: NetworkProbe;
  readonly trust: Pick<TrustProbe, 'chain'>;
  readonly verifier: SignatureVerifier;
  readonly now: () => number;
}

export function createRevocationProbe(deps: RevocationDeps): KeyProbe['revocation'] {
  return async (certificate) => {
    const urls = certificate.crlUrls.filter((url) => /^https?:/.test(url));
    if (urls.length === 0) return ok(null);
    const issuer = await issuerOf(certificate, deps);
    let obstacle: Obstacle | null = null;
    for (const url of urls) {
      const list = await fetchList(url, certificate, issuer, deps);
      if (list.ok) return ok(stateIn(list.value, certificate));
      obstacle ??= list.error;
    }
    return err(obstacle ?? { reason: 'unavailable', what: urls[0] ?? '' });
  };
}

async function issuerOf(certificate: Certificate, { trust }: RevocationDeps): Promise<Certificate | null> {
  return (await trust.chain(certificate)).issuers[0]?.certificate ?? null;
}

async function fetchList(
  url: string,
  certificate: Certificate,
  issuer: Certificate | null,
  { network, verifier, now }: RevocationDeps,
): Promise<Result<RevocationList, Obstacle>> {
  const answer = await network.get(url);
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200) return err({ reason: 'unavailable', what: url });
  const der = body[0] === 0x30 ? body : decodePem(new TextDecoder().decode(body))[0]?.der;
  const parsed = der === undefined ? null : parseCrl(der);
  if (parsed?.ok !== true) return err({ reason: 'malformed', what: url });
  const list = parsed.value;
  const isOwn = isSameName(list.issuer, certificate.issuer);
  const isOld = list.nextUpdate !== null && list.nextUpdate < now();
  if (!isOwn || isOld) return err({ reason: 'malformed', what: url });
  return (await isGenuine(list, issuer, verifier)) ? ok(list) : err({ reason: 'malformed', what: url });
}

async function isGenuine(
  list: RevocationList,
  issuer: Certificate | null,
  verifier: SignatureVerifier,
): Promise<boolean> {
  if (issuer === null || list.signatureAlgorithm === null) return false;
  return verifier.verify(issuer.spki, list.signatureAlgorithm, list.tbs, list.signature);
}

function stateIn({ revoked }: RevocationList, { serial }: Certificate): RevocationState {
  const entry = revoked.find((one) => one.serial === serial);
  if (entry === undefined || entry.reason === 'removeFromCRL')
    return { state: 'good', at: null, reason: null, source: 'crl' };
  const state = entry.reason === 'certificateHold' ? 'frozen' : 'revoked';
  return { state, at: entry.revokedAt, reason: entry.reason, source: 'crl' };
}
