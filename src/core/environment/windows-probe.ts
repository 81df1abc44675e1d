// What a check may ask Windows for, beside the common probe. Whether it is there, how it is set; nothing is judged
// here. What the registry alone tells (UAC, build number, browsers, fonts, policies) is asked for as registry values.

import type { Probed } from './probed.ts';

/**
 * As the registry types them: REG_SZ, REG_EXPAND_SZ (not expanded), REG_DWORD, REG_MULTI_SZ, REG_BINARY (base64).
 * `other`: a type nobody here asks for; `value` is its number. JSON as it stands, so that a change can keep it.
 */
export type RegistryValue =
  | { readonly type: 'text' | 'expandable' | 'bytes'; readonly value: string }
  | { readonly type: 'number' | 'other'; readonly value: number }
  | { readonly type: 'list'; readonly value: readonly string[] };

/** `HKCU\Software\…` or `HKLM\…`; no abbreviation below the root, and no `WOW6432Node`: that is what views are for. */
export type RegistryKey = string;

/** KEY_WOW64_64KEY and KEY_WOW64_32KEY; without meaning on a Windows of 32 bits. */
export type RegistryView = 64 | 32;

export interface WindowsProbe {
  /** `name` empty: the key's own value. null: no such key or value. `view`: 64 where nothing is said. */
  readonly value: (key: RegistryKey, name: string, view?: RegistryView) => Probed<RegistryValue | null>;
  /** Values of a key by name; null: no such key. */
  readonly values: (
    key: RegistryKey,
    view?: RegistryView,
  ) => Probed<Readonly<Record<string, RegistryValue>> | null>;
  /** Names of the keys below; empty where there is no such key. */
  readonly keys: (key: RegistryKey, view?: RegistryView) => Probed<readonly string[]>;
  /** `machine` with what is laid upon it (AuthRoot, group policy); `user` without what it inherits of the machine. */
  readonly store: (name: StoreName, place: StorePlace) => Probed<readonly StoredCertificate[]>;
  /** By its short name, for example `SCardSvr`; null: no such service. */
  readonly service: (name: string) => Probed<WindowsService | null>;
  /** All devices that are present, as the device manager knows them. */
  readonly devices: () => Probed<readonly PnpDevice[]>;
  /** null: no battery. */
  readonly battery: () => Probed<Battery | null>;
  /** A socket on 127.0.0.1 was reached from this process. */
  readonly reachesLoopback: () => Probed<boolean>;
}

export type StoreName = 'ROOT' | 'CA' | 'MY';
export type StorePlace = 'user' | 'machine';

export interface StoredCertificate {
  readonly der: Uint8Array;
  /** CERT_KEY_PROV_INFO_PROP_ID; null: no container is named for its key. */
  readonly keyLink: KeyLink | null;
  /** With all its properties, as CertSerializeCertificateStoreElement gives it: what brings it back as it was. */
  readonly serialized: Uint8Array;
}

export interface KeyLink {
  readonly provider: string;
  /** dwProvType; 0: a key storage provider (CNG), otherwise a CSP (CAPI). */
  readonly providerType: number;
  readonly container: string;
}

export interface WindowsService {
  /** `changing`: any of the pending and paused states. */
  readonly state: 'running' | 'stopped' | 'changing';
  readonly start: StartType;
}

/** Triggers and delays are of their own and stay as they are when the start type is changed. */
export type StartType = 'automatic' | 'manual' | 'disabled' | 'driver';

export interface PnpDevice {
  /** Device instance id, for example `USB\VID_055C&PID_E618\6&2A1B3C4D&0&2`. */
  readonly instance: string;
  /** Friendly name, else its description; empty: neither. */
  readonly name: string;
  /** Set-up class, for example `SmartCardReader`, `CDROM`, `USB`; empty: no driver gave it one. */
  readonly class: string;
  /** CM_PROB_… of cfg.h; 0: it works. */
  readonly problem: number;
}

export interface Battery {
  readonly isDraining: boolean;
  /** null: it does not say. */
  readonly percent: number | null;
}
