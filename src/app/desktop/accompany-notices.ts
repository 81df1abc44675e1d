// 陪同续期 that waits: told when its key is plugged in, and when the CA has written on it, whether a page is open or not.

import type { TokenSnapshot } from '../../contract/views/token-views.ts';
import type { NoticeEvent } from '../../core/notice/event-notice.ts';
import type { AppError } from '../../core/errors/codes.ts';
import type { Result } from '../../core/errors/result.ts';
import type { AccompanyService } from '../services/accompany/accompany-service.ts';

export interface AccompanyNoticesDeps {
  service(): Promise<Result<Pick<AccompanyService, 'list'>, AppError>>;
  /** In the window, which says itself that it is open. */
  isFollowed(id: string): boolean;
  tell(event: NoticeEvent): void;
}

/** Called with what is plugged in whenever that changed. */
export function createAccompanyNotices({ service, isFollowed, tell }: AccompanyNoticesDeps) {
  /** What was said of each accompaniment since its key came. */
  const told = new Map<string, 'open' | 'written'>();

  return async function consider({ tokens }: Pick<TokenSnapshot, 'tokens'>): Promise<void> {
    const opened = await service();
    const open = opened.ok ? await opened.value.list() : opened;
    if (!open.ok) return;
    for (const { id, token, tokenLabel, certificate, known } of open.value) {
      const card = tokens.find((one) => one.id === token);
      if (card === undefined) {
        told.delete(id);
        continue;
      }
      const isNew = card.certificates.some(({ sha256 }) => !known.includes(sha256));
      const state = isNew ? 'written' : 'open';
      if (told.get(id) === state) continue;
      told.set(id, state);
      if (state === 'open' && isFollowed(id)) continue;
      tell({ type: 'accompaniment', id, certificate: certificate?.sha256 ?? null, tokenLabel, state });
    }
  };
}
