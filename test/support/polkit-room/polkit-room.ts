// A room with a polkit of its own: name spaces in which pkexec, polkitd and the bus are real, the system's folders
// are ours, and `nobody` may do what a rule says without being asked. Needs root. udevadm is scripted: there is no
// udev daemon to tell; it notes what it was told.

import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];

export interface Said {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PolkitRoom {
  /** Below it are the room's `etc` and `var-lib`. */
  readonly folder: string;
  /** The installed package, as electron-builder lays it out, with Node in place of Electron. */
  readonly helper: string;
  /** As the user `nobody`. */
  run(command: readonly string[], env: NodeJS.ProcessEnv, input?: string): Promise<Said>;
  runAsRoot(command: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<Said>;
  /** What the scripted udevadm was told, one line each. */
  told(): Promise<string>;
  dispose(): Promise<void>;
}

/** Why there can be no such room here; null: there can. */
export function noRoom(): string | null {
  if (process.getuid?.() !== 0) return 'not root';
  return spawnSync('unshare', ['-mpf', 'mount', '-t', 'tmpfs', 'none', '/mnt']).status === 0
    ? null
    : 'no name spaces';
}

/**
 * @param devices a folder with `sys` and `dev`
 * @param allows polkit's JavaScript: whether `action` is allowed to `subject`
 */
export async function createPolkitRoom(devices: string, allows: string): Promise<PolkitRoom> {
  const folder = await mkdtemp(join(tmpdir(), 'polkit-'));
  const at = (path: string) => join(folder, path);
  for (const name of ['var-lib', 'opt/resources', 'dev']) await mkdir(at(name), { recursive: true });
  await promisify(execFile)('cp', ['-a', '/etc', at('etc')]);
  await rm(at('etc/udev/rules.d'), { recursive: true, force: true });
  await mkdir(at('etc/udev/rules.d'), { recursive: true });
  await chmod(folder, 0o755);
  await cp('/usr/share/polkit-1/actions', at('actions'), { recursive: true });
  const helper = at('opt/resources/repair-helper');
  const policy = await readFile(source('resources/linux/org.certificate-assistant.policy'), 'utf8');
  await writeFile(
    at('actions/org.certificate-assistant.policy'),
    policy.replace('/opt/智能证书助手/resources/repair-helper', helper),
  );
  await writeFile(
    at('etc/polkit-1/rules.d/10-test.rules'),
    `polkit.addRule(function (action, subject) { if (${allows}) return polkit.Result.YES; });\n`,
  );
  await copyFile(source('resources/linux/repair-helper'), helper);
  await writeFile(
    at('opt/certificate-assistant'),
    `#!/bin/sh\necho "$@" > ${at('arguments')}\nexec ${process.execPath} ${source('out/elevated-repair.mjs')}\n`,
  );
  await writeFile(at('udevadm'), `#!/bin/sh\necho "$@" >> ${at('told')}\n`);
  for (const path of [helper, at('opt/certificate-assistant'), at('udevadm')]) await chmod(path, 0o755);

  const room = spawn(
    'unshare',
    [
      '-mpf',
      '--kill-child',
      '--mount-proc',
      'sh',
      source('test/support/polkit-room/room.sh'),
      folder,
      devices,
    ],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(room, 'exit');
  await Promise.race([
    once(room.stdout, 'data'),
    ended.then(() => {
      throw new Error('the room could not be made');
    }),
  ]);
  const own = `/proc/${String(room.pid)}/task/${String(room.pid)}/children`;
  const inside = (await readFile(own, 'utf8')).trim();

  async function enter(command: readonly string[], env: NodeJS.ProcessEnv, input: string): Promise<Said> {
    const child = spawn('nsenter', ['-t', inside, '-m', '-p', ...command], {
      env: { PATH: '/usr/bin:/bin', ...env },
      cwd: '/',
    });
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => (said[stream] += text));
    child.stdin.on('error', () => undefined).end(input);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, ...said };
  }

  return {
    folder,
    helper,
    // pkexec wants a parent, which a process that has just entered the room has not.
    run: (command, env, input = '') =>
      enter(['setpriv', ...NOBODY, 'sh', '-c', '"$@"; exit $?', 'sh', ...command], env, input),
    runAsRoot: enter,
    told: () => readFile(at('told'), 'utf8').catch(() => ''),
    async dispose() {
      room.stdin.end();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
