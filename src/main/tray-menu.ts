// The icon beside the clock, and what it offers.

import { text, type Locale } from '../contract/text.ts';
import type { MenuItem, TrayPart } from './electron-parts.ts';

export interface TrayActions {
  open(): void;
  /** Looks at what is plugged in. */
  look(): void;
  setPractice(isOn: boolean): void;
  quit(): void;
}

export interface TrayMenu {
  /** In the words of the language, with what is the case. */
  update(locale: Locale, isPractice: boolean): void;
}

export function createTrayMenu(tray: TrayPart, actions: TrayActions): TrayMenu {
  tray.on('click', actions.open);
  return {
    update(locale, isPractice) {
      const title = text('shell.title', {}, locale);
      tray.setToolTip(isPractice ? `${title} · ${text('shell.tray.practice', {}, locale)}` : title);
      tray.setMenu(trayItems(locale, isPractice, actions));
    },
  };
}

function trayItems(locale: Locale, isPractice: boolean, actions: TrayActions): readonly MenuItem[] {
  return [
    { label: text('shell.tray.open', {}, locale), click: actions.open },
    { label: text('shell.tray.look', {}, locale), click: actions.look },
    {
      label: text('shell.tray.practice', {}, locale),
      type: 'checkbox',
      checked: isPractice,
      click: () => actions.setPractice(!isPractice),
    },
    { type: 'separator' },
    { label: text('shell.tray.quit', {}, locale), click: actions.quit },
  ];
}

/** Never seen: it makes the keys for larger and smaller text work. */
export const KEYS_MENU: readonly MenuItem[] = [
  { role: 'zoomIn', accelerator: 'CommandOrControl+=' },
  { role: 'zoomIn', accelerator: 'CommandOrControl+Plus' },
  { role: 'zoomOut', accelerator: 'CommandOrControl+-' },
  { role: 'resetZoom', accelerator: 'CommandOrControl+0' },
];
