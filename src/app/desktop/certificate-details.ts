// 查看证书: everything of one certificate, with its chain as far as what is on the key reaches.

import type { CertificateDetails } from '../../contract/views/token-views.ts';
import { displayCertificate } from '../../core/certificate/display.ts';
import type { Certificate } from '../../core/certificate/certificate.ts';
import { holderKind } from '../../core/certificate/holder.ts';
import { isSameName } from '../../core/certificate/names.ts';
import { sm3 } from '../../core/certificate/sm2/sm3.ts';
import type { ClassifiedCertificate } from '../../core/token/current.ts';
import type { ProfileBook } from '../services/profiles.ts';
import { certificateCardOf, type SnapshotContext } from './token-snapshot.ts';

export interface DetailsContext {
  readonly now: number;
  readonly profiles: ProfileBook;
  readonly revocations: SnapshotContext['revocations'];
  /** Everything on the token that may stand above it. */
  readonly pool: readonly Certificate[];
}

export function certificateDetailsOf(
  entry: ClassifiedCertificate,
  container: string,
  { now, profiles, revocations, pool }: DetailsContext,
): CertificateDetails {
  const { certificate } = entry;
  const display = displayCertificate(certificate, now);
  const path = pathOf(certificate, pool);
  const top = path.at(-1) ?? certificate;
  return {
    card: certificateCardOf(entry, container, { now, profiles, revocations }),
    subject: [...display.subjectAttributes],
    issuer: [...display.issuerAttributes],
    signatureAlgorithm: display.signatureAlgorithm,
    keyUsages: [...display.keyUsages],
    extKeyUsages: [...display.extKeyUsages],
    policies: [...display.policies],
    crlUrls: [...display.crlUrls],
    ocspUrls: [...display.ocspUrls],
    publicKeySha256: display.publicKeySha256,
    sha256: certificate.sha256,
    sm3: Buffer.from(sm3(certificate.der)).toString('hex'),
    holder: holderKind(certificate.subject),
    chain: [...path.map(({ subject }) => subject.display), ...(isRoot(top) ? [] : [top.issuer.display])],
    chainComplete: isRoot(top),
  };
}

const LONGEST = 8;

/** By names only: who is trusted is not decided here, and a proof says so elsewhere. */
function pathOf(leaf: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
  const path = [leaf];
  while (path.length < LONGEST) {
    const last = path.at(-1) ?? leaf;
    if (isRoot(last)) break;
    const issuer = pool.find((one) => isSameName(one.subject, last.issuer) && !path.includes(one));
    if (issuer === undefined) break;
    path.push(issuer);
  }
  return path;
}

function isRoot({ subject, issuer }: Certificate): boolean {
  return isSameName(subject, issuer);
}
