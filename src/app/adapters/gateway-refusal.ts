import type * as z from 'zod';
import type { refusal } from '../../contract/gateway.ts';
import type { AppError } from '../../core/errors/codes.ts';

export type RefusalError = AppError<
  | 'gateway.refused'
  | 'gateway.loginRefused'
  | 'order.unpaid'
  | 'order.inReview'
  | 'order.rejected'
  | 'order.frozen'
  | 'order.notFound'
  | 'order.conflict'
>;

/**
 * What a gateway's refusal means. Reasons that are not ours stay the CA's own words.
 * @param asked order of the call, where it named one
 */
export function refusalError(
  { reason, text, order }: z.infer<typeof refusal>['error'],
  asked: unknown,
): RefusalError {
  const orderId = order?.id ?? (typeof asked === 'string' ? asked : null);
  switch (reason) {
    case 'loginRefused':
    case 'sessionExpired':
      return { code: 'gateway.loginRefused' };
    case 'unpaid':
    case 'inReview':
    case 'frozen':
      if (orderId !== null) return { code: `order.${reason}`, orderId };
      break;
    case 'notFound':
      if (orderId !== null) return { code: 'order.notFound', orderId };
      break;
    case 'rejected':
      if (orderId !== null) return { code: 'order.rejected', orderId, text };
      break;
    case 'conflict':
      return { code: 'order.conflict', orderId: orderId ?? '', state: order?.state ?? '' };
    default:
  }
  return { code: 'gateway.refused', reason, text };
}
