// Asks Windows question after question without looking at each obstacle: the first one is kept, and whoever asked
// gives it out in place of an answer. Values of another type than expected are obstacles (`malformed`), not guesses.

import { defineCheck, type Answer, type Check } from './check.ts';
import type { Obstacle, Probe, Probed } from './probe.ts';
import type { RegistryKey, RegistryValue, RegistryView, WindowsProbe } from './windows-probe.ts';

export interface WindowsReading {
  readonly windows: WindowsProbe;
  /** The first thing that could not be found out; null: everything could. */
  readonly obstacle: () => Obstacle | null;
  /** The answer, or `otherwise` where there is an obstacle. */
  readonly of: <T>(asked: Probed<T>, otherwise: T) => Promise<T>;
  /** REG_SZ or REG_EXPAND_SZ; null: no such value. */
  readonly text: (key: RegistryKey, name: string, view?: RegistryView) => Promise<string | null>;
  /** REG_DWORD; null: no such value. */
  readonly number: (key: RegistryKey, name: string, view?: RegistryView) => Promise<number | null>;
  /** Those of a key that are text, by name; values of other types are none of the asker's business. */
  readonly texts: (key: RegistryKey, view?: RegistryView) => Promise<ReadonlyMap<string, string>>;
  readonly keys: (key: RegistryKey, view?: RegistryView) => Promise<readonly string[]>;
}

export function readWindows(windows: WindowsProbe): WindowsReading {
  let first: Obstacle | null = null;

  async function of<T>(asked: Probed<T>, otherwise: T): Promise<T> {
    const answer = await asked;
    if (answer.ok) return answer.value;
    first ??= answer.error;
    return otherwise;
  }

  async function typed<T>(
    take: (value: RegistryValue) => T | null,
    [key, name, view]: readonly [RegistryKey, string, RegistryView | undefined],
  ): Promise<T | null> {
    const found = await of(windows.value(key, name, view), null);
    const taken = found === null ? null : take(found);
    if (found !== null && taken === null) first ??= { reason: 'malformed', what: `${key}\\${name}` };
    return taken;
  }

  return {
    windows,
    obstacle: () => first,
    of,
    text: (key, name, view) => typed(textOf, [key, name, view]),
    number: (key, name, view) => typed(numberOf, [key, name, view]),
    async texts(key, view) {
      const values = Object.entries((await of(windows.values(key, view), null)) ?? {});
      return new Map(
        values.flatMap(([name, value]) => {
          const text = textOf(value);
          return text === null ? [] : [[name, text] as const];
        }),
      );
    },
    keys: (key, view) => of(windows.keys(key, view), []),
  };
}

function textOf(value: RegistryValue): string | null {
  return value.type === 'text' || value.type === 'expandable' ? value.value : null;
}

function numberOf(value: RegistryValue): number | null {
  return value.type === 'number' ? value.value : null;
}

/** The machine's policy before the person's. */
export async function firstNumber(
  reading: WindowsReading,
  key: string,
  name: string,
): Promise<number | null> {
  return (await reading.number(`HKLM\\${key}`, name)) ?? (await reading.number(`HKCU\\${key}`, name));
}

/** `%SystemRoot%\System32`, with what the person's session says. */
export function expandPath(path: string, variable: Probe['variable']): string {
  return path.replace(/%([^%\\]+)%/g, (whole, name: string) => variable(name) ?? whole);
}

type WindowsCheck<O extends string> = Omit<Check<O>, 'platforms' | 'run' | 'blocksRenewal' | 'needs'> & {
  readonly needs?: Check['needs'];
  readonly ask: (reading: WindowsReading, probe: Probe) => Promise<Answer<NoInfer<O>>>;
};

/** A check of Windows alone; what could not be read stands in place of its answer. */
export function defineWindowsCheck<const O extends string>({ ask, ...check }: WindowsCheck<O>): Check {
  return defineCheck<O>({
    needs: [],
    blocksRenewal: false,
    ...check,
    platforms: ['win32'],
    async run(probe) {
      if (probe.windows === null) return NO_WINDOWS;
      const reading = readWindows(probe.windows);
      const answer = await ask(reading, probe);
      return reading.obstacle() ?? answer;
    },
  });
}

export const NO_WINDOWS: Obstacle = { reason: 'unavailable', what: 'Windows' };
