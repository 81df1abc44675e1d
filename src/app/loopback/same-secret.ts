import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares in a time that says nothing about where two secrets differ, nor about their lengths. */
export function isSameSecret(given: string | null, wanted: string): boolean {
  if (given === null) return false;
  return timingSafeEqual(digest(given), digest(wanted));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
