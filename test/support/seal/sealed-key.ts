// An SM2 key with a signing certificate and a seal of its own, for tests and benchmarks that sign through a key.

import type { TokenProvider } from '../../../src/core/token/provider.ts';
import type { ElectronicSeal } from '../../../src/core/seal/seal.ts';
import { NOT_LAST, PIN, secret, valueOf } from '../software-key.ts';
import { createParty, createSeal, YEAR, type Party } from './people.ts';

export const SEALED_CONTAINER = '0102';

export interface SealedKey {
  readonly root: Party;
  readonly maker: Party;
  /** Its private key is on the token. */
  readonly signer: Party;
  /** Lies in the data object `seal`. */
  readonly seal: ElectronicSeal;
}

/** Valid a year before and after `now`. */
export async function fillSealedKey(provider: TokenProvider, token: string, now: number): Promise<SealedKey> {
  const validity = { notBefore: now - YEAR, notAfter: now + YEAR };
  const root = await createParty({ issuer: null, algorithm: 'SM2', ...validity });
  const maker = await createParty({ issuer: root, algorithm: 'SM2', ...validity });
  valueOf(await provider.login(token, secret(PIN), NOT_LAST));
  valueOf(await provider.createContainer(token, SEALED_CONTAINER));
  const spki = valueOf(await provider.generateKeyPair(token, SEALED_CONTAINER, 'SM2', 'signing'));
  const key = { algorithm: 'SM2' as const, spki, hash: '', sign: () => new Uint8Array(0) };
  const signer = await createParty({ issuer: root, key, ...validity });
  valueOf(await provider.writeCertificate(token, SEALED_CONTAINER, 'signing', signer.certificate.der));
  const seal = await createSeal(maker, [signer.certificate], {
    ...{ created: now - 1000, validFrom: now - YEAR, validTo: now + YEAR },
  });
  valueOf(await provider.writeDataObject(token, 'seal', seal.der));
  valueOf(await provider.logout(token));
  return { root, maker, signer, seal };
}
