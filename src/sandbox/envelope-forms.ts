// An encryption key on its way to its holder, in the forms that CAs use (GM/T 0009, 0010, 0016, 0092, CFCA).

import { encodeBase64 } from '../core/certificate/base64.ts';
import type { Certificate } from '../core/certificate/certificate.ts';
import {
  encode,
  octetString,
  oid,
  sequence,
  setOf,
  smallInteger,
  unsignedInteger,
} from '../core/certificate/der.ts';
import { encodePem } from '../core/certificate/pem.ts';
import { encodeEscrow } from '../core/certificate/sm2/cfca.ts';
import { encodeSm2Cipher } from '../core/certificate/sm2/ciphertext.ts';
import { encodeCsrResponse, encodeSm2EnvelopedKey } from '../core/certificate/sm2/enveloped-key-forms.ts';
import { sealDirectEnvelope, type SessionKeyEnvelope } from '../core/certificate/sm2/enveloped-key.ts';
import { encodeSkfBlob } from '../core/certificate/sm2/skf-blob.ts';
import { sm2PointOf } from '../core/certificate/sm2/signature.ts';
import { encryptSm2, type Sm2KeyPair } from '../core/certificate/sm2/sm2.ts';
import { encryptSm4Ecb } from '../core/certificate/sm2/sm4.ts';
import type { Authority, Random } from './authorities.ts';
import type { SandboxSettings } from './settings.ts';

export interface Delivery {
  readonly keyPair: Sm2KeyPair;
  readonly signing: Certificate;
  readonly encryption: Certificate;
  /** SubjectPublicKeyInfo; null: the request had none. */
  readonly temporaryKey: Uint8Array | null;
  /** Signs where the form has a signature. */
  readonly signer: Authority;
  readonly random: Random;
}

type Form = SandboxSettings['envelopeForm'];

const WRITERS: Readonly<Record<Form, (delivery: Delivery) => string | Promise<string>>> = {
  sm2EnvelopedKey: (delivery) => encodeBase64(envelopedKey(delivery)),
  sm2EnvelopedKeyPem: (delivery) => encodePem('SM2 ENVELOPED KEY', envelopedKey(delivery)),
  csrResponse(delivery) {
    const { signing, encryption, keyPair } = delivery;
    const envelope = right(seal(delivery));
    return encodeBase64(encodeCsrResponse(envelope, keyPair.publicKey, [signing.der], [encryption.der]));
  },
  skfBlob: (delivery) => encodeBase64(encodeSkfBlob(right(seal(delivery)), delivery.keyPair.publicKey)),
  skfBlob64(delivery) {
    const envelope = seal(delivery);
    const blob = encodeSkfBlob(right(envelope), delivery.keyPair.publicKey);
    blob.set(envelope.encryptedPrivateKey, ENCRYPTED_PRIVATE_KEY_OFFSET);
    return encodeBase64(blob);
  },
  gmEnvelope: async (delivery) => encodeBase64(await signedAndEnveloped(delivery)),
  escrow(delivery) {
    const { keyPair, temporaryKey, random } = delivery;
    const point = temporaryKey === null ? null : sm2PointOf(temporaryKey);
    const direct = point === null ? null : sealDirectEnvelope(keyPair, point, random);
    return direct === null ? encodeBase64(envelopedKey(delivery)) : encodeEscrow(direct);
  },
};

/** cbEncryptedPriKey of ENVELOPEDKEYBLOB. */
const ENCRYPTED_PRIVATE_KEY_OFFSET = 12;

/** As text for `encryptionKey`. Made anew each time; only the signing key (or the temporary key) opens it. */
export async function writeEnvelope(form: Form, delivery: Delivery): Promise<string> {
  return WRITERS[form](delivery);
}

function envelopedKey(delivery: Delivery): Uint8Array {
  return encodeSm2EnvelopedKey(right(seal(delivery)), delivery.keyPair.publicKey);
}

/** With 32 zero bytes before the private key: 64 bytes, of which ECB lets either half stand alone. */
function seal({ keyPair, signing, random }: Delivery): SessionKeyEnvelope {
  const sessionKey = random(16);
  const point = sm2PointOf(signing.spki);
  const wrappedKey = point === null ? null : encryptSm2(sessionKey, point, random);
  if (wrappedKey === null) throw new Error('signing certificate without an SM2 key');
  const plain = new Uint8Array(64);
  plain.set(keyPair.privateKey, 32);
  return {
    kind: 'sessionKey',
    cipher: 'SM4',
    wrappedKey,
    encryptedPrivateKey: encryptSm4Ecb(sessionKey, plain),
    publicKey: keyPair.publicKey,
  };
}

function right(envelope: SessionKeyEnvelope): SessionKeyEnvelope {
  return { ...envelope, encryptedPrivateKey: envelope.encryptedPrivateKey.slice(32) };
}

const GM = '1.2.156.10197.6.1.4.2';
const SM2_SIGN = '1.2.156.10197.1.301.1';
const SM2_ENCRYPT = '1.2.156.10197.1.301.3';
const SM3 = '1.2.156.10197.1.401';
const SM4 = '1.2.156.10197.1.104';

/** SignedAndEnvelopedData (GM/T 0010 §9) of the 64-byte private key, as key centres answer. */
async function signedAndEnveloped(delivery: Delivery): Promise<Uint8Array> {
  const { keyPair, signing, encryption, signer } = delivery;
  const { wrappedKey, encryptedPrivateKey } = seal(delivery);
  const plain = new Uint8Array(64);
  plain.set(keyPair.privateKey, 32);
  const recipient = sequence(
    smallInteger(1),
    issuerAndSerial(signing),
    sequence(oid(SM2_ENCRYPT)),
    octetString(encodeSm2Cipher(wrappedKey)),
  );
  const signerInfo = sequence(
    smallInteger(1),
    issuerAndSerial(signer.certificate),
    sequence(oid(SM3)),
    sequence(oid(SM2_SIGN)),
    octetString(await signer.key.signer.sign(plain)),
  );
  const body = sequence(
    smallInteger(1),
    setOf(recipient),
    setOf(sequence(oid(SM3))),
    sequence(oid(`${GM}.1`), sequence(oid(SM4)), encode(0x80, encryptedPrivateKey)),
    encode(0xa0, encryption.der, signer.certificate.der),
    setOf(signerInfo),
  );
  return sequence(oid(`${GM}.4`), encode(0xa0, body));
}

function issuerAndSerial({ issuer, serial }: Certificate): Uint8Array {
  return sequence(issuer.der, unsignedInteger(Buffer.from(serial, 'hex')));
}
