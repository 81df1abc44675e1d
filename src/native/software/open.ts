import { isAbsolute } from 'node:path';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError, TokenProvider } from '../../core/token/provider.ts';
import type { SoftwareKeyStore } from '../../core/token/software-keys.ts';
import { createSoftwareProvider } from './provider.ts';
import { createSession } from './session.ts';
import { createSoftwareKeyStore } from './store.ts';

export interface OpenSoftware {
  readonly provider: TokenProvider;
  readonly store: SoftwareKeyStore;
  /** Wipes the data key of a login. */
  readonly close: () => void;
}

/** Opens a key file for a driver host. Whether the file is there and whole shows at the first call. */
export function openSoftware(path: string): Result<OpenSoftware, DriverError> {
  if (!isAbsolute(path)) return err({ code: 'driver.relativePath', module: path });
  const session = createSession(path);
  return ok({
    provider: createSoftwareProvider(path, session),
    store: createSoftwareKeyStore(path),
    close: session.logout,
  });
}
