// Registry exports as `reg export` writes them, for a registry in memory. Keys and names are found whatever their
// case, and both views of HKLM\SOFTWARE stand beside each other as on a Windows of 64 bits.

import { readFileSync } from 'node:fs';
import type {
  RegistryKey,
  RegistryValue,
  RegistryView,
} from '../../../src/core/environment/windows-probe.ts';

/** Values of each key by name; keys without values are there too. */
export type Registry = Map<string, Map<string, RegistryValue>>;

const ROOTS: Readonly<Record<string, string>> = { HKEY_LOCAL_MACHINE: 'HKLM', HKEY_CURRENT_USER: 'HKCU' };

/** Exports of test/fixtures/windows, one laid over the other. */
export function readExports(names: readonly string[]): Registry {
  const registry: Registry = new Map();
  for (const name of names) {
    const text = readFileSync(new URL(`../../fixtures/windows/${name}.reg`, import.meta.url), 'utf8');
    let key = '';
    for (const line of text.replace(/\\\r?\n\s*/g, '').split(/\r?\n/)) {
      const [, root, rest] = /^\[(HKEY_\w+)(.*)\]$/.exec(line) ?? [];
      if (root !== undefined) {
        key = `${ROOTS[root] ?? root}${rest ?? ''}`;
        makeKey(registry, key);
        continue;
      }
      const [, quoted, data] = /^(@|"(?:[^"\\]|\\.)*")=(.*)$/.exec(line) ?? [];
      if (quoted === undefined || data === undefined) continue;
      const own = quoted === '@' ? '' : unescaped(quoted);
      makeKey(registry, key).set(own, valueOf(data));
    }
  }
  return registry;
}

function makeKey(registry: Registry, key: string): Map<string, RegistryValue> {
  const found = findKey(registry, key);
  if (found !== null) return found[1];
  const values = new Map<string, RegistryValue>();
  registry.set(key, values);
  return values;
}

function valueOf(data: string): RegistryValue {
  if (data.startsWith('"')) return { type: 'text', value: unescaped(data) };
  if (data.startsWith('dword:')) return { type: 'number', value: Number.parseInt(data.slice(6), 16) };
  const [, kind = '3', hex = ''] = /^hex(?:\(([0-9a-f]+)\))?:(.*)$/.exec(data) ?? [];
  const bytes = Buffer.from(hex.replace(/,/g, ''), 'hex');
  const text = bytes.toString('utf16le').replace(/\0+$/, '');
  if (kind === '2') return { type: 'expandable', value: text };
  if (kind === '7') return { type: 'list', value: text.split('\0') };
  return kind === '3'
    ? { type: 'bytes', value: bytes.toString('base64') }
    : { type: 'other', value: Number.parseInt(kind, 16) };
}

function unescaped(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
}

/** Where a program of that kind finds the key; policies are the same for both. */
export function inView(key: RegistryKey, view: RegistryView): string {
  const rest = /^HKLM\\SOFTWARE\\(?!Policies\\)(.*)$/i.exec(key)?.[1];
  return view === 32 && rest !== undefined ? `HKLM\\SOFTWARE\\WOW6432Node\\${rest}` : key;
}

export function findKey(
  registry: Registry,
  key: string,
): readonly [string, Map<string, RegistryValue>] | null {
  for (const entry of registry) if (entry[0].toLowerCase() === key.toLowerCase()) return entry;
  return null;
}

/** A key above another is there without being written down. */
export function isKey(registry: Registry, key: string): boolean {
  const wanted = key.toLowerCase();
  return [...registry.keys()].some((one) => `${one.toLowerCase()}\\`.startsWith(`${wanted}\\`));
}

export function keysBelow(registry: Registry, key: string): readonly string[] {
  const start = `${key.toLowerCase()}\\`;
  const names = [...registry.keys()]
    .filter((one) => one.toLowerCase().startsWith(start))
    .map((one) => one.slice(start.length).split('\\')[0] ?? '');
  return [...new Set(names)];
}
