import { renderUnicodeCompact } from 'uqr';

/** A QR code in block characters, dark on light whatever the terminal's colours are. */
export function paymentQr(payload: string): string {
  return renderUnicodeCompact(payload, { border: 2 });
}
