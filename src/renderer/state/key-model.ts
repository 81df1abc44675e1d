import type { TokenCard } from '../../contract/views/token-views.ts';

/** Manufacturer and model where the driver says, else the label. */
export function modelOf({ manufacturer, model, label }: TokenCard): string {
  const parts = [manufacturer, model].filter((part) => part.trim() !== '');
  return parts.length === 0 ? label : parts.join(' ');
}
