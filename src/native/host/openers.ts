// The kinds of driver a host can load. Each comes in by dynamic import, so that a host for one kind starts
// without the code of the others.

import type { Result } from '../../core/errors/result.ts';
import type { DriverError, TokenProvider } from '../../core/token/provider.ts';
import type { SoftwareKeyStore } from '../../core/token/software-keys.ts';
import type { HostStart } from './protocol.ts';

export interface OpenProvider {
  readonly provider: TokenProvider;
  /** Software keys only. */
  readonly store?: SoftwareKeyStore;
  /** Ends every session and login; the process ends next. */
  readonly close: () => void;
}

export type Opener = (start: HostStart) => Promise<Result<OpenProvider, DriverError>>;

export const OPENERS: Readonly<Record<string, Opener>> = {
  pkcs11: async ({ module }) => (await import('../pkcs11/open.ts')).openPkcs11(module),
  skf: async ({ module, trace }) => (await import('../skf/open.ts')).openSkf(module, trace),
  software: async ({ module }) => (await import('../software/open.ts')).openSoftware(module),
};
