// The gate between a face and the application: unknown names and bad input stop here, a bug becomes an error with
// an incident, and an answer that does not fit its schema is a bug too.

import type { AppError } from '../core/errors/codes.ts';
import { err } from '../core/errors/result.ts';
import { METHODS, type Answer, type Handlers, type MethodName } from './methods.ts';

export type Router = (method: unknown, input: unknown) => Promise<Answer<unknown>>;

export interface RouterOptions {
  readonly handlers: Handlers;
  /** Logs what was thrown and answers the id it is found by. */
  reportBug(method: string, thrown: unknown): string;
}

export function createRouter({ handlers, reportBug }: RouterOptions): Router {
  return async (method, input) => {
    if (!isMethod(method)) return err(invalid('method'));
    const { input: schema, output } = METHODS[method];
    const request = schema.safeParse(input);
    if (!request.success) {
      const [issue] = request.error.issues;
      return err(invalid(`${method} ${issue?.path.map(String).join('.') ?? ''}`.trim()));
    }
    try {
      const handle = handlers[method] as (request: unknown) => Promise<Answer<unknown>>;
      const answer = await handle(request.data);
      return answer.ok ? { ok: true, value: output.parse(answer.value) } : answer;
    } catch (thrown) {
      return err({ code: 'internal.unexpected', incident: reportBug(method, thrown) });
    }
  };
}

function isMethod(name: unknown): name is MethodName {
  return typeof name === 'string' && Object.hasOwn(METHODS, name);
}

/** Names the field and never its value, which may be a secret. */
function invalid(reason: string): AppError<'request.invalid'> {
  return { code: 'request.invalid', reason };
}
