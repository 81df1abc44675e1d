// Shows that the import table is enforced: small source trees that break one rule each, cruised with the
// project's own configuration. Also that the real cruise sees files at all: with a wrong TypeScript
// dependency-cruiser checks nothing and reports success.

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
  readonly modules: readonly { readonly source: string }[];
}

/** Every folder with a file that may be imported. */
const TARGETS = [
  'core',
  'contract',
  'storage',
  'native',
  'app',
  'sandbox',
  'bridge',
  'renderer',
  'main',
  'webshell',
  'cli',
];

/** File, what it imports, and the rules it breaks. */
const CASES: readonly (readonly [file: string, imports: string, rules: readonly string[]])[] = [
  ['src/core/a1.ts', '../contract/target.ts', ['core-folders']],
  ['src/core/a2.ts', '../native/target.ts', ['core-folders']],
  ['src/core/a3.ts', 'node:fs', ['no-node-builtins']],
  ['src/core/a4.ts', 'fs', ['no-node-builtins']],
  ['src/core/a5.ts', 'zod', ['core-pure-packages']],
  ['src/core/a6.ts', '@noble/hashes/sha2.js', []],
  ['src/core/a7.ts', '@peculiar/asn1-x509', []],
  ['src/core/a8.ts', 'no-such-package', ['resolvable']],
  ['src/core/a9.ts', '../../test/support/build.ts', ['no-test-code']],
  ['src/contract/b1.ts', '../core/target.ts', []],
  ['src/contract/b2.ts', '../app/target.ts', ['contract-folders']],
  ['src/contract/b3.ts', 'node:crypto', ['no-node-builtins']],
  ['src/contract/b4.ts', '../../resources/words.json', []],
  ['src/storage/s1.ts', '../core/target.ts', []],
  ['src/storage/s2.ts', 'node:fs', []],
  ['src/storage/s3.ts', '../contract/target.ts', ['storage-folders']],
  ['src/storage/s4.ts', '../app/target.ts', ['storage-folders']],
  ['src/storage/s5.ts', '../native/target.ts', ['storage-folders']],
  ['src/native/c1.ts', '../contract/target.ts', ['native-folders']],
  ['src/native/c2.ts', 'koffi', []],
  ['src/native/c3.ts', '../storage/target.ts', []],
  ['src/app/d1.ts', '../native/target.ts', ['app-folders']],
  ['src/app/d2.ts', '../sandbox/target.ts', ['app-folders']],
  ['src/app/d3.ts', 'koffi', ['koffi-only-in-native']],
  ['src/app/d4.ts', 'pkcs11js', ['pkcs11js-only-in-native']],
  ['src/app/d5.ts', 'electron', ['electron-only-in-main']],
  ['src/app/d6.ts', 'vitest', ['no-development-packages']],
  ['src/app/compose.ts', '../native/target.ts', []],
  ['src/app/services/d7.ts', '../../sandbox/target.ts', ['app-folders']],
  ['src/app/d8.ts', '../storage/target.ts', []],
  ['src/sandbox/e1.ts', '../app/target.ts', ['sandbox-folders']],
  ['src/sandbox/e2.ts', '../storage/target.ts', []],
  ['src/core/a10.ts', '../storage/target.ts', ['core-folders']],
  ['src/contract/b5.ts', '../storage/target.ts', ['contract-folders']],
  ['src/bridge/f1.ts', '../native/target.ts', ['bridge-folders']],
  ['src/renderer/g1.ts', '../app/target.ts', ['renderer-folders']],
  ['src/renderer/g2.ts', 'node:path', ['no-node-builtins']],
  ['src/main/h1.ts', '../renderer/target.ts', ['main-folders']],
  ['src/main/h2.ts', 'electron', []],
  ['src/cli/i1.ts', '../main/target.ts', ['cli-folders']],
  ['src/cli/i2.ts', '../native/target.ts', []],
  ['src/cli/i3.ts', 'usb', ['usb-only-in-native']],
  ['src/webshell/j1.ts', '../cli/target.ts', ['webshell-folders']],
  ['src/helpers/k1.ts', '../core/target.ts', ['known-folder']],
  ['src/app/l1.ts', './l2.ts', ['no-cycles']],
];

let folder: string;
let broken: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-rules-'));
  const files = [
    ...TARGETS.map((name) => [`src/${name}/target.ts`, 'export const target = 1;\n'] as const),
    ...CASES.map(([file, imports]) => [file, `import '${imports}';\n`] as const),
    ['src/app/l2.ts', "import './l1.ts';\n"] as const,
    ['test/support/build.ts', 'export const setup = 1;\n'] as const,
    ['resources/words.json', '{}\n'] as const,
    [
      'tsconfig.json',
      '{"compilerOptions":{"module":"NodeNext","allowImportingTsExtensions":true,"noEmit":true}}',
    ] as const,
    [
      'package.json',
      '{"type":"module","devDependencies":{"vitest":"*"},"dependencies":{"koffi":"*","zod":"*"}}',
    ] as const,
  ];
  for (const [file, content] of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), content);
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const report = await cruise(folder);
  broken = new Map(
    CASES.map(([file]) => [
      file,
      report.summary.violations.filter((violation) => violation.from === file).map(({ rule }) => rule.name),
    ]),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the import table', () => {
  it.each(CASES)('%s importing %s breaks %j', (file, _imports, rules) => {
    expect(broken.get(file)).toEqual(rules);
  });

  it('is checked against every source file of the project', async () => {
    const { modules } = await cruise(root);
    const cruised = modules.map(({ source }) => source).filter((source) => /^src\/.*\.ts$/.test(source));
    const sources = (await readdir(join(root, 'src'), { recursive: true })).filter((path) =>
      path.endsWith('.ts'),
    );
    expect(new Set(cruised)).toEqual(new Set(sources.map((path) => `src/${path.replaceAll('\\', '/')}`)));
  });
});

/** Runs dependency-cruiser in `directory` with our configuration; its report is valid whether it passes or not. */
function cruise(directory: string): Promise<Report> {
  const command = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [command, '--config', join(root, '.dependency-cruiser.mjs'), '--output-type', 'json', 'src'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: directory, maxBuffer: 64 << 20 }, (_exit, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr));
      else resolve(JSON.parse(stdout) as Report);
    });
  });
}
