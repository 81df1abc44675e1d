import type { NoticeView } from '../../contract/views/notice-views.ts';

/** What merely happened and asks for nothing goes by itself; what falls due stays until it is answered. */
export function isPassing({ kind }: NoticeView): boolean {
  return kind === 'tokenInserted' || kind === 'tokenRemoved';
}

/** Long enough to be read twice. */
export const PASSING_MS = 8000;
