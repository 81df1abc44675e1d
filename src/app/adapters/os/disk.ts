// What every system tells of its disks in the same way.

import { access, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DiskSpace, Obstacle } from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';
import { fateOf, markFromText, ownMark } from '../../../storage/process-mark.ts';

/** Of the nearest folder above `path` that is there. */
export async function diskSpace(
  path: string,
  mayWrite: (folder: string) => Promise<boolean>,
): Promise<Result<DiskSpace, Obstacle>> {
  const folder = await nearestFolder(path);
  try {
    const { bavail, bsize } = await statfs(folder);
    return ok({ freeBytes: bavail * bsize, canWrite: await mayWrite(folder) });
  } catch {
    return err({ reason: 'unavailable', what: path });
  }
}

async function nearestFolder(path: string): Promise<string> {
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  return isThere || dirname(path) === path ? path : nearestFolder(dirname(path));
}

/** As `SystemProbe`. */
export async function isLockHeld(name: string): Promise<boolean> {
  const mark = markFromText(/\.lock-(.+)-[0-9a-f]{16}$/.exec(name)?.[1] ?? '');
  return mark !== null && (await fateOf(mark, await ownMark())) !== 'ended';
}
