// The command line's grammar: one table of options and one of commands. Secrets have no option here on purpose;
// what a person mistyped is named by its option only, never by its value, because it may be a PIN.

import { parseArgs } from 'node:util';
import { err, ok, type Result } from '../core/errors/result.ts';
import type { Misuse } from './usage-error.ts';

const OPTIONS = {
  module: { type: 'string', multiple: true },
  skf: { type: 'string', multiple: true },
  keystore: { type: 'string', multiple: true },
  trace: { type: 'string' },
  'data-dir': { type: 'string' },
  verbose: { type: 'boolean' },
  'pin-stdin': { type: 'boolean' },
  'accept-last-try': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
  token: { type: 'string' },
  pem: { type: 'boolean' },
  certificate: { type: 'string' },
  gateway: { type: 'string' },
  root: { type: 'string', multiple: true },
  mode: { type: 'string' },
  form: { type: 'string', multiple: true },
  yes: { type: 'boolean' },
  wait: { type: 'string' },
  renewal: { type: 'string' },
  reference: { type: 'string' },
  container: { type: 'string', multiple: true },
  'accept-loss': { type: 'boolean' },
  port: { type: 'string' },
  data: { type: 'string' },
  manual: { type: 'boolean' },
  reason: { type: 'string' },
  'days-left': { type: 'string' },
  'common-name': { type: 'string' },
  algorithm: { type: 'string' },
  keep: { type: 'string' },
  at: { type: 'string' },
  cert: { type: 'string', multiple: true },
  content: { type: 'string' },
  out: { type: 'string' },
  as: { type: 'string' },
  place: { type: 'string' },
  in: { type: 'string' },
  label: { type: 'string' },
  use: { type: 'string' },
  items: { type: 'string' },
  only: { type: 'string', multiple: true },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
  full: { type: 'boolean' },
  undo: { type: 'string' },
  profile: { type: 'string' },
  opening: { type: 'string' },
  uploaded: { type: 'string' },
  'no-browser': { type: 'boolean' },
  browser: { type: 'boolean' },
} as const;

export type OptionName = keyof typeof OPTIONS;
type FlagName = { [N in OptionName]: (typeof OPTIONS)[N]['type'] extends 'boolean' ? N : never }[OptionName];
type TextName = Exclude<OptionName, FlagName>;

const GLOBAL: readonly OptionName[] = [
  'module',
  'skf',
  'keystore',
  'trace',
  'data-dir',
  'verbose',
  'pin-stdin',
  'accept-last-try',
  'json',
  'help',
  'version',
];

interface Grammar {
  readonly options: readonly OptionName[];
  /** Most positional arguments after the command's name. */
  readonly positionals: number;
  /** Its driver hosts may start before anything else is known. */
  readonly usesTokens: boolean;
}

export const COMMANDS = {
  list: { options: [], positionals: 0, usesTokens: true },
  show: { options: ['token', 'pem'], positionals: 1, usesTokens: true },
  pin: { options: ['token'], positionals: 1, usesTokens: true },
  renew: {
    options: ['token', 'certificate', 'gateway', 'root', 'mode', 'form', 'yes', 'wait'],
    positionals: 0,
    usesTokens: true,
  },
  enroll: {
    options: ['token', 'gateway', 'reference', 'root', 'yes', 'wait'],
    positionals: 0,
    usesTokens: true,
  },
  resume: { options: ['renewal', 'form', 'yes', 'wait'], positionals: 0, usesTokens: true },
  accompany: {
    options: ['token', 'certificate', 'root', 'profile', 'opening', 'uploaded', 'no-browser', 'yes', 'wait'],
    positionals: 2,
    usesTokens: true,
  },
  clean: { options: ['token', 'container', 'yes', 'accept-loss'], positionals: 0, usesTokens: true },
  sandbox: {
    options: ['port', 'data', 'manual', 'reason', 'token', 'days-left', 'common-name', 'algorithm', 'items'],
    positionals: 40,
    usesTokens: false,
  },
  demo: { options: ['keep', 'algorithm'], positionals: 0, usesTokens: false },
  seal: { options: ['token', 'out', 'as', 'root'], positionals: 2, usesTokens: true },
  verify: { options: ['at', 'cert', 'root', 'content'], positionals: 1, usesTokens: false },
  sign: { options: ['token', 'out', 'as', 'place', 'reason'], positionals: 1, usesTokens: true },
  decrypt: { options: ['token', 'in', 'out', 'yes'], positionals: 0, usesTokens: true },
  softkey: {
    options: ['label', 'container', 'use', 'out', 'yes'],
    positionals: 2,
    usesTokens: false,
  },
  watch: { options: [], positionals: 0, usesTokens: false },
  check: { options: ['only', 'profile', 'browser', 'report', 'full'], positionals: 0, usesTokens: true },
  repair: { options: ['dry-run', 'yes', 'undo', 'profile'], positionals: 20, usesTokens: true },
  help: { options: [], positionals: 1, usesTokens: false },
} as const satisfies Record<string, Grammar>;

export type CommandName = keyof typeof COMMANDS;

export interface Arguments {
  readonly command: CommandName;
  readonly positionals: readonly string[];
  has(flag: FlagName): boolean;
  /** null: not given. */
  text(option: TextName): string | null;
  texts(option: TextName): readonly string[];
}

/** `--version` and `--help` win over whatever else is there; without a command it is `help`. */
export function readArguments(argv: readonly string[]): Result<Arguments, Misuse> {
  const { tokens, positionals } = parseArgs({
    args: [...argv],
    options: OPTIONS,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<OptionName, string[]>();
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name } = token;
    if (!isOption(name))
      return err({ key: 'unknownOption', parameters: { option: shownOption(token.rawName) } });
    const { type } = OPTIONS[name];
    if (type === 'boolean' && token.value !== undefined)
      return err({ key: 'noValue', parameters: { option: `--${name}` } });
    const isMissing =
      token.value === undefined || token.value === '' || (!token.inlineValue && token.value.startsWith('--'));
    if (type === 'string' && isMissing)
      return err({ key: 'valueMissing', parameters: { option: `--${name}` } });
    const before = values.get(name) ?? [];
    if (before.length > 0 && !('multiple' in OPTIONS[name]) && type === 'string') {
      return err({ key: 'repeated', parameters: { option: `--${name}` } });
    }
    values.set(name, [...before, token.value ?? '']);
  }
  const chosen = chooseCommand(positionals, values);
  if (!chosen.ok) return chosen;
  const { command, rest } = chosen.value;
  const { options, positionals: most }: Grammar = COMMANDS[command];
  const isHelp = command === 'help';
  const foreign = [...values.keys()].find((name) => ![...GLOBAL, ...options].includes(name));
  if (foreign !== undefined && !isHelp) {
    return err({ key: 'foreignOption', parameters: { option: `--${foreign}`, command } });
  }
  if (rest.length > most) return err({ key: 'tooMany', parameters: { command } });
  return ok({
    command,
    positionals: rest,
    has: (flag) => values.has(flag),
    text: (option) => values.get(option)?.[0] ?? null,
    texts: (option) => values.get(option) ?? [],
  });
}

function chooseCommand(
  positionals: readonly string[],
  values: ReadonlyMap<OptionName, unknown>,
): Result<{ command: CommandName; rest: readonly string[] }, Misuse> {
  const [first, ...rest] = positionals;
  if (first === undefined || values.has('version')) return ok({ command: 'help', rest: [] });
  if (!isCommand(first)) {
    return err({ key: 'unknownCommand', parameters: { commands: Object.keys(COMMANDS).join(' ') } });
  }
  return values.has('help') ? ok({ command: 'help', rest: [first] }) : ok({ command: first, rest });
}

function isOption(name: string): name is OptionName {
  return Object.hasOwn(OPTIONS, name);
}

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** `-1234` may be a mistyped PIN: a short option is shown by its first letter. */
function shownOption(rawName: string): string {
  return rawName.startsWith('--') && /^--[a-z][a-z-]*$/.test(rawName) ? rawName : rawName.slice(0, 2);
}
