// The registry, through advapi32: values and keys of one key, and one value written or taken away.

import type { Obstacle } from '../../core/environment/probed.ts';
import type { RegistryKey, RegistryValue, RegistryView } from '../../core/environment/windows-probe.ts';
import type { WindowsReads, WindowsWrites } from '../../core/environment/windows-system.ts';
import { done, err, ok, type Result } from '../../core/errors/result.ts';
import type { Handle, WindowsApi } from './api.ts';
import { dword, dwordAt, handleAt, isGone, refused, textAt } from './numbers.ts';
import { readRegistryValue, writeRegistryValue } from './registry-value.ts';

/** winreg.h: numbers that the system extends by their sign. */
const ROOTS: Readonly<Record<string, number>> = { HKCU: -0x7fffffff, HKLM: -0x7ffffffe };
/** KEY_WOW64_64KEY and KEY_WOW64_32KEY. */
const VIEW = { 64: 0x100, 32: 0x200 } as const;
const ACCESS = { read: 0x20019, write: 0x20006 };
const MORE_DATA = 234;
const MAX_BYTES = 1024 * 1024;
const MAX_NAME = 16_384;
const MAX_ENTRIES = 20_000;

type Registry = Pick<WindowsReads, 'value' | 'values' | 'keys'> &
  Pick<WindowsWrites, 'setValue' | 'removeEmptyKey'>;

export function createRegistry(api: WindowsApi): Registry {
  /** null: no such key. */
  async function within<T>(
    key: RegistryKey,
    view: RegistryView,
    work: (handle: Handle) => Result<T, Obstacle>,
  ): Promise<Result<T | null, Obstacle>> {
    const place = splitKey(key);
    if (place === null) return err({ reason: 'malformed', what: key });
    const out = new Uint8Array(8);
    const code = api.number('RegOpenKeyExW', place.root, place.path, 0, ACCESS.read | VIEW[view], out);
    if (isGone(code)) return ok(null);
    if (code !== 0) return refused(key, code);
    const handle = handleAt(out);
    try {
      return work(handle);
    } finally {
      api.number('RegCloseKey', handle);
    }
  }

  function queryValue(handle: Handle, key: string, name: string): Result<RegistryValue | null, Obstacle> {
    const what = `${key}\\${name}`;
    const size = dword();
    // It may grow between the question for its size and the one for its content.
    for (let room = 256; ; room = dwordAt(size) + 256) {
      if (room > MAX_BYTES) return err({ reason: 'tooLarge', what });
      const [type, data] = [dword(), new Uint8Array(room)];
      size.set(dword(room));
      const code = api.number('RegQueryValueExW', handle, name, null, type, data, size);
      if (isGone(code)) return ok(null);
      if (code === MORE_DATA) continue;
      if (code !== 0) return refused(what, code);
      const value = readRegistryValue(dwordAt(type), data.slice(0, dwordAt(size)));
      return value === null ? err({ reason: 'malformed', what }) : ok(value);
    }
  }

  /** Names of the key's values, or of the keys below it. */
  function enumerate(
    handle: Handle,
    key: string,
    name: 'RegEnumValueW' | 'RegEnumKeyExW',
  ): Result<readonly string[], Obstacle> {
    const names: string[] = [];
    const buffer = new Uint8Array(MAX_NAME * 2);
    for (;;) {
      const length = dword(MAX_NAME);
      const code = api.number(name, handle, names.length, buffer, length, null, null, null, null);
      if (code === NO_MORE_ITEMS) return ok(names);
      if (code !== 0) return refused(key, code);
      if (names.length === MAX_ENTRIES) return err({ reason: 'tooLarge', what: key });
      names.push(textAt(buffer, 0, dwordAt(length) * 2));
    }
  }

  const value: Registry['value'] = (key, name, view = 64) =>
    within(key, view, (handle) => queryValue(handle, key, name));

  async function removeEmptyKey(key: RegistryKey, view: RegistryView): Promise<Result<void, Obstacle>> {
    const place = splitKey(key);
    if (place === null || place.path === '') return err({ reason: 'malformed', what: key });
    const held = await within<readonly string[] | null>(key, view, (handle) => {
      const names = enumerate(handle, key, 'RegEnumValueW');
      return names.ok && names.value.length === 0 ? enumerate(handle, key, 'RegEnumKeyExW') : ok(null);
    });
    if (!held.ok || held.value === null) return held.ok ? done : held;
    for (const below of held.value) {
      const removed = await removeEmptyKey(`${key}\\${below}`, view);
      if (!removed.ok) return removed;
    }
    const left = await within(key, view, (handle) => enumerate(handle, key, 'RegEnumKeyExW'));
    if (!left.ok || left.value === null || left.value.length > 0) return left.ok ? done : left;
    const code = api.number('RegDeleteKeyExW', place.root, place.path, VIEW[view], 0);
    return code === 0 || isGone(code) ? done : refused(key, code);
  }

  return {
    value,
    values: (key, view = 64) =>
      within(key, view, (handle) => {
        const names = enumerate(handle, key, 'RegEnumValueW');
        if (!names.ok) return names;
        const found: [string, RegistryValue][] = [];
        for (const name of names.value) {
          const content = queryValue(handle, key, name);
          // A malformed one among others hides only itself.
          if (content.ok && content.value !== null) found.push([name, content.value]);
          else if (!content.ok && content.error.reason !== 'malformed') return content;
        }
        return ok(Object.fromEntries(found));
      }),
    async keys(key, view = 64) {
      const names = await within(key, view, (handle) => enumerate(handle, key, 'RegEnumKeyExW'));
      return names.ok ? ok(names.value ?? []) : names;
    },
    async setValue(key, name, view, content) {
      const place = splitKey(key);
      const written = content === null ? null : writeRegistryValue(content);
      if (place === null || (content !== null && written === null))
        return err({ reason: 'malformed', what: `${key}\\${name}` });
      const out = new Uint8Array(8);
      const access = ACCESS.write | VIEW[view];
      const opened =
        written === null
          ? api.number('RegOpenKeyExW', place.root, place.path, 0, access, out)
          : api.number('RegCreateKeyExW', place.root, place.path, 0, null, 0, access, null, out, null);
      if (written === null && isGone(opened)) return done;
      if (opened !== 0) return refused(key, opened);
      const handle = handleAt(out);
      const code =
        written === null
          ? api.number('RegDeleteValueW', handle, name)
          : api.number('RegSetValueExW', handle, name, 0, written.type, written.data, written.data.length);
      api.number('RegCloseKey', handle);
      return code === 0 || (written === null && isGone(code)) ? done : refused(`${key}\\${name}`, code);
    },
    removeEmptyKey,
  };
}

const NO_MORE_ITEMS = 259;

/** null: no root that is asked for. */
function splitKey(key: RegistryKey): { readonly root: number; readonly path: string } | null {
  const [name = '', ...path] = key.split('\\');
  const root = ROOTS[name];
  return root === undefined ? null : { root, path: path.join('\\') };
}
