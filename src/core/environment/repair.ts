// What a repair is: from a finding's facts to changes, as data that can be shown, kept, made and taken back. Each
// change knows how things are before and after it, so that making it and undoing it are the same work.

import type { Result } from '../errors/result.ts';
import type { Facts } from './check.ts';
import type { Obstacle, Platform, Probe } from './probe.ts';
import type { RepairId } from './repair-ids.ts';

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
  | {
      readonly kind: 'registry';
      readonly key: string;
      readonly name: string;
      readonly before: RegistryState | null;
      readonly after: RegistryState | null;
    };

export interface Switch {
  readonly active: boolean;
  readonly enabled: boolean;
}

export type RegistryState =
  { readonly type: 'text'; readonly value: string } | { readonly type: 'number'; readonly value: number };

/** What must be told of new files before they count. */
export type Effect = 'udev' | 'trust';

export interface Plan {
  readonly changes: readonly Change[];
  readonly effects: readonly Effect[];
}

/** Why nothing is changed: `facts` is not what the check would say. */
export type Refusal = { readonly reason: 'facts' | 'notNeeded' | 'notInstalled'; readonly what: string };

/** What planning may look at. The elevated helper has no more than this. */
export type SystemView = Pick<Probe, 'platform' | 'files' | 'system' | 'drivers' | 'trust' | 'subject'>;

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
