import type { Router } from '../../contract/router.ts';
import type { Log } from '../adapters/log.ts';

/** What the page asks for again and again, and what changes nothing. */
const LOOKING = /\.(read|list|show|look|refresh|lastTests|record|plan|cancel)$/;
/** A page may send any name. */
const LONGEST_NAME = 40;

/** What was done in the window, and what failed with which code of which driver, for the report's timeline. */
export function logCalls(router: Router, log: Log): Router {
  return async (method, input) => {
    const answer = await router(method, input);
    const call = String(method).slice(0, LONGEST_NAME);
    if (!answer.ok) log.write('info', 'call.failed', { call, error: answer.error });
    else if (!LOOKING.test(call)) log.write('info', 'call.ended', { call });
    return answer;
  };
}
