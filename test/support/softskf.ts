// Builds the software SKF library (see softskf/README.md) and makes devices for it: the assistant never
// creates applications, so tests do it here, on disk.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface SoftskfBuild {
  readonly ulong: 4 | 8;
  readonly packed: boolean;
  /** Exports SKF_ECCDecrypt and SKF_RSADecrypt. */
  readonly vendorDecrypt?: boolean;
  /** AddressSanitizer; the process that loads it needs LD_PRELOAD of `sanitizerRuntime()`. */
  readonly sanitize?: boolean;
}

/** Every binary shape that real libraries have. */
export const SOFTSKF_BUILDS: readonly SoftskfBuild[] = [
  { ulong: 4, packed: false },
  { ulong: 4, packed: true },
  { ulong: 8, packed: false },
  { ulong: 8, packed: true },
];

const sources = fileURLToPath(new URL('./softskf', import.meta.url));
const cache = fileURLToPath(new URL('../../out/softskf', import.meta.url));

export function buildName({ ulong, packed, vendorDecrypt, sanitize }: SoftskfBuild): string {
  const parts = [`ulong${String(ulong)}`, packed ? 'packed' : 'natural'];
  return [...parts, ...(vendorDecrypt ? ['decrypt'] : []), ...(sanitize ? ['asan'] : [])].join('-');
}

/** Absolute path of the library, compiled unless it was before. Throws with the compiler's message. */
export function buildSoftskf(build: SoftskfBuild): string {
  const files = readdirSync(sources)
    .filter((name) => /\.[ch]$/.test(name))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(sources, file)));
  const folder = join(cache, hash.digest('hex').slice(0, 16));
  const library = join(folder, `softskf-${buildName(build)}.so`);
  if (existsSync(library)) return library;
  mkdirSync(folder, { recursive: true });
  const flags = [
    '-std=c11',
    '-O1',
    '-g',
    '-fPIC',
    '-shared',
    '-fvisibility=hidden',
    '-Wall',
    '-Wextra',
    '-Werror',
  ];
  flags.push('-Wno-format-truncation');
  if (build.ulong === 8) flags.push('-DSKF_ULONG_8');
  if (build.packed) flags.push('-DSKF_PACK1');
  if (build.vendorDecrypt) flags.push('-DSOFTSKF_VENDOR_DECRYPT');
  if (build.sanitize) flags.push('-fsanitize=address', '-fno-omit-frame-pointer');
  const units = files.filter((name) => name.endsWith('.c')).map((name) => join(sources, name));
  const temporary = `${library}.${String(process.pid)}`;
  execFileSync('cc', [...flags, '-o', temporary, ...units, '-lcrypto'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  renameSync(temporary, library);
  return library;
}

/** The library that must be preloaded for a `sanitize` build. */
export function sanitizerRuntime(): string {
  return execFileSync('cc', ['-print-file-name=libasan.so'], { encoding: 'utf8' }).trim();
}

type Settings = Readonly<Record<string, string | number>>;

export const USER_PIN = '12345678';
export const ADMIN_PIN = '87654321';

export interface SoftskfBench {
  readonly home: string;
  /** For the process that loads the library. */
  readonly environment: Readonly<Record<'SOFTSKF_HOME' | 'SOFTSKF_CONTROL' | 'SOFTSKF_TRACE', string>>;
  addDevice(name: string, settings?: Settings): void;
  /** PINs and tries as in README.md; defaults USER_PIN, ADMIN_PIN, 10 tries each. */
  addApplication(device: string, name: string, settings?: Settings): void;
  /** A container with an SM2 signing key that is known: its private scalar, hexadecimal. */
  addSm2Container(device: string, application: string, name: string, signingKey: string): void;
  /** Changes settings of a device that exists. */
  setDevice(name: string, settings: Settings): void;
  setApplication(device: string, name: string, settings: Settings): void;
  /** One fault per line; none: no faults. */
  control(...lines: string[]): void;
  /** Calls so far, `SKF_X 0x00000000`, from the trace. */
  trace(): string[];
  clearTrace(): void;
  unplug(device: string): void;
  plug(device: string): void;
  isUnplugged(device: string): boolean;
  dispose(): void;
}

/** @param root folder for devices, control file and trace; devices that are in it already stay */
export function createSoftskfBench(root = mkdtempSync(join(tmpdir(), 'softskf-'))): SoftskfBench {
  const home = join(root, 'devices');
  const drawer = join(root, 'unplugged');
  mkdirSync(home, { recursive: true });
  mkdirSync(drawer, { recursive: true });
  const control = join(root, 'control');
  const trace = join(root, 'trace');

  function change(path: string, settings: Settings): void {
    const fields = existsSync(path) ? readRecord(path) : {};
    writeFileSync(path, recordText({ ...fields, ...settings }));
  }

  return {
    home,
    environment: { SOFTSKF_HOME: home, SOFTSKF_CONTROL: control, SOFTSKF_TRACE: trace },
    addDevice(name, settings = {}) {
      mkdirSync(join(home, name));
      change(join(home, name, 'device'), { serial: `S${name}`, ...settings });
    },
    addApplication(device, name, settings = {}) {
      mkdirSync(join(home, device, name));
      const pins = { user_pin: USER_PIN, user_max: 10, admin_pin: ADMIN_PIN, admin_max: 10 };
      change(join(home, device, name, 'application'), { ...pins, ...settings });
    },
    addSm2Container(device, application, name, signingKey) {
      change(join(home, device, application, `c-${name}`), { type: 2, sign_key: signingKey });
    },
    setDevice: (name, settings) => change(join(home, name, 'device'), settings),
    setApplication: (device, name, settings) => change(join(home, device, name, 'application'), settings),
    control(...lines) {
      if (lines.length === 0) rmSync(control, { force: true });
      else replaceFile(control, lines.map((line) => `${line}\n`).join(''));
    },
    trace() {
      const lines = existsSync(trace) ? readFileSync(trace, 'utf8').trimEnd().split('\n') : [];
      return lines.map((line) => line.replace(/^\d+ /, ''));
    },
    clearTrace: () => rmSync(trace, { force: true }),
    unplug: (device) => renameSync(join(home, device), join(drawer, device)),
    plug(device) {
      const record = join(drawer, device, 'device');
      change(record, { plugged: Number(readRecord(record)['plugged'] ?? 0) + 1 });
      renameSync(join(drawer, device), join(home, device));
    },
    isUnplugged: (device) => existsSync(join(drawer, device)),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A new file under the old name, so that the library notices. */
function replaceFile(path: string, text: string): void {
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}

function readRecord(path: string): Record<string, string> {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

function recordText(fields: Settings): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${String(value)}\n`)
    .join('');
}
