import { describeFinding } from '../contract/finding-text.ts';
import type { Finding, FindingStatus } from '../core/environment/check.ts';
import { locale } from './locale.ts';
import type { Output } from './output.ts';

const MARKS: Readonly<Partial<Record<FindingStatus, string>>> = { problem: '✕', advice: '▲' };

/** What was found, and what to do about it. */
export function findingLines(found: Finding, output: Pick<Output, 'words'>): readonly string[] {
  const { title, message, advice } = describeFinding(found, locale);
  const line = output.words('check.line', { mark: MARKS[found.status] ?? '?', title, message });
  return advice === null ? [line] : [line, output.words('check.advice', { advice })];
}
