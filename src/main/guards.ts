// What no page may do, whoever got into it: no permission, no device, no other page, no second window, no download
// but a file our own page made.

import { isOwnPage } from './app-page.ts';
import type { ContentsPart, Navigation, SessionPart } from './electron-parts.ts';

export function guardSession(session: SessionPart): void {
  // Electron grants what nobody refuses. Copying works without: it follows a click.
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event, item) => {
    if (!isOwnFile(item.getURL())) event.preventDefault();
  });
}

/** @param onRefused for the log: what was wanted, without the address, which may say something of the person */
export function guardContents(contents: ContentsPart, onRefused: (what: string) => void): void {
  const stay = (event: Navigation): void => {
    // A reload, also of a page that was scrolled to a part of itself.
    if (isOwnPage(event.url) && isOwnPage(contents.getURL())) return;
    event.preventDefault();
    onRefused('navigation');
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', (event) => {
    event.preventDefault();
    onRefused('redirect');
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
    onRefused('webview');
  });
  contents.setWindowOpenHandler(() => {
    onRefused('window');
    return { action: 'deny' };
  });
}

/** `blob:` and the address of the page that made it (File API §8.2). */
function isOwnFile(address: string): boolean {
  return address.startsWith('blob:') && isOwnPage(address.slice('blob:'.length));
}
