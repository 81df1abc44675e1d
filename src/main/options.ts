import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { DriverFile } from '../app/compose.ts';

export interface StartOptions {
  readonly dataDir: string | null;
  /** No window until there is something to say. */
  readonly background: boolean;
  readonly practice: boolean;
  readonly verbose: boolean;
  /** Be the helper that pkexec started, and nothing else (app/elevated-repair.ts). */
  readonly elevatedRepair: boolean;
  readonly drivers: readonly DriverFile[];
}

const OPTIONS = {
  'data-dir': { type: 'string' },
  background: { type: 'boolean' },
  practice: { type: 'boolean' },
  verbose: { type: 'boolean' },
  'elevated-repair': { type: 'boolean' },
  module: { type: 'string', multiple: true },
  skf: { type: 'string', multiple: true },
  keystore: { type: 'string', multiple: true },
} as const;

/** As for the browser shell; what else there is belongs to Electron and is passed over. */
export function readOptions(args: readonly string[]): StartOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  const dataDir = values['data-dir'];
  return {
    dataDir: typeof dataDir === 'string' ? resolve(dataDir) : null,
    background: values.background === true,
    practice: values.practice === true,
    verbose: values.verbose === true,
    elevatedRepair: values['elevated-repair'] === true,
    drivers: [
      ...texts(values.skf).map((module) => ({ kind: 'skf', module }) as const),
      ...texts(values.module).map((module) => ({ kind: 'pkcs11', module }) as const),
      ...texts(values.keystore).map((file) => ({ kind: 'software', module: resolve(file) }) as const),
    ],
  };
}

/** An option without its value is passed over too. */
function texts(values: readonly (string | boolean)[] | undefined): readonly string[] {
  return (values ?? []).filter((value) => typeof value === 'string');
}
