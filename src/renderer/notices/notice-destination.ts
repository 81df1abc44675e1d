// Where a button of a notice leads. What needs a key that is not plugged in leads to 首页, which asks for it.

import type { NoticeView } from '../../contract/views/notice-views.ts';
import type { TokenCard } from '../../contract/views/token-views.ts';
import type { NoticeAction } from '../../core/notice/notice.ts';
import { destinationOf, type Destination } from '../state/main-action.ts';

/** null: stay where you are. */
export function noticeDestination(
  { kind, certificate, about }: NoticeView,
  action: NoticeAction,
  tokens: readonly TokenCard[],
): Destination | null {
  const token = tokens.find(({ certificates }) => certificates.some(({ sha256 }) => sha256 === certificate));
  switch (action) {
    case 'later':
      return null;
    case 'resume':
      if (kind === 'accompaniment' && about !== null) return ['accompany', { id: about }];
      return (token === undefined ? null : destinationOf(token)) ?? ['home', {}];
    case 'renew':
    case 'updateNow':
    case 'bidAdvice':
    case 'showReason':
      return (token === undefined ? null : destinationOf(token)) ?? ['home', {}];
    case 'offline':
      return ['help', { part: 'office' }];
    case 'contact':
      return ['help', { part: 'contact' }];
    case 'unlock':
      return ['keys', { show: 'unlock' }];
    case 'view':
      return ['keys', token === undefined || certificate === null ? {} : { token: token.id, certificate }];
  }
}
