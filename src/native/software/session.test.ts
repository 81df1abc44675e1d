import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import {
  createSoftwareKeyBench,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
} from '../../../test/support/software-key.ts';
import { err, ok } from '../../core/errors/result.ts';
import { createSession } from './session.ts';

const bench = await createSoftwareKeyBench();

afterAll(() => bench.dispose());

it('calls a stick that is pulled in the middle of a change removed, and the key on it is as it was', async () => {
  const path = bench.fresh();
  const stick = dirname(path);
  const session = createSession(path);
  valueOf(await session.login(bench.token, secret(PIN), NOT_LAST));
  const before = valueOf(await session.read(bench.token));
  const changed = await session.change(bench.token, 'follow', (content) => {
    renameSync(stick, `${stick}.pulled`);
    return ok(content);
  });
  renameSync(`${stick}.pulled`, stick);
  expect([changed, valueOf(await session.read(bench.token))]).toEqual([
    err({ code: 'token.removed' }),
    before,
  ]);
});
