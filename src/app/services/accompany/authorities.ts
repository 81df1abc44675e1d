// The CA certificates behind what stands in a proof. A key seldom carries them; without them a new certificate can
// only be compared with the old one by the names written in it.

import { certificatesIn, type KeySnapshot } from '../../../core/accompany/snapshot.ts';
import type { Certificate } from '../../../core/certificate/certificate.ts';
import type { Accompaniment } from '../../adapters/accompaniments.ts';

/** The issuers of a certificate, nearest first, each proved by its signature and trusted for nothing. */
export type FindIssuers = (certificate: Certificate) => Promise<readonly Certificate[]>;

/** Those of the certificate to renew and of all that appeared; nobody is asked before something did. */
export async function authoritiesBehind(
  findIssuers: FindIssuers,
  { before, certificate: renewed }: Accompaniment,
  after: KeySnapshot,
): Promise<readonly Certificate[]> {
  const old = certificatesIn(before).map(({ certificate }) => certificate);
  const known = new Set(old.map(({ sha256 }) => sha256));
  const appeared = certificatesIn(after)
    .map(({ certificate }) => certificate)
    .filter(({ sha256 }) => !known.has(sha256));
  if (appeared.length === 0) return [];
  const leaves = [...old.filter(({ sha256 }) => sha256 === renewed), ...appeared];
  return (await Promise.all(leaves.map(findIssuers))).flat();
}
