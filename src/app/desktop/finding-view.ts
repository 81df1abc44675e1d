import { describeFinding } from '../../contract/finding-text.ts';
import type { Locale } from '../../contract/text.ts';
import type { FindingView } from '../../contract/views/environment-views.ts';
import type { Finding } from '../../core/environment/check.ts';

/** With its sentences, which are made here because they need the facts. */
export function findingViewOf(found: Finding, locale: Locale): FindingView {
  const { id, ref, group, status, blocksRenewal, repair } = found;
  return { id, ref, group, status, blocksRenewal, repair, ...describeFinding(found, locale) };
}
