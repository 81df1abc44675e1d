// What the standard lacks: opening a content key with a container's key. Each vendor has a call of its own; C*Core's
// names the key (1 encryption, 2 signing), the others open with the encryption key.

import type { Envelope } from '../../core/token/provider.ts';
import type { KeyUse } from '../../core/token/token.ts';
import { openContent } from '../software/envelope-content.ts';
import { refuse } from '../driver-failures.ts';
import { readInto } from './calls.ts';
import type { SkfFunction } from './functions.ts';
import type { SkfLibrary } from './library.ts';
import { meaningOf, SAR, SarFailure } from './sar.ts';

const CONTENT_KEY_ROOM = 1024;

export interface VendorCall {
  readonly name: SkfFunction;
  readonly run: (buffer: Uint8Array, size: Uint8Array) => number;
}

/** The first of the vendors' calls that the library exports and that opens with the key for `use`. */
export function findVendorCall(
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

/** The content key leaves the token here and is zeroed as soon as the content is open. */
export function openWithVendorCall({ name, run }: VendorCall, envelope: Envelope): Uint8Array {
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

/** Input that the token does not like is an envelope for somebody else, or a damaged one. */
export function decryptionResult(call: SkfFunction, rv: number): void {
  if (rv === SAR.OK) return;
  const failure = new SarFailure(call, rv);
  const meaning = meaningOf(rv);
  if (meaning === 'badInput') refuse({ code: 'key.decryptionFailed' });
  if (meaning === 'absent') refuse({ code: 'key.notFound' });
  throw failure;
}
