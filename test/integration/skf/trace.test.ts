// A record of a session shows nothing secret and can be played back in place of the library.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenProvider } from '../../../src/core/token/provider.ts';
import { openSkf } from '../../../src/native/skf/open.ts';
import { createSkfProvider } from '../../../src/native/skf/provider.ts';
import { parseRecord, replaySkfLibrary } from '../../../src/native/skf/replay.ts';
import { deliverEncryptionKey, type Delivery } from '../../support/key-centre.ts';
import { hostSkf } from '../../support/hosted-skf.ts';
import {
  buildName,
  buildSoftskf,
  createSoftskfBench,
  SOFTSKF_BUILDS,
  type SoftskfBench,
} from '../../support/softskf.ts';
import { pin, value } from './bench.ts';

const NOT_LAST = { acceptLastTry: false };
/** Long enough not to stand in a hash by chance. */
const CONTAINER = 'a1b2c3d4e5f60718';
const SECRET_CONTENT = Buffer.from('the price of our bid');
const CERTIFICATE = new Uint8Array(Buffer.from('certificate of 王小明 and his company'));

let bench: SoftskfBench;
let trace: string;

beforeEach(() => {
  bench = createSoftskfBench();
  trace = join(bench.home, '..', 'trace.jsonl');
  bench.addDevice('usb#6f3a', { serial: 'PERSONAL0001', label: '王小明' });
  bench.addApplication('usb#6f3a', 'GMAPP');
  Object.assign(process.env, bench.environment);
});
afterEach(() => {
  bench.control();
  bench.dispose();
});

/** Everything a renewal does; `delivery` is made once for the recorded key. */
async function session(provider: TokenProvider, delivered?: Delivery) {
  const [token] = value(await provider.listTokens());
  const id = token!.id;
  value(await provider.login(id, pin(), NOT_LAST));
  value(await provider.createContainer(id, CONTAINER));
  const key = value(await provider.generateKeyPair(id, CONTAINER, 'SM2', ''));
  const delivery = delivered ?? deliverEncryptionKey('SM2', key);
  const imported = await provider.importEncryptionKey(id, CONTAINER, delivery.envelope);
  value(await provider.writeCertificate(id, CONTAINER, 'signing', CERTIFICATE));
  const signature = value(await provider.sign(id, CONTAINER, 'SM3', Buffer.from('request')));
  const opened = await provider.decrypt(id, CONTAINER, 'encryption', delivery.message(SECRET_CONTENT));
  value(await provider.writeDataObject(id, 'seal of 王', Buffer.from('picture')));
  value(await provider.logout(id));
  return { delivery, answers: { key, imported, signature }, isOpened: opened.ok };
}

describe.each(SOFTSKF_BUILDS.map((build) => [buildName(build), build] as const))('%s', (_name, build) => {
  it('is recorded without PIN, keys, certificates, contents or names of people', async () => {
    const { provider, close } = value(await openSkf(buildSoftskf(build), trace));
    const { delivery } = await session(provider);
    close();
    const record = readFileSync(trace, 'latin1');
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const { envelope } = delivery;
    if (envelope.kind !== 'sm2') throw new Error('no SM2 envelope');
    const forbidden = ['12345678', 'PERSONAL0001', '王', 'usb#6f3a', CONTAINER, 'bid', 'seal of', 'picture'];
    const secrets = [
      ...forbidden.flatMap((text) => [text, Buffer.from(text).toString('latin1'), hex(Buffer.from(text))]),
      hex(envelope.encryptedPrivateKey),
      hex(envelope.wrappedKey.cipher),
      hex(CERTIFICATE),
      hex(SECRET_CONTENT),
    ];
    expect(secrets.filter((secret) => record.includes(secret))).toEqual([]);
    expect(record).toContain('GMAPP');
  });

  it('can be played back with the same answers', async () => {
    const { provider, close } = value(await openSkf(buildSoftskf(build), trace));
    // Lists, reads and signs: what a container is called comes from the lists, so pseudonyms do as well.
    value(await provider.listTokens());
    value(await provider.login('PERSONAL0001', pin(), NOT_LAST));
    value(await provider.createContainer('PERSONAL0001', CONTAINER));
    value(await provider.generateKeyPair('PERSONAL0001', CONTAINER, 'SM2', ''));
    value(await provider.logout('PERSONAL0001'));
    close();
    const before = readFileSync(trace, 'utf8').length;

    const again = value(await openSkf(buildSoftskf(build), trace));
    const work = async (provider: TokenProvider) => {
      const [token] = value(await provider.listTokens());
      value(await provider.login(token!.id, pin(), NOT_LAST));
      const [container] = value(await provider.listContainers(token!.id));
      const signed = await provider.sign(token!.id, container!.id, 'SM3', Buffer.from('x'));
      const opened = await provider.listDataObjects(token!.id);
      value(await provider.logout(token!.id));
      return { keys: container?.keys, signed, opened, pin: token?.pin };
    };
    const recorded = await work(again.provider);
    again.close();

    const library = replaySkfLibrary(parseRecord(readFileSync(trace, 'utf8').slice(before)));
    expect(await work(createSkfProvider('/replayed', library).provider)).toEqual(recorded);
    expect(library.remaining()).toBe(0);
    expect(recorded.signed.ok).toBe(true);
  });
});

it('names the first call that differs from the record', async () => {
  const { provider, close } = value(await openSkf(buildSoftskf(SOFTSKF_BUILDS[0]!), trace));
  value(await provider.listTokens());
  close();
  const library = replaySkfLibrary(parseRecord(readFileSync(trace, 'utf8')));
  expect(() => library.call('SKF_DisConnectDev', 1n)).toThrow(
    'call 1: recorded SKF_EnumDev, made SKF_DisConnectDev',
  );
});

it('ends with the call that crashed the library, and nobody else may read it', async () => {
  const provider = hostSkf(buildSoftskf(SOFTSKF_BUILDS[0]!), {
    start: { kind: 'skf', module: buildSoftskf(SOFTSKF_BUILDS[0]!), trace },
  });
  bench.control('SKF_EnumApplication 1 crash');
  expect(await provider.listTokens()).toMatchObject({ ok: false, error: { code: 'driver.crashed' } });
  await provider.dispose();
  expect(parseRecord(readFileSync(trace, 'utf8')).unanswered).toBe('SKF_EnumApplication');
});
