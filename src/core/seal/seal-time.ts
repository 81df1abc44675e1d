// Times as seals and their signatures carry them. Products write local time where the standards want UTC, so a
// time remembers whether its zone can be relied on.

import { malformed, TAG, type DerElement } from '../certificate/der.ts';
import { decodeString } from '../certificate/text.ts';

export interface SealTime {
  /** Epoch milliseconds. */
  readonly time: number;
  /** No zone was written; Beijing time was assumed. */
  readonly isLocal: boolean;
}

const HOUR = 3_600_000;
/** China's offset, and the size of the usual mistake. */
export const ZONE_DOUBT = 8 * HOUR;

// Digits with optional separators, fraction and zone: 20210601100002Z, 2021-06-01 10:00:02.123+08:00
const PATTERN =
  /^(\d{4})[-/]?(\d{2})[-/]?(\d{2})[ T]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s?(Z|[+-]\d{2}:?(?:\d{2})?)?$/;
const MAX_LENGTH = 40;

/** null: no time that exists. */
export function readTimeText(text: string): SealTime | null {
  const match = text.length > MAX_LENGTH ? null : PATTERN.exec(text.trim());
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part: string | undefined) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  const zone = match[7];
  return { time: date.getTime() - offsetOf(zone), isLocal: zone === undefined };
}

function offsetOf(zone: string | undefined): number {
  if (zone === undefined) return ZONE_DOUBT;
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2) || 0);
  return (zone.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/** A UTCTime or GeneralizedTime in any of its forms. */
export function readSealTime(element: DerElement | undefined): SealTime {
  if (element?.tag !== TAG.utcTime && element?.tag !== TAG.generalizedTime) return malformed('time missing');
  return timeOf(element.content, element.tag === TAG.utcTime) ?? malformed('no such time');
}

/**
 * Time of a GM/T 0031-2014 signature: the BIT STRING holds text, a DER time, or a time stamp token, whose own
 * time is read elsewhere (null).
 */
export function readTimeInfo(content: Uint8Array): SealTime | null {
  const [tag, length] = content;
  const isDerTime = (tag === TAG.utcTime || tag === TAG.generalizedTime) && length === content.length - 2;
  return isDerTime ? timeOf(content.subarray(2), tag === TAG.utcTime) : timeOf(content, false);
}

/** Years of two digits are those of UTCTime (RFC 5280 §4.1.2.5.1). */
function timeOf(content: Uint8Array, hasShortYear: boolean): SealTime | null {
  const text = content.length > MAX_LENGTH ? null : decodeString(TAG.utf8String, content);
  if (text === null) return null;
  const century = !hasShortYear ? '' : Number(text.slice(0, 2)) < 50 ? '20' : '19';
  return readTimeText(century + text);
}
