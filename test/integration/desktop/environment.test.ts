// The environment check through the window's router, on this very computer: it is looked at and not changed.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';

let bench: DesktopBench;
beforeEach(async () => {
  // Nothing is ever opened in front of whoever runs the tests.
  bench = await openDesktop({ hostEnvironment: { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' } });
});
afterEach(() => bench.dispose());

it('tells how far it is, ends with sentences and a code, and plans without changing anything', async () => {
  await bench.must('environment.check', {});
  await bench.must('environment.check', {});
  const { report } = await bench.heard(
    'environment.changed',
    (view) => view.report !== null && view.progress === null,
  );
  const told = bench.events.flatMap((event) =>
    event.event === 'environment.changed' && event.data.progress !== null ? [event.data.progress.done] : [],
  );
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(Math.max(...told)).toBe(report?.findings.length);
  expect(report?.code).toMatch(/^\d{6}$/);
  expect(report?.findings.filter(({ title, message }) => title === '' || message === '')).toEqual([]);
  await bench.must('environment.checkBrowser', {});
  const joined = await bench.heard(
    'environment.changed',
    (view) => view.progress === null && view.report?.findings.length === (report?.findings.length ?? 0) + 1,
  );
  expect(joined.report?.findings.at(-1)).toMatchObject({
    ...{ id: 'browser.page', status: 'unknown', message: '现在查不到（没能打开浏览器）。' },
  });
  const plan = await bench.must('repair.plan', {});
  expect(plan.filter(({ changes, refused }) => changes.length === 0 && refused === null)).toEqual([]);
  expect(await bench.call('repair.apply', { repairs: ['files.everything'] })).toEqual({
    ok: false,
    error: { code: 'request.invalid', reason: 'repair.apply repairs' },
  });
  expect(await bench.must('repair.list', {})).toEqual([]);
});
