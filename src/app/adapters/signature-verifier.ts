// The core's SignatureVerifier: RSA and EC by node:crypto, SM2 by the core itself, loaded when the first SM2
// signature comes (Electron's crypto has no SM2).

import { constants, createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { SignatureAlgorithm, SignatureVerifier } from '../../core/certificate/signature-verifier.ts';

interface NodeAlgorithm {
  readonly keyType: 'rsa' | 'ec';
  readonly digest: string;
  readonly isPss: boolean;
}

const rsa = (digest: string, isPss = false): NodeAlgorithm => ({ keyType: 'rsa', digest, isPss });
const ecdsa = (digest: string): NodeAlgorithm => ({ keyType: 'ec', digest, isPss: false });

/** null: not by node:crypto. MD5 is refused everywhere, so it is not offered. */
const NODE_ALGORITHMS: Readonly<Record<SignatureAlgorithm, NodeAlgorithm | null>> = {
  'RSA-MD5': null,
  'RSA-SHA1': rsa('sha1'),
  'RSA-SHA256': rsa('sha256'),
  'RSA-SHA384': rsa('sha384'),
  'RSA-SHA512': rsa('sha512'),
  'RSA-PSS-SHA256': rsa('sha256', true),
  'RSA-PSS-SHA384': rsa('sha384', true),
  'RSA-PSS-SHA512': rsa('sha512', true),
  'ECDSA-SHA1': ecdsa('sha1'),
  'ECDSA-SHA256': ecdsa('sha256'),
  'ECDSA-SHA384': ecdsa('sha384'),
  'ECDSA-SHA512': ecdsa('sha512'),
  'SM2-SM3': null,
};

export function createSignatureVerifier(): SignatureVerifier {
  return {
    verify(spki, algorithm, message, signature) {
      if (algorithm === 'SM2-SM3') return verifySm2(spki, message, signature);
      const known = NODE_ALGORITHMS[algorithm];
      const key = known === null ? null : readKey(spki);
      if (known === null || key?.asymmetricKeyType !== known.keyType) return false;
      const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
      return verify(known.digest, message, { key, ...(known.isPss ? pss : {}) }, signature);
    },
  };
}

async function verifySm2(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const { isSm2SignatureGenuine } = await import('../../core/certificate/sm2/signature.ts');
  return isSm2SignatureGenuine(spki, message, signature);
}

/** null: bytes that OpenSSL does not take as a public key. */
function readKey(spki: Uint8Array): KeyObject | null {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    return null;
  }
}
