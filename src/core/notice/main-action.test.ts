import { describe, expect, it } from 'vitest';
import { mainAction, type HeldCertificate, type OpenOrder } from './main-action.ts';

const OLD = 'aa'.repeat(32);
const held = (change: Partial<HeldCertificate> = {}): HeldCertificate => ({
  sha256: OLD,
  daysLeft: 12,
  lastDay: '2026-12-02',
  hasEnded: false,
  isWithdrawn: false,
  rules: { daysBefore: 90, expired: 'allowed' },
  hasGateway: true,
  ...change,
});
const order = (state: OpenOrder['state'], renewal: string | null = '1'): OpenOrder => ({
  renewal,
  order: '7',
  certificate: OLD,
  state,
});

describe('the one button of a key', () => {
  it.each<readonly [string, readonly HeldCertificate[], readonly OpenOrder[], string]>([
    ['renews in the window', [held()], [], 'renew'],
    ['accompanies where the CA has only a page', [held({ hasGateway: false })], [], 'accompany'],
    ['does nothing before the window', [held({ daysLeft: 200, lastDay: '2027-06-08' })], [], 'none'],
    ['sends to the CA one that was revoked or frozen', [held({ isWithdrawn: true })], [], 'contact'],
    ['renews an expired one where the CA does', [held({ hasEnded: true, daysLeft: -3 })], [], 'renew'],
    [
      'sends to the counter where the CA refuses expired ones',
      [held({ hasEnded: true, daysLeft: -3, rules: { daysBefore: 90, expired: 'refused' } })],
      [],
      'offline',
    ],
    [
      'sends to the CA where its manual does not say',
      [held({ hasEnded: true, daysLeft: -3, rules: { daysBefore: null, expired: 'caDecides' } })],
      [],
      'contact',
    ],
    ['writes what is ready', [held()], [order('inReview'), order('approved', '2')], 'updateNow'],
    ['writes what was ordered elsewhere', [held()], [order('issued', null)], 'updateNow'],
    ['goes on with what is under way', [held()], [order('unpaid')], 'resume'],
    ['goes on with what has no order yet', [held()], [order(null)], 'resume'],
    ['does not go on with what began elsewhere', [held()], [order('inReview', null)], 'renew'],
    ['does nothing with an empty key', [], [], 'none'],
  ])('%s', (_name, certificates, orders, kind) => {
    expect(mainAction(certificates, orders).kind).toBe(kind);
  });

  it('says from when a certificate can be renewed, also where the manual does not', () => {
    const rules = { daysBefore: null, expired: 'caDecides' } as const;
    expect(mainAction([held({ daysLeft: 200, lastDay: '2027-06-08', rules })], [])).toEqual({
      kind: 'none',
      from: '2027-03-10',
    });
  });

  it('is for the certificate that ends first', () => {
    const other = held({ sha256: 'bb'.repeat(32), daysLeft: 3 });
    expect(mainAction([held(), other], [])).toEqual({ kind: 'renew', certificate: other.sha256 });
  });
});
