// How plans for Windows are made: what could not be read stands in place of a plan, as with checks.

import { err, ok, type Result } from '../../errors/result.ts';
import type { Obstacle } from '../probe.ts';
import type { Change, Plan, Refusal, RegistryChange, SystemView, WindowsServiceChange } from '../repair.ts';
import type { RegistryKey, RegistryValue, RegistryView } from '../windows-probe.ts';
import { NO_WINDOWS, readWindows, type WindowsReading } from '../windows-reading.ts';

/** No change at all is `notNeeded`. */
export async function planWindows(
  view: SystemView,
  what: string,
  ask: (reading: WindowsReading) => Promise<Result<readonly (Change | null)[], Refusal>>,
): Promise<Result<Plan, Refusal | Obstacle>> {
  if (view.windows === null) return err(NO_WINDOWS);
  const reading = readWindows(view.windows);
  const asked = await ask(reading);
  const obstacle = reading.obstacle();
  if (obstacle !== null) return err(obstacle);
  if (!asked.ok) return asked;
  const changes = asked.value.filter((change) => change !== null);
  return changes.length === 0 ? err({ reason: 'notNeeded', what }) : ok({ changes, effects: [] });
}

/** null: the value is so already. One of a type that could not be put back is an obstacle. */
export async function registryChange(
  reading: WindowsReading,
  {
    key,
    name,
    view = 64,
  }: { readonly key: RegistryKey; readonly name: string; readonly view?: RegistryView },
  after: RegistryValue,
): Promise<RegistryChange | null> {
  const { windows, of } = reading;
  const before = await of(windows.value(key, name, view), null);
  if (before?.type === 'other') {
    await of(Promise.resolve(err({ reason: 'malformed', what: `${key}\\${name}` } as const)), null);
    return null;
  }
  if (before?.type === after.type && before.value === after.value) return null;
  const newKey = await topmostMissing(reading, key, view);
  return { kind: 'registry', key, name, view, before, after, newKey };
}

async function topmostMissing(
  { windows, of }: WindowsReading,
  key: RegistryKey,
  view: RegistryView,
): Promise<RegistryKey | null> {
  let missing: RegistryKey | null = null;
  let at = key;
  while (at.includes('\\')) {
    if ((await of(windows.values(at, view), null)) !== null) break;
    missing = at;
    at = at.slice(0, at.lastIndexOf('\\'));
  }
  return missing;
}

export function text(value: string): RegistryValue {
  return { type: 'text', value };
}

/** Lets a service start and starts it; null: it is not installed, or runs. */
export async function serviceChange(
  { windows, of }: WindowsReading,
  name: string,
): Promise<WindowsServiceChange | null> {
  const before = await of(windows.service(name), null);
  if (before === null) return null;
  const start = before.start === 'disabled' ? 'manual' : before.start;
  if (start === before.start && before.state !== 'stopped') return null;
  return { kind: 'windowsService', name, before, after: { state: 'running', start } };
}
