import { parseArgs } from 'node:util';
import type { DriverFile } from '../app/compose.ts';

export interface WebshellOptions {
  readonly dataDir: string | null;
  /** 0: any free one. */
  readonly port: number;
  /** Open no browser, say the address. */
  readonly noOpen: boolean;
  /** No window until there is something to say. */
  readonly background: boolean;
  readonly practice: boolean;
  readonly verbose: boolean;
  readonly drivers: readonly DriverFile[];
}

const OPTIONS = {
  'data-dir': { type: 'string' },
  port: { type: 'string', default: '0' },
  'no-open': { type: 'boolean', default: false },
  background: { type: 'boolean', default: false },
  practice: { type: 'boolean', default: false },
  verbose: { type: 'boolean', default: false },
  module: { type: 'string', multiple: true, default: [] as string[] },
  skf: { type: 'string', multiple: true, default: [] as string[] },
  keystore: { type: 'string', multiple: true, default: [] as string[] },
} as const;

/** null: the arguments are wrong. */
export function readOptions(args: readonly string[]): WebshellOptions | null {
  const given = parsed(args);
  if (given === null) return null;
  const port = /^\d{1,5}$/.test(given.port) ? Number(given.port) : NaN;
  if (!(port <= 65535)) return null;
  const drivers = (['skf', 'module', 'keystore'] as const).flatMap((name) =>
    given[name].map((module) => ({ kind: KIND[name], module })),
  );
  return {
    dataDir: given['data-dir'] ?? null,
    port,
    noOpen: given['no-open'],
    background: given.background,
    practice: given.practice,
    verbose: given.verbose,
    drivers,
  };
}

const KIND = { skf: 'skf', module: 'pkcs11', keystore: 'software' } as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch {
    return null;
  }
}
