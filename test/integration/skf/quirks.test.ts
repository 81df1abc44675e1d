// What real SKF devices do differently, one quirk per test, on a software device that has it.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBench, pin, value, type ProviderBench } from './bench.ts';

const TOKEN = 'SKEY1';
const NOT_LAST = { acceptLastTry: false };
const done = { ok: true, value: undefined };

let bench: ProviderBench;

async function start(device: Record<string, string | number> = {}, decrypt = false): Promise<void> {
  bench = await openBench({ ulong: 4, packed: true, vendorDecrypt: decrypt });
  bench.skf.addDevice('key1', device);
  bench.skf.addApplication('key1', 'GMAPP');
}

async function loggedIn(device: Record<string, string | number> = {}, decrypt = false): Promise<void> {
  await start(device, decrypt);
  value(await bench.provider.login(TOKEN, pin(), NOT_LAST));
}

async function withKey(container: string, algorithm: 'SM2' | 'RSA-2048' = 'SM2'): Promise<Uint8Array> {
  value(await bench.provider.createContainer(TOKEN, container));
  return value(await bench.provider.generateKeyPair(TOKEN, container, algorithm, ''));
}

const ids = async () => value(await bench.provider.listTokens()).map(({ id }) => id);
const containerIds = async (token = TOKEN) =>
  value(await bench.provider.listContainers(token)).map(({ id }) => id);

afterEach(() => bench.dispose());

describe('key generation', () => {
  it.each(['20100', '20200'])('finds the SM2 identifier 0x%s that the device wants', async (id) => {
    await loggedIn({ sm2_id: id });
    await withKey('a1');
    expect(value(await bench.provider.listContainers(TOKEN))[0]?.keys[0]?.algorithm).toBe('SM2');
  });

  it('reports a device that does not let a used container be filled again, with its old key', async () => {
    await loggedIn({ generate_used: 'refuse' });
    const first = await withKey('a1');
    expect(await bench.provider.generateKeyPair(TOKEN, 'a1', 'SM2', '')).toMatchObject({
      ok: false,
      error: { code: 'token.writeRefused', native: { name: 'SAR_KEYINFOTYPEERR' } },
    });
    expect(value(await bench.provider.listContainers(TOKEN))[0]?.keys[0]?.publicKey).toEqual(first);
  });

  it.each(['RSA-3072', 'RSA-4096', 'EC-P256', 'EC-P384'] as const)(
    'refuses %s without a call',
    async (algorithm) => {
      await loggedIn();
      await withKey('a1');
      bench.skf.clearTrace();
      expect(await bench.provider.generateKeyPair(TOKEN, 'a1', algorithm, '')).toEqual({
        ok: false,
        error: { code: 'key.unsupported', algorithm },
      });
      expect(bench.skf.trace().filter((line) => line.includes('Gen'))).toEqual([]);
    },
  );
});

describe('a device with little room', () => {
  it('says that it is full when it has all the containers it can have', async () => {
    await loggedIn({ max_containers: 1 });
    await withKey('a1');
    expect(await bench.provider.createContainer(TOKEN, 'a2')).toMatchObject({
      ok: false,
      error: { code: 'token.full', native: { name: 'SAR_REACH_MAX_CONTAINER_COUNT' } },
    });
    expect(await containerIds()).toEqual(['a1']);
  });

  it('says that it is full when the certificate does not fit, and keeps the key', async () => {
    await loggedIn({ total_space: 600 });
    await withKey('a1');
    expect(await bench.provider.writeCertificate(TOKEN, 'a1', 'signing', new Uint8Array(1200))).toMatchObject(
      {
        ok: false,
        error: { code: 'token.full' },
      },
    );
    expect(value(await bench.provider.readCapacity(TOKEN)).freeBytes).toBeGreaterThan(0);
    expect(value(await bench.provider.listContainers(TOKEN))[0]?.keys.length).toBe(1);
  });

  it('refuses to create where the application withholds the right', async () => {
    await start();
    bench.skf.setApplication('key1', 'GMAPP', { create_right: 0 });
    value(await bench.provider.login(TOKEN, pin(), NOT_LAST));
    expect(await bench.provider.createContainer(TOKEN, 'a1')).toMatchObject({
      ok: false,
      error: { code: 'token.writeRefused' },
    });
  });
});

describe('name lists', () => {
  it.each([0, 1, 2])('understands an empty list of %i bytes', async (empty_list) => {
    await start({ empty_list });
    expect(await bench.provider.listContainers(TOKEN)).toEqual({ ok: true, value: [] });
    expect(await bench.provider.listDataObjects(TOKEN)).toEqual({ ok: true, value: [] });
  });

  it.each(['truncate', 'indatalen', 'small'])(
    'is whole where a short buffer is answered by "%s"',
    async (short) => {
      await loggedIn({ short_buffer: short });
      for (const name of ['a1', 'a2', 'a3']) value(await bench.provider.createContainer(TOKEN, name));
      expect(await containerIds()).toEqual(['a1', 'a2', 'a3']);
    },
  );
});

describe('several devices', () => {
  it('are left alone while one is logged in: some drivers know one current device only', async () => {
    await start();
    bench.skf.addDevice('key2');
    bench.skf.addApplication('key2', 'GMAPP');
    const both = value(await bench.provider.listTokens());
    value(await bench.provider.login(TOKEN, pin(), NOT_LAST));
    bench.skf.clearTrace();
    expect(await bench.provider.listTokens()).toEqual({ ok: true, value: both });
    expect(bench.skf.trace().filter((line) => line.includes('ConnectDev'))).toEqual([]);
  });

  it('are none where the driver answers DEVICE_REMOVED for an empty reader', async () => {
    await start();
    bench.skf.control('SKF_EnumDev * fail 0x0A000023');
    expect(await bench.provider.listTokens()).toEqual({ ok: true, value: [] });
  });

  it('are shown although one of them does not answer', async () => {
    await start();
    bench.skf.addDevice('key2');
    bench.skf.addApplication('key2', 'GMAPP');
    bench.skf.control('SKF_ConnectDev 1 fail 0x0A000001');
    expect(await ids()).toEqual(['SKEY2']);
  });
});

describe('a token pulled in the middle of a list', () => {
  it('does not pass for one without keys, although the driver only says FAIL', async () => {
    await loggedIn();
    await withKey('a1');
    bench.skf.control(
      'SKF_OpenContainer 1 unplug-after key1',
      'SKF_ExportPublicKey * fail 0x0A000001',
      'SKF_ExportCertificate * fail 0x0A000001',
    );
    expect(await bench.provider.listContainers(TOKEN)).toMatchObject({ error: { code: 'token.removed' } });
  });
});

describe('several applications', () => {
  it('shows the application that has containers, not the empty one beside it', async () => {
    await loggedIn();
    await withKey('a1');
    bench.skf.addApplication('key1', 'AAA');
    expect(await ids()).toEqual([TOKEN]);
    expect(await containerIds()).toEqual(['a1']);
  });

  it('makes each application with containers a token with its own PIN', async () => {
    await start();
    bench.skf.addApplication('key1', 'OTHER', { user_pin: '87654321' });
    const second = `${TOKEN}/OTHER`;
    expect(await ids()).toEqual([TOKEN, second]);
    value(await bench.provider.login(second, pin('87654321'), NOT_LAST));
    value(await bench.provider.createContainer(second, 'b1'));
    expect(await bench.provider.createContainer(TOKEN, 'a1')).toMatchObject({
      error: { code: 'pin.required' },
    });
    expect(await containerIds(second)).toEqual(['b1']);
    expect(await containerIds(TOKEN)).toEqual([]);
  });
});

describe('serials', () => {
  it('tells two devices with one serial apart by the keys on them', async () => {
    await loggedIn({ serial: 'SKEY1' });
    const first = await withKey('a1');
    await bench.provider.logout(TOKEN);
    bench.skf.addDevice('key2', { serial: 'SKEY1' });
    bench.skf.addApplication('key2', 'GMAPP');
    const both = value(await bench.provider.listTokens());
    expect(both.map(({ serialClash }) => serialClash)).toEqual([true, true]);
    expect(new Set(both.map(({ id }) => id)).size).toBe(2);
    const keys = value(await bench.provider.listContainers(both[0]!.id))[0]?.keys[0]?.publicKey;
    expect(keys).toEqual(first);
    expect(await containerIds(both[1]!.id)).toEqual([]);
  });

  it('names a blank serial and goes on', async () => {
    await start({ serial: '' });
    const [token] = value(await bench.provider.listTokens());
    expect(token).toMatchObject({
      serialClash: true,
      id: expect.stringMatching(/^blank~[0-9a-f]{12}$/) as string,
    });
    expect(await bench.provider.listContainers(token!.id)).toEqual({ ok: true, value: [] });
  });

  it('does not take another device that answers to the same name for the one it knew', async () => {
    await loggedIn();
    await withKey('a1');
    await bench.provider.logout(TOKEN);
    bench.skf.setDevice('key1', { serial: 'ANOTHER' });
    expect(await bench.provider.listContainers(TOKEN)).toMatchObject({ error: { code: 'token.removed' } });
  });
});

describe('PIN', () => {
  const attempt = (text: string, acceptLastTry = false) =>
    bench.provider.login(TOKEN, pin(text), { acceptLastTry });

  beforeEach(async () => {
    await start();
    bench.skf.setApplication('key1', 'GMAPP', { user_max: 3 });
  });

  it('counts down, keeps the last try for consent, and locks', async () => {
    const states = async () => {
      const { state, attemptsLeft } = value(await bench.provider.readPinStatus(TOKEN));
      return [state, attemptsLeft];
    };
    expect(await states()).toEqual(['ok', 3]);
    expect(await attempt('000000')).toMatchObject({ error: { code: 'pin.incorrect', attemptsLeft: 2 } });
    expect(await states()).toEqual(['low', 2]);
    expect(await attempt('000000')).toMatchObject({ error: { code: 'pin.incorrect', attemptsLeft: 1 } });
    expect(await states()).toEqual(['final', 1]);
    expect(await attempt('000000')).toEqual({ ok: false, error: { code: 'pin.lastTry' } });
    expect(await attempt('000000', true)).toMatchObject({ error: { code: 'pin.locked' } });
    expect(await states()).toEqual(['locked', 0]);
    expect(await attempt('12345678', true)).toEqual({ ok: false, error: { code: 'pin.locked' } });
    expect(bench.skf.trace().filter((line) => line.includes('VerifyPIN')).length).toBe(3);
  });

  it('is set anew by the administrator after it was locked', async () => {
    bench.skf.setApplication('key1', 'GMAPP', { user_tries: 0 });
    const unblock = (admin: string) => bench.provider.unblockPin(TOKEN, pin(admin), pin('222222'), NOT_LAST);
    expect(await unblock('000000')).toMatchObject({ error: { code: 'pin.incorrect', attemptsLeft: 9 } });
    expect(await unblock('87654321')).toEqual(done);
    expect(await attempt('222222')).toEqual(done);
  });

  it('is known to be the initial one without being tried, until it is changed', async () => {
    const mark = async () => value(await bench.provider.readPinStatus(TOKEN)).isDefault;
    bench.skf.setApplication('key1', 'GMAPP', { user_default: 1 });
    const before = await mark();
    expect(bench.skf.trace().filter((line) => line.includes('VerifyPIN'))).toEqual([]);
    value(await bench.provider.changePin(TOKEN, pin('12345678'), pin('222222'), NOT_LAST));
    expect([before, await mark()]).toEqual([true, false]);
  });

  it('is not set at all', async () => {
    bench.skf.setApplication('key1', 'GMAPP', { user_pin: '' });
    expect(value(await bench.provider.readPinStatus(TOKEN)).state).toBe('uninitialised');
    expect(await attempt('12345678')).toMatchObject({ error: { code: 'pin.uninitialised' } });
  });

  it('is never tried where a length already forbids it', async () => {
    expect(await attempt('12345')).toEqual({ ok: false, error: { code: 'pin.tooShort', min: 6 } });
    expect(await attempt('1'.repeat(17))).toMatchObject({ error: { code: 'pin.tooLong', max: 16 } });
    expect(await attempt('12345\x00678')).toEqual({ ok: false, error: { code: 'pin.refused' } });
    expect(value(await bench.provider.readPinStatus(TOKEN)).attemptsLeft).toBe(3);
  });

  it('leaves no verified state behind after logout, nor after a change or an unblocking', async () => {
    const verified = async () => {
      const refused = await bench.provider.createContainer(TOKEN, 'a1');
      return refused.ok ? 'done' : refused.error.code;
    };
    expect(await bench.provider.changePin(TOKEN, pin(), pin('222222'), NOT_LAST)).toEqual(done);
    expect(await attempt('222222')).toEqual(done);
    expect(await bench.provider.logout(TOKEN)).toEqual(done);
    expect(await verified()).toBe('pin.required');
    const cleared = bench.skf.trace().filter((line) => line.startsWith('SKF_ClearSecureState'));
    expect(cleared.length).toBeGreaterThanOrEqual(2);
  });
});

describe('data files', () => {
  it('replaces a file by a longer one and reads it in parts', async () => {
    await loggedIn();
    const long = new Uint8Array(5000).map((_byte, index) => index % 251);
    for (const content of [Buffer.from('short'), long]) {
      expect(await bench.provider.writeDataObject(TOKEN, 'seal', content)).toEqual(done);
    }
    expect(value(await bench.provider.readDataObject(TOKEN, 'seal'))).toEqual(long);
  });

  it('refuses a name longer than the standard allows', async () => {
    await loggedIn();
    expect(await bench.provider.writeDataObject(TOKEN, '章'.repeat(11), Buffer.from('x'))).toMatchObject({
      error: { code: 'token.writeRefused' },
    });
  });
});

it('never authenticates to a device, creates an application or labels it', async () => {
  await loggedIn();
  await withKey('a1');
  await bench.provider.deleteContainer(TOKEN, 'a1');
  const called = new Set(bench.skf.trace().map((line) => line.split(' ')[0]));
  const forbidden = ['SKF_DevAuth', 'SKF_CreateApplication', 'SKF_DeleteApplication', 'SKF_SetLabel'];
  expect(forbidden.filter((name) => called.has(name))).toEqual([]);
});
