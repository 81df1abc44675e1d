// A practice certificate on a token: key generated there, certified by the rehearsal CA, written back.

import type { Application } from '../app/compose.ts';
import type { FoundToken } from '../app/services/tokens.ts';
import { parseCertificate, type Certificate } from '../core/certificate/certificate.ts';
import type { AppError } from '../core/errors/codes.ts';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { KeyAlgorithm } from '../core/token/token.ts';
import type { SandboxOperator } from '../sandbox/operator.ts';

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
  /** DER, issuer first. */
  readonly chain: readonly Uint8Array[];
}

export async function provisionToken(
  application: Application,
  operator: SandboxOperator,
  { source, token }: FoundToken,
  options: ProvisionOptions,
): Promise<Result<Provisioned, AppError>> {
  const { provider } = source;
  const { pin, container, acceptLastTry } = options;
  const lock = await application.lock(token.id);
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

async function fillContainer(
  operator: SandboxOperator,
  { source: { provider }, token }: Pick<FoundToken, 'source' | 'token'>,
  { algorithm, commonName, container, daysLeft }: ProvisionOptions,
): Promise<Result<Provisioned, AppError>> {
  const generated = await provider.generateKeyPair(token.id, container, algorithm, commonName);
  if (!generated.ok) return generated;
  const certified = await operator.provision({
    publicKey: Buffer.from(generated.value).toString('base64'),
    request: null,
    subject: { country: 'CN', organisation: '演练单位', commonName },
    daysLeft,
  });
  if (!certified.ok) return certified;
  const der = Buffer.from(certified.value.certificate, 'base64');
  const written = await provider.writeCertificate(token.id, container, 'signing', der);
  if (!written.ok) return written;
  const read = await provider.readCertificate(token.id, container, 'signing');
  if (!read.ok) return read;
  if (!der.equals(read.value)) return err({ code: 'certificate.notWritten' });
  const certificate = parseCertificate(read.value);
  if (!certificate.ok) return certificate;
  return ok({
    certificate: certificate.value,
    chain: certified.value.chain.map((encoded) => Buffer.from(encoded, 'base64')),
  });
}
