// What a check may ask Windows for. Registry values as they are typed there; a malformed one is an obstacle.

import type { Probed } from './probed.ts';

export type RegistryValue = string | number | readonly string[];

/** `HKCU\Software\…`, `HKLM\…`; no abbreviation below the root. */
export type RegistryKey = string;

export interface WindowsProbe {
  /** null: no such key or value. */
  readonly value: (key: RegistryKey, name: string) => Probed<RegistryValue | null>;
  /** Values of a key by name; null: no such key. */
  readonly values: (key: RegistryKey) => Probed<Readonly<Record<string, RegistryValue>> | null>;
  /** Names of the keys below; empty where there is no such key. */
  readonly keys: (key: RegistryKey) => Probed<readonly string[]>;
  /** Certificates of a store, DER. */
  readonly store: (
    name: 'ROOT' | 'CA' | 'MY',
    place: 'user' | 'machine',
  ) => Probed<readonly StoredCertificate[]>;
}

export interface StoredCertificate {
  readonly der: Uint8Array;
  /** CERT_KEY_PROV_INFO names a container for its key. */
  readonly hasKeyLink: boolean;
}
