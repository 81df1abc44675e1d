// Which checks run, in which order, and what they add up to.

import { LAYERS, type Check, type Finding, type Layer } from './check.ts';
import type { Platform } from './probe.ts';

/**
 * Those that fit the platform and were asked for (`only`: ids or their beginnings; empty: all), with everything
 * they need. Needs come first; the order of the list is kept otherwise.
 */
export function selectChecks(
  checks: readonly Check[],
  platform: Platform,
  only: readonly string[],
): readonly Check[] {
  const here = checks.filter(({ platforms }) => platforms.includes(platform));
  const byId = new Map(here.map((check) => [check.id, check]));
  const ordered = new Map<string, Check>();
  const visit = (check: Check, path: readonly string[]): void => {
    if (path.includes(check.id)) throw new Error(`checks need each other: ${[...path, check.id].join(' ')}`);
    for (const id of check.needs) {
      const needed = byId.get(id);
      if (needed !== undefined) visit(needed, [...path, check.id]);
    }
    ordered.set(check.id, check);
  };
  for (const check of here) if (isWanted(check, only)) visit(check, []);
  return [...ordered.values()];
}

/** Parts of `only` that name no check. */
export function unknownIds(checks: readonly Check[], only: readonly string[]): readonly string[] {
  return only.filter((wanted) => !checks.some((check) => isWanted(check, [wanted])));
}

function isWanted({ id, ref, onRequest }: Check, only: readonly string[]): boolean {
  if (onRequest !== undefined) return only.includes(id);
  return (
    only.length === 0 || only.some((wanted) => id === wanted || ref === wanted || id.startsWith(`${wanted}.`))
  );
}

export interface EnvironmentVerdict {
  /** No problem at all. */
  readonly isFit: boolean;
  /** Some problem makes a renewal fail. */
  readonly blocksRenewal: boolean;
  readonly problems: number;
  readonly advice: number;
  readonly unknown: number;
  readonly fine: number;
  /** The first layer with a problem on the way from the plug to the web page; null: none. */
  readonly layer: Layer | null;
}

export function verdictOf(findings: readonly Finding[]): EnvironmentVerdict {
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const problems = findings.filter(({ status }) => status === 'problem');
  return {
    isFit: problems.length === 0,
    blocksRenewal: problems.some((finding) => finding.blocksRenewal),
    problems: problems.length,
    advice: count('advice'),
    unknown: count('unknown'),
    fine: count('ok'),
    layer: LAYERS.find((layer) => problems.some((finding) => finding.layer === layer)) ?? null,
  };
}
