/** How a portal wants a serial number typed. */
export interface SerialFormat {
  readonly letters: 'upper' | 'lower';
  /** `strip`: without zeros in front; `keep`: two digits for every byte. */
  readonly leadingZeros: 'keep' | 'strip';
  /** Between bytes, for example a space; null: nothing. */
  readonly separator: string | null;
}

/** @param serial even-length hex, as certificates are listed */
export function portalSerial(serial: string, format: SerialFormat): string {
  const stripped = format.leadingZeros === 'strip' ? serial.replace(/^0+(?=.)/, '') : serial;
  const cased = format.letters === 'upper' ? stripped.toUpperCase() : stripped.toLowerCase();
  if (format.separator === null) return cased;
  // Bytes are counted from the end, so that a stripped zero shortens the first one.
  return cased.replace(/\B(?=(?:..)+$)/g, format.separator);
}
