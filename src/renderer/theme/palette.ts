// The colours, light and dark. Everything that has a colour takes it from here: antd as tokens, our own styles as
// the custom properties `--background`, `--ok-soft` and so on.

export interface Palette {
  readonly background: string;
  readonly panel: string;
  readonly line: string;
  /** Edge of a field, a ring or a box to tick: 3:1 against the panel (WCAG 1.4.11). */
  readonly edge: string;
  readonly ink: string;
  readonly muted: string;
  readonly primary: string;
  /** A filled button under the pointer. */
  readonly primaryHover: string;
  readonly primarySoft: string;
  /** Text on a filled button. */
  readonly onPrimary: string;
  readonly ok: string;
  readonly okSoft: string;
  readonly warning: string;
  readonly warningSoft: string;
  readonly problem: string;
  readonly problemSoft: string;
  readonly seal: string;
  readonly shade: string;
}

export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    background: '#f3f5f9',
    panel: '#ffffff',
    line: '#e2e7f0',
    edge: '#8592a8',
    ink: '#1b2433',
    muted: '#5d6b82',
    primary: '#1557d6',
    primaryHover: '#1048b4',
    primarySoft: '#e9f0ff',
    onPrimary: '#ffffff',
    ok: '#14804a',
    okSoft: '#ecf8f1',
    warning: '#9a5b00',
    warningSoft: '#fff4e0',
    problem: '#b4232a',
    problemSoft: '#fdebec',
    seal: '#c8102e',
    shade: 'rgb(16 21 31 / 45%)',
  },
  dark: {
    background: '#10151f',
    panel: '#19212f',
    line: '#2a3548',
    edge: '#6c7b95',
    ink: '#e9eef8',
    muted: '#9aa8c0',
    primary: '#6b9bff',
    primaryHover: '#86adff',
    primarySoft: '#1d2b4a',
    onPrimary: '#10151f',
    ok: '#5fcf94',
    okSoft: '#153324',
    warning: '#f0b65a',
    warningSoft: '#3a2c12',
    problem: '#ff8a90',
    problemSoft: '#3d1c20',
    seal: '#c8102e',
    shade: 'rgb(0 0 0 / 60%)',
  },
};

export type Scheme = keyof typeof PALETTES;

/** Custom property of a colour: `okSoft` is `--ok-soft`. */
export function propertyOf(colour: string): string {
  return `--${colour.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
