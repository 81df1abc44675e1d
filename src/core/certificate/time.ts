import { encode, malformed, TAG, type DerElement } from './der.ts';
import { encodeUtf8 } from './text.ts';

const UTC_TIME = /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?Z$/;
const GENERALIZED_TIME = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** Epoch milliseconds of a UTCTime or GeneralizedTime (RFC 5280 §4.1.2.5; seconds may be missing in UTCTime). */
export function readTime(element: DerElement | undefined): number {
  if (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime) return malformed('time missing');
  const text = String.fromCharCode(...element.content.subarray(0, 20));
  const match = (element.tag === TAG.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (match === null) return malformed('time not in UTC form');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? '0'));
  const fullYear = element.tag === TAG.generalizedTime ? year : year < 50 ? 2000 + year : 1900 + year;
  const date = new Date(0);
  date.setUTCFullYear(fullYear, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (
    date.getUTCMonth() !== month - 1 ||
    date.getUTCDate() !== day ||
    hour > 23 ||
    minute > 59 ||
    second > 59
  )
    return malformed('no such time');
  return date.getTime();
}

/** UTCTime to 2049, GeneralizedTime from 2050 on; whole seconds. */
export function encodeTime(time: number): Uint8Array {
  const date = new Date(time);
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  const isShort = date.getUTCFullYear() >= 1950 && date.getUTCFullYear() < 2050;
  return isShort
    ? encode(TAG.utcTime, encodeUtf8(digits.slice(2)))
    : encode(TAG.generalizedTime, encodeUtf8(digits));
}

/** ISO 8601 in UTC with whole seconds, as certificates carry it: `2026-11-20T00:00:00Z`. */
export function formatTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
}
