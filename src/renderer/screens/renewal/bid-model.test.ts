import { describe, expect, it } from 'vitest';
import { asksUpload, judgeBid, namedOpening, openingTime, type BidState } from './bid-model.ts';

const END = Date.parse('2026-12-02T15:59:59Z');
const some = (opening: string, upload: BidState['upload'] = null): BidState => ({
  answer: 'some',
  opening,
  upload,
});

describe('the question about bids', () => {
  it.each([
    ['nothing is said before an answer', { answer: null, opening: '', upload: null }, 'incomplete'],
    ['no bid: nothing is in the way', { answer: 'none', opening: '', upload: null }, 'clear'],
    ['not sure: find out first', { answer: 'unsure', opening: '', upload: null }, 'findOut'],
    ['an opening without a time is not enough', some(''), 'incomplete'],
    [
      'the certificate outlives the opening: after the opening',
      some('2026-11-28 09:30'),
      'renewAfterOpening',
    ],
    ['it ends before the opening: whether uploaded is asked', some('2026-12-05 09:30'), 'incomplete'],
    ['not uploaded: renew first', some('2026-12-05 09:30', 'notUploaded'), 'renewFirst'],
    ['time to redo it: renew and redo', some('2026-12-05 09:30', 'canRedo'), 'renewAndRedo'],
    ['too late to redo: keep the key file', some('2026-12-05 09:30', 'cannotRedo'), 'keepKeyFile'],
  ] as const)('%s', (_title, state, verdict) => {
    expect(judgeBid(state, END)).toBe(verdict);
  });

  it('asks about the upload only when the certificate ends before the opening', () => {
    expect([asksUpload(some('2026-11-28 09:30'), END), asksUpload(some('2026-12-05 09:30'), END)]).toEqual([
      false,
      true,
    ]);
  });

  it('counts opening times in Beijing time and refuses what is none', () => {
    expect([openingTime('2026-11-28 09:30'), openingTime('2026-13-41 09:30'), openingTime('soon')]).toEqual([
      Date.parse('2026-11-28T01:30:00Z'),
      null,
      null,
    ]);
  });

  it('remembers an opening under certificate and time, so that saying it twice is one', () => {
    expect(namedOpening(some('2026-11-28 09:30'), 'ab', true)).toEqual({
      id: 'ab:2026-11-28T01:30:00.000Z',
      certificate: 'ab',
      at: '2026-11-28T01:30:00.000Z',
      uploaded: 'notUploaded',
      remindAfter: true,
    });
    expect(namedOpening({ answer: 'none', opening: '', upload: null }, 'ab', true)).toBe(null);
  });
});
