// A practice certificate on a token: key generated there, certified by the rehearsal CA, written back. For SM2 a
// pair, the encryption key first and the signing certificate last, as in a renewal.

import { parseCertificate, type Certificate } from '../../core/certificate/certificate.ts';
import type { AppError } from '../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import { isSamePublicKey } from '../../core/certificate/spki.ts';
import type { KeyAlgorithm, KeyUse } from '../../core/token/token.ts';
import { readEnvelope } from '../adapters/read-envelope.ts';
import type { TokenLock, TokenLockError } from '../adapters/token-lock.ts';
import type { FoundToken } from './tokens.ts';

/** The part of the rehearsal CA's operator that is needed here. Bytes are base64. */
export interface PracticeCa {
  provision(input: {
    readonly publicKey: string;
    readonly request: null;
    readonly subject: {
      readonly country: string;
      readonly organisation: string;
      readonly commonName: string;
    };
    readonly daysLeft: number;
    readonly seal: true;
  }): Promise<Result<PracticeCertificates, AppError>>;
}

/** `encryption` and its key in an envelope: of SM2 only. */
interface PracticeCertificates {
  readonly certificate: string;
  readonly encryption: string | null;
  readonly encryptionKey: string | null;
  readonly seal: { readonly object: string; readonly seal: string } | null;
}

export interface ProvisionDeps {
  lock(token: string): Promise<Result<TokenLock, TokenLockError>>;
}

export interface ProvisionOptions {
  /** Handed over: zeroed whatever happens. */
  readonly pin: Uint8Array;
  readonly acceptLastTry: boolean;
  /** Even-length lower-case hex, unused on the token. */
  readonly container: string;
  readonly algorithm: KeyAlgorithm;
  readonly commonName: string;
  readonly daysLeft: number;
}

export interface Provisioned {
  readonly certificate: Certificate;
  /** null: one certificate for everything. */
  readonly encryption: Certificate | null;
}

export async function provisionToken(
  deps: ProvisionDeps,
  operator: PracticeCa,
  { source, token }: FoundToken,
  options: ProvisionOptions,
): Promise<Result<Provisioned, AppError>> {
  const { provider } = source;
  const { pin, container, acceptLastTry } = options;
  const lock = await deps.lock(token.id);
  if (!lock.ok) {
    pin.fill(0);
    return lock;
  }
  try {
    const login = await provider.login(token.id, pin, { acceptLastTry });
    if (!login.ok) return login;
    const created = await provider.createContainer(token.id, container);
    if (!created.ok) return created;
    const written = await fillContainer(operator, { source, token }, options);
    if (!written.ok) await provider.deleteContainer(token.id, container);
    return written;
  } finally {
    await provider.logout(token.id);
    await lock.value.release();
  }
}

type OnToken = Pick<FoundToken, 'source' | 'token'>;

async function fillContainer(
  operator: PracticeCa,
  found: OnToken,
  { algorithm, commonName, container, daysLeft }: ProvisionOptions,
): Promise<Result<Provisioned, AppError>> {
  const { source, token } = found;
  const { provider } = source;
  const generated = await provider.generateKeyPair(token.id, container, algorithm, commonName);
  if (!generated.ok) return generated;
  const certified = await operator.provision({
    publicKey: Buffer.from(generated.value).toString('base64'),
    request: null,
    subject: { country: 'CN', organisation: '演练单位', commonName },
    daysLeft,
    seal: true,
  });
  if (!certified.ok) return certified;
  const encryption = await writeEncryption(found, container, certified.value);
  if (!encryption.ok) return encryption;
  const signing = await writeAndReadBack(found, container, 'signing', certified.value.certificate);
  if (!signing.ok) return signing;
  const sealed = await writeSeal(found, certified.value);
  return sealed.ok ? ok({ certificate: signing.value, encryption: encryption.value }) : sealed;
}

/** Never over another one, which may be real; a key that holds no seals is a key without one. */
async function writeSeal(
  { source: { provider }, token }: OnToken,
  { seal }: PracticeCertificates,
): Promise<Result<void, AppError>> {
  const listed = await provider.listDataObjects(token.id);
  if (!listed.ok || seal === null) return listed.ok ? done : listed;
  if (listed.value.some(({ name }) => name === seal.object)) return done;
  const written = await provider.writeDataObject(token.id, seal.object, Buffer.from(seal.seal, 'base64'));
  return written.ok || HOLDS_NO_SEAL.has(written.error.code) ? done : written;
}

const HOLDS_NO_SEAL: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'driver.unsupported',
  'token.full',
  'token.writeRefused',
]);

/** The second half of a pair, before the first: the key centre's key, then its certificate. null: no pair. */
async function writeEncryption(
  found: OnToken,
  container: string,
  { encryption, encryptionKey }: PracticeCertificates,
): Promise<Result<Certificate | null, AppError>> {
  const { source, token } = found;
  if (encryption === null || encryptionKey === null) return ok(null);
  const certificate = parseCertificate(Buffer.from(encryption, 'base64'));
  if (!certificate.ok) return certificate;
  const envelope = readEnvelope(encryptionKey, certificate.value.spki);
  if (!envelope.ok) return envelope;
  const imported = await source.provider.importEncryptionKey(token.id, container, envelope.value);
  if (!imported.ok) return imported;
  if (!isSamePublicKey(imported.value, certificate.value.spki)) return err({ code: 'envelope.keyMismatch' });
  return writeAndReadBack(found, container, 'encryption', encryption);
}

async function writeAndReadBack(
  { source: { provider }, token }: OnToken,
  container: string,
  use: KeyUse,
  certificate: string,
): Promise<Result<Certificate, AppError>> {
  const der = Buffer.from(certificate, 'base64');
  const written = await provider.writeCertificate(token.id, container, use, der);
  if (!written.ok) return written;
  const read = await provider.readCertificate(token.id, container, use);
  if (!read.ok) return read;
  return der.equals(read.value) ? parseCertificate(read.value) : err({ code: 'certificate.notWritten' });
}
