import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../contract/gateway.ts';
import { refusalError } from './gateway-refusal.ts';

const order = { id: 'O-1', kind: 'renew', state: 'approved' } as const;

describe('a refusal of the CA', () => {
  it('means the same for an order that is named by the call or by the answer', () => {
    const meant = REFUSALS.map((reason) => refusalError({ reason, text: '原因' }, 'O-1').code);
    const named = REFUSALS.map((reason) => refusalError({ reason, text: '原因', order }, undefined).code);
    expect([meant, named]).toEqual([
      [
        'gateway.refused',
        'gateway.loginRefused',
        'gateway.loginRefused',
        'gateway.refused',
        'gateway.refused',
        'order.notFound',
        'gateway.refused',
        'order.conflict',
        'order.unpaid',
        'order.inReview',
        'order.rejected',
        'order.frozen',
        'gateway.refused',
        'gateway.refused',
        'gateway.refused',
      ],
      meant,
    ]);
  });

  it.each([
    ['rejected', { code: 'order.rejected', orderId: 'O-1', text: '原因' }],
    ['conflict', { code: 'order.conflict', orderId: 'O-1', state: 'approved' }],
    ['closedForHolidays', { code: 'gateway.refused', reason: 'closedForHolidays', text: '原因' }],
  ])('%s keeps what the CA said', (reason, error) => {
    expect(refusalError({ reason, text: '原因', order }, undefined)).toEqual(error);
  });

  it('about no order is shown in the words of the CA', () => {
    expect(refusalError({ reason: 'notFound', text: '没有这个地址。' }, undefined)).toEqual({
      code: 'gateway.refused',
      reason: 'notFound',
      text: '没有这个地址。',
    });
  });
});
