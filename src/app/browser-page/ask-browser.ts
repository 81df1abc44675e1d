// Opens a page of ours in the person's browser and hears what it found there, once. Two servers on free ports of the
// loopback, because portals and the services they ask are two: one serves the page, the other is what it tries to
// read. Both end with the answer, with the page, or with time.

import type { AppError } from '../../core/errors/codes.ts';
import type { BrowserProbe, BrowserSight, PageQuestion } from '../../core/environment/browser-page.ts';
import type { Obstacle } from '../../core/environment/probed.ts';
import type { BrowserMode } from '../../core/profile/guidance.ts';
import { err, type Result } from '../../core/errors/result.ts';
import type { OpenedPage } from '../adapters/portal-browser.ts';
import { openLoopback, type LoopbackOptions, type LoopbackServer } from '../loopback/loopback-server.ts';
import { pageRoutes } from './page-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { createVisit } from './visit.ts';

export interface BrowserPageDeps {
  /** The script of the page, absolute. */
  readonly script: string;
  openPage(
    address: string,
    modes: readonly BrowserMode[],
  ): Promise<Result<OpenedPage, AppError<'portal.notOpened'>>>;
  /** Cryptographically strong. */
  random(bytes: number): Uint8Array;
  /** Ends the waiting: a person may have to switch the browser to another mode first. */
  limit(): AbortSignal;
  readonly reportBug: LoopbackOptions['reportBug'];
}

/** The page still has to be told that it was heard. */
const GRACE_MS = 300;

/** @param signal of who asks */
export function createBrowserProbe(deps: BrowserPageDeps, signal: AbortSignal): BrowserProbe {
  return { show: (question) => show(question, deps, AbortSignal.any([signal, deps.limit()])) };
}

async function show(
  question: PageQuestion,
  deps: BrowserPageDeps,
  over: AbortSignal,
): Promise<Result<BrowserSight, Obstacle>> {
  const secret = () => Buffer.from(deps.random(32)).toString('base64url');
  const [token, proof] = [secret(), secret()];
  const visit = createVisit(over);
  const { certificate } = question;
  const servers: LoopbackServer[] = [];
  const serve = async (routes: LoopbackOptions['routes']): Promise<LoopbackServer | null> => {
    const { reportBug } = deps;
    const opened = await openLoopback({ ports: [0], routes, reportBug, elapsed: () => performance.now() });
    if (!opened.ok) return null;
    servers.push(opened.value);
    return opened.value;
  };
  try {
    let opening: Promise<OpenedPage | null> = Promise.resolve(null);
    const pageOrigin = () => servers[1]?.origin ?? '';
    const service = await serve(serviceRoutes({ token, pageOrigin, content: { proof, ...certificate } }));
    if (service === null) return err({ reason: 'unavailable', what: '127.0.0.1' });
    const { script } = deps;
    const page = await serve(
      pageRoutes({ token, proof, script, question, visit, service: service.origin, opened: () => opening }),
    );
    if (page === null) return err({ reason: 'unavailable', what: '127.0.0.1' });
    const opened = deps.openPage(`${page.origin}/#${token}`, question.modes);
    opening = opened.then((found) => (found.ok ? found.value : null));
    if ((await opening) === null) return err({ reason: 'unavailable', what: 'noBrowser' });
    const answer = await visit.answer;
    if (answer.ok) await new Promise((resolve) => setTimeout(resolve, GRACE_MS));
    return answer;
  } finally {
    await Promise.all(servers.map((server) => server.close()));
  }
}
