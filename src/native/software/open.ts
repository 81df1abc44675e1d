import { realpathSync } from 'node:fs';
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
export function openSoftware(module: string): Result<OpenSoftware, DriverError> {
  if (!isAbsolute(module)) return err({ code: 'driver.relativePath', module });
  const path = withoutLinks(module);
  const session = createSession(path);
  return ok({
    provider: createSoftwareProvider(path, session),
    store: createSoftwareKeyStore(path),
    close: session.logout,
  });
}

/** Writing replaces the file, and must not put a file in the place of a link to it. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
