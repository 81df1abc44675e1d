// The window: one, made once. Closing it leaves the program in the tray with the page loaded, so that a notice
// finds it at once.

import type { ElectronParts, Preventable, WindowPart } from './electron-parts.ts';
import { PAGE_ADDRESS } from './app-page.ts';
import { fittingBounds, type PlaceMemory, type WindowPlace } from './window-place.ts';

export interface PageWindowOptions {
  readonly parts: Pick<ElectronParts, 'openWindow' | 'screens'>;
  readonly title: string;
  readonly icon: string;
  /** The built preload script. */
  readonly preload: string;
  readonly place: WindowPlace;
  readonly memory: Pick<PlaceMemory, 'keep'>;
  /** For developers only. */
  readonly hasDevTools: boolean;
  readonly isHidden: boolean;
  /** The program ends, so the window may. */
  isEnding(): boolean;
  onSessionEnd(event: Preventable): void;
  /** The page's process ended by itself; it is loaded again. */
  onCrash(reason: string): void;
}

export interface PageWindow {
  readonly contents: WindowPart['webContents'];
  /** In front of the others. */
  show(): void;
  /** The person looks at it. */
  isSeen(): boolean;
  /** For the next start. */
  keepPlace(): Promise<void>;
}

const LEAST_SIZE = { minWidth: 880, minHeight: 600 };
/** A page that cannot live is not loaded for ever. */
const MOST_RELOADS = 3;

export function openPageWindow(options: PageWindowOptions): PageWindow {
  const { parts, place, memory } = options;
  const window = parts.openWindow({
    ...fittingBounds(place, parts.screens()),
    ...LEAST_SIZE,
    show: false,
    title: options.title,
    icon: options.icon,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
      devTools: options.hasDevTools,
    },
  });
  // The menu is there for its keys.
  window.setMenuBarVisibility(false);
  let reloads = 0;

  window.on('close', (event) => {
    void keepPlace();
    if (options.isEnding()) return;
    event.preventDefault();
    window.hide();
  });
  window.on('query-session-end', options.onSessionEnd);
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    options.onCrash(reason);
    reloads += 1;
    if (reloads <= MOST_RELOADS && !options.isEnding()) window.webContents.reload();
  });
  void window.loadURL(PAGE_ADDRESS).catch((thrown: unknown) => options.onCrash(String(thrown)));
  if (place.isMaximized && !options.isHidden) window.maximize();

  function keepPlace(): Promise<void> {
    return memory.keep({ bounds: wholePixels(window), isMaximized: window.isMaximized() });
  }

  function show(): void {
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }
  if (!options.isHidden) show();

  return {
    contents: window.webContents,
    show,
    isSeen: () => window.isVisible() && window.isFocused(),
    keepPlace,
  };
}

function wholePixels(window: WindowPart): WindowPlace['bounds'] {
  const { x, y, width, height } = window.getNormalBounds();
  return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) };
}
