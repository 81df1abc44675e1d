// Days as people count them. Whoever calls says which day it is where the person sits; no time zone is known here.

/** A day on the person's calendar, `2026-12-02`. */
export type CalendarDay = string;

const DAY = 86_400_000;

/** Days from one to the other; negative when `to` is earlier. */
export function daysBetween(from: CalendarDay, to: CalendarDay): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / DAY);
}

export function addDays(day: CalendarDay, days: number): CalendarDay {
  return new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10);
}

/** `minutesEast` of UTC as the person's clock has it at that time, 480 in China. */
export function dayOfTime(time: number, minutesEast: number): CalendarDay {
  return new Date(time + minutesEast * 60_000).toISOString().slice(0, 10);
}
