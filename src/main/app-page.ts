// The page under a scheme of its own. `app:` is neither `file:` nor a web address, so that nothing else on this
// computer or on the net can be taken for it. The files and their headers are those of the browser shell.

import type { PageFiles } from '../app/loopback/page-files.ts';
import type { Scheme } from './electron-parts.ts';

const PROTOCOL = 'app:';
const HOST = 'assistant';

export const PAGE_ADDRESS = `${PROTOCOL}//${HOST}/`;

/** For `protocol.registerSchemesAsPrivileged`, before the app is ready. */
export const PAGE_SCHEME: Scheme = {
  scheme: 'app',
  privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true },
};

/** By protocol and host: the origin of such an address is the text `null` in Node, as it is for `file:`. */
export function isOwnPage(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url?.protocol === PROTOCOL && url.host === HOST;
}

/** Answers GET for the files there are, and 404 to everything else. */
export function createPageHandler(pages: PageFiles): (request: Request) => Promise<Response> {
  return async ({ method, url }) => {
    const page = method === 'GET' && isOwnPage(url) ? await pages.read(new URL(url).pathname) : null;
    if (page === null) return new Response(null, { status: 404 });
    return new Response(Buffer.from(page.body), { headers: page.headers });
  };
}
