import { describe, expect, it } from 'vitest';
import { PALETTES, type Palette } from './palette.ts';

/** WCAG 2.2 §1.4.3. */
function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const TEXTS: readonly (readonly [keyof Palette, keyof Palette])[] = [
  ['ink', 'background'],
  ['ink', 'panel'],
  ['ink', 'problemSoft'],
  ['muted', 'background'],
  ['muted', 'panel'],
  ['primary', 'panel'],
  ['primary', 'primarySoft'],
  ['onPrimary', 'primary'],
  ['onPrimary', 'primaryHover'],
  ['ok', 'okSoft'],
  ['warning', 'warningSoft'],
  ['warning', 'panel'],
  ['problem', 'problemSoft'],
  ['problem', 'panel'],
];

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const palette = PALETTES[scheme];

  it.each(TEXTS)('%s can be read on %s', (text, ground) => {
    expect(contrast(palette[text], palette[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it('fields have an edge that is seen', () => {
    expect(contrast(palette.edge, palette.panel)).toBeGreaterThanOrEqual(3);
  });
});
