// Opening envelopes. The standard decrypts with a container's key in one way only: the content key goes in
// (SKF_ImportSessionKey, always for the encryption key) and the content after it. Vendors add a call that opens
// the content key; it is used where the standard way ends.

import { sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import { withoutPadding } from '../../core/certificate/sm2/sm4.ts';
import type { Envelope } from '../../core/token/provider.ts';
import type { KeyUse } from '../../core/token/token.ts';
import { refuse } from '../driver-failures.ts';
import { structure } from './abi.ts';
import { readInto, slot, slotHandle } from './calls.ts';
import { eccCipherBlob, exportPublicKey, sm2CiphertextFrom } from './keys.ts';
import type { SkfLibrary } from './library.ts';
import { SAR } from './sar.ts';
import { decryptionResult, findVendorCall, openWithVendorCall } from './vendor-decryption.ts';

/** GB/T 33560; for AES the identifiers of Longmai, whose numbers follow the same pattern. */
const CIPHERS: Readonly<Record<Envelope['cipher'], { readonly id: number; readonly isStandard: boolean }>> = {
  'SM4-ECB': { id: 0x0000_0401, isStandard: true },
  'SM4-CBC': { id: 0x0000_0402, isStandard: true },
  'AES-128-CBC': { id: 0x8000_0112, isStandard: false },
  'AES-256-CBC': { id: 0x8000_0142, isStandard: false },
};

/** Refuses with `key.notFound`, `key.unsupported`, `key.decryptionFailed`, `driver.unsupported`. */
export function openEnvelope(
  library: SkfLibrary,
  container: bigint,
  wantedUse: KeyUse,
  envelope: Envelope,
): Uint8Array {
  const { publicKey, use } = keyFor(library, container, wantedUse);
  const isSm2 = sm2PointOf(publicKey) !== null;
  if (envelope.keyTransport !== (isSm2 ? 'SM2' : 'RSA-PKCS1')) {
    return refuse({ code: 'key.unsupported', algorithm: envelope.keyTransport });
  }
  const wrapped = wrappedForToken(library, envelope);
  const { isStandard } = CIPHERS[envelope.cipher];
  const vendor = findVendorCall(library, container, use, isSm2, wrapped);
  if (use === 'encryption' && (isStandard || vendor === null)) {
    const opened = openOnToken(library, container, wrapped, envelope);
    if (opened !== 'unsupported') return opened;
  }
  if (vendor !== null) return openWithVendorCall(vendor, envelope);
  return isStandard || use === 'signing'
    ? refuse({ code: 'driver.unsupported', operation: 'SKF_ImportSessionKey' })
    : refuse({ code: 'key.unsupported', algorithm: envelope.cipher });
}

/** A lone RSA pair may be certified for both uses; SKF keeps it as the signing pair. */
function keyFor(library: SkfLibrary, container: bigint, use: KeyUse): { publicKey: Uint8Array; use: KeyUse } {
  const publicKey = exportPublicKey(library, container, use === 'signing');
  if (publicKey !== null) return { publicKey, use };
  const signing = use === 'signing' ? null : exportPublicKey(library, container, true);
  return signing !== null && sm2PointOf(signing) === null
    ? { publicKey: signing, use: 'signing' }
    : refuse({ code: 'key.notFound' });
}

function wrappedForToken(library: SkfLibrary, envelope: Envelope): Uint8Array {
  if (envelope.keyTransport !== 'SM2') return envelope.wrappedKey;
  const parts = sm2CiphertextFrom(envelope.wrappedKey);
  return parts === null ? refuse({ code: 'key.decryptionFailed' }) : eccCipherBlob(parts, library.abi);
}

function openOnToken(
  library: SkfLibrary,
  container: bigint,
  wrapped: Uint8Array,
  envelope: Envelope,
): Uint8Array | 'unsupported' {
  const { id, isStandard } = CIPHERS[envelope.cipher];
  const out = slot();
  const rv = library.call('SKF_ImportSessionKey', container, id, wrapped, wrapped.length, out);
  // An identifier of another vendor is an invalid parameter.
  if (rv === SAR.NOTSUPPORTYETERR || (!isStandard && rv === SAR.INVALIDPARAMERR)) return 'unsupported';
  decryptionResult('SKF_ImportSessionKey', rv);
  const key = slotHandle(out);
  try {
    const param = structure('blockCipherParam', library.abi);
    param.field('iv').set(envelope.iv.subarray(0, 32));
    param.setNumber('ivLen', envelope.iv.length);
    // Padding is taken off here: drivers differ in what PaddingType does.
    decryptionResult('SKF_DecryptInit', library.call('SKF_DecryptInit', key, param.bytes));
    const { content } = envelope;
    const padded = decryptOnce(library, key, content);
    return withoutPadding(padded)?.slice() ?? refuse({ code: 'key.decryptionFailed' });
  } finally {
    library.call('SKF_CloseHandle', key);
  }
}

function decryptOnce(library: SkfLibrary, key: bigint, content: Uint8Array): Uint8Array {
  return readInto('SKF_Decrypt', content.length + 256, (buffer, size) => {
    const rv = library.call('SKF_Decrypt', key, content, content.length, buffer, size);
    decryptionResult('SKF_Decrypt', rv);
    return rv;
  });
}
