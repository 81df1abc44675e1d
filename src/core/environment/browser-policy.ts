// Policies of Chromium and its relatives for pages that talk to programs on this computer: names as in Chrome's
// list, LocalNetworkAccessAllowedForUrls since 139, LoopbackNetworkAllowedForUrls since 146. On Windows a list is a
// registry key with the values 1, 2, 3 …

import { err, ok, type Result } from '../errors/result.ts';
import type { Obstacle } from './probe.ts';
import type { RegistryKey, WindowsProbe } from './windows-probe.ts';
import { readWindows } from './windows-reading.ts';

/** Where Chromium, Chrome and Edge read what an administrator laid down. */
export const POLICY_FOLDERS = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
  '/etc/opt/edge/policies/managed',
] as const;

/** Ours, in each folder. */
export const POLICY_FILE = 'certificate-assistant.json';

export const ALLOWED = ['LocalNetworkAccessAllowedForUrls', 'LoopbackNetworkAllowedForUrls'] as const;
const BLOCKED = ['LocalNetworkAccessBlockedForUrls', 'LoopbackNetworkBlockedForUrls'] as const;

export interface LocalNetworkPolicy {
  readonly allowed: readonly string[];
  readonly blocked: readonly string[];
}

/** null: no policy file that can be understood. */
export function localNetworkPolicy(content: string): LocalNetworkPolicy | null {
  try {
    const parsed: unknown = JSON.parse(content);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const values = parsed as Readonly<Record<string, unknown>>;
    const listed = (names: readonly string[]) => names.flatMap((name) => stringsIn(values[name]));
    return { allowed: listed(ALLOWED), blocked: listed(BLOCKED) };
  } catch {
    return null;
  }
}

/** Below HKLM or HKCU, by the browser's name. */
export const POLICY_KEYS: readonly { readonly browser: string; readonly key: RegistryKey }[] = [
  { browser: 'Chrome', key: String.raw`SOFTWARE\Policies\Google\Chrome` },
  { browser: 'Edge', key: String.raw`SOFTWARE\Policies\Microsoft\Edge` },
];

/** What holds for every one of these browsers is allowed; what is blocked for one is blocked. */
export async function windowsPolicy(
  windows: WindowsProbe,
  browsers: readonly string[],
): Promise<Result<LocalNetworkPolicy, Obstacle>> {
  const reading = readWindows(windows);
  const listed = async (key: RegistryKey, names: readonly string[]) => {
    const lists = names.flatMap((name) =>
      ['HKLM', 'HKCU'].map((root) => reading.texts(`${root}\\${key}\\${name}`)),
    );
    return (await Promise.all(lists)).flatMap((list) => [...list.values()]);
  };
  const keys = POLICY_KEYS.filter(({ browser }) => browsers.includes(browser));
  const [allowed, blocked] = await Promise.all(
    [ALLOWED, BLOCKED].map((names) => Promise.all(keys.map(({ key }) => listed(key, names)))),
  );
  const obstacle = reading.obstacle();
  if (obstacle !== null) return err(obstacle);
  const [first = [], ...others] = allowed ?? [];
  const everywhere = first.filter((origin) => others.every((list) => list.includes(origin)));
  const isOpen = (allowed ?? []).some((list) => list.includes('*'));
  return ok({ allowed: isOpen ? ['*'] : everywhere, blocked: (blocked ?? []).flat() });
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** The policy file that allows these origins and nothing else. */
export function policyFor(origins: readonly string[]): string {
  const urls = [...new Set(origins)].toSorted();
  return `${JSON.stringify(Object.fromEntries(ALLOWED.map((name) => [name, urls])), null, 2)}\n`;
}
