// 冻结, 解冻, 撤销 through the router with the practice key: what the CA says holds up a renewal until it is taken back.

import { afterEach, expect, it } from 'vitest';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';

let bench: DesktopBench;
afterEach(() => bench.dispose());

const PIN = '12345678';
const NAME = '练习企业有限公司';

it('is frozen, holds up a renewal, is thawed and goes on, and stays revoked', async () => {
  bench = await openDesktop();
  await bench.must('practice.start', {});
  const { tokens } = await bench.must('token.list', {});
  const token = tokens[0]!.id;
  const certificate = tokens[0]!.certificates.find(({ use }) => use === 'signing')!.sha256;
  const change = (kind: 'freeze' | 'unfreeze' | 'revoke', typed = NAME, pin = PIN) =>
    bench.call('certificate.changeStatus', {
      ...{ token, certificate, typed, pin, acceptLastTry: false },
      change: kind === 'revoke' ? { kind, reason: 'cessation' } : { kind },
    });
  const shown = async () => {
    const card = (await bench.must('token.list', {})).tokens[0]!;
    return [card.action.kind, ...card.certificates.map(({ revocation }) => revocation)];
  };

  expect(await change('freeze', '别的公司')).toMatchObject({ error: { code: 'request.invalid' } });
  expect(await change('freeze', NAME, '99999999')).toMatchObject({ error: { code: 'pin.incorrect' } });
  expect(await change('freeze')).toMatchObject({ ok: true, value: { status: 'frozen' } });
  expect(await shown()).toEqual(['contact', 'frozen', 'frozen']);
  await bench.heard('notice.shown', ({ text }) => text === 'certificateFrozen');

  const { session } = await bench.must('renewal.start', { token, certificate });
  const held = await bench.heard('renewal.changed', (view) => view?.question?.kind === 'obstacles');
  const findings = held?.question?.kind === 'obstacles' ? held.question.findings : [];
  expect(findings.map(({ id, message }) => [id, message])).toEqual([
    ['certificate.revocation', expect.stringContaining('冻结') as string],
  ]);
  const answer = { session, question: held!.question!.id, answer: { kind: 'obstacles' } } as const;
  expect(await change('unfreeze')).toMatchObject({ ok: true, value: { status: 'good', since: null } });
  await bench.must('renewal.answer', answer);
  await bench.heard('renewal.changed', (view) => view?.question?.kind === 'pin');
  await bench.must('renewal.stop', { session });
  const over = await bench.heard('renewal.changed', (view) => view?.outcome != null);
  await bench.must('renewal.close', { session });

  expect(over?.outcome).toMatchObject({ kind: 'stopped', error: { code: 'pin.required' } });
  expect(await change('revoke')).toMatchObject({ ok: true, value: { status: 'revoked' } });
  expect(await shown()).toEqual(['contact', 'revoked', 'revoked']);
  expect(await change('unfreeze')).toMatchObject({ ok: false, error: { code: 'gateway.loginRefused' } });
  expect(JSON.stringify(bench.events.filter(({ event }) => event !== 'application.changed'))).not.toContain(
    PIN,
  );
});
