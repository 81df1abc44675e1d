// The use case of software keys, with a real host and the real token lock.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDataFolder } from '../../src/app/adapters/data-folder.ts';
import { silentLog } from '../../src/app/adapters/log.ts';
import { acquireTokenLock } from '../../src/app/adapters/token-lock.ts';
import { createSoftwareKeyService, type SoftwareKeyService } from '../../src/app/services/software-keys.ts';
import { hostSoftwareKey } from '../support/hosted.ts';
import {
  createSoftwareKeyBench,
  goodFile,
  NOT_LAST,
  PIN,
  secret,
  valueOf,
  type SoftwareKeyBench,
} from '../support/software-key.ts';

const CFCA = new URL('../fixtures/gm/gmsm/cfca-pkcs12-0.pem', import.meta.url).pathname;
const done = { ok: true, value: undefined };
const refused = (error: unknown) => ({ ok: false, error });

let bench: SoftwareKeyBench;
let service: SoftwareKeyService;
let lock: (token: string) => ReturnType<typeof acquireTokenLock>;
beforeAll(async () => {
  bench = await createSoftwareKeyBench();
  const folder = valueOf(await openDataFolder(join(bench.folder, 'data')));
  lock = (token) => acquireTokenLock(folder, token, silentLog);
  service = createSoftwareKeyService({ open: (keystore) => hostSoftwareKey(keystore), lock });
});
afterAll(() => bench.dispose());

describe('software keys', () => {
  it('are made, filled from a CFCA file, exported, copied, restored and removed', async () => {
    const folder = dirname(bench.fresh());
    const at = (name: string) => join(folder, name);
    const token = valueOf(await service.create(at('new.ukey'), '张三', secret(PIN), null));
    const options = { ...NOT_LAST, container: null };
    const taken = await service.importFrom(at('new.ukey'), CFCA, secret('123456'), secret(PIN), options);
    const [imported] = valueOf(taken);
    const key = { container: imported?.container ?? '', use: 'signing' } as const;
    const exported = await service.exportTo(
      at('new.ukey'),
      key,
      at('out.pfx'),
      secret('12345678'),
      secret(PIN),
      NOT_LAST,
    );
    expect(exported).toEqual(done);
    expect([readFileSync(at('out.pfx'))[0], statSync(at('out.pfx')).mode & 0o777]).toEqual([0x30, 0o600]);
    expect(await service.backUp(at('new.ukey'), at('copy.ukey'))).toEqual(done);
    expect(await service.remove(at('new.ukey'))).toEqual(done);
    expect(existsSync(at('new.ukey'))).toBe(false);
    expect(await service.restore(at('new.ukey'), at('copy.ukey'))).toEqual({ ok: true, value: token });
    expect(goodFile(at('new.ukey')).containers).toMatchObject([{ id: key.container }]);
  });

  it('never overwrite a file with an export', async () => {
    const path = bench.fresh();
    const target = `${path}.pfx`;
    writeFileSync(target, 'years of work');
    const [password, pin] = [secret('12345678'), secret(PIN)];
    const answer = await service.exportTo(
      path,
      { container: 'a1', use: 'signing' },
      target,
      password,
      pin,
      NOT_LAST,
    );
    expect(answer).toEqual(refused({ code: 'file.exists', path: target }));
    expect([...password, ...pin].every((byte) => byte === 0)).toBe(true);
  });

  it.each<[string, (path: string) => string, object]>([
    ['is not there', (path) => `${path}.none`, { code: 'file.missing' }],
    ['is a folder', (path) => dirname(path), { code: 'file.unreadable' }],
    ['is no key file', (path) => path, { code: 'keyFile.invalid' }],
  ])('refuse an import whose file %s', async (_name, file, error) => {
    const path = bench.fresh();
    const options = { ...NOT_LAST, container: null };
    const answer = await service.importFrom(path, file(path), secret('123456'), secret(PIN), options);
    expect(answer).toMatchObject(refused(error));
  });

  it('refuse a relative path, and leave no secret behind', async () => {
    const pin = secret(PIN);
    expect(await service.create('key.ukey', 'x', pin, null)).toEqual(
      refused({ code: 'driver.relativePath', module: 'key.ukey' }),
    );
    expect(pin).toEqual(new Uint8Array(PIN.length));
  });

  it('wait for nobody: a key in use elsewhere is not removed', async () => {
    const path = bench.fresh();
    const held = valueOf(await lock(bench.token));
    expect(await service.remove(path)).toEqual(refused({ code: 'token.busy', pid: process.pid }));
    await held.release();
    expect(await service.remove(path)).toEqual(done);
  });
});
