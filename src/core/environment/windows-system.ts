// What Windows itself is asked and told, one question or change a call: native/windows answers in a child process,
// app/adapters/os makes the probe and the changes of it.

import type { Probed } from './probed.ts';
import type { RunningProcess } from './probe.ts';
import type {
  PnpDevice,
  RegistryKey,
  RegistryValue,
  RegistryView,
  StoreName,
  StorePlace,
  WindowsProbe,
  WindowsService,
} from './windows-probe.ts';

export interface WindowsListener {
  /** IPv4 with four, IPv6 with sixteen bytes. */
  readonly address: readonly number[];
  readonly port: number;
  readonly pid: number;
}

export interface DescribedDevice extends PnpDevice {
  /** What it calls itself on its bus; empty: it does not say. */
  readonly reported: string;
  /** For example `USB\Class_0b&SubClass_00`. */
  readonly compatibleIds: readonly string[];
}

/** Questions; each is bounded in time. */
export interface WindowsReads extends Omit<WindowsProbe, 'devices' | 'reachesLoopback'> {
  readonly devices: () => Probed<readonly DescribedDevice[]>;
  readonly processes: () => Probed<readonly RunningProcess[]>;
  readonly listeners: () => Probed<readonly WindowsListener[]>;
  /** This process has the administrator's rights. */
  readonly isElevated: () => Probed<boolean>;
  /**
   * This process may replace the file, or put something into the folder, or take it away. Nothing is written to
   * find out.
   */
  readonly mayChange: (path: string) => Probed<boolean>;
  /** As the system says it, whatever the environment claims. */
  readonly folder: (name: KnownFolder) => Probed<string>;
}

export type KnownFolder = 'windows' | 'programData';

/** Waited for, however long a person looks at a box of Windows; never given up. */
export interface WindowsWrites {
  /** Makes the key where there is none. null: takes the value away. */
  readonly setValue: (
    key: RegistryKey,
    name: string,
    view: RegistryView,
    value: RegistryValue | null,
  ) => Probed<void>;
  /** Takes away the key and those below it where none of them holds a value; else nothing. */
  readonly removeEmptyKey: (key: RegistryKey, view: RegistryView) => Probed<void>;
  /**
   * Before a user's ROOT Windows asks the person; their refusal is `denied`.
   * @param serialized as `StoredCertificate`; null: without properties
   */
  readonly addCertificate: (
    store: StoreName,
    place: StorePlace,
    der: Uint8Array,
    serialized: Uint8Array | null,
  ) => Probed<void>;
  /** Nothing to take away is no obstacle. */
  readonly removeCertificate: (store: StoreName, place: StorePlace, der: Uint8Array) => Probed<void>;
  /** Start type first; then started or stopped, and waited until it is. */
  readonly setService: (name: string, to: WindowsService) => Probed<void>;
  /**
   * Asks for the administrator's rights (one box of Windows) and waits for the program to end. Refused: `denied`.
   * @returns its exit code
   */
  readonly runElevated: (program: string, args: readonly string[]) => Probed<number>;
  /** A folder that only administrators may write to, all may read; made where there is none. Another's: `denied`. */
  readonly protectFolder: (path: string) => Probed<void>;
}

export type WindowsSystem = WindowsReads & WindowsWrites;

/** Every call, and whether it may be given up. */
export const WINDOWS_CALLS = {
  value: 'read',
  values: 'read',
  keys: 'read',
  store: 'read',
  service: 'read',
  devices: 'read',
  battery: 'read',
  processes: 'read',
  listeners: 'read',
  isElevated: 'read',
  mayChange: 'read',
  folder: 'read',
  setValue: 'write',
  removeEmptyKey: 'write',
  addCertificate: 'write',
  removeCertificate: 'write',
  setService: 'write',
  runElevated: 'write',
  protectFolder: 'write',
} as const satisfies Record<keyof WindowsSystem, 'read' | 'write'>;

export type WindowsCall = keyof typeof WINDOWS_CALLS;
