// Who listens on which TCP port: /proc/net/tcp (proc(5)), and for ports that matter the program behind the socket.

import type { FileProbe, Listener, Obstacle } from '../../../core/environment/probe.ts';
import { err, ok, type Result } from '../../../core/errors/result.ts';

const LISTEN = '0A';

export async function readListeners(
  files: FileProbe,
  interesting: ReadonlySet<number>,
  readLink: (path: string) => Promise<string>,
): Promise<Result<readonly Listener[], Obstacle>> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map((path) => files.readText(path)));
  const texts = tables.flatMap((table) => (table.ok ? (table.value ?? []) : []));
  if (texts.length === 0) return err({ reason: 'unavailable', what: '/proc/net/tcp' });
  const sockets = texts.flatMap(listeningSockets);
  const wanted = sockets.filter(({ port }) => interesting.has(port));
  const owners =
    wanted.length === 0
      ? new Map<string, Owner>()
      : await findOwners(files, new Set(wanted.map(({ inode }) => inode)), readLink);
  const byPort = new Map<number, Listener>();
  for (const { port, inode } of sockets) {
    const owner = owners.get(inode);
    if (byPort.get(port)?.pid == null)
      byPort.set(port, { port, pid: owner?.pid ?? null, process: owner?.name ?? null });
  }
  return ok([...byPort.values()]);
}

function listeningSockets(table: string): readonly { readonly port: number; readonly inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === LISTEN)
    .map((fields) => ({
      port: Number.parseInt(fields[1]?.split(':')[1] ?? '', 16),
      inode: fields[9] ?? '',
    }));
}

interface Owner {
  readonly pid: number;
  readonly name: string;
}

/** Of the processes that this one may look into; others stay unnamed. */
async function findOwners(
  files: FileProbe,
  inodes: ReadonlySet<string>,
  readLink: (path: string) => Promise<string>,
): Promise<ReadonlyMap<string, Owner>> {
  const names = await files.list('/proc');
  const pids = names.ok ? names.value.filter((name) => /^\d+$/.test(name)) : [];
  const owners = new Map<string, Owner>();
  await Promise.all(
    pids.map(async (pid) => {
      const descriptors = await files.list(`/proc/${pid}/fd`);
      for (const descriptor of descriptors.ok ? descriptors.value : []) {
        const target = await readLink(`/proc/${pid}/fd/${descriptor}`).catch(() => '');
        const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
        if (inode === undefined || !inodes.has(inode)) continue;
        const comm = await files.readText(`/proc/${pid}/comm`);
        owners.set(inode, { pid: Number(pid), name: comm.ok ? (comm.value?.trim() ?? '') : '' });
      }
    }),
  );
  return owners;
}
