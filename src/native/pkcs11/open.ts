import { createRequire } from 'node:module';
import type * as Pkcs11js from 'pkcs11js';
import type { DriverError, TokenProvider } from '../../core/token/provider.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { checkLibraryFile } from '../host/library-file.ts';
import { createCryptoki } from './cryptoki.ts';
import { createPinCalls } from './pin-calls.ts';
import { createPkcs11Provider } from './provider.ts';

export interface OpenProvider {
  readonly provider: TokenProvider;
  readonly close: () => void;
}

/** Loads the module at an absolute path. Only for the driver host. */
export async function openPkcs11(module: string): Promise<Result<OpenProvider, DriverError>> {
  const refusal = await checkLibraryFile(module, process.arch);
  if (refusal !== null) return err(refusal);
  const binding = requireBinding();
  if (binding instanceof Error) {
    return err({ code: 'driver.unavailable', module, reason: binding.message });
  }
  const library = new binding.PKCS11();
  try {
    library.load(module);
  } catch (thrown) {
    return err({ code: 'driver.invalid', module, reason: thrown instanceof Error ? thrown.message : 'load' });
  }
  const driver = { cryptoki: createCryptoki(library), pinCalls: createPinCalls(module) };
  return ok(createPkcs11Provider(module, driver));
}

/**
 * An optional package: it is built from source, and a machine may have no compiler. Required, because importing
 * a CommonJS package also parses it for its names, which takes as long as listing a key.
 */
function requireBinding(): typeof Pkcs11js | Error {
  try {
    return createRequire(import.meta.url)('pkcs11js') as typeof Pkcs11js;
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error('pkcs11js cannot be loaded');
  }
}
