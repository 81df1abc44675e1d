// The one build: bundles the command line and its child processes into out/. Skips itself when no source changed.
// Chunk names carry a hash of their content and entries are renamed into place last, so a build next to a
// running program, or two builds at once, never leave an entry pointing at a chunk that is not there.

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'out');
const stampFile = join(out, '.stamp');

/**
 * Each program's entry, and chunks of what it needs to start: one file is loaded faster than twenty small ones.
 * `list` is the command that is measured (npm run bench). Never an entry itself: a chunk that waits for another
 * which imports it back would wait for ever.
 */
const PROGRAMS = {
  ukey: {
    entry: 'src/cli/ukey.ts',
    chunks: {
      start: [
        'src/cli/arguments.ts',
        'src/app/compose.ts',
        'src/app/compose/reading.ts',
        'src/app/adapters/log.ts',
        'src/app/adapters/key-folder.ts',
      ],
      list: [
        'src/cli/main.ts',
        'src/cli/commands/list.ts',
        'src/app/services/tokens.ts',
        'src/app/services/token-look.ts',
        'src/app/adapters/signature-verifier.ts',
        'src/core/certificate/certificate-reader.ts',
        'src/core/profile/choose-profile.ts',
        'src/app/adapters/load-profiles.ts',
        'src/app/services/profiles.ts',
        'src/contract/shipped-profiles.ts',
      ],
    },
  },
  'elevated-repair': { entry: 'src/cli/elevated-repair.ts', chunks: {} },
  webshell: { entry: 'src/webshell/webshell.ts', chunks: {} },
  host: { entry: 'src/native/host/host-main.ts', chunks: { pkcs11: ['src/native/pkcs11/open.ts'] } },
  presence: { entry: 'src/native/presence/presence-main.ts', chunks: {} },
  windows: { entry: 'src/native/windows/windows-main.ts', chunks: {} },
  main: { entry: 'src/main/main.ts', chunks: {} },
  // Electron loads the preload script of a sandboxed page as CommonJS only.
  preload: { entry: 'src/main/preload/preload.ts', format: 'cjs', chunks: {} },
};

/** The page: its first screen small, antd and the other screens loaded when they are wanted. */
const PAGE = 'src/renderer/index.html';

/** Packages with machine code, or a binary of their own: loaded from node_modules at run time. */
const NATIVE_PACKAGES = ['pkcs11js', 'koffi', 'usb', 'node-hid', 'electron'];

/** Chunks of earlier builds stay this long for programs that still run from them. */
const OLD_CHUNK_MS = 3_600_000;

/** Builds out/ and answers whether there was anything to do. */
export async function build() {
  const stamp = await hashSources();
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return false;

  const temporary = join(out, `.build-${process.pid}`);
  try {
    for (const [name, program] of Object.entries(PROGRAMS)) await bundle(name, program, temporary);
    await install(temporary);
    await buildPage();
    await writeFile(`${temporary}.stamp`, stamp);
    await rename(`${temporary}.stamp`, stampFile);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return true;
}

async function bundle(name, { entry, format = 'es', chunks }, outDir) {
  const ending = format === 'es' ? 'mjs' : 'cjs';
  const vite = await import('vite');
  await vite.build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external: NATIVE_PACKAGES },
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: true,
      rolldownOptions: {
        input: { [name]: join(root, entry) },
        output: {
          format,
          entryFileNames: `[name].${ending}`,
          chunkFileNames: 'chunks/[name]-[hash].mjs',
          codeSplitting: {
            groups: Object.entries(chunks).map(([chunk, paths], index, all) => ({
              name: chunk,
              // Never negative: such a priority comes out as the highest of all.
              priority: all.length - index,
              test: (id) => paths.includes(relative(root, id)),
            })),
          },
          // Names stay, so that a stack trace in a support log can be read.
          minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  });
}

async function buildPage() {
  const [vite, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  const outDir = join(out, `.page-${process.pid}`);
  await vite.build({
    root: join(root, dirname(PAGE)),
    configFile: false,
    logLevel: 'warn',
    base: './',
    plugins: [react()],
    build: { target: 'es2022', outDir, emptyOutDir: true, assetsInlineLimit: 0, modulePreload: false },
  });
  await rm(join(out, 'renderer'), { recursive: true, force: true });
  await rename(outDir, join(out, 'renderer'));
}

async function install(temporary) {
  await mkdir(join(out, 'chunks'), { recursive: true });
  await mkdir(temporary, { recursive: true });
  const built = (await readdir(temporary, { recursive: true })).filter((path) =>
    /\.[mc]?js(\.map)?$/.test(path),
  );
  const chunksFirst = (path) => (dirname(path) === '.' ? 1 : 0);
  for (const path of built.sort((a, b) => chunksFirst(a) - chunksFirst(b))) {
    await rename(join(temporary, path), join(out, path));
  }
  for (const chunk of await readdir(join(out, 'chunks'))) {
    const path = join(out, 'chunks', chunk);
    if (built.includes(join('chunks', chunk))) continue;
    const age = Date.now() - (await stat(path).catch(() => null))?.mtimeMs;
    if (age > OLD_CHUNK_MS) await rm(path, { force: true });
  }
}

async function hashSources() {
  const hash = createHash('sha256');
  for (const folder of ['src', 'resources']) {
    const paths = await readdir(join(root, folder), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = paths
      .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort();
    for (const file of files) hash.update(`${relative(root, file)}\0`).update(await readFile(file));
  }
  for (const file of ['package-lock.json', 'scripts/build.mjs'])
    hash.update(await readFile(join(root, file)));
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const started = performance.now();
  try {
    const changed = await build();
    const ms = Math.round(performance.now() - started);
    process.stderr.write(changed ? `built out/ in ${ms} ms\n` : `out/ is up to date (${ms} ms)\n`);
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
