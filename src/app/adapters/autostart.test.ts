import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAutostart } from './autostart.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'autostart-'))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

const done = { ok: true, value: undefined };

describe('starting with the login on Linux', () => {
  it('is a desktop entry that comes and goes', async () => {
    const command = ['/usr/bin/node', '/opt/a b/webshell.mjs', '100%', String.raw`a"$\b`];
    const autostart = createAutostart({ platform: 'linux', variables: {}, home }, command);
    const path = join(home, '.config/autostart/certificate-assistant.desktop');
    expect(await autostart?.set(true)).toEqual(done);
    expect(readFileSync(path, 'utf8').split('\n')).toEqual([
      '[Desktop Entry]',
      'Type=Application',
      'Name=智能证书助手',
      String.raw`Exec="/usr/bin/node" "/opt/a b/webshell.mjs" "100%%" "a\\"\\$\\\\b"`,
      'X-GNOME-Autostart-enabled=true',
      '',
    ]);
    expect([await autostart?.set(false), await autostart?.set(false), existsSync(path)]).toEqual([
      done,
      done,
      false,
    ]);
  });

  it('follows XDG_CONFIG_HOME and says when it cannot be written', async () => {
    const file = join(home, 'file');
    writeFileSync(file, '');
    const variables = { XDG_CONFIG_HOME: file };
    const path = join(file, 'autostart/certificate-assistant.desktop');
    expect(await createAutostart({ platform: 'linux', variables, home }, ['/x'])?.set(true)).toEqual({
      ok: false,
      error: { code: 'storage.damaged', path, native: { call: 'stat', value: 'ENOTDIR' } },
    });
  });

  it('is not offered where we do not know how', () => {
    expect(createAutostart({ platform: 'aix', variables: {}, home }, ['/x'])).toBeNull();
  });
});
