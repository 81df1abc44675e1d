import { describe, expect, it } from 'vitest';
import { fakeContents, fakeSession, preventable } from '../../test/support/fake-electron.ts';
import { guardContents, guardSession } from './guards.ts';

const OWN = 'app://assistant/#/home';

describe('a page in the window', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'hid',
    'usb',
    'serial',
    'clipboard-read',
    'openExternal',
  ])('gets no permission: %s', (permission) => {
    const session = fakeSession();
    guardSession(session);
    expect(session.grants(permission)).toEqual([false, false, false]);
  });

  it.each<[string, boolean]>([
    ['blob:app://assistant/6c5d', false],
    ['blob:https://evil.example/6c5d', true],
    ['https://evil.example/setup.exe', true],
    ['data:text/plain,x', true],
  ])('may save what it made itself and nothing else: %s', (address, isPrevented) => {
    const session = fakeSession();
    guardSession(session);
    const event = preventable();
    session.emit('will-download', event, { getURL: () => address });
    expect(event.isPrevented).toBe(isPrevented);
  });

  function visit(event: string, url: string, from = OWN) {
    const refused: string[] = [];
    const contents = fakeContents(from);
    guardContents(contents, (what) => refused.push(what));
    const navigation = preventable({ url });
    contents.emit(event, navigation);
    return { isPrevented: navigation.isPrevented, refused };
  }

  it.each(['https://evil.example/', 'app://evil/', 'file:///etc/passwd', 'javascript:alert(1)'])(
    'stays where it is instead of going to %s',
    (url) => {
      const stays = { isPrevented: true, refused: ['navigation'] };
      expect([visit('will-navigate', url), visit('will-frame-navigate', url)]).toEqual([stays, stays]);
    },
  );

  it('may be loaded again', () => {
    expect(visit('will-navigate', 'app://assistant/')).toEqual({ isPrevented: false, refused: [] });
  });

  it('that is not ours does not become ours', () => {
    expect(visit('will-navigate', 'app://assistant/', 'https://evil.example/').isPrevented).toBe(true);
  });

  it('is never sent elsewhere by an answer, nor holds another page', () => {
    expect([visit('will-redirect', 'app://assistant/'), visit('will-attach-webview', '')]).toEqual([
      { isPrevented: true, refused: ['redirect'] },
      { isPrevented: true, refused: ['webview'] },
    ]);
  });

  it('opens no window, not even with a page of ours', () => {
    const refused: string[] = [];
    const contents = fakeContents(OWN);
    guardContents(contents, (what) => refused.push(what));
    expect([contents.openWindow('https://evil.example/'), contents.openWindow(OWN), refused]).toEqual([
      { action: 'deny' },
      { action: 'deny' },
      ['window', 'window'],
    ]);
  });
});
