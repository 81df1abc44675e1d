// Folders of key files: says when a key file in one came, went or changed. A folder may not be there yet, go away
// with a stick and come back; what the system tells of that differs, so each is looked at now and then.

import { statSync, watch, type FSWatcher } from 'node:fs';

export interface FolderWatch {
  /** Takes the place of the folders watched so far. */
  set(folders: readonly string[]): void;
  /** Finds folders that came, went or were replaced. To be called every few seconds. */
  tend(): void;
}

interface Watched {
  readonly watcher: FSWatcher;
  /** Tells this folder from a later one of that name. */
  readonly identity: string;
}

/** What key files are called. Locks and half-written copies beside them have other endings. */
const KEY_FILE = /\.ukey$/i;

/** Never throws. `onChange` may come several times for one change. */
export function watchFolders(onChange: (folder: string) => void): FolderWatch {
  const watched = new Map<string, Watched | null>();

  function tend(folder: string): void {
    const identity = identityOf(folder);
    const known = watched.get(folder) ?? null;
    if ((known?.identity ?? null) === identity) return;
    known?.watcher.close();
    watched.set(folder, identity === null ? null : begin(folder, identity));
    onChange(folder);
  }

  function begin(folder: string, identity: string): Watched | null {
    try {
      const watcher = watch(folder, (_event, name) => {
        // Some systems do not say which file it was.
        if (name === null || KEY_FILE.test(name)) onChange(folder);
      });
      watcher.on('error', () => forget(folder, watcher));
      return { watcher, identity };
    } catch {
      // Gone again, or the system has no more watches: looked at anew the next time.
      return null;
    }
  }

  function forget(folder: string, watcher: FSWatcher): void {
    watcher.close();
    if (watched.get(folder)?.watcher === watcher) watched.set(folder, null);
  }

  return {
    set(folders) {
      for (const [folder, known] of watched) {
        if (folders.includes(folder)) continue;
        known?.watcher.close();
        watched.delete(folder);
      }
      for (const folder of folders) {
        if (!watched.has(folder)) watched.set(folder, null);
        tend(folder);
      }
    },
    tend: () => {
      for (const folder of watched.keys()) tend(folder);
    },
  };
}

/** null: no folder. */
function identityOf(folder: string): string | null {
  const found = statSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true ? `${String(found.dev)} ${String(found.ino)}` : null;
}
