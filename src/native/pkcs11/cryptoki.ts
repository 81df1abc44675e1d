// The PKCS#11 calls we make, in our own types, over pkcs11js. Every other return value than CKR_OK leaves as
// CkrFailure. PINs do not pass here: pkcs11js takes them as strings only (see pin-calls.ts).

import type { Attribute, Handle as NativeHandle, Mechanism, PKCS11, TokenInfo } from 'pkcs11js';
import { readUlong } from './abi.ts';
import { CKR, CkrFailure } from './ckr.ts';
import { CKF_RW_SESSION, CKF_SERIAL_SESSION } from './constants.ts';

export type Handle = NativeHandle;
export type Template = readonly {
  readonly type: number;
  readonly value: number | boolean | string | Uint8Array;
}[];
export type Attributes = ReadonlyMap<number, Uint8Array>;

export interface Cryptoki {
  /** Already being initialised is no failure. */
  initialize(): void;
  finalize(): void;
  /** Who made the module, without padding. */
  manufacturer(): string;
  slotsWithToken(): readonly Handle[];
  tokenInfo(slot: Handle): TokenInfo;
  mechanisms(slot: Handle): ReadonlySet<number>;
  /** Largest key in bits; null where the driver does not say. */
  largestKey(slot: Handle, mechanism: number): number | null;
  openSession(slot: Handle, access: 'readWrite' | 'readOnly'): Handle;
  closeSession(session: Handle): void;
  sessionState(session: Handle): number;
  logout(session: Handle): void;
  find(session: Handle, template: Template): readonly Handle[];
  /** What of these attributes the driver shows; the others are missing from the answer. */
  read(session: Handle, object: Handle, types: readonly number[]): Attributes;
  create(session: Handle, template: Template): Handle;
  /** An object that is already gone is no failure. */
  destroy(session: Handle, object: Handle): void;
  generateKeyPair(session: Handle, mechanism: number, publicKey: Template, privateKey: Template): KeyHandles;
  sign(session: Handle, mechanism: number, key: Handle, data: Uint8Array): Uint8Array;
  decrypt(session: Handle, mechanism: Mechanism, key: Handle, data: Uint8Array): Uint8Array;
}

export interface KeyHandles {
  readonly publicKey: Handle;
  readonly privateKey: Handle;
}

/** Answers of one driver call that lies about its length stay below this. */
const LARGEST_ANSWER = 8192;
const FIND_BATCH = 64;
/** A driver that never ends its list is cut off here. */
const MOST_OBJECTS = 4096;
const ATTRIBUTE_REFUSALS: readonly number[] = [CKR.attributeSensitive, CKR.attributeTypeInvalid];

export function createCryptoki(library: PKCS11): Cryptoki {
  const read = (session: Handle, object: Handle, types: readonly number[]): Attributes => {
    try {
      return readAtOnce(session, object, types);
    } catch (thrown) {
      if (!(thrown instanceof CkrFailure && ATTRIBUTE_REFUSALS.includes(thrown.rv))) throw thrown;
      return readOneByOne(session, object, types);
    }
  };

  function readAtOnce(session: Handle, object: Handle, types: readonly number[]): Attributes {
    const asked = types.map((type) => ({ type }));
    const answers = invoke('C_GetAttributeValue', () => library.C_GetAttributeValue(session, object, asked));
    const found = new Map<number, Uint8Array>();
    // A missing value comes as undefined, whatever the type says.
    for (const { type, value } of answers as { type: number; value?: Uint8Array }[]) {
      if (value !== undefined) found.set(type, value);
    }
    return found;
  }

  function readOneByOne(session: Handle, object: Handle, types: readonly number[]): Attributes {
    const found = new Map<number, Uint8Array>();
    for (const type of types) {
      try {
        for (const [key, value] of readAtOnce(session, object, [type])) found.set(key, value);
      } catch (thrown) {
        if (!(thrown instanceof CkrFailure && ATTRIBUTE_REFUSALS.includes(thrown.rv))) throw thrown;
      }
    }
    return found;
  }

  return {
    read,
    initialize: () =>
      ignoring([CKR.cryptokiAlreadyInitialized], () => invoke('C_Initialize', () => library.C_Initialize())),
    finalize: () =>
      ignoring([CKR.cryptokiNotInitialized], () => invoke('C_Finalize', () => library.C_Finalize())),
    manufacturer: () => invoke('C_GetInfo', () => library.C_GetInfo()).manufacturerID.replace(/[\0 ]+$/, ''),
    slotsWithToken: () => invoke('C_GetSlotList', () => library.C_GetSlotList(true)),
    tokenInfo: (slot) => invoke('C_GetTokenInfo', () => library.C_GetTokenInfo(slot)),
    mechanisms: (slot) => new Set(invoke('C_GetMechanismList', () => library.C_GetMechanismList(slot))),
    largestKey(slot, mechanism) {
      const { maxKeySize } = invoke('C_GetMechanismInfo', () => library.C_GetMechanismInfo(slot, mechanism));
      return maxKeySize > 0 ? maxKeySize : null;
    },
    openSession(slot, access) {
      const flags = CKF_SERIAL_SESSION | (access === 'readWrite' ? CKF_RW_SESSION : 0);
      return invoke('C_OpenSession', () => library.C_OpenSession(slot, flags));
    },
    closeSession: (session) => invoke('C_CloseSession', () => library.C_CloseSession(session)),
    sessionState: (session) => invoke('C_GetSessionInfo', () => library.C_GetSessionInfo(session)).state,
    logout: (session) =>
      ignoring([CKR.userNotLoggedIn], () => invoke('C_Logout', () => library.C_Logout(session))),
    find(session, template) {
      invoke('C_FindObjectsInit', () => library.C_FindObjectsInit(session, toNative(template)));
      const found: Handle[] = [];
      try {
        for (;;) {
          const batch = invoke('C_FindObjects', () => library.C_FindObjects(session, FIND_BATCH));
          found.push(...batch);
          if (batch.length === 0 || found.length > MOST_OBJECTS) return found;
        }
      } finally {
        invoke('C_FindObjectsFinal', () => library.C_FindObjectsFinal(session));
      }
    },
    create: (session, template) =>
      invoke('C_CreateObject', () => library.C_CreateObject(session, toNative(template))),
    destroy: (session, object) =>
      ignoring([CKR.objectHandleInvalid], () =>
        invoke('C_DestroyObject', () => library.C_DestroyObject(session, object)),
      ),
    generateKeyPair: (session, mechanism, publicKey, privateKey) =>
      invoke('C_GenerateKeyPair', () =>
        library.C_GenerateKeyPair(session, { mechanism }, toNative(publicKey), toNative(privateKey)),
      ),
    sign(session, mechanism, key, data) {
      invoke('C_SignInit', () => library.C_SignInit(session, { mechanism }, key));
      return invoke('C_Sign', () => library.C_Sign(session, Buffer.from(data), Buffer.alloc(LARGEST_ANSWER)));
    },
    decrypt(session, mechanism, key, data) {
      invoke('C_DecryptInit', () => library.C_DecryptInit(session, mechanism, key));
      return invoke('C_Decrypt', () =>
        library.C_Decrypt(session, Buffer.from(data), Buffer.alloc(LARGEST_ANSWER)),
      );
    },
  };
}

/** A CK_ULONG attribute; null where it is missing. */
export function ulongOf(attributes: Attributes, type: number): number | null {
  const value = attributes.get(type);
  return value === undefined ? null : readUlong(value);
}

/** A CK_BBOOL attribute; false where it is missing. */
export function flagOf(attributes: Attributes, type: number): boolean {
  return (attributes.get(type)?.[0] ?? 0) !== 0;
}

function toNative(template: Template): Attribute[] {
  return template.map(({ type, value }) => ({
    type,
    value: value instanceof Uint8Array ? Buffer.from(value) : value,
  }));
}

/** pkcs11js throws errors whose text is `CKR_NAME:number`, of its own class or not, with the number apart or not. */
function invoke<T>(call: string, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    const rv = returnValueOf(thrown);
    if (rv === null) throw thrown;
    throw new CkrFailure(call, rv);
  }
}

function returnValueOf(thrown: unknown): number | null {
  if (!(thrown instanceof Error)) return null;
  const inText = /CKR_\w+:(\d+)/.exec(thrown.message)?.[1];
  if (inText !== undefined) return Number(inText);
  return 'code' in thrown && typeof thrown.code === 'number' && thrown.message.startsWith('CKR_')
    ? thrown.code
    : null;
}

function ignoring(rvs: readonly number[], run: () => void): void {
  try {
    run();
  } catch (thrown) {
    if (!(thrown instanceof CkrFailure && rvs.includes(thrown.rv))) throw thrown;
  }
}
