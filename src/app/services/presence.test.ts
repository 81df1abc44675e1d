import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseCertificate } from '../../core/certificate/certificate.ts';
import { ecSpki } from '../../core/certificate/spki.ts';
import { err, ok } from '../../core/errors/result.ts';
import type { TokenProvider } from '../../core/token/provider.ts';
import type { KeyContainer, Token } from '../../core/token/token.ts';
import { createPresence, type News, type PluggedDevice } from './presence.ts';
import type { TokenSource } from './token-look.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PIN = { state: 'ok', attemptsLeft: null, minLength: 4, maxLength: 16 } as const;
const FACTS = { usbProblem: null, hidProblem: null };
const settled = () => vi.advanceTimersByTimeAsync(0);

/** A driver whose keys the test plugs and pulls. */
class FakeDriver {
  readonly source: TokenSource;
  readonly calls: string[] = [];
  ids: readonly string[] = [];
  containers: readonly KeyContainer[] = [];
  isBroken = false;
  private gate: Promise<void> = Promise.resolve();
  constructor(module: string, isExplicit = false) {
    const provider = {
      glance: async () => {
        this.calls.push('glance');
        await this.gate;
        return this.isBroken ? err({ code: 'driver.crashed', module }) : ok(this.ids.join());
      },
      listTokens: async () => {
        this.calls.push('list');
        await this.gate;
        return this.isBroken ? err({ code: 'driver.crashed', module }) : ok(this.ids.map(tokenOf));
      },
      listContainers: () => Promise.resolve(ok(this.containers)),
    } as unknown as TokenProvider;
    this.source = { kind: 'pkcs11', module, isExplicit, provider };
  }
  hang(): void {
    this.gate = new Promise(() => undefined);
  }
  /** Answers how to let it go on. */
  stop(): () => void {
    const { promise, resolve } = deferred();
    this.gate = promise;
    return resolve;
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

function tokenOf(id: string): Token {
  const face = { label: id, serial: id, manufacturer: 'M', model: 'X' };
  return { id, ...face, serialClash: false, sm2: 'none', pin: PIN };
}

async function watching(...drivers: readonly FakeDriver[]) {
  const busy = new Set<string>();
  const shown = [...drivers];
  const told: string[] = [];
  let tell: (news: News) => void = () => undefined;
  const presence = createPresence({
    pool: {
      current: () => shown.map(({ source }) => source),
      opened: () => [],
      refresh: () => undefined,
    },
    listen(onNews) {
      tell = onNews;
      return () => undefined;
    },
    isBusy: (token) => Promise.resolve(busy.has(token)),
    deviceOf: (usbId): PluggedDevice | null =>
      usbId === '055c:e618' ? { usbId, vendor: '龙脉 Longmai', hasDriver: false } : null,
    clock: { now: () => 0 },
    rules: { isSuccessor: () => false, readCertificate: parseCertificate },
  });
  presence.subscribe(({ changes }) => told.push(...changes.map(({ kind, token }) => `${kind} ${token.id}`)));
  tell({ kind: 'started', devices: [], facts: FACTS });
  await settled();
  for (const { calls } of drivers) calls.length = 0;
  const plug = (...devices: readonly string[]) => tell({ kind: 'devices', devices });
  return { presence, busy, told, shown, tell, plug };
}

describe('what is plugged in', () => {
  it('is told at once after an event of the USB bus', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told, plug } = await watching(driver);
    driver.ids = ['A'];
    plug('1234:5678');
    await settled();
    driver.ids = [];
    plug();
    await settled();
    expect(told).toEqual(['appeared A', 'removed A']);
    await presence.dispose();
  });

  it('is told once however many events there are', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told, plug } = await watching(driver);
    driver.ids = ['A'];
    for (let event = 0; event < 20; event += 1) plug('1234:5678');
    await settled();
    expect({ told, calls: driver.calls }).toEqual({ told: ['appeared A'], calls: ['glance', 'list'] });
    await presence.dispose();
  });

  it('is read once more where an event came during the reading', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told, plug } = await watching(driver);
    driver.ids = ['A'];
    const goOn = driver.stop();
    plug('1234:5678');
    await settled();
    plug();
    plug('1234:5678');
    goOn();
    await settled();
    expect({ told, calls: driver.calls }).toEqual({
      told: ['appeared A'],
      calls: ['glance', 'list', 'glance', 'list'],
    });
    await presence.dispose();
  });

  it('is looked at again where the driver needs a moment after the event', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told, plug } = await watching(driver);
    plug('1234:5678');
    await settled();
    driver.ids = ['A'];
    await vi.advanceTimersByTimeAsync(300);
    expect(told).toEqual(['appeared A']);
    await presence.dispose();
  });

  it('is found by the poll where there are no events, and nothing is read while nothing moves', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told } = await watching(driver);
    await vi.advanceTimersByTimeAsync(10_000);
    const idle = new Set(driver.calls);
    driver.ids = ['A'];
    await vi.advanceTimersByTimeAsync(2_000);
    expect({ idle: [...idle], told }).toEqual({ idle: ['glance'], told: ['appeared A'] });
    await presence.dispose();
  });

  it('shows what another program wrote to a key within half a minute', async () => {
    const driver = new FakeDriver('/a.so');
    driver.ids = ['A'];
    const { presence } = await watching(driver);
    const publicKey = ecSpki(
      'EC-P256',
      Uint8Array.from({ length: 65 }, () => 4),
    );
    const key = { use: 'both', algorithm: 'EC-P256', publicKey, hasPrivateKey: null } as const;
    driver.containers = [{ id: '01', label: 'new', keys: [key], certificates: [] }];
    await vi.advanceTimersByTimeAsync(30_000);
    expect(presence.snapshot().tokens[0]?.containers.map(({ id }) => id)).toEqual(['01']);
    await presence.dispose();
  });

  it('has a key that two drivers show once, and keeps it while one of them shows it', async () => {
    const [skf, pkcs11] = [new FakeDriver('/skf.so'), new FakeDriver('/p11.so')];
    const { presence, told, plug } = await watching(skf, pkcs11);
    const moduleOf = () => presence.snapshot().tokens.map(({ view }) => view.module);
    const goOn = skf.stop();
    skf.ids = pkcs11.ids = ['A'];
    plug('1234:5678');
    await settled();
    const first = moduleOf();
    goOn();
    await settled();
    const second = moduleOf();
    skf.ids = [];
    plug();
    await settled();
    expect({ first, second, third: moduleOf(), told }).toEqual({
      first: ['/p11.so'],
      second: ['/skf.so'],
      third: ['/p11.so'],
      told: ['appeared A', 'changed A', 'changed A'],
    });
    await presence.dispose();
  });
});

describe('a driver in trouble', () => {
  it('that hangs delays no other', async () => {
    const [hanging, good] = [new FakeDriver('/hanging.so'), new FakeDriver('/good.so')];
    hanging.hang();
    good.ids = ['A'];
    const { presence, told, plug } = await watching(hanging, good);
    good.ids = ['A', 'B'];
    plug('1234:5678');
    await settled();
    expect({ told, isComplete: presence.snapshot().isComplete }).toEqual({
      told: ['appeared A', 'appeared B'],
      isComplete: false,
    });
  });

  it('that crashes at every call is polled less and less, and asked at once after an event', async () => {
    const driver = new FakeDriver('/a.so');
    driver.isBroken = true;
    const { presence, told, plug } = await watching(driver);
    await vi.advanceTimersByTimeAsync(28_000);
    const polls = driver.calls.filter((call) => call === 'glance').length;
    driver.isBroken = false;
    driver.ids = ['A'];
    plug('1234:5678');
    await settled();
    expect({ polls, told, problems: presence.snapshot().problems }).toEqual({
      polls: 4,
      told: ['appeared A'],
      problems: [],
    });
    await presence.dispose();
  });
});

describe('during an operation on a key', () => {
  it('its drivers are left alone, the others are not, and it is read afterwards', async () => {
    const [used, twin, other] = [
      new FakeDriver('/skf.so'),
      new FakeDriver('/p11.so'),
      new FakeDriver('/c.so'),
    ];
    used.ids = twin.ids = ['A'];
    const { presence, busy, told, plug } = await watching(used, twin, other);
    busy.add('A');
    other.ids = ['B'];
    plug('1234:5678');
    await vi.advanceTimersByTimeAsync(60_000);
    const during = [used.calls.length, twin.calls.length];
    busy.clear();
    await vi.advanceTimersByTimeAsync(2_000);
    expect({ during, after: [used.calls, twin.calls], told }).toEqual({
      during: [0, 0],
      after: [
        ['glance', 'list'],
        ['glance', 'list'],
      ],
      told: ['appeared A', 'appeared B'],
    });
    await presence.dispose();
  });

  it('an operation begins only when its drivers are no longer being read, whatever the others do', async () => {
    const [used, hanging] = [new FakeDriver('/skf.so'), new FakeDriver('/hanging.so')];
    used.ids = ['A'];
    const { presence, busy, plug } = await watching(used, hanging);
    hanging.hang();
    const goOn = used.stop();
    plug('1234:5678');
    await settled();
    busy.add('A');
    let hasBegun = false;
    const begun = presence.yieldTo('A').then(() => (hasBegun = true));
    await settled();
    const during = hasBegun;
    goOn();
    await begun;
    expect({ during, calls: used.calls }).toEqual({ during: false, calls: ['glance', 'list'] });
  });
});

describe('the snapshot', () => {
  it('names a key of a known maker whose driver is missing, and no other device', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, plug } = await watching(driver);
    plug('055c:e618', '046d:c077');
    expect(presence.snapshot().devices).toEqual([
      { usbId: '055c:e618', vendor: '龙脉 Longmai', hasDriver: false },
    ]);
    await presence.dispose();
  });

  it('does not miss a driver where one that the person named shows a key', async () => {
    const driver = new FakeDriver('/named.so', true);
    const { presence, plug } = await watching(driver);
    driver.ids = ['A'];
    plug('055c:e618');
    await settled();
    expect(presence.snapshot().devices.map(({ hasDriver }) => hasDriver)).toEqual([true]);
    await presence.dispose();
  });

  it('loses the tokens of a key file that was deleted, and has those of a new one', async () => {
    const [first, second] = [new FakeDriver('/1.ukey'), new FakeDriver('/2.ukey')];
    first.ids = ['A'];
    second.ids = ['B'];
    const { presence, told, shown, tell } = await watching(first);
    shown.splice(0, 1, second);
    tell({ kind: 'devices', devices: [] });
    await settled();
    expect(told).toEqual(['appeared A', 'removed A', 'appeared B']);
    await presence.dispose();
  });

  it('says why there are no events, for support', async () => {
    const { presence, tell } = await watching();
    const facts = { usbProblem: 'libusb -1', hidProblem: null };
    tell({ kind: 'started', devices: [], facts });
    expect(presence.snapshot()).toEqual({
      ...{ tokens: [], problems: [], devices: [], isComplete: true },
      facts,
    });
    await presence.dispose();
  });

  it('tells nobody anything once it is no longer wanted', async () => {
    const driver = new FakeDriver('/a.so');
    const { presence, told, plug } = await watching(driver);
    const goOn = driver.stop();
    driver.ids = ['A'];
    plug('1234:5678');
    await settled();
    const disposed = presence.dispose();
    goOn();
    await disposed;
    plug('1234:5678');
    await vi.advanceTimersByTimeAsync(60_000);
    expect({ told, calls: driver.calls }).toEqual({ told: [], calls: ['glance'] });
  });
});
