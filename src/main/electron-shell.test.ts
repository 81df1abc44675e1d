import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeElectron } from '../../test/support/fake-electron.ts';
import { createElectronShell } from './electron-shell.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'shell-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const COMMAND = ['/opt/assistant/assistant', '--background'] as const;

function open(platform: NodeJS.Platform, opens = true) {
  const electron = createFakeElectron({ opens });
  const environment = { platform, variables: { PATH: home }, home };
  return { electron, shell: createElectronShell(electron.parts, environment, [...COMMAND]) };
}

describe('what the application may ask of Electron', () => {
  it('is told to the page, by what there is', async () => {
    writeFileSync(join(home, 'xdg-open'), '');
    chmodSync(join(home, 'xdg-open'), 0o755);
    expect([
      (await open('linux').shell).capabilities,
      (await open('freebsd').shell).capabilities.autostart,
    ]).toEqual([
      { nativeNotices: true, tray: true, autostart: true, openPortal: true, openFolder: true, quit: false },
      false,
    ]);
  });

  it('opens a page of a CA in the browser of the person where no better one is found', async () => {
    const { electron, shell } = open('linux');
    const opened = await (await shell).openPortal('https://ca.example/renew', ['chromium']);
    expect([opened, electron.asked]).toEqual([
      { ok: true, value: undefined },
      [['openExternal', 'https://ca.example/renew']],
    ]);
  });

  it.each([
    'http://ca.example/',
    'file:///etc/passwd',
    'smb://ca.example/share',
    'https://user:pass@ca.example/',
    'ms-settings:',
    'nothing',
  ])('never hands %s to another program', async (address) => {
    const { electron, shell } = open('linux');
    const opened = await (await shell).openPortal(address, []);
    expect([opened, electron.asked]).toEqual([
      { ok: false, error: { code: 'portal.notOpened', address } },
      [],
    ]);
  });

  it('says when no program opens the page', async () => {
    const address = 'https://ca.example/';
    const opened = await (await open('linux', false).shell).openPortal(address, []);
    expect(opened).toEqual({ ok: false, error: { code: 'portal.notOpened', address } });
  });

  it('starts with the session on Linux by a desktop entry', async () => {
    const { electron, shell } = open('linux');
    const set = await (await shell).setAutostart(true);
    const entry = readFileSync(join(home, '.config/autostart/certificate-assistant.desktop'), 'utf8');
    expect([
      set.ok,
      entry.includes('Exec="/opt/assistant/assistant" "--background"'),
      electron.asked,
    ]).toEqual([true, true, []]);
  });

  it.each([true, false])('starts with the session on Windows by its own list: %s', async (isOn) => {
    const { electron, shell } = open('win32');
    const set = await (await shell).setAutostart(isOn);
    const item = { openAtLogin: isOn, path: COMMAND[0], args: ['"--background"'] };
    expect([set.ok, electron.asked]).toEqual([true, [['setLoginItemSettings', item]]]);
  });
});
