import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError } from '../../core/token/provider.ts';
import { checkLibraryFile } from '../host/library-file.ts';
import { NEEDED_FUNCTIONS } from './functions.ts';
import { loadSkfLibrary, type SkfLibrary } from './library.ts';
import { createSkfProvider, type SkfProvider } from './provider.ts';

/** Loads the library at an absolute path. Only for the driver host. */
export async function openSkf(module: string): Promise<Result<SkfProvider, DriverError>> {
  const refusal = await checkLibraryFile(module, process.arch);
  if (refusal !== null) return err(refusal);
  let library: SkfLibrary;
  try {
    library = loadSkfLibrary(module, process.platform, process.arch);
  } catch (thrown) {
    return err({ code: 'driver.invalid', module, reason: thrown instanceof Error ? thrown.message : 'load' });
  }
  const missing = NEEDED_FUNCTIONS.filter((name) => !library.has(name));
  if (missing.length > 0) {
    return err({ code: 'driver.invalid', module, reason: `functions missing: ${missing.join(', ')}` });
  }
  return ok(createSkfProvider(module, library));
}
