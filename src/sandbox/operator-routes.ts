// The operator's calls over HTTP, for commands in other processes: a token from a file that only the owner of
// the folder can read.

import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { AppError } from '../core/errors/codes.ts';
import type { Result } from '../core/errors/result.ts';
import { OPERATOR_CALLS, type OperatorCall } from './operator-calls.ts';
import { sendRefusal } from './http-guard.ts';

export const OPERATOR_PATH = '/operator/v1/';

/** Runs a call whose input is not checked yet. */
export type OperatorRun = (call: OperatorCall, input: unknown) => Promise<Result<unknown, AppError>>;

export function addOperatorRoutes(app: FastifyInstance, token: string, run: OperatorRun): void {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(`Bearer ${token}`);
  for (const call of Object.keys(OPERATOR_CALLS) as OperatorCall[]) {
    app.post(OPERATOR_PATH + call, async (request, reply) => {
      if (!timingSafeEqual(digest(request.headers.authorization ?? ''), expected))
        return sendRefusal(reply, { reason: 'loginRefused', text: '操作口令不正确。' });
      return run(call, request.body ?? {});
    });
  }
}
