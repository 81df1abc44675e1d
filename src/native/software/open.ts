import { isAbsolute } from 'node:path';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError, TokenProvider } from '../../core/token/provider.ts';
import { createSoftwareProvider } from './provider.ts';
import { createSession } from './session.ts';

/** Opens a key file for a driver host. Whether the file is there and whole shows at the first call. */
export function openSoftware(
  path: string,
): Result<{ readonly provider: TokenProvider; readonly close: () => void }, DriverError> {
  if (!isAbsolute(path)) return err({ code: 'driver.relativePath', module: path });
  const session = createSession(path);
  return ok({ provider: createSoftwareProvider(path, session), close: session.logout });
}
