// Data objects (seals, CA notes), found by label. Like certificates: the new one is stored before the old goes.

import type { DataObject } from '../../core/token/token.ts';
import { Refusal } from '../driver-failures.ts';
import { CKA, CKO } from './constants.ts';
import type { Cryptoki, Handle } from './cryptoki.ts';
import type { OpenToken } from './tokens.ts';

export function listDataObjects(cryptoki: Cryptoki, { session }: OpenToken): readonly DataObject[] {
  return cryptoki.find(session, [{ type: CKA.class, value: CKO.data }]).map((handle) => {
    const attributes = cryptoki.read(session, handle, [CKA.label, CKA.value]);
    return {
      name: Buffer.from(attributes.get(CKA.label) ?? []).toString(),
      size: attributes.get(CKA.value)?.length ?? null,
    };
  });
}

export function readDataObject(cryptoki: Cryptoki, token: OpenToken, name: string): Uint8Array {
  const [handle] = named(cryptoki, token, name);
  if (handle === undefined) {
    // Before login a private object cannot be told from none.
    const mayBeHidden = !token.isLoggedIn && !token.needsNoLogin;
    throw new Refusal(mayBeHidden ? { code: 'pin.required' } : { code: 'data.notFound', name });
  }
  return cryptoki.read(token.session, handle, [CKA.value]).get(CKA.value) ?? new Uint8Array();
}

export function writeDataObject(
  cryptoki: Cryptoki,
  token: OpenToken,
  name: string,
  content: Uint8Array,
): void {
  const older = named(cryptoki, token, name);
  cryptoki.create(token.session, [
    { type: CKA.class, value: CKO.data },
    { type: CKA.token, value: true },
    { type: CKA.private, value: false },
    { type: CKA.label, value: name },
    { type: CKA.value, value: content },
  ]);
  for (const handle of older) cryptoki.destroy(token.session, handle);
}

export function deleteDataObject(cryptoki: Cryptoki, token: OpenToken, name: string): void {
  const found = named(cryptoki, token, name);
  if (found.length === 0) throw new Refusal({ code: 'data.notFound', name });
  for (const handle of found) cryptoki.destroy(token.session, handle);
}

function named(cryptoki: Cryptoki, { session }: OpenToken, name: string): readonly Handle[] {
  return cryptoki.find(session, [
    { type: CKA.class, value: CKO.data },
    { type: CKA.label, value: name },
  ]);
}
