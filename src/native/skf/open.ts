import { closeSync, openSync, writeSync } from 'node:fs';
import { err, ok, type Result } from '../../core/errors/result.ts';
import type { DriverError } from '../../core/token/provider.ts';
import { checkLibraryFile } from '../host/library-file.ts';
import { NEEDED_FUNCTIONS } from './functions.ts';
import { loadSkfLibrary, type SkfLibrary } from './library.ts';
import { createSkfProvider, type SkfProvider } from './provider.ts';
import { recordSkfLibrary } from './trace.ts';

/**
 * Loads the library at an absolute path. Only for the driver host. `trace`: absolute path of a file to which every
 * call is appended, without PIN, keys or personal data.
 */
export async function openSkf(module: string, trace?: string): Promise<Result<SkfProvider, DriverError>> {
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
  if (trace === undefined) return ok(createSkfProvider(module, library));
  return openTraced(module, library, trace);
}

function openTraced(module: string, library: SkfLibrary, trace: string): Result<SkfProvider, DriverError> {
  let file: number;
  try {
    file = openSync(trace, 'a', 0o600);
  } catch (thrown) {
    const reason = `trace file: ${thrown instanceof Error ? thrown.message : 'open'}`;
    return err({ code: 'driver.unavailable', module, reason });
  }
  const { platform, arch } = process;
  const recorded = recordSkfLibrary(library, { platform, arch }, (text) => void writeSync(file, text));
  const { provider, close } = createSkfProvider(module, recorded);
  const closeAll = (): void => {
    close();
    closeSync(file);
  };
  return ok({ provider, close: closeAll });
}
