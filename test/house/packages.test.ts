// electron-builder's own check of its configuration, which needs no network.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { APP_ID } from '../../src/main/start-shell.ts';

interface Configuration {
  readonly appId: string;
  readonly files: unknown;
  readonly asarUnpack: unknown;
  readonly productName: string;
  readonly executableName: string;
  readonly linux: { readonly icon: string; readonly extraResources: unknown };
  readonly deb: { readonly fpm: readonly string[] };
  readonly win: { readonly icon: string };
}

interface Builder {
  getConfig(projectDir: string, configPath: null, options: object | null): Promise<Configuration>;
  validateConfiguration(configuration: object, log: { add(): void }): Promise<void>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const load = createRequire(createRequire(import.meta.url).resolve('electron-builder'));
const builder = load('app-builder-lib/out/util/config/config.js') as Builder;
const log = { add: () => undefined };
const configuration = await builder.getConfig(root, null, null);

describe('the packages', () => {
  it('are described as electron-builder wants it', async () => {
    await expect(builder.validateConfiguration(configuration, log)).resolves.toBeUndefined();
  });

  it.each<[string, object]>([
    ['an option there is not', { signing: true }],
    ['a computer there is no Electron for', { linux: { target: [{ target: 'deb', arch: ['loong64'] }] } }],
    ['a value of another kind', { asar: 'perhaps' }],
  ])('are refused with %s', async (_what, wrong) => {
    await expect(builder.validateConfiguration({ ...configuration, ...wrong }, log)).rejects.toThrow();
  });

  it('carry the name the running program gives the system, and icons that are there', () => {
    const icons = [configuration.linux.icon, configuration.win.icon];
    expect([configuration.appId, icons.filter((path) => !existsSync(join(root, path)))]).toEqual([
      APP_ID,
      [],
    ]);
  });

  it('bring the helper for repairs of the system where polkit’s prompt expects it', () => {
    const { productName, executableName, linux, deb } = configuration;
    const [from = '', to] = deb.fpm[0]?.split('=') ?? [];
    const policy = readFileSync(join(root, from), 'utf8');
    const helper = 'resources/linux/repair-helper';
    expect([linux.extraResources, to]).toEqual([
      [{ from: helper, to: 'repair-helper' }],
      '/usr/share/polkit-1/actions/org.certificate-assistant.policy',
    ]);
    expect(policy).toContain(`exec.path">/opt/${productName}/resources/repair-helper</annotate>`);
    expect(readFileSync(join(root, helper), 'utf8')).toContain(`/../${executableName}" --elevated-repair`);
    expect(statSync(join(root, helper)).mode & 0o111).toBe(0o111);
  });

  it('bring every package with machine code along, outside the archive', () => {
    const [, kept = ''] = /!node_modules\/!\(([^)]*)\)/.exec(JSON.stringify(configuration.files)) ?? [];
    const unpacked = JSON.stringify(configuration.asarUnpack);
    const missing = ['pkcs11js', 'koffi', '@koromix', 'usb', 'node-hid'].filter(
      (name) => !kept.split('|').includes(name) || !unpacked.includes(name),
    );
    expect(missing).toEqual([]);
  });
});
