import type { DriverProbe } from '../../core/environment/probe.ts';
import { ok } from '../../core/errors/result.ts';
import { libraryCopies } from './library-copies.ts';
import { VENDOR_USB } from './modules.ts';

interface NamedDriver {
  readonly kind: 'pkcs11' | 'skf' | 'software';
  readonly module: string;
}

/** The files of drivers, looked at once, and which vendor a key on the USB belongs to. */
export function createDriverProbe(drivers: readonly NamedDriver[]): DriverProbe {
  const named = drivers.flatMap(({ kind, module }) => (kind === 'software' ? [] : [{ kind, path: module }]));
  let copies: ReturnType<DriverProbe['copies']> | null = null;
  return {
    vendors: VENDOR_USB,
    copies: () => (copies ??= libraryCopies(named).then(ok)),
  };
}
