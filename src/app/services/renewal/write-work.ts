// Write-back and its proof. After every write the token is read again; nothing is believed.

import { certificateUse, type Certificate } from '../../../core/certificate/certificate.ts';
import { spkiFingerprint } from '../../../core/certificate/spki.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { done, err, ok, type Result } from '../../../core/errors/result.ts';
import type { IssuedCertificates, RenewalState } from '../../../core/renewal/state.ts';
import type { ContainerId, KeyUse } from '../../../core/token/token.ts';
import { testDecryption, testSignature } from '../key-test.ts';
import type { RenewalContext, Work } from './context.ts';
import { readEncoded } from './facts.ts';
import { fetchIssued } from './order-work.ts';

export const writeCertificate: Work<'writeCertificate'> = async (context, command, state) => {
  const { item, container, use } = command;
  const issued = issuedOf(state, item);
  const encoded = use === 'signing' ? issued?.signing : issued?.encryption;
  if (encoded == null) return err({ code: 'certificate.missing', use });
  const written = await writeAndReadBack(context, container, use, Buffer.from(encoded, 'base64'));
  return written.ok ? ok([{ type: 'certificateWritten', item, use }]) : written;
};

async function writeAndReadBack(
  context: RenewalContext,
  container: ContainerId,
  use: KeyUse,
  der: Uint8Array,
): Promise<Result<void, AppError>> {
  const { provider, token } = context.handle;
  const written = await provider.writeCertificate(token.id, container, use, der);
  return written.ok ? readBack(context, container, use, der) : written;
}

async function readBack(
  context: RenewalContext,
  container: ContainerId,
  use: KeyUse,
  der: Uint8Array,
): Promise<Result<void, AppError>> {
  const { provider, token } = context.handle;
  const stored = await provider.readCertificate(token.id, container, use);
  if (!stored.ok) return stored;
  return Buffer.compare(stored.value, der) === 0 ? done : err({ code: 'certificate.notWritten' });
}

/** Certificates byte for byte, one signature made and verified, one envelope opened where the key may. */
export const testKey: Work<'testKey'> = async (context, { item, container }, state) => {
  const issued = issuedOf(state, item);
  const signing = issued === null ? null : readEncoded(context, issued.signing);
  if (issued === null || signing === null) return err({ code: 'certificate.missing', use: 'signing' });
  if (!signing.ok) return signing;
  const checks: (() => Promise<Result<void, AppError>>)[] = [
    () => readBack(context, container, 'signing', signing.value.der),
    () => testSigning(context, container, signing.value),
  ];
  if (issued.encryption !== null) {
    const encryption = readEncoded(context, issued.encryption);
    if (!encryption.ok) return encryption;
    checks.push(
      () => readBack(context, container, 'encryption', encryption.value.der),
      () => testOpening(context, container, encryption.value.spki),
    );
  }
  if (issued.encryption === null && certificateUse(signing.value) === 'both') {
    checks.push(() => tryOpening(context, container, signing.value.spki));
  }
  for (const check of checks) {
    const result = await check();
    if (!result.ok) return result;
  }
  return ok([{ type: 'tested', item }]);
};

async function testSigning(
  context: RenewalContext,
  container: ContainerId,
  certificate: Certificate,
): Promise<Result<void, AppError>> {
  const { provider, token } = context.handle;
  return testSignature(context.ports, { provider, token: token.id, container }, certificate);
}

/** A key to which nothing can be encrypted has nothing to fail in. */
async function testOpening(
  context: RenewalContext,
  container: ContainerId,
  spki: Uint8Array,
): Promise<Result<void, AppError>> {
  const { provider, token } = context.handle;
  const key = { provider, token: token.id, container };
  return (await testDecryption(context.ports, key, 'encryption', spki)) ?? done;
}

/** One key for everything: it should decrypt too, but a token that has no way to is no reason to stop. */
async function tryOpening(
  context: RenewalContext,
  container: ContainerId,
  spki: Uint8Array,
): Promise<Result<void, AppError>> {
  const tested = await testOpening(context, container, spki);
  const cannot = !tested.ok && CANNOT_DECRYPT.has(tested.error.code);
  return cannot ? done : tested;
}

const CANNOT_DECRYPT: ReadonlySet<AppError['code']> = new Set<AppError['code']>([
  'key.unsupported',
  'driver.unsupported',
]);

/** same-key mode: the old certificates back over the same key. */
export const rollBack: Work<'rollBack'> = async (context, { container }, { request }) => {
  if (request.old === null) return err({ code: 'certificate.missing', use: 'signing' });
  const { certificate, encryptionCertificate } = request.old;
  const signing = Buffer.from(certificate, 'base64');
  const restored = await writeAndReadBack(context, container, 'signing', signing);
  if (!restored.ok || encryptionCertificate === null) {
    return restored.ok ? ok([{ type: 'rolledBack' }]) : restored;
  }
  const encryption = Buffer.from(encryptionCertificate, 'base64');
  const both = await writeAndReadBack(context, container, 'encryption', encryption);
  return both.ok ? ok([{ type: 'rolledBack' }]) : both;
};

/** The CA's envelope can only be opened by importing it; the imported key is then compared and tried. */
export const importEncryptionKey: Work<'importEncryptionKey'> = async (context, command, state) => {
  const { item, container } = command;
  const issued = issuedOf(state, item);
  if (issued === null || state.order === null) return err({ code: 'certificate.missing', use: 'encryption' });
  const fetched = await fetchIssued(context, state.order.id);
  if (!fetched.ok) return fetched;
  const text = fetched.value.find((delivered) => delivered.item === item)?.encryptionKey;
  if (text == null) return err({ code: 'certificate.missing', use: 'encryption' });
  const certificate = readEncoded(context, issued.encryption ?? '');
  if (!certificate.ok) return certificate;
  const envelope = context.ports.readEnvelope(text, certificate.value.spki);
  if (!envelope.ok) return envelope;
  const { provider, token } = context.handle;
  const imported = await provider.importEncryptionKey(token.id, container, envelope.value);
  if (!imported.ok) return imported;
  if (spkiFingerprint(imported.value) !== issued.encryptionKey) {
    return err({ code: 'certificate.keyMismatch' });
  }
  const tried = await testOpening(context, container, imported.value);
  return tried.ok ? ok([{ type: 'encryptionKeyImported', item }]) : tried;
};

function issuedOf(state: RenewalState, id: string): IssuedCertificates | null {
  return state.items.find((item) => item.id === id)?.issued ?? null;
}
