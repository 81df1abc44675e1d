// Windows' certificate stores, through crypt32: everything in one, and one put there or taken out.

import type { Obstacle } from '../../core/environment/probed.ts';
import type {
  KeyLink,
  StoredCertificate,
  StoreName,
  StorePlace,
} from '../../core/environment/windows-probe.ts';
import type { WindowsReads, WindowsWrites } from '../../core/environment/windows-system.ts';
import { done, ok, type Result } from '../../core/errors/result.ts';
import type { Handle, WindowsApi } from './api.ts';
import { dword, dwordAt, handleAt, isNoHandle, refused } from './numbers.ts';

/** wincrypt.h. */
const PROVIDER = { system: 10, systemRegistry: 13 };
const PLACE = { user: 0x1_0000, machine: 0x2_0000 } as const;
const READ_ONLY = 0x8000;
const ENCODING = 1;
const KEY_PROV_INFO = 2;
const CERTIFICATE_CONTEXT_FLAG = 2;
const ADD_NEW = 1;
const ADD_REPLACE = 3;
const NOT_FOUND = 0x8009_2004;
const ALREADY_THERE = 0x8009_2005;
const MAX_BYTES = 1024 * 1024;
/** Longer than any name of a container or provider. */
const MAX_TEXT = 1024;
const CONTEXT_BYTES = 40;

type Stores = Pick<WindowsReads, 'store'> & Pick<WindowsWrites, 'addCertificate' | 'removeCertificate'>;

export function createCertificateStores(api: WindowsApi): Stores {
  function within<T>(
    name: StoreName,
    place: StorePlace,
    access: { readonly provider: number; readonly flags: number },
    work: (store: Handle) => Result<T, Obstacle>,
  ): Result<T, Obstacle> {
    const flags = PLACE[place] | access.flags;
    const store = api.handle('CertOpenStore', access.provider, 0, 0, flags, name);
    if (isNoHandle(store)) {
      const code = api.number('GetLastError');
      return refused(`${place} ${name}`, code);
    }
    try {
      return work(store);
    } finally {
      api.number('CertCloseStore', store, 0);
    }
  }

  /** Whose property it is, as bytes; null: it has none. */
  function property(context: Handle, id: number): Uint8Array | null {
    const size = dword();
    if (api.number('CertGetCertificateContextProperty', context, id, null, size) === 0) return null;
    const bytes = new Uint8Array(dwordAt(size));
    return api.number('CertGetCertificateContextProperty', context, id, bytes, size) === 0 ? null : bytes;
  }

  function describe(context: Handle): StoredCertificate | null {
    const { address, length } = encodedIn(api.memory(context, CONTEXT_BYTES));
    if (length > MAX_BYTES) return null;
    const der = api.memory(address, length);
    const size = dword();
    const has = api.number('CertSerializeCertificateStoreElement', context, 0, null, size) !== 0;
    const serialized = new Uint8Array(has ? dwordAt(size) : 0);
    if (has) api.number('CertSerializeCertificateStoreElement', context, 0, serialized, size);
    const info = property(context, KEY_PROV_INFO);
    const text = (at: Handle): string => (isNoHandle(at) ? '' : textOf(api, at));
    return { der, serialized, keyLink: info === null ? null : keyLinkIn(info, text) };
  }

  function addSerialized(store: Handle, element: Uint8Array): number {
    const [name, type] = ['CertAddSerializedElementToStore', dword()] as const;
    return api.number(
      name,
      store,
      element,
      element.length,
      ADD_REPLACE,
      0,
      CERTIFICATE_CONTEXT_FLAG,
      type,
      null,
    );
  }

  function remove(store: Handle, der: Uint8Array): Result<void, Obstacle> {
    let code = 0;
    each(store, (context) => {
      const { address, length } = encodedIn(api.memory(context, CONTEXT_BYTES));
      if (length !== der.length || Buffer.compare(api.memory(address, length), der) !== 0) return false;
      // Frees the context, whatever comes of it.
      const isGone = api.number('CertDeleteCertificateFromStore', context) !== 0;
      code = isGone ? 0 : api.number('GetLastError');
      return true;
    });
    return code === 0 || code === NOT_FOUND ? done : refused('certificate', code);
  }

  /** @param visit answers whether to look at no more; its context is freed by itself then */
  function each(store: Handle, visit: (context: Handle) => boolean): void {
    for (let context: Handle = 0; ;) {
      // Frees the one before.
      context = api.handle('CertEnumCertificatesInStore', store, context);
      if (isNoHandle(context) || visit(context)) return;
    }
  }

  return {
    async store(name, place) {
      return within(name, place, { provider: providerOf(name, place), flags: READ_ONLY }, (store) => {
        const found: StoredCertificate[] = [];
        each(store, (context) => {
          const certificate = describe(context);
          if (certificate !== null) found.push(certificate);
          return false;
        });
        return ok(found);
      });
    },
    async addCertificate(name, place, der, serialized) {
      return within(name, place, { provider: PROVIDER.system, flags: 0 }, (store) => {
        const added =
          serialized === null
            ? api.number('CertAddEncodedCertificateToStore', store, ENCODING, der, der.length, ADD_NEW, null)
            : addSerialized(store, serialized);
        if (added !== 0) return done;
        const code = api.number('GetLastError');
        return code === ALREADY_THERE ? done : refused(`${place} ${name}`, code);
      });
    },
    async removeCertificate(name, place, der) {
      // A store of several parts may say that it is gone, and keep it: then the part that holds it is told.
      for (const provider of new Set([providerOf(name, place), PROVIDER.systemRegistry])) {
        const removed = within(name, place, { provider, flags: 0 }, (store) => remove(store, der));
        if (!removed.ok) return removed;
      }
      return done;
    },
  };
}

/** A person's ROOT and CA inherit the computer's; their own are what the registry provider opens. */
function providerOf(name: StoreName, place: StorePlace): number {
  return place === 'user' && name !== 'MY' ? PROVIDER.systemRegistry : PROVIDER.system;
}

/** CERT_CONTEXT of 64 bits: encoding, address and length of the DER, information, store. */
export function encodedIn(context: Uint8Array): { readonly address: bigint; readonly length: number } {
  return { address: handleAt(context, 8), length: dwordAt(context, 16) };
}

/** CRYPT_KEY_PROV_INFO of 64 bits: container, provider, provider's type, … */
export function keyLinkIn(info: Uint8Array, text: (address: bigint) => string): KeyLink {
  return {
    container: text(handleAt(info, 0)),
    provider: text(handleAt(info, 8)),
    providerType: dwordAt(info, 16),
  };
}

/** Read in small steps: what lies behind the text may not be ours to read. */
function textOf(api: WindowsApi, address: Handle): string {
  const units: number[] = [];
  for (let at = BigInt(address); units.length < MAX_TEXT; at += 2n) {
    const [low = 0, high = 0] = api.memory(at, 2);
    const unit = low | (high << 8);
    if (unit === 0) break;
    units.push(unit);
  }
  return String.fromCharCode(...units);
}
