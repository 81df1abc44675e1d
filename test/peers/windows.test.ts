// What is asked of Windows and changed there, in wine: registry, certificate stores, processes, ports, rights, and the
// whole `ukey check`. wine's own `reg` writes what we read, and reads what we write. Not shown here, because wine has
// no such thing or only pretends: a user's ROOT with its question, services that start, devices with problems, UAC itself.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { parseCertificate } from '../../src/core/certificate/certificate.ts';
import { isSameName } from '../../src/core/certificate/names.ts';
import { issueCertificates } from '../support/environment/certificates.ts';
import { openWine, type Wine } from '../support/wine/wine.ts';

const KEY = 'HKEY_CURRENT_USER\\Software\\智能证书助手\\检测';
const LONG = '长'.repeat(3000);

interface Said {
  readonly ok: boolean;
  readonly findings: readonly { readonly id: string; readonly outcome: string }[];
  readonly record?: string | null;
  readonly state?: string;
}

describe.skipIf(process.arch !== 'x64')('Windows, in wine', () => {
  let wine: Wine | null = null;
  let folder: string;
  let result: Record<'read' | 'changed' | 'stores' | 'system', Record<string, unknown>> & { bugs: unknown };

  beforeAll(async () => {
    wine = openWine();
    folder = wine.folder;
    await bundleScenario(folder);
    const { root } = await issueCertificates();
    writeFileSync(join(folder, 'anchor.der'), root.der);
    writeFileSync(join(folder, 'given.reg'), registryFile());
    const said = wine.node('scenario.mjs');
    try {
      result = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as typeof result;
    } catch {
      throw new Error(`the scenario did not end: ${said}`);
    }
  }, 300_000);

  afterAll(() => wine?.dispose());

  /** wine says things of its own before the one object. */
  function ukey(...args: string[]): Said {
    const said = wine?.node('out/ukey.mjs', ...args, '--json') ?? '';
    return JSON.parse(said.slice(said.indexOf('{"ok"'))) as Said;
  }
  const exported = (name: string) => readFileSync(join(folder, `${name}.reg`)).toString('utf16le');
  const malformed = (name: string) => {
    const what = `HKCU\\Software\\智能证书助手\\检测\\${name}`;
    return { ok: false, error: { reason: 'malformed', what } };
  };
  const ok = (value: unknown) => ({ ok: true, value });

  it('registry values are read as they are typed, Chinese names and all, and a malformed one hides only itself', () => {
    expect(result.read).toEqual({
      values: ok({
        '': { type: 'text', value: '默认' },
        中文: { type: 'text', value: '甲' },
        展开: { type: 'expandable', value: '%A' },
        列表: { type: 'list', value: ['一', '二'] },
        数字: { type: 'number', value: 0xee6b2800 },
        字节: { type: 'bytes', value: 'AQID' },
        宽: { type: 'other', value: 11 },
        长: { type: 'text', value: LONG },
      }),
      keys: ok(['下']),
      default: ok({ type: 'text', value: '默认' }),
      odd: malformed('坏文本'),
      short: malformed('坏数字'),
      long: ok({ type: 'text', value: LONG }),
      noKey: ok(null),
      noKeys: ok([]),
      noValue: ok(null),
      noRoot: { ok: false, error: { reason: 'malformed', what: 'HKXX\\Software' } },
    });
  });

  it('registry changes are what wine itself exports, and nothing is left of them when they are taken back', () => {
    expect(result.changed).toEqual({
      made: Array(7).fill('after'),
      refused: {
        ok: false,
        error: { code: 'repair.changed', path: 'HKCU\\Software\\智能证书助手\\检测\\中文' },
      },
      undone: Array(7).fill('before'),
      parentLeft: ok(null),
      wow: [{ ok: true }, ok(null)],
    });
    for (const line of [
      '"中文"="乙"',
      '"列表"=hex(7):00,4e,00,00,8c,4e,00,00,00,00',
      '"字节"=hex:01,02,03',
      '"数字"=dword:ee6b2800',
      '"文字"="证书助手 𠮷"',
    ])
      expect(exported('changed')).toContain(line);
    expect(exported('changed').replace(/\\\r\n {2}/, '')).toContain('"展开"=hex(2):25,00,53,00,79,00');
    expect(exported('zone')).toContain('Domains\\ca.example]\r\n"https"=dword:00000002');
    expect(exported('wow')).toContain('WOW6432Node\\智能证书助手]\r\n"位数"=dword:00000020');
    expect(exported('undone')).toBe(exported('before'));
  });

  it('a certificate is put into a store, aside, back with its properties, and out again', () => {
    const each = {
      ...{ added: ['after'], twice: { ok: true }, count: 1, link: null },
      ...{ gone: ['after'], back: ['before'], isSame: true, undone: ['before'], left: 0 },
    };
    expect(result.stores['steps']).toEqual({ CA: each, MY: each });
  });

  it('the roots of the computer are whole certificates that sign themselves', () => {
    const roots = (result.stores['roots'] as readonly string[]).map((der) =>
      parseCertificate(Buffer.from(der, 'base64')),
    );
    expect(roots.length).toBeGreaterThan(0);
    expect(roots.filter((root) => !root.ok || !isSameName(root.value.subject, root.value.issuer))).toEqual(
      [],
    );
  });

  it('a program, its port, a service and rights are told, and the built helper repairs with them', () => {
    expect(result.system).toEqual({
      self: { pid: expect.any(Number) as number, name: 'node.exe' },
      listener: [[127, 0, 0, 1]],
      service: ok({ state: expect.any(String) as string, start: 'automatic' }),
      noService: ok(null),
      isElevated: ok(true),
      folders: [ok('C:\\windows'), ok('C:\\ProgramData')],
      mayChange: ok(true),
      noFile: { ok: false, error: { reason: 'unavailable', what: 'C:\\没有 (2)' } },
      battery: true,
      device: {
        ...{ instance: 'ROOT\\WINE\\WINEBUS', name: 'Wine HID bus driver', class: 'System' },
        ...{ compatibleIds: [], reported: '', problem: 0 },
      },
      exitCode: ok(7),
      repaired: {
        ended: ok(0),
        answer: '{"ok":true}',
        hosts: '127.0.0.1 localhost\r\n',
        hasRecord: true,
        again: ok(2),
      },
    });
  });

  it('no call throws', () => {
    expect(result.bugs).toEqual([]);
  });

  it('a repair of the command line is made, found fine, taken back, and wanted again', () => {
    const [check, profile] = ['browser.trustedSites', 'dfca-hunan-construction'];
    const made = ukey('repair', '--yes', '--profile', profile, 'sites.trust');
    const [again] = made.findings;
    const undone = ukey('repair', '--undo', made.record ?? '');
    const [after] = ukey('check', '--only', check, '--profile', profile).findings;
    expect([again?.outcome, undone.state, after?.outcome]).toEqual(['trusted', 'undone', 'missing']);
  }, 380_000);

  it('the whole check answers, and no question throws', () => {
    const { ok: isOk, findings } = ukey('check');
    expect(isOk).toBe(true);
    expect(findings.filter(({ outcome }) => outcome === 'threw')).toEqual([]);
    expect(findings.find(({ id }) => id === 'system.disk')).toMatchObject({ status: 'ok' });
  }, 130_000);
});

async function bundleScenario(outDir: string): Promise<void> {
  const input = { scenario: fileURLToPath(new URL('../support/wine/scenario.ts', import.meta.url)) };
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ...{ ssr: true, target: 'node20', outDir, emptyOutDir: false, copyPublicDir: false },
      rolldownOptions: { input, output: { format: 'es', entryFileNames: '[name].mjs' } },
    },
  });
}

/** As regedit writes it: UTF-16. */
function registryFile(): Uint8Array {
  const lines = [
    '\ufeffWindows Registry Editor Version 5.00',
    '',
    `[${KEY}]`,
    '@="默认"',
    '"中文"="甲"',
    '"展开"=hex(2):25,00,41,00,00,00',
    '"列表"=hex(7):00,4e,00,00,8c,4e,00,00,00,00',
    '"数字"=dword:ee6b2800',
    '"字节"=hex:01,02,03',
    '"宽"=hex(b):01,00,00,00,00,00,00,00',
    `"长"="${LONG}"`,
    '"坏文本"=hex(1):41,00,42',
    '"坏数字"=hex(4):01,02',
    '',
    `[${KEY}\\下]`,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'utf16le');
}
