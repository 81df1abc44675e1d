// Policies of Chromium and its relatives for pages that talk to programs on this computer: names as in Chrome's
// list, LocalNetworkAccessAllowedForUrls since 139, LoopbackNetworkAllowedForUrls since 146.

/** Where Chromium, Chrome and Edge read what an administrator laid down. */
export const POLICY_FOLDERS = [
  '/etc/chromium/policies/managed',
  '/etc/opt/chrome/policies/managed',
  '/etc/opt/edge/policies/managed',
] as const;

/** Ours, in each folder. */
export const POLICY_FILE = 'certificate-assistant.json';

const ALLOWED = ['LocalNetworkAccessAllowedForUrls', 'LoopbackNetworkAllowedForUrls'] as const;
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

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}

/** The policy file that allows these origins and nothing else. */
export function policyFor(origins: readonly string[]): string {
  const urls = [...new Set(origins)].toSorted();
  return `${JSON.stringify(Object.fromEntries(ALLOWED.map((name) => [name, urls])), null, 2)}\n`;
}
