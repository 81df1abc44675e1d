// 签章检测 through the router, with the practice key: the seal is listed, exported, tested and remembered.

import { afterEach, describe, expect, it } from 'vitest';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';

let bench: DesktopBench;
afterEach(() => bench.dispose());

const PIN = '12345678';

describe('the seal test in the window', () => {
  it('passes on the practice key, gives the page, which verifies, and remembers it', async () => {
    bench = await openDesktop();
    await bench.must('practice.start', {});
    const { tokens } = await bench.must('token.list', {});
    const token = tokens[0]!.id;
    const { seals, unrecognised } = await bench.must('seal.list', { token });
    expect([seals.length, unrecognised, seals[0]?.fitsCurrent, seals[0]?.state]).toEqual([
      1,
      [],
      true,
      'valid',
    ]);
    const seal = seals[0]!.id;
    const exported = await bench.must('seal.export', { token, seal, what: 'seal' });
    expect(exported.fileName).toMatch(/\.esl$/);
    const tested = await bench.must('seal.test', { token, seal: null, pin: PIN, acceptLastTry: false });
    expect([tested.kind, tested.ok]).toEqual(['seal', true]);
    const judged = await bench.must('document.verify', { content: tested.page! });
    expect([judged.kind, judged.ok, judged.signatures[0]?.seal?.id]).toEqual(['pdf', true, seal]);
    expect(await bench.must('seal.lastTests', {})).toEqual([
      { token, at: tested.at, kind: 'seal', ok: true },
    ]);
    expect(JSON.stringify(bench.events.filter(({ event }) => event !== 'application.changed'))).not.toContain(
      PIN,
    );
  });

  it('is not done with a wrong PIN, and nothing is remembered', async () => {
    bench = await openDesktop();
    await bench.must('practice.start', {});
    const { tokens } = await bench.must('token.list', {});
    const token = tokens[0]!.id;
    expect(
      await bench.call('seal.test', { token, seal: null, pin: '99887766', acceptLastTry: false }),
    ).toMatchObject({ ok: false, error: { code: 'pin.incorrect' } });
    expect(await bench.must('seal.lastTests', {})).toEqual([]);
  });
});
