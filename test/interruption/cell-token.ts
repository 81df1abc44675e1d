// A kind of key as one cell of the matrix needs it: how `ukey` reaches it, how to interrupt it at a call, and how
// to ask whether the old key still works.

import type { TokenProvider } from '../../src/core/token/provider.ts';

/** A call of the driver that changes the key or uses it; for a key file, a durable write. */
export interface Moment {
  readonly name: string;
  /** Which call of that name in one run, from 1. */
  readonly occurrence: number;
}

export interface CellToken {
  /** Options of `ukey` that name the driver. */
  readonly driver: readonly string[];
  /** What `--token` is given. */
  readonly wanted: string;
  readonly pin: string;
  /** For `ukey` as things are armed now. */
  environment(): NodeJS.ProcessEnv;
  /** Telling calls since the cell was opened, in order. */
  moments(): Promise<readonly Moment[]>;
  /** SIGKILL of application and driver host together. */
  killAt(moment: Moment, order: 'before' | 'after'): Promise<void>;
  pullAt(moment: Moment): Promise<void>;
  /** The driver host stops there until `calm`; resolves what tells that it has come there. */
  pauseAt(moment: Moment): Promise<{ reached(): Promise<void> }>;
  /** Nothing is armed any more; a key that was pulled is plugged in. */
  calm(): Promise<void>;
  /** Whether the old keys sign and open what was encrypted to them; judged by a program nobody here wrote. */
  oldKeysWork(): Promise<boolean>;
}

export interface TokenUnderPreparation {
  readonly provider: TokenProvider;
  readonly pin: string;
}

export interface TokenKind {
  readonly name: string;
  readonly algorithm: 'RSA-2048' | 'SM2';
  /** Certificates of each use that one renewal brings. */
  readonly isDual: boolean;
  /** Makes an empty key, has `certify` fill it, and leaves in `folder` what `open` needs. */
  prepare(folder: string, certify: (token: TokenUnderPreparation) => Promise<void>): Promise<void>;
  /** The key in a folder that was copied from a prepared one. */
  open(folder: string): Promise<CellToken>;
}

/** Numbers the names among each other. */
export function numbered(names: readonly string[]): readonly Moment[] {
  const counts = new Map<string, number>();
  return names.map((name) => {
    const occurrence = (counts.get(name) ?? 0) + 1;
    counts.set(name, occurrence);
    return { name, occurrence };
  });
}
