import type { Handlers } from '../../../contract/methods.ts';
import type { OpeningView } from '../../../contract/views/notice-views.ts';
import { ok } from '../../../core/errors/result.ts';
import type { NoticeAction, Opening } from '../../../core/notice/notice.ts';
import type { Desk } from '../desk.ts';

type NoticeHandlers = Pick<
  Handlers,
  'notice.list' | 'notice.answer' | 'opening.list' | 'opening.name' | 'opening.remove' | 'seen.forget'
>;

export function createNoticeHandlers(desk: () => Desk): NoticeHandlers {
  return {
    'notice.list': async () => ok([...(desk().reminding?.open() ?? [])]),
    async 'notice.answer'({ notice, action }) {
      await desk().reminding?.answer(notice, action as NoticeAction);
      return ok(null);
    },
    'opening.list': async () => ok(((await desk().reminding?.openings()) ?? []).map(viewOf)),
    async 'opening.name'(opening) {
      const named = await desk().reminding?.nameOpening({ ...opening, at: Date.parse(opening.at) });
      if (named?.ok === false) return named;
      return ok((named?.value ?? []).map(viewOf));
    },
    async 'opening.remove'({ opening }) {
      const removed = await desk().reminding?.removeOpening(opening);
      if (removed?.ok === false) return removed;
      return ok((removed?.value ?? []).map(viewOf));
    },
    async 'seen.forget'({ certificate }) {
      const forgotten = await desk().reminding?.forget(certificate);
      if (forgotten?.ok === false) return forgotten;
      await desk().look();
      return ok(null);
    },
  };
}

function viewOf({ at, ...opening }: Opening): OpeningView {
  return { ...opening, at: new Date(at).toISOString() };
}
