// The Electron shell with everything of ours real (application, drivers in their processes, page) and Electron
// itself left out.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startShell, type ShellOptions } from '../../src/main/start-shell.ts';
import { createFakeElectron, preventable } from '../support/fake-electron.ts';
import { createUtilityProcesses } from '../support/utility-processes.ts';

const out = fileURLToPath(new URL('../../out', import.meta.url));
const PAGE = { senderFrame: { url: 'app://assistant/', parent: null } };

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'electron-'))));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function start(more: Partial<ShellOptions> = {}, isFirst = true) {
  const children = createUtilityProcesses();
  const electron = createFakeElectron({ isFirst, fork: children.fork });
  startShell(electron.parts, {
    ...{ dataDir, out, isPackaged: true, resources: dirname(out), findModules: false },
    ...{ background: false, practice: false, verbose: false, elevatedRepair: false, drivers: [], ...more },
  });
  const exits = () => electron.asked.filter((one) => Array.isArray(one) && one[0] === 'exit');
  return {
    electron,
    children,
    async isUp() {
      await vi.waitFor(() => expect(electron.tray.items.length).toBeGreaterThan(0), { timeout: 20_000 });
    },
    async hasExited() {
      await vi.waitFor(() => expect(exits()).not.toEqual([]), { timeout: 20_000 });
      return exits();
    },
  };
}

describe('the Electron shell', () => {
  it('serves the page and the application, with drivers in utility processes, and ends them all when it quits', async () => {
    const module = join(dataDir, 'no-such.ukey');
    const { electron, children, isUp, hasExited } = start({ drivers: [{ kind: 'software', module }] });
    await isUp();
    const page = await electron.load('app://assistant/');
    const policy = page.headers.get('content-security-policy') ?? '';
    await electron.call(PAGE, 'token.refresh', {});
    const listed = await electron.call(PAGE, 'driver.list', {});
    const changed = await electron.call(PAGE, 'settings.change', { theme: 'dark' });
    const [window] = electron.windows;
    const heard = new Set(
      window?.webContents.sent.map((one) => (one as [string, { event: string }])[1].event),
    );
    electron.tray.items.at(-1)?.click?.();
    const exits = await hasExited();
    // What listens to the bus is told to end and not waited for.
    await vi.waitFor(() => expect(new Set(Object.values(children.ends()))).toEqual(new Set([0])));

    expect([page.status, policy.startsWith("default-src 'none'; script-src 'self'; style-src")]).toEqual([
      200,
      true,
    ]);
    expect(listed).toMatchObject({ ok: true, value: [{ module, problem: { code: 'file.missing' } }] });
    expect(changed).toMatchObject({ ok: true, value: { theme: 'dark' } });
    expect([...heard]).toEqual(expect.arrayContaining(['application.changed', 'tokens.changed']));
    expect([exits, Object.keys(children.ends())]).toEqual([[['exit', 0]], ['presence 0', 'host 1']]);
    expect(readdirSync(dataDir).filter((name) => name.includes('.lock-'))).toEqual([]);
  });

  it('asks Electron for its sandbox and its own folder before anything else', async () => {
    const { electron, isUp, hasExited } = start({ background: true });
    const [asked, ...others] = [electron.asked.slice(0, 4), electron.session.grants('media')];
    await isUp();
    electron.app.emit('before-quit', preventable());
    await hasExited();
    expect(asked.map((one) => (Array.isArray(one) ? (one as unknown[])[0] : one))).toEqual([
      'enableSandbox',
      'registerSchemesAsPrivileged',
      'setAppUserModelId',
      'setPath',
    ]);
    expect([others, electron.session.grants('media'), electron.windows[0]?.did]).toEqual([
      [[undefined, undefined]],
      [false, false, false],
      [],
    ]);
  });

  it('that is started again shows the window of the first and ends, whatever it was given', async () => {
    const first = start({ background: true });
    await first.isUp();
    first.electron.app.emit('second-instance', {}, ['--data-dir', '/evil'], '/', {});
    const second = start({}, false);
    expect([await second.hasExited(), second.electron.windows, first.electron.windows[0]?.did]).toEqual([
      [['exit', 0]],
      [],
      ['show', 'focus'],
    ]);
    first.electron.app.emit('before-quit', preventable());
    await first.hasExited();
  });

  it('says so where the browser shell already works in the data folder', async () => {
    const first = start({ background: true });
    await first.isUp();
    const other = start();
    await other.hasExited();
    const said = `智能证书助手已经在另一个窗口里运行（进程 ${String(process.pid)}）。请先关闭它，再打开这一个。`;
    expect([other.electron.asked.slice(-2), other.electron.windows]).toEqual([
      [
        ['warn', '智能证书助手', said],
        ['exit', 1],
      ],
      [],
    ]);
    first.electron.app.emit('before-quit', preventable());
    await first.hasExited();
  });
});
