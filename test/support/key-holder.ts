// A person with a software key, as far as a gateway can see: keys and signatures by node:crypto.

import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import type { GatewayClient } from '../../src/app/adapters/gateway-client.ts';
import type { CertificateRef, GatewayBody, Order } from '../../src/contract/gateway.ts';
import { SIGNATURE_FOR_KEY } from '../../src/core/certificate/algorithms.ts';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { assembleRequest, requestInfo } from '../../src/core/certificate/request.ts';
import { signSm2 } from '../../src/core/certificate/sm2/signature.ts';
import { generateSm2KeyPair, type Sm2KeyPair } from '../../src/core/certificate/sm2/sm2.ts';
import { ecSpki } from '../../src/core/certificate/spki.ts';
import type { Result } from '../../src/core/errors/result.ts';
import { loginStatement } from '../../src/core/renewal/login-statement.ts';
import type { KeyAlgorithm } from '../../src/core/token/token.ts';

export type SoftwareAlgorithm = KeyAlgorithm;

export interface SoftwareKey {
  readonly algorithm: SoftwareAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** SHA-256 of `spki`, hex. */
  readonly hash: string;
  sign(message: Uint8Array): Uint8Array;
}

export interface Sm2SoftwareKey extends SoftwareKey {
  readonly pair: Sm2KeyPair;
}

export function createSm2Key(pair = generateSm2KeyPair(randomBytes)): Sm2SoftwareKey {
  const spki = ecSpki('SM2', pair.publicKey);
  return {
    algorithm: 'SM2',
    spki,
    hash: createHash('sha256').update(spki).digest('hex'),
    pair,
    sign(message) {
      const signature = signSm2(message, pair.privateKey, randomBytes);
      if (signature === null) throw new Error('no SM2 key');
      return signature;
    },
  };
}

export function createSoftwareKey(algorithm: SoftwareAlgorithm = 'EC-P256'): SoftwareKey {
  if (algorithm === 'SM2') return createSm2Key();
  const [kind, size = ''] = algorithm.split('-');
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } =
    kind === 'RSA'
      ? generateKeyPairSync('rsa', { modulusLength: Number(size) })
      : generateKeyPairSync('ec', { namedCurve: size.replace('P', 'P-') });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const digest = algorithm === 'EC-P384' ? 'sha384' : 'sha256';
  return {
    algorithm,
    spki,
    hash: createHash('sha256').update(spki).digest('hex'),
    sign: (message) => sign(digest, message, privateKey),
  };
}

/** PKCS#10, base64. `subject`: DER Name, base64. */
export function requestFor(
  key: SoftwareKey,
  subject: string,
  rawAttributes: readonly Uint8Array[] = [],
): string {
  const info = requestInfo({ subject: Buffer.from(subject, 'base64'), spki: key.spki, rawAttributes });
  const request = assembleRequest(info, SIGNATURE_FOR_KEY[key.algorithm], key.sign(info));
  return Buffer.from(request).toString('base64');
}

export function valueOf<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`unexpected ${JSON.stringify(result.error)}`);
  return result.value;
}

/** @param certificate base64; null names the key by itself */
export async function logIn(
  client: GatewayClient,
  key: SoftwareKey,
  certificate: string | null,
): ReturnType<GatewayClient['call']> {
  const challenge = await client.call('requestChallenge', { body: { purpose: 'renewal' } });
  if (!challenge.ok) return challenge;
  const { nonce } = challenge.value;
  const answer = await client.call('login', { body: loginBody(client.origin, key, certificate, nonce) });
  if (answer.ok) client.useSession(answer.value.session);
  return answer;
}

export function loginBody(
  origin: string,
  key: SoftwareKey,
  certificate: string | null,
  nonce: string,
): GatewayBody<'login'> {
  const statement = Buffer.from(loginStatement(origin, 'renewal', nonce));
  return {
    purpose: 'renewal',
    nonce,
    certificate,
    publicKey: certificate === null ? Buffer.from(key.spki).toString('base64') : null,
    hash: key.algorithm === 'SM2' ? 'SM3' : key.algorithm === 'EC-P384' ? 'SHA-384' : 'SHA-256',
    signature: Buffer.from(key.sign(statement)).toString('base64'),
  };
}

/** @param certificate base64 */
export function referenceTo(certificate: string): CertificateRef {
  const parsed = valueOf(parseCertificate(Buffer.from(certificate, 'base64')));
  return {
    issuer: createHash('sha256').update(parsed.issuer.der).digest('hex'),
    serial: parsed.serial,
  };
}

export function hashOfCertificate(certificate: string): string {
  return createHash('sha256').update(Buffer.from(certificate, 'base64')).digest('hex');
}

export function freshIdempotencyKey(): string {
  return randomBytes(16).toString('hex');
}

/** Everything to sign and fill in for an order, as the CA has it on file. */
export function filledForm({ form }: Order): Record<string, string> {
  return Object.fromEntries(form.map(({ name, value }) => [name, value]));
}
