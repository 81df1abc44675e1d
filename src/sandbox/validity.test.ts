import { describe, expect, it } from 'vitest';
import { beijingDay, opensAt, validityOf } from './validity.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (time: number) => new Date(time).toISOString();

describe('the validity of a renewed certificate', () => {
  it.each([
    ['2026-12-02T09:30:00Z', '2027-12-02T09:30:00.000Z'],
    ['2028-02-29T12:00:00Z', '2029-02-28T12:00:00.000Z'],
    ['2027-02-28T23:59:59Z', '2028-02-28T23:59:59.000Z'],
  ])('ends a year after %s', (oldEnd, end) => {
    const settings = { validity: { rule: 'oldEndPlusOneYear' }, notBeforeDays: 0 } as const;
    const { notAfter } = validityOf(settings, at(oldEnd), at('2026-11-20T00:00:00Z'));
    expect(iso(notAfter)).toBe(end);
  });

  it('begins in a whole second, some days ahead where the CA does so', () => {
    const settings = { validity: { rule: 'fromIssue', days: 10 }, notBeforeDays: 2 } as const;
    const { notBefore, notAfter } = validityOf(settings, null, at('2026-11-20T08:00:00.750Z'));
    expect([iso(notBefore), iso(notAfter)]).toEqual(['2026-11-22T08:00:00.000Z', '2026-11-30T08:00:00.000Z']);
  });
});

describe('the day on which renewal opens', () => {
  it.each([
    ['2026-12-31T15:59:59Z', '2026-12-01'],
    ['2026-12-31T16:00:00Z', '2026-12-02'],
  ])('for an end at %s, 30 days before, is %s in Beijing, from midnight', (end, day) => {
    const opens = opensAt(at(end), 30);
    expect([beijingDay(opens), beijingDay(opens - 1) < day]).toEqual([day, true]);
  });
});
