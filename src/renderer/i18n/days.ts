import { dayOfTime } from '../../core/notice/calendar.ts';

const BEIJING = 480;

/** `2026-12-02`: the day in Beijing, wherever the computer is. */
export function beijingDay(iso: string): string {
  return dayOfTime(Date.parse(iso), BEIJING);
}

/** `2026-12-02 09:30` in Beijing. */
export function beijingMinute(iso: string): string {
  const shifted = new Date(Date.parse(iso) + BEIJING * 60_000).toISOString();
  return `${shifted.slice(0, 10)} ${shifted.slice(11, 16)}`;
}
