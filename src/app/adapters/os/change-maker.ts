// Makes a change, or takes it back. Before it touches anything it looks whether things are as the change says they
// are; afterwards they are as it says or as they were, never between.

import { chmod, chown, lstat, mkdtemp, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { decodeBase64 } from '../../../core/certificate/base64.ts';
import type { AppError } from '../../../core/errors/codes.ts';
import { placeOf, type Change, type Effect, type FileState } from '../../../core/environment/repair.ts';
import type { WindowsSystem } from '../../../core/environment/windows-system.ts';
import { done, err, type Result } from '../../../core/errors/result.ts';
import { removeLeftovers, replaceDurably, syncFolder } from '../../../storage/durable-file.ts';
import { makeFolder } from '../../../storage/make-folder.ts';
import { errnoOf, storageErrorOf } from '../../../storage/storage-error.ts';
import { sameFile, seenFile } from './file-state.ts';
import { readNssAnchors } from './nss-database.ts';
import type { Standing } from './standing.ts';
import { createTools, type Tools } from './tools.ts';
import { createWindowsChanges } from './windows-changes.ts';

/** `forward` makes the change, `back` undoes it. */
export type Direction = 'forward' | 'back';

export type ChangeError = AppError<
  'repair.changed' | 'repair.failed' | 'repair.declined' | 'storage.full' | 'storage.readOnly'
>;

export interface ChangeMaker {
  readonly look: (change: Change) => Promise<Standing>;
  /** What is already so is done. `repair.changed`: somebody else changed it meanwhile, and it was left alone. */
  readonly make: (change: Change, direction: Direction) => Promise<Result<void, ChangeError>>;
  /** Tells the system of new files. */
  readonly settle: (effects: readonly Effect[]) => Promise<Result<void, ChangeError>>;
}

export interface ChangeMakerOptions {
  /** `/` outside of tests. */
  readonly root: string;
  readonly toolFolders?: readonly string[];
  /** With rights that whoever asked does not have: links and files of others are left alone. */
  readonly elevated?: boolean;
  /** null or left out: this is no Windows. */
  readonly windows?: WindowsSystem | null;
}

export function createChangeMaker(options: ChangeMakerOptions): ChangeMaker {
  const { root, toolFolders, elevated = false, windows } = options;
  const tools = createTools(null, toolFolders);
  const at = (path: string) => (root === '/' ? path : join(root, path));
  const ofWindows = windows == null ? null : createWindowsChanges(windows);

  async function look(change: Change): Promise<Standing> {
    if (change.kind === 'file') {
      const seen = await seenFile(at(change.path));
      if (sameFile(seen, change.after)) return 'after';
      return sameFile(seen, change.before) ? 'before' : 'elsewhere';
    }
    if (change.kind === 'mode') {
      const mode = await stat(at(change.path)).then(
        (info) => info.mode & 0o7777,
        () => null,
      );
      if (mode === change.after) return 'after';
      return mode === change.before ? 'before' : 'elsewhere';
    }
    if (change.kind === 'nss') return lookNss(tools, at(change.folder), change.nickname);
    if (change.kind === 'service') return lookService(tools, change);
    return ofWindows?.look(change) ?? 'elsewhere';
  }

  async function make(change: Change, direction: Direction): Promise<Result<void, ChangeError>> {
    const stands = await look(change);
    const [from, to] =
      direction === 'forward' ? (['before', 'after'] as const) : (['after', 'before'] as const);
    // What a killed process left beside its place would be read by some: a browser reads its whole policy folder.
    if (change.kind === 'file' && direction === 'back') await removeLeftovers(at(change.path));
    if (stands === to) return done;
    if (stands !== from) return err({ code: 'repair.changed', path: placeOf(change) });
    if (change.kind === 'file') {
      const foreign = elevated ? await foreignFile(at(change.path)) : null;
      if (foreign !== null) return err({ code: 'repair.failed', path: change.path, reason: foreign });
      return writeState(at(change.path), change[to]);
    }
    if (change.kind === 'mode') return guarded(change.path, () => chmod(at(change.path), change[to]));
    if (change.kind === 'nss') return switchNss(tools, at(change.folder), change, direction);
    if (change.kind === 'service') return switchService(tools, change.unit, change[from], change[to]);
    return ofWindows?.bring(change, to) ?? err({ code: 'repair.changed', path: placeOf(change) });
  }

  return { look, make, settle: (effects) => settle(tools, root, effects) };
}

async function guarded(path: string, work: () => Promise<unknown>): Promise<Result<void, ChangeError>> {
  try {
    await work();
    return done;
  } catch (thrown) {
    const error = storageErrorOf(thrown, path);
    const reason = errnoOf(thrown) ?? '';
    return err(error.code === 'storage.damaged' ? { code: 'repair.failed', path, reason } : error);
  }
}

/** Why a file is not the system's own; null: it is, or is not there. */
async function foreignFile(path: string): Promise<'link' | 'owner' | null> {
  const info = await lstat(path).catch(() => null);
  if (info?.isSymbolicLink() === true) return 'link';
  // Windows names no owner by number.
  return info === null || process.getuid === undefined || info.uid === process.getuid() ? null : 'owner';
}

function writeState(path: string, state: FileState | null): Promise<Result<void, ChangeError>> {
  return guarded(path, async () => {
    const real = await realpath(path).catch(() => path);
    if (state === null) {
      await rm(real, { force: true });
      return syncFolder(dirname(real));
    }
    const owner = await stat(real).catch(() => null);
    makeSharedFolder(dirname(real));
    await replaceDurably(real, decodeBase64(state.content) ?? new Uint8Array(), state.mode);
    // The umask took bits away, and a file of another user is still that user's.
    await chmod(real, state.mode);
    if (owner !== null && process.getuid?.() === 0) await chown(real, owner.uid, owner.gid);
  });
}

/** Folders of the system are for everybody to read, whatever this process's umask. */
function makeSharedFolder(folder: string): void {
  const before = process.umask(0o022);
  try {
    makeFolder(folder, 0o755);
  } finally {
    process.umask(before);
  }
}

async function lookNss(tools: Tools, folder: string, nickname: string): Promise<Standing> {
  const anchors = await readNssAnchors(tools, folder);
  if (!anchors.ok || anchors.value === null) return 'elsewhere';
  return anchors.value.some((entry) => entry.nickname === nickname) ? 'after' : 'before';
}

type NssChange = Extract<Change, { kind: 'nss' }>;

async function switchNss(
  tools: Tools,
  folder: string,
  { nickname, der }: NssChange,
  direction: Direction,
): Promise<Result<void, ChangeError>> {
  const database = ['-d', `sql:${folder}`, '-n', nickname];
  if (direction === 'back') return ran(folder, tools.run('certutil', ['-D', ...database]));
  const temporary = await mkdtemp(join(tmpdir(), 'anchor-'));
  try {
    const file = join(temporary, 'anchor.der');
    await writeFile(file, decodeBase64(der) ?? new Uint8Array());
    return await ran(folder, tools.run('certutil', ['-A', ...database, '-t', 'C,,', '-i', file]));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

type ServiceChange = Extract<Change, { kind: 'service' }>;

async function lookService(tools: Tools, { unit, before, after }: ServiceChange): Promise<Standing> {
  const [active, enabled] = await Promise.all(
    ['is-active', 'is-enabled'].map(async (question) => {
      const answer = await tools.run('systemctl', [question, unit]);
      return answer.ok && answer.value.code === 0;
    }),
  );
  const is = (state: ServiceChange['before']) => state.active === active && state.enabled === enabled;
  if (is(after)) return 'after';
  return is(before) ? 'before' : 'elsewhere';
}

async function switchService(
  tools: Tools,
  unit: string,
  from: ServiceChange['before'],
  to: ServiceChange['after'],
): Promise<Result<void, ChangeError>> {
  if (from.enabled !== to.enabled) {
    const switched = await ran(unit, tools.run('systemctl', [to.enabled ? 'enable' : 'disable', unit]));
    if (!switched.ok) return switched;
  }
  if (from.active === to.active) return done;
  return ran(unit, tools.run('systemctl', [to.active ? 'start' : 'stop', unit]));
}

async function ran(path: string, running: ReturnType<Tools['run']>): Promise<Result<void, ChangeError>> {
  const answer = await running;
  if (!answer.ok)
    return err({ code: 'repair.failed', path, reason: `${answer.error.reason} ${answer.error.what}` });
  const { code, stderr } = answer.value;
  return code === 0 ? done : err({ code: 'repair.failed', path, reason: stderr.trim().slice(0, 300) });
}

async function settle(
  tools: Tools,
  root: string,
  effects: readonly Effect[],
): Promise<Result<void, ChangeError>> {
  if (effects.includes('udev')) {
    const reloaded = await ran('udev', tools.run('udevadm', ['control', '--reload']));
    if (!reloaded.ok) return reloaded;
    const triggered = await ran(
      'udev',
      tools.run('udevadm', [
        'trigger',
        '--subsystem-match=usb',
        '--subsystem-match=hidraw',
        '--subsystem-match=scsi_generic',
      ]),
    );
    if (!triggered.ok) return triggered;
  }
  return effects.includes('trust') ? refreshTrust(tools, root) : done;
}

/** Debian's and openEuler's ways to rebuild the trust folder from its sources. */
async function refreshTrust(tools: Tools, root: string): Promise<Result<void, ChangeError>> {
  const places =
    root === '/'
      ? []
      : [
          ...['--certsconf', join(root, 'etc/ca-certificates.conf')],
          ...['--localcertsdir', join(root, 'usr/local/share/ca-certificates')],
          ...['--etccertsdir', join(root, 'etc/ssl/certs')],
          ...['--hooksdir', join(root, 'etc/ca-certificates/update.d')],
        ];
  const debian = await tools.run('update-ca-certificates', places);
  if (debian.ok || debian.error.reason !== 'toolMissing')
    return ran('ca-certificates', Promise.resolve(debian));
  return ran('ca-trust', tools.run('update-ca-trust', []));
}
