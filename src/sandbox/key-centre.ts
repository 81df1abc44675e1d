// The key centre: encryption keys are made here, kept for as long as the CA exists, and delivered only in an
// envelope. What was encrypted for a lost key can be opened again that way.

import { decodeBase64, encodeBase64 } from '../core/certificate/base64.ts';
import { parseCertificate, type Certificate } from '../core/certificate/certificate.ts';
import { encodeSm2PrivateKey, parseSm2PrivateKey } from '../core/certificate/sm2/private-key.ts';
import { generateSm2KeyPair, type Sm2KeyPair } from '../core/certificate/sm2/sm2.ts';
import { ecSpki, spkiFingerprint } from '../core/certificate/spki.ts';
import type { Ca } from './ca.ts';
import { writeEnvelope } from './envelope-forms.ts';
import type { CertificateRecord, SandboxState } from './state.ts';

/** Makes a key pair and keeps it; answers the SubjectPublicKeyInfo, DER. */
export function createEncryptionKey(state: SandboxState, ca: Ca): Uint8Array {
  const pair = generateSm2KeyPair(ca.random);
  const spki = ecSpki('SM2', pair.publicKey);
  state.escrow.push({ key: spkiFingerprint(spki), privateKey: encodeBase64(encodeSm2PrivateKey(pair)) });
  return spki;
}

/** By the hash of its SubjectPublicKeyInfo; null: not from here. */
export function findEncryptionKey(state: SandboxState, key: string | null): Sm2KeyPair | null {
  const kept = state.escrow.find((record) => record.key === key);
  const pair =
    kept === undefined ? null : parseSm2PrivateKey(decodeBase64(kept.privateKey) ?? new Uint8Array());
  return pair?.ok === true ? pair.value : null;
}

/** A key of the key centre is nobody's to log in with. */
export function isEscrowed(state: SandboxState, key: string): boolean {
  return state.escrow.some((record) => record.key === key);
}

/** The private key of `encryption` for the holder of `signing`, as the settings say. */
export async function deliverEncryptionKey(
  state: SandboxState,
  certificates: { readonly signing: CertificateRecord; readonly encryption: CertificateRecord },
  temporaryKey: string | null,
  ca: Ca,
): Promise<string> {
  const keyPair = findEncryptionKey(state, certificates.encryption.key);
  const signer = ca.authorities.find(state, certificates.encryption.authority);
  if (keyPair === null || signer === null) throw new Error('encryption key is not in the key centre');
  return writeEnvelope(state.settings.envelopeForm, {
    keyPair,
    signing: ownCertificate(certificates.signing),
    encryption: ownCertificate(certificates.encryption),
    temporaryKey: temporaryKey === null ? null : decodeBase64(temporaryKey),
    signer,
    random: ca.random,
  });
}

/** A certificate of this CA, parsed. */
export function ownCertificate({ der }: Pick<CertificateRecord, 'der'>): Certificate {
  const parsed = parseCertificate(decodeBase64(der) ?? new Uint8Array());
  if (!parsed.ok) throw new Error(`own certificate: ${parsed.error.reason}`);
  return parsed.value;
}
