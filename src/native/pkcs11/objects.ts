// Reads certificates and keys into records. Whatever a driver stores oddly is shown as far as it can be
// understood; nothing here fails because of one object.

import { createHash } from 'node:crypto';
import type { ContainerId, KeyUse } from '../../core/token/token.ts';
import { CURVES, ecPublicKey, rsaPublicKey, type PublicKey } from '../../core/certificate/driver-key.ts';
import { CKA, CKK, CKO, VENDOR_SM2_KEY_TYPES } from './constants.ts';
import { flagOf, ulongOf, type Attributes, type Cryptoki, type Handle, type Template } from './cryptoki.ts';

interface StoredObject {
  readonly handle: Handle;
  readonly container: ContainerId;
  readonly label: string;
}

export interface StoredCertificate extends StoredObject {
  readonly der: Uint8Array;
}

export interface StoredKey extends StoredObject {
  readonly keyType: number | null;
  /** null: not shown by this object. */
  readonly key: PublicKey | null;
  readonly use: KeyUse | 'both';
}

export interface StoredObjects {
  readonly certificates: readonly StoredCertificate[];
  readonly publicKeys: readonly StoredKey[];
  readonly privateKeys: readonly StoredKey[];
}

const SM2_PARAMETERS = CURVES.find((curve) => curve.algorithm === 'SM2')?.parameters ?? new Uint8Array();

/** Every visible certificate and key that matches `template` besides its class. */
export function readObjects(cryptoki: Cryptoki, session: Handle, template: Template): StoredObjects {
  const find = (kind: number): readonly Handle[] =>
    cryptoki.find(session, [{ type: CKA.class, value: kind }, ...template]);
  return {
    certificates: find(CKO.certificate).map((handle) => readCertificate(cryptoki, session, handle)),
    publicKeys: find(CKO.publicKey).map((handle) => readKey(cryptoki, session, handle, 'public')),
    privateKeys: find(CKO.privateKey).map((handle) => readKey(cryptoki, session, handle, 'private')),
  };
}

/** The objects of one container, empty where it does not exist. */
export function readContainerObjects(
  cryptoki: Cryptoki,
  session: Handle,
  container: ContainerId,
): StoredObjects {
  if (isCkaId(container)) {
    return readObjects(cryptoki, session, [{ type: CKA.id, value: Buffer.from(container, 'hex') }]);
  }
  const all = readObjects(cryptoki, session, []);
  const isHere = (object: StoredObject): boolean => object.container === container;
  return {
    certificates: all.certificates.filter(isHere),
    publicKeys: all.publicKeys.filter(isHere),
    privateKeys: all.privateKeys.filter(isHere),
  };
}

/** Whether a container of this name can be made: the hex of a CKA_ID. */
export function isCkaId(container: ContainerId): boolean {
  return /^([0-9a-f]{2})+$/.test(container);
}

function readCertificate(cryptoki: Cryptoki, session: Handle, handle: Handle): StoredCertificate {
  const attributes = cryptoki.read(session, handle, [CKA.id, CKA.label, CKA.value]);
  const der = attributes.get(CKA.value) ?? new Uint8Array();
  return { handle, ...nameOf(attributes, 'cert', der), der };
}

function readKey(cryptoki: Cryptoki, session: Handle, handle: Handle, half: 'public' | 'private'): StoredKey {
  const useFlags =
    half === 'public' ? [CKA.verify, CKA.encrypt, CKA.wrap] : [CKA.sign, CKA.decrypt, CKA.unwrap];
  const attributes = cryptoki.read(session, handle, [CKA.id, CKA.label, CKA.keyType, ...useFlags]);
  const keyType = ulongOf(attributes, CKA.keyType);
  const key = readPublicHalf(cryptoki, session, handle, keyType);
  const [signs = false, decrypts = false, unwraps = false] = useFlags.map((flag) => flagOf(attributes, flag));
  // Drivers set the wrapping flag on signing keys too when nobody asked for it.
  const use = useFromFlags(signs, decrypts || (unwraps && !signs));
  return { handle, ...nameOf(attributes, 'key', key?.spki ?? new Uint8Array()), keyType, key, use };
}

function readPublicHalf(
  cryptoki: Cryptoki,
  session: Handle,
  handle: Handle,
  keyType: number | null,
): PublicKey | null {
  if (keyType === CKK.rsa) {
    const attributes = cryptoki.read(session, handle, [CKA.modulus, CKA.publicExponent]);
    const modulus = attributes.get(CKA.modulus);
    const exponent = attributes.get(CKA.publicExponent);
    return modulus === undefined || exponent === undefined ? null : rsaPublicKey(modulus, exponent);
  }
  const isVendorSm2 = keyType !== null && VENDOR_SM2_KEY_TYPES.has(keyType);
  if (keyType !== CKK.ec && !isVendorSm2) return null;
  const attributes = cryptoki.read(session, handle, [CKA.ecParams, CKA.ecPoint]);
  const parameters = attributes.get(CKA.ecParams) ?? (isVendorSm2 ? SM2_PARAMETERS : undefined);
  const point = attributes.get(CKA.ecPoint);
  return parameters === undefined || point === undefined ? null : ecPublicKey(parameters, point);
}

function useFromFlags(signs: boolean, encrypts: boolean): KeyUse | 'both' {
  if (signs === encrypts) return 'both';
  return signs ? 'signing' : 'encryption';
}

/** Objects without CKA_ID stand alone under a name made of what they are. */
function nameOf(
  attributes: Attributes,
  kind: 'cert' | 'key',
  content: Uint8Array,
): { container: ContainerId; label: string } {
  const id = attributes.get(CKA.id) ?? new Uint8Array();
  const label = decodeText(attributes.get(CKA.label) ?? new Uint8Array());
  if (id.length > 0) return { container: Buffer.from(id).toString('hex'), label };
  const digest = createHash('sha256')
    .update(content.length > 0 ? content : label)
    .digest('hex');
  return { container: `${kind}-${digest.slice(0, 16)}`, label };
}

/** UTF-8 by the standard; older domestic tools wrote GBK. */
function decodeText(bytes: Uint8Array): string {
  const trimmed = Buffer.from(bytes).subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(trimmed);
  } catch {
    return new TextDecoder('gb18030').decode(trimmed);
  }
}
