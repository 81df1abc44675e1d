// Certificates of a container. The new one is stored and read back before an older one goes, so that an
// interruption leaves the old one, both, or the new one, and never none.

import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import { readCertificateFields } from '../../core/certificate/certificate-fields.ts';
import { equalBytes } from '../../core/certificate/der.ts';
import { Refusal } from '../driver-failures.ts';
import { CkrFailure } from './ckr.ts';
import { CKA, CKC_X_509, CKO } from './constants.ts';
import type { Cryptoki, Handle, Template } from './cryptoki.ts';
import { isCkaId, readContainerObjects, type StoredCertificate } from './objects.ts';
import type { OpenToken } from './tokens.ts';

export function writeCertificate(
  cryptoki: Cryptoki,
  { session }: OpenToken,
  container: ContainerId,
  use: KeyUse,
  der: Uint8Array,
): void {
  const objects = readContainerObjects(cryptoki, session, container);
  const named = [...objects.privateKeys, ...objects.publicKeys, ...objects.certificates];
  if (named.length === 0) throw new Refusal({ code: 'container.notFound', container });
  if (!isCkaId(container)) throw new Refusal({ code: 'driver.unsupported', operation: 'writeCertificate' });

  const replaced = objects.certificates.filter((old) => serves(old, use));
  const same = replaced.find((old) => equalBytes(old.der, der));
  if (same === undefined) {
    const label = named.find((object) => object.label !== '')?.label ?? '';
    create(cryptoki, session, template(container, label, der));
  }
  for (const old of replaced) if (old !== same) cryptoki.destroy(session, old.handle);
}

/** Where an interruption left two, the one that starts later. */
export function readCertificate(
  cryptoki: Cryptoki,
  { session }: OpenToken,
  container: ContainerId,
  use: KeyUse,
): Uint8Array {
  const objects = readContainerObjects(cryptoki, session, container);
  if (objects.certificates.length + objects.publicKeys.length + objects.privateKeys.length === 0) {
    throw new Refusal({ code: 'container.notFound', container });
  }
  const starts = (certificate: StoredCertificate): string =>
    readCertificateFields(certificate.der)?.notBefore ?? '';
  const [newest] = objects.certificates
    .filter((certificate) => serves(certificate, use))
    .sort((left, right) => starts(right).localeCompare(starts(left)));
  if (newest === undefined) throw new Refusal({ code: 'certificate.missing', use });
  return newest.der;
}

function serves(certificate: StoredCertificate, use: KeyUse): boolean {
  const found = readCertificateFields(certificate.der)?.use ?? 'both';
  return found === use || found === 'both';
}

function create(cryptoki: Cryptoki, session: Handle, attributes: Template): void {
  const handle = cryptoki.create(session, attributes);
  const stored = cryptoki.read(session, handle, [CKA.value]).get(CKA.value);
  const wanted = attributes.find((attribute) => attribute.type === CKA.value)?.value;
  if (stored !== undefined && wanted instanceof Uint8Array && equalBytes(stored, wanted)) return;
  cryptoki.destroy(session, handle);
  throw new CkrFailure('C_CreateObject', 0);
}

/** PKCS#11 v2.40 §4.6.3 X.509 public key certificate objects; subject, issuer and serial as DER. */
function template(container: ContainerId, label: string, der: Uint8Array): Template {
  const fields = readCertificateFields(der);
  return [
    { type: CKA.class, value: CKO.certificate },
    { type: CKA.certificateType, value: CKC_X_509 },
    { type: CKA.token, value: true },
    { type: CKA.private, value: false },
    { type: CKA.id, value: Buffer.from(container, 'hex') },
    { type: CKA.label, value: label },
    { type: CKA.subject, value: fields?.subject ?? new Uint8Array() },
    ...(fields === null
      ? []
      : [
          { type: CKA.issuer, value: fields.issuer },
          { type: CKA.serialNumber, value: fields.serialNumber },
        ]),
    { type: CKA.value, value: der },
  ];
}
