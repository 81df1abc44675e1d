// Files of the person's system, below a root that is `/` outside of tests. Reading only, bounded, links followed
// inside of what the system allows this process.

import { constants } from 'node:fs';
import { access, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileInfo, FileProbe, Obstacle } from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { errnoOf } from '../../../storage/storage-error.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ESRCH']);
const DENIED = new Set(['EACCES', 'EPERM']);

export function createFileProbe(root: string): FileProbe {
  const at = (path: string) => (root === '/' || root === '' ? path : join(root, path));

  async function read(path: string): Promise<Result<Uint8Array | null, Obstacle>> {
    try {
      const info = await stat(at(path));
      if (!info.isFile()) return err({ reason: 'malformed', what: path });
      if (info.size > MAX_BYTES) return err({ reason: 'tooLarge', what: path });
      return ok(await readFile(at(path)));
    } catch (thrown) {
      return isGone(thrown) ? ok(null) : err(obstacleOf(thrown, path));
    }
  }

  return {
    read,
    async readText(path) {
      const bytes = await read(path);
      if (!bytes.ok || bytes.value === null) return bytes as Result<null, Obstacle>;
      return ok(new TextDecoder('utf-8').decode(bytes.value));
    },
    async info(path) {
      try {
        return ok(await describe(at(path)));
      } catch (thrown) {
        return isGone(thrown) ? ok(null) : err(obstacleOf(thrown, path));
      }
    },
    async list(folder) {
      try {
        return ok((await readdir(at(folder))).toSorted());
      } catch (thrown) {
        return isGone(thrown) ? ok([]) : err(obstacleOf(thrown, folder));
      }
    },
  };
}

async function describe(path: string): Promise<FileInfo> {
  const info = await stat(path);
  const may = (mode: number) =>
    access(path, mode).then(
      () => true,
      () => false,
    );
  const [canRead, canWrite] = await Promise.all([may(constants.R_OK), may(constants.W_OK)]);
  return {
    kind: kindOf(info),
    mode: info.mode & 0o7777,
    size: info.size,
    owner: info.uid,
    canRead,
    canWrite,
  };
}

function kindOf(info: Awaited<ReturnType<typeof stat>>): FileInfo['kind'] {
  if (info.isFile()) return 'file';
  if (info.isDirectory()) return 'folder';
  if (info.isSocket()) return 'socket';
  return info.isCharacterDevice() || info.isBlockDevice() ? 'device' : 'other';
}

function isGone(thrown: unknown): boolean {
  return GONE.has(errnoOf(thrown) ?? '');
}

function obstacleOf(thrown: unknown, what: string): Obstacle {
  const errno = errnoOf(thrown);
  if (errno === null) throw thrown;
  return { reason: DENIED.has(errno) ? 'denied' : 'unavailable', what };
}
