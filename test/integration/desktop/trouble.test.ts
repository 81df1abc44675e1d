// A data folder that was damaged, and two pages at once, through the window's router.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openDesktop, type DesktopBench } from '../../support/desktop.ts';

let dataDir: string;
let bench: DesktopBench | null = null;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'trouble-'))));
afterEach(async () => {
  await bench?.dispose();
  bench = null;
  rmSync(dataDir, { recursive: true, force: true });
});

it('opens with files that were damaged: settings and memory begin anew, a bad profile is left out', async () => {
  for (const folder of ['seen', 'profiles']) mkdirSync(join(dataDir, folder), { mode: 0o700 });
  const damaged = ['settings.json', 'seen/certificates.json', 'seen/reminders.json', 'seen/revocation.json'];
  for (const name of [...damaged, 'profiles/own.json']) writeFileSync(join(dataDir, name), '{"version":1,');
  bench = await openDesktop({ dataDir });
  const { settings, storageProblem } = await bench.must('application.read', {});
  expect([settings.theme, settings.reminders, storageProblem]).toEqual(['system', true, null]);
  expect(await bench.must('token.list', {})).toMatchObject({ tokens: [], away: [] });
  expect((await bench.must('profile.list', {})).map(({ id }) => id)).toContain('sandbox');
  await bench.must('settings.change', { theme: 'dark' });
  await bench.must('opening.name', {
    ...{ id: 'o1', certificate: null, at: '2026-12-01T01:00:00Z', uploaded: 'notUploaded' },
    remindAfter: true,
  });
  const again = await openDesktop({ dataDir });
  const kept = [await again.must('application.read', {}), await again.must('opening.list', {})] as const;
  await again.dispose();
  expect([kept[0].settings.theme, kept[1].map(({ id }) => id)]).toEqual(['dark', ['o1']]);
  // What could not be read is kept beside it, for whoever can.
  expect(readdirSync(dataDir).filter((name) => name.startsWith('settings.damaged-')).length).toBe(1);
});

it('tells every page the same until it leaves, and ends only where the page may end it', async () => {
  bench = await openDesktop({ dataDir });
  const second: string[] = [];
  const stop = bench.desktop.onEvent(({ event }) => void second.push(event));
  await bench.must('settings.change', { locale: 'en' });
  expect(second).toEqual(bench.events.map(({ event }) => event).slice(-second.length));
  expect(second).toContain('application.changed');
  stop();
  const heard = second.length;
  await bench.must('settings.change', { locale: 'zh-CN' });
  expect(second.length).toBe(heard);
  expect(await bench.call('application.quit', {})).toMatchObject({ error: { code: 'request.invalid' } });
});
