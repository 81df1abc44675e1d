// Words for what the environment check found: title, sentence and advice of a finding by the keys of the catalogue.

import type { Finding } from '../core/environment/check.ts';
import { text, type Locale, type TextKey } from './text.ts';

export interface FindingText {
  readonly title: string;
  readonly message: string;
  /** What to do; null: nothing. */
  readonly advice: string | null;
}

export function describeFinding(
  { id, status, outcome, facts }: Finding,
  locale: Locale = 'zh-CN',
): FindingText {
  const words = (key: string, parameters: Finding['facts'] = {}) =>
    text(`check.${key}` as TextKey, parameters, locale);
  const title = words(id);
  if (status === 'unknown' || outcome === 'waits') {
    const because = typeof facts['because'] === 'string' ? words(facts['because']) : null;
    return { title, message: words(`unknown.${outcome}`, { ...facts, because }), advice: null };
  }
  const needsAdvice = status === 'problem' || status === 'advice';
  return {
    title,
    message: words(`${id}.${outcome}`, facts),
    advice: needsAdvice ? words(`${id}.${outcome}.advice`, facts) : null,
  };
}
