// Keys in the window: plugged, shown, PIN changed and locked, cleaned up, remembered in their drawer.

import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../../src/app/adapters/log.ts';
import { readTimeline } from '../../../src/app/adapters/log-timeline.ts';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';
import { ADMIN_PIN, createSoftwareKeyBench, PIN, type SoftwareKeyBench } from '../../support/software-key.ts';

let keys: SoftwareKeyBench;
let bench: DesktopBench;
beforeAll(async () => {
  keys = await createSoftwareKeyBench();
});
afterAll(() => keys.dispose());
beforeEach(async () => {
  bench = await openDesktop();
  await bench.must('token.list', {});
});
afterEach(() => bench.dispose());

const EASY = { acceptLastTry: false };
const keyFile = () => join(bench.dataDir, 'keys', 'key.ukey');

function plugIn(triesLeft?: number): void {
  mkdirSync(join(bench.dataDir, 'keys'), { recursive: true });
  copyFileSync(keys.fresh(triesLeft), keyFile());
}
const hasTokens = (count: number) => bench.heard('tokens.changed', ({ tokens }) => tokens.length === count);

describe('a key in the window', () => {
  it('appears with a notice when it is plugged in and goes when it is pulled', async () => {
    plugIn();
    const { tokens } = await hasTokens(1);
    expect(tokens[0]).toMatchObject({ id: keys.token, label: '张三', kind: 'software', certificates: [] });
    expect(tokens[0]?.action).toEqual({ kind: 'none', from: null });
    await bench.heard('notice.shown', ({ kind }) => kind === 'tokenInserted');
    rmSync(keyFile());
    await hasTokens(0);
    await bench.heard('notice.shown', ({ kind }) => kind === 'tokenRemoved');
    expect(await bench.call('pin.verify', { token: keys.token, pin: PIN, ...EASY })).toEqual({
      ok: false,
      error: { code: 'token.notFound', wanted: keys.token },
    });
  });

  it('is in the timeline of the report: when it came and went, and what failed', async () => {
    await bench.dispose();
    const dataDir = mkdtempSync(join(tmpdir(), 'timeline-'));
    const clock = { now: () => Date.now() };
    const log = createLog({ folder: join(dataDir, 'log'), clock, level: 'info' });
    bench = await openDesktop({ dataDir, log });
    plugIn();
    await hasTokens(1);
    await bench.call('pin.verify', { token: keys.token, pin: '999999', ...EASY });
    await bench.must('settings.change', { theme: 'dark' });
    rmSync(keyFile());
    await bench.heard('notice.shown', ({ kind }) => kind === 'tokenRemoved');
    const timeline = await readTimeline(dataDir, Date.now());
    rmSync(dataDir, { recursive: true });
    expect(
      timeline.map(({ event, details }) => [event, details.find((one) => /^(call|token)=/.test(one))]),
    ).toEqual([
      ['token.appeared', expect.stringContaining('token=') as string],
      ['call.failed', 'call=pin.verify'],
      ['call.ended', 'call=settings.change'],
      ['token.removed', expect.stringContaining('token=') as string],
    ]);
    expect(JSON.stringify(timeline)).not.toContain('999999');
  });

  it('changes its PIN after a wrong one, says how many tries are left, and unblocks it', async () => {
    plugIn(3);
    await hasTokens(1);
    const token = keys.token;
    const wrong = await bench.call('pin.change', { token, oldPin: '999999', newPin: '24681357', ...EASY });
    expect(wrong).toMatchObject({ ok: false, error: { code: 'pin.incorrect', attemptsLeft: 2 } });
    await bench.heard('notice.shown', ({ kind }) => kind === 'pinAttempts');
    const changing = bench.must('pin.change', { token, oldPin: PIN, newPin: '24681357', ...EASY });
    expect(bench.desktop.isWriting()).toBe(true);
    expect(await changing).toMatchObject({ state: 'ok' });
    expect(bench.desktop.isWriting()).toBe(false);
    expect(await bench.call('pin.verify', { token, pin: PIN, ...EASY })).toMatchObject({ ok: false });
    expect(await bench.must('pin.verify', { token, pin: '24681357', ...EASY })).toMatchObject({
      state: 'ok',
    });
    expect(
      await bench.must('pin.unblock', { token, adminPin: ADMIN_PIN, newPin: PIN, ...EASY }),
    ).toMatchObject({ state: 'ok' });
  });

  it('is not tried on its last try without consent, and is locked after it', async () => {
    plugIn(1);
    await hasTokens(1);
    const token = keys.token;
    expect(await bench.call('pin.verify', { token, pin: '999999', ...EASY })).toMatchObject({
      error: { code: 'pin.lastTry' },
    });
    expect(await bench.call('pin.verify', { token, pin: '999999', acceptLastTry: true })).toMatchObject({
      ok: false,
    });
    expect(await bench.call('pin.verify', { token, pin: PIN, ...EASY })).toMatchObject({
      error: { code: 'pin.locked' },
    });
    const locked = await bench.heard('tokens.changed', ({ tokens }) => tokens[0]?.pin.state === 'locked');
    expect(locked.tokens[0]?.pin.attemptsLeft).toBe(0);
  });

  it.each([
    [
      'a certificate that is not there',
      'certificate.show',
      { certificate: 'ab'.repeat(32) },
      'certificate.notFound',
    ],
    [
      'another confirmation',
      'history.delete',
      { container: 'x', typed: 'y', acceptLoss: false, pin: PIN, ...EASY },
      'request.invalid',
    ],
    ['a renewal of nothing', 'renewal.start', { certificate: 'ab'.repeat(32) }, 'certificate.notFound'],
  ] as const)('refuses %s', async (_what, method, input, code) => {
    plugIn();
    await hasTokens(1);
    expect(await bench.desktop.router(method, { token: keys.token, ...input })).toMatchObject({
      ok: false,
      error: { code },
    });
  });
});

describe('settings of the window', () => {
  it('are kept, and a driver that is none is named without harm to the others', async () => {
    await bench.must('settings.change', { theme: 'dark', gateways: { sandbox: 'http://127.0.0.1:9' } });
    const drivers = await bench.must('driver.add', { kind: 'pkcs11', module: '/nowhere/lib.so' });
    expect(drivers).toMatchObject([{ module: '/nowhere/lib.so', isAdded: true, tokens: [] }]);
    const [listed] = await bench.must('driver.list', {});
    expect(listed?.problem?.code).toBe('driver.notFound');
    const again = await openDesktop({ dataDir: bench.dataDir });
    const { settings } = await again.must('application.read', {});
    await again.dispose();
    expect(settings).toMatchObject({ theme: 'dark', gateways: { sandbox: 'http://127.0.0.1:9' } });
    expect(await bench.must('driver.remove', { module: '/nowhere/lib.so' })).toEqual([]);
  });

  it.each([
    ['a driver by a relative path', 'driver.add', { kind: 'skf', module: 'lib.so' }, 'driver.relativePath'],
    ['a page no profile lists', 'portal.open', { address: 'https://example.com/' }, 'request.invalid'],
    [
      'a profile there is not',
      'profile.choose',
      { certificate: 'ab'.repeat(32), profile: 'none' },
      'request.invalid',
    ],
    ['a payment outside a rehearsal', 'practice.pay', { order: '1' }, 'request.invalid'],
  ])('refuse %s', async (_what, method, input, code) => {
    expect(await bench.desktop.router(method, input)).toMatchObject({ ok: false, error: { code } });
  });

  it('work without a data folder, and say so', async () => {
    const other = await openDesktop({ dataDir: '/proc/nope' });
    const view = await other.must('application.read', {});
    expect(view.storageProblem?.code).toMatch(/^storage\./);
    expect(await other.must('token.list', {})).toMatchObject({ tokens: [] });
    await other.dispose();
  });
});
