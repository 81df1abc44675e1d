// 练习模式 from the empty window to 完成, through the router as a page would call it.

import { afterEach, describe, expect, it } from 'vitest';
import type { RenewalView } from '../../../src/contract/views/renewal-views.ts';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';

let bench: DesktopBench;
afterEach(() => bench.dispose());

const PIN = '12345678';
const WRONG = '99887766';
const asks =
  (kind: NonNullable<RenewalView['question']>['kind']) =>
  (view: RenewalView | null): boolean =>
    view?.question?.kind === kind;

async function answer(view: RenewalView | null, given: object): Promise<void> {
  await bench.must('renewal.answer', {
    session: view!.session,
    question: view!.question!.id,
    answer: given as never,
  });
}

async function startPractice(): Promise<RenewalView> {
  const application = await bench.must('practice.start', {});
  expect(application.practice).toEqual({ isOn: true, pin: PIN });
  const { tokens } = await bench.must('token.list', {});
  expect(tokens.map(({ label, action }) => [label, action.kind])).toEqual([['练习UKey', 'renew']]);
  const [token] = tokens;
  const signing = token!.certificates.find(({ use }) => use === 'signing')!;
  expect([signing.daysLeft, signing.expiry, signing.algorithm]).toEqual([12, 'expiring', 'SM2']);
  return bench.must('renewal.start', { token: token!.id, certificate: signing.sha256 });
}

async function walkToPayment(): Promise<RenewalView | null> {
  await answer(await bench.heard('renewal.changed', asks('pin')), {
    ...{ kind: 'pin', pin: PIN, acceptLastTry: false },
  });
  await answer(await bench.heard('renewal.changed', asks('consent')), { kind: 'consent', agreed: true });
  await answer(await bench.heard('renewal.changed', asks('agreements')), {
    ...{ kind: 'agreements', agreed: true },
  });
  const form = await bench.heard('renewal.changed', asks('form'));
  const fields = form?.question?.kind === 'form' ? form.question.fields : [];
  const values = Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  await answer(form, { kind: 'form', values });
  return bench.heard('renewal.changed', (view) => view?.payment != null && view.waiting !== null);
}

describe('the rehearsal in the window', () => {
  it('renews the practice certificate with payment and a second PIN, proves it, and seals with it', async () => {
    bench = await openDesktop();
    const started = await startPractice();
    const unpaid = await walkToPayment();
    expect([unpaid?.stage, unpaid?.payment?.amountFen]).toEqual(['pay', 20_000]);
    await bench.must('practice.pay', { order: unpaid!.payment!.order });
    await bench.must('renewal.check', { session: started.session });
    const second = await bench.heard(
      'renewal.changed',
      (view) => view?.question?.kind === 'pin' && view.question.purpose === 'write',
    );
    expect(second?.stage).toBe('update');
    await answer(second, { kind: 'pin', pin: PIN, acceptLastTry: false });
    const over = await bench.heard('renewal.changed', (view) => view?.outcome != null);
    expect(over?.outcome).toMatchObject({ kind: 'done', mode: 'new' });
    expect(over?.stage).toBe('done');
    const phases = new Set(
      bench.events.flatMap((event) =>
        event.event === 'renewal.changed' && event.data !== null ? [event.data.updatePhase] : [],
      ),
    );
    expect([...phases]).toEqual([null, 'pin', 'generate', 'write', 'prove']);
    const listed = await bench.heard(
      'tokens.changed',
      ({ tokens }) => (tokens[0]?.certificates.length ?? 0) === 4,
    );
    const current = listed.tokens[0]?.certificates.filter(({ state }) => state === 'current');
    expect(current?.map(({ daysLeft }) => daysLeft > 300)).toEqual([true, true]);
    const sealed = await bench.must('seal.test', {
      ...{ token: listed.tokens[0]!.id, seal: null, pin: PIN, acceptLastTry: false },
    });
    expect([sealed.ok, sealed.kind, sealed.seal?.fitsCurrent]).toEqual([true, 'seal', true]);
    const record = await bench.must('renewal.record', { renewal: over!.renewal! });
    const page = Buffer.from(record.content, 'base64').toString('utf8');
    expect(page).toContain(over!.renewal!);
    // The practice key's PIN is shown on purpose, and nowhere else.
    const told = bench.events.filter(({ event }) => event !== 'application.changed');
    expect(JSON.stringify(told) + page).not.toContain(PIN);
  });

  it('stops when told, says how to go on, and goes on after the program was closed', async () => {
    bench = await openDesktop();
    const started = await startPractice();
    await walkToPayment();
    await bench.must('renewal.stop', { session: started.session });
    const stopped = await bench.heard('renewal.changed', (view) => view?.outcome != null);
    expect(stopped?.outcome).toMatchObject({ kind: 'stopped', resumable: true });
    await bench.desktop.dispose();
    const again = await openDesktop({ dataDir: bench.dataDir });
    const { dataDir } = bench;
    bench = { ...again, dataDir };
    await bench.must('practice.start', {});
    const { tokens } = await bench.must('token.list', {});
    expect(tokens[0]?.action).toMatchObject({ kind: 'resume', renewal: stopped?.renewal });
    const resumed = await bench.must('renewal.resume', { renewal: stopped!.renewal! });
    const waiting = await bench.heard('renewal.changed', (view) => view?.payment != null);
    expect([waiting?.stage, waiting?.before]).toEqual(['pay', started.before]);
    await bench.must('renewal.stop', { session: resumed.session });
  });

  it('asks again after a wrong PIN, says why, and takes each question once', async () => {
    bench = await openDesktop();
    await startPractice();
    const first = await bench.heard('renewal.changed', asks('pin'));
    await answer(first, { kind: 'pin', pin: WRONG, acceptLastTry: false });
    const second = await bench.heard(
      'renewal.changed',
      (view) => view?.question?.kind === 'pin' && view.question.previous !== null,
    );
    expect(second?.question).toMatchObject({ previous: { code: 'pin.incorrect' }, purpose: 'login' });
    expect(
      await bench.call('renewal.answer', {
        session: first!.session,
        question: first!.question!.id,
        answer: { kind: 'pin', pin: PIN, acceptLastTry: false },
      }),
    ).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    expect(JSON.stringify(bench.events)).not.toContain(WRONG);
    await bench.must('renewal.stop', { session: second!.session });
  });
});
