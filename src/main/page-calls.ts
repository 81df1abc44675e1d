// The contract over Electron's IPC. A call is answered only to the top frame of our own page; everybody else gets
// nothing at all.

import type { ApplicationEvent } from '../contract/events.ts';
import type { Router } from '../contract/router.ts';
import { isOwnPage } from './app-page.ts';
import type { CallEvent, ContentsPart, IpcPart } from './electron-parts.ts';

/** @param router of the application, which may still be starting */
export function answerPage(ipc: IpcPart, router: () => Promise<Router>, onRefused: () => void): void {
  ipc.handle('call', async (event, method, input) => {
    if (isFromOwnPage(event)) return (await router())(method, input);
    onRefused();
    return null;
  });
}

function isFromOwnPage({ senderFrame }: CallEvent): boolean {
  return senderFrame !== null && senderFrame.parent === null && isOwnPage(senderFrame.url);
}

/** Not to a page that is gone, or not ours. */
export function tellPage(contents: ContentsPart, event: ApplicationEvent): void {
  if (!contents.isDestroyed() && isOwnPage(contents.getURL())) contents.send('event', event);
}
