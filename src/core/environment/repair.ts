// What a repair is: from a finding's facts to changes, as data that can be shown, kept, made and taken back. Each
// change knows how things are before and after it, so that making it and undoing it are the same work.

import type { Result } from '../errors/result.ts';
import type { Facts } from './check.ts';
import type { Obstacle, Platform, Probe } from './probe.ts';
import type { RepairId } from './repair-ids.ts';
import type {
  RegistryKey,
  RegistryValue,
  RegistryView,
  StoreName,
  StorePlace,
  WindowsService,
} from './windows-probe.ts';

/** `content` is base64. */
export interface FileState {
  readonly content: string;
  /** Permission bits. */
  readonly mode: number;
}

export type Change =
  /** null: there is no file. */
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly before: FileState | null;
      readonly after: FileState | null;
    }
  | { readonly kind: 'mode'; readonly path: string; readonly before: number; readonly after: number }
  | { readonly kind: 'service'; readonly unit: string; readonly before: Switch; readonly after: Switch }
  /** A trust anchor in an NSS database; `der` is base64. */
  | {
      readonly kind: 'nss';
      readonly folder: string;
      readonly nickname: string;
      readonly der: string;
      readonly before: 'absent';
      readonly after: 'trusted';
    }
  | RegistryChange
  | CertificateChange
  | WindowsServiceChange;

export interface RegistryChange {
  readonly kind: 'registry';
  readonly key: RegistryKey;
  /** Empty: the key's own value. */
  readonly name: string;
  readonly view: RegistryView;
  /** null: no such value. */
  readonly before: RegistryValue | null;
  readonly after: RegistryValue | null;
  /**
   * The topmost of the key and those above it that is not there before; null: the key is. Undoing takes it away
   * again, where neither it nor what is below it holds a value.
   */
  readonly newKey: RegistryKey | null;
}

/** A certificate of a Windows store is put there or taken out. `der`, `serialized`: base64. */
export interface CertificateChange {
  readonly kind: 'certificate';
  readonly store: StoreName;
  readonly place: StorePlace;
  readonly der: string;
  /** As `StoredCertificate`; null: it has no properties. */
  readonly serialized: string | null;
  readonly before: 'absent' | 'present';
  readonly after: 'absent' | 'present';
}

/**
 * A service that is started on demand also ends by itself. Where the start type differs, it alone says how things
 * stand, and the state is brought about when it can be; otherwise the state says.
 */
export interface WindowsServiceChange {
  readonly kind: 'windowsService';
  readonly name: string;
  readonly before: WindowsService;
  readonly after: WindowsService;
}

export interface Switch {
  readonly active: boolean;
  readonly enabled: boolean;
}

/** Where a change is made, for a person or a log. */
export function placeOf(change: Change): string {
  switch (change.kind) {
    case 'file':
    case 'mode':
      return change.path;
    case 'service':
      return change.unit;
    case 'nss':
      return change.folder;
    case 'registry':
      return `${change.key}\\${change.name}`;
    case 'certificate':
      return `${change.place}\\${change.store}`;
    case 'windowsService':
      return change.name;
  }
}

/** What must be told of new files before they count. */
export type Effect = 'udev' | 'trust';

export interface Plan {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/** Why nothing is changed: `facts` is not what the check would say. */
export type Refusal = { readonly reason: 'facts' | 'notNeeded' | 'notInstalled'; readonly what: string };

/** What planning may look at. The elevated helper has no more than this; its `drivers.copies` are those of Windows. */
export type SystemView = Pick<
  Probe,
  'platform' | 'now' | 'files' | 'system' | 'drivers' | 'trust' | 'subject' | 'windows'
>;

export interface Repair {
  readonly id: RepairId;
  readonly platforms: readonly Platform[];
  /** Its files belong to the system. */
  readonly admin: boolean;
  /** Chosen unless the person takes it out; trust anchors never are. */
  readonly ticked: boolean;
  /** Reads, changes nothing. Facts may come from another process: nothing in them is believed unchecked. */
  readonly plan: (facts: Facts, view: SystemView) => Promise<Result<Plan, Refusal | Obstacle>>;
}

/** The strings of a fact; empty where it is none. */
export function textsIn(facts: Facts, name: string): readonly string[] {
  const value = facts[name];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}

export function textIn(facts: Facts, name: string): string | null {
  const value = facts[name];
  return typeof value === 'string' ? value : null;
}
