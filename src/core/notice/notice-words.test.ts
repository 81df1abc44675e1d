import { describe, expect, it } from 'vitest';
import en from '../../../resources/locales/en.json' with { type: 'json' };
import zhCn from '../../../resources/locales/zh-CN.json' with { type: 'json' };
import { bidAdvice, type BidAdvice, type BidUpload } from './bid-advice.ts';
import { dayOfTime, daysBetween } from './calendar.ts';
import { eventNotice, type NoticeEvent } from './event-notice.ts';
import type { NoticeAction, NoticeText } from './notice.ts';

// A text, an action or an advice without a sentence does not compile.
const TEXTS: Readonly<Record<NoticeText, unknown>> = zhCn.notice;
const ACTIONS: Readonly<Record<`action.${NoticeAction}` | `advice.${BidAdvice}`, unknown>> = zhCn.notice;

it('every notice, button and advice has its words in both languages', () => {
  expect(TEXTS).toBe(ACTIONS);
  expect(Object.keys(en.notice)).toEqual(Object.keys(zhCn.notice));
});

describe('what to do about a bid', () => {
  const opening = Date.parse('2026-12-01T01:00:00Z');

  it.each([
    [1, 'notUploaded', 'renewAfterOpening'],
    [1, 'cannotRedo', 'renewAfterOpening'],
    [0, 'notUploaded', 'renewFirst'],
    [-1, 'notUploaded', 'renewFirst'],
    [-1, 'canRedo', 'renewAndRedo'],
    [-1, 'cannotRedo', 'keepKeyFile'],
  ] as [number, BidUpload, BidAdvice][])(
    'with a certificate that ends %i s after the opening, bid %s: %s',
    (seconds, uploaded, expected) => {
      expect(bidAdvice({ notAfter: opening + seconds * 1000, opening, uploaded })).toBe(expected);
    },
  );

  it('is never that an old encrypted bid will open', () => {
    expect(JSON.stringify(zhCn.notice)).not.toMatch(/旧标书.*能.*解|一定能|保证/);
  });
});

describe('what is said as it happens', () => {
  it.each([
    [{ type: 'tokenInserted', commonName: '张三' }, 'tokenInserted', { commonName: '张三' }, ['view']],
    [{ type: 'tokenRemoved', tokenLabel: '主锁' }, 'tokenRemoved', { tokenLabel: '主锁' }, []],
    [{ type: 'pinIncorrect', attemptsLeft: 3 }, 'pinAttempts', { attemptsLeft: 3 }, ['unlock']],
    [{ type: 'pinIncorrect', attemptsLeft: 0 }, 'pinLocked', {}, ['unlock']],
    [
      { type: 'accompaniment', id: 'ab', certificate: null, tokenLabel: '主锁', state: 'written' },
      'accompanimentWritten',
      { tokenLabel: '主锁' },
      ['resume'],
    ],
    [
      { type: 'statusChanged', certificate: 'aa', commonName: '张三', status: 'frozen' },
      'certificateFrozen',
      { commonName: '张三' },
      ['view'],
    ],
    [
      { type: 'renewalDone', certificate: 'aa', commonName: '张三', day: '2027-12-31' },
      'renewalDone',
      { commonName: '张三', day: '2027-12-31' },
      ['view'],
    ],
  ] as [NoticeEvent, string, object, string[]][])('%j', (event, text, parameters, actions) => {
    const notice = eventNotice(event);
    expect([notice?.text, notice?.parameters, notice?.actions]).toEqual([text, parameters, actions]);
  });

  it('is nothing where the driver does not say how many tries are left', () => {
    expect(eventNotice({ type: 'pinIncorrect', attemptsLeft: null })).toBeNull();
  });
});

describe('days on the person’s calendar', () => {
  it.each([
    ['2026-12-31T16:00:00Z', 480, '2027-01-01'],
    ['2026-12-31T15:59:59Z', 480, '2026-12-31'],
    ['2026-12-31T02:00:00Z', -300, '2026-12-30'],
  ])('%s is at %i minutes east the %s', (time, minutesEast, day) => {
    expect(dayOfTime(Date.parse(time), minutesEast)).toBe(day);
  });

  it('are counted across a change of the clocks and a leap day', () => {
    expect([daysBetween('2028-02-28', '2028-03-01'), daysBetween('2026-12-02', '2026-12-01')]).toEqual([
      2, -1,
    ]);
  });
});
