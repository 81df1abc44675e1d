// Programs that show and seal documents, PDF and OFD: recognised by their names, never started and never judged.

import type { Profile } from '../profile/profile.ts';
import { advice, fine, notApplicable, type Answer } from './check.ts';

export const READER_OUTCOMES = { found: fine, none: notApplicable, missing: advice() };

const READERS = /acrobat|adobe reader|foxit|福昕|suwell|数科|点聚|anypdf|\bwps\b|永中|\bofd\b|签章|一签通/i;

/** @param programs names as the system shows them */
export function judgeReaders(
  programs: readonly string[],
  profile: Profile | null,
): Answer<keyof typeof READER_OUTCOMES> {
  const found = programs.filter((name) => READERS.test(name));
  if (found.length > 0) return { outcome: 'found', facts: { programs: found } };
  const wanted = (profile?.components ?? []).filter(
    ({ kind, required }) => required && (kind === 'reader' || kind === 'seal'),
  );
  return wanted.length > 0
    ? { outcome: 'missing', facts: { components: wanted.map(({ name }) => name) } }
    : { outcome: 'none', facts: {} };
}
