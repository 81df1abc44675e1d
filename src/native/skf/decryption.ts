// Opening envelopes. The standard decrypts with a container's key in one way only: the content key goes in
// (SKF_ImportSessionKey, always for the encryption key) and the content after it. Vendors add a call that opens
// the content key; it is used where the standard way ends.

import { sm2PointOf } from '../../core/certificate/sm2/signature.ts';
import { withoutPadding } from '../../core/certificate/sm2/sm4.ts';
import type { Envelope } from '../../core/token/provider.ts';
import type { KeyUse } from '../../core/token/token.ts';
import { openContent } from '../software/envelope-content.ts';
import { structure } from './abi.ts';
import { readInto, slot, slotHandle } from './calls.ts';
import type { SkfFunction } from './functions.ts';
import { eccCipherBlob, exportPublicKey, sm2CiphertextFrom } from './keys.ts';
import type { SkfLibrary } from './library.ts';
import { meaningOf, refuse, SAR, SarFailure } from './sar.ts';

/** GB/T 33560; AES has no identifier in the standard. */
const CIPHER_IDS: Readonly<Partial<Record<Envelope['cipher'], number>>> = {
  'SM4-ECB': 0x401,
  'SM4-CBC': 0x402,
};

const CONTENT_KEY_ROOM = 1024;

/** Refuses with `key.notFound`, `key.unsupported`, `key.decryptionFailed`, `driver.unsupported`. */
export function openEnvelope(
  library: SkfLibrary,
  container: bigint,
  use: KeyUse,
  envelope: Envelope,
): Uint8Array {
  const publicKey = exportPublicKey(library, container, use === 'signing');
  if (publicKey === null) return refuse({ code: 'key.notFound' });
  const wanted = sm2PointOf(publicKey) === null ? 'RSA-PKCS1' : 'SM2';
  if (envelope.keyTransport !== wanted) {
    return refuse({ code: 'key.unsupported', algorithm: envelope.keyTransport });
  }
  const wrapped = wrappedForToken(library, envelope);
  const algorithm = CIPHER_IDS[envelope.cipher];
  if (use === 'encryption' && algorithm !== undefined) {
    const opened = openOnToken(library, container, algorithm, wrapped, envelope);
    if (opened !== 'unsupported') return opened;
  }
  return openWithVendorCall(library, container, use, wrapped, envelope);
}

function wrappedForToken(library: SkfLibrary, envelope: Envelope): Uint8Array {
  if (envelope.keyTransport !== 'SM2') return envelope.wrappedKey;
  const parts = sm2CiphertextFrom(envelope.wrappedKey);
  return parts === null ? refuse({ code: 'key.decryptionFailed' }) : eccCipherBlob(parts, library.abi);
}

function openOnToken(
  library: SkfLibrary,
  container: bigint,
  algorithm: number,
  wrapped: Uint8Array,
  envelope: Envelope,
): Uint8Array | 'unsupported' {
  const out = slot();
  const rv = library.call('SKF_ImportSessionKey', container, algorithm, wrapped, wrapped.length, out);
  if (rv === SAR.NOTSUPPORTYETERR) return 'unsupported';
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

/** Input that the token does not like is an envelope for somebody else, or a damaged one. */
function decryptionResult(call: SkfFunction, rv: number): void {
  if (rv === SAR.OK) return;
  const failure = new SarFailure(call, rv);
  const meaning = meaningOf(rv);
  if (meaning === 'badInput') refuse({ code: 'key.decryptionFailed' });
  if (meaning === 'absent') refuse({ code: 'key.notFound' });
  throw failure;
}

/** C*Core names the key: 1 encryption, 2 signing. The others open with the encryption key. */
function openWithVendorCall(
  library: SkfLibrary,
  container: bigint,
  use: KeyUse,
  wrapped: Uint8Array,
  envelope: Envelope,
): Uint8Array {
  const call = vendorCall(library, container, use, envelope.keyTransport === 'SM2', wrapped);
  if (call === null) {
    return CIPHER_IDS[envelope.cipher] === undefined
      ? refuse({ code: 'key.unsupported', algorithm: envelope.cipher })
      : refuse({ code: 'driver.unsupported', operation: 'SKF_ImportSessionKey' });
  }
  const { name, run } = call;
  const contentKey = readInto(name, CONTENT_KEY_ROOM, (buffer, size) => {
    const rv = run(buffer, size);
    decryptionResult(name, rv);
    return rv;
  });
  try {
    return openContent(envelope, contentKey) ?? refuse({ code: 'key.decryptionFailed' });
  } finally {
    contentKey.fill(0);
  }
}

interface VendorCall {
  readonly name: SkfFunction;
  readonly run: (buffer: Uint8Array, size: Uint8Array) => number;
}

function vendorCall(
  library: SkfLibrary,
  container: bigint,
  use: KeyUse,
  isSm2: boolean,
  wrapped: Uint8Array,
): VendorCall | null {
  const keySpec = use === 'encryption' ? 1 : 2;
  const length = wrapped.length;
  const calls: readonly (VendorCall & { readonly opens: 'encryption' | 'both'; readonly sm2: boolean })[] = [
    {
      name: 'SKF_ECCDecrypt',
      sm2: true,
      opens: 'encryption',
      run: (buffer, size) => library.call('SKF_ECCDecrypt', container, wrapped, buffer, size),
    },
    {
      name: 'SKF_ECCPrvKeyDecrypt',
      sm2: true,
      opens: 'encryption',
      run: (buffer, size) => library.call('SKF_ECCPrvKeyDecrypt', container, wrapped, buffer, size),
    },
    {
      name: 'V_ECCPrvKeyDecrypt',
      sm2: true,
      opens: 'both',
      run: (buffer, size) => library.call('V_ECCPrvKeyDecrypt', container, keySpec, wrapped, buffer, size),
    },
    {
      name: 'SKF_RSADecrypt',
      sm2: false,
      opens: 'encryption',
      run: (buffer, size) => library.call('SKF_RSADecrypt', container, wrapped, length, buffer, size),
    },
    {
      name: 'SKF_RSAPrvKeyDecrypt',
      sm2: false,
      opens: 'encryption',
      run: (buffer, size) => library.call('SKF_RSAPrvKeyDecrypt', container, wrapped, length, buffer, size),
    },
    {
      name: 'V_RSAPrvKeyDecrypt',
      sm2: false,
      opens: 'both',
      run: (buffer, size) =>
        library.call('V_RSAPrvKeyDecrypt', container, keySpec, wrapped, length, buffer, size),
    },
  ];
  const fits = calls.find(
    ({ name, sm2, opens }) =>
      sm2 === isSm2 && (use === 'encryption' || opens === 'both') && library.has(name),
  );
  return fits ?? null;
}
