import { describe, expect, it } from 'vitest';
import { createFakeElectron, preventable } from '../../test/support/fake-electron.ts';
import { openPageWindow, type PageWindowOptions } from './page-window.ts';

function rig(more: Partial<PageWindowOptions> = {}) {
  const { parts, windows } = createFakeElectron();
  const kept: unknown[] = [];
  const crashes: string[] = [];
  const page = openPageWindow({
    ...{ parts, title: 'T', icon: '/icon.png', preload: '/out/preload.cjs' },
    place: { bounds: { x: 5, y: 5, width: 900, height: 700 }, isMaximized: false },
    memory: { keep: async (place) => void kept.push(place) },
    ...{ hasDevTools: false, isHidden: false },
    isEnding: () => false,
    onSessionEnd: (event) => event.preventDefault(),
    onCrash: (reason) => crashes.push(reason),
    ...more,
  });
  const [window] = windows;
  if (window === undefined) throw new Error('no window was opened');
  return { page, window, kept, crashes };
}

describe('the window', () => {
  it('shows our page in a sandbox without Node, where it was', () => {
    const { window } = rig();
    expect([window.options, window.webContents.address]).toEqual([
      {
        ...{ x: 5, y: 5, width: 900, height: 700, minWidth: 880, minHeight: 600 },
        ...{ show: false, title: 'T', icon: '/icon.png' },
        webPreferences: {
          preload: '/out/preload.cjs',
          sandbox: true,
          contextIsolation: true,
          nodeIntegration: false,
          nodeIntegrationInWorker: false,
          nodeIntegrationInSubFrames: false,
          webSecurity: true,
          webviewTag: false,
          spellcheck: false,
          devTools: false,
        },
      },
      'app://assistant/',
    ]);
  });

  it.each([
    [false, false, ['show', 'focus']],
    [false, true, ['maximize', 'show', 'focus']],
    [true, true, []],
  ])('started hidden (%s) and maximised before (%s) does %j', (isHidden, isMaximized, did) => {
    expect(rig({ isHidden, place: { bounds: null, isMaximized } }).window.did).toEqual(did);
  });

  it('that is closed stays in the tray, and its place is kept', () => {
    const { window, kept } = rig();
    const event = preventable();
    window.bounds = { x: 1.5, y: 2, width: 950, height: 650 };
    window.emit('close', event);
    expect([event.isPrevented, window.did.at(-1), kept]).toEqual([
      true,
      'hide',
      [{ bounds: { x: 2, y: 2, width: 950, height: 650 }, isMaximized: false }],
    ]);
  });

  it('closes when the program ends', () => {
    const { window } = rig({ isEnding: () => true });
    const event = preventable();
    window.emit('close', event);
    expect([event.isPrevented, window.did.includes('hide')]).toEqual([false, false]);
  });

  it('hands on that the session of the person ends', () => {
    const event = preventable();
    rig().window.emit('query-session-end', event);
    expect(event.isPrevented).toBe(true);
  });

  it('is loaded again when its process ends, but not for ever', () => {
    const { window, crashes } = rig();
    for (let time = 0; time < 5; time += 1) {
      window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    }
    expect([crashes.length, window.webContents.reloads.length]).toEqual([5, 3]);
  });

  it('is seen only in front', () => {
    const { page, window } = rig();
    const before = page.isSeen();
    window.isInFront = true;
    expect([before, page.isSeen()]).toEqual([false, true]);
  });
});
