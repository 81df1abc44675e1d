// Software keys that need no --keystore: files NAME.ukey in `<data folder>/keys`. Every command looks at them as
// at keys that are plugged in.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ENDING = '.ukey';

/** Each is a process; who has more names them with --keystore. */
const MOST = 16;

export function keyFolder(dataDir: string): string {
  return join(dataDir, 'keys');
}

/** Absolute paths by name; none where there is no such folder. */
export function keysInFolder(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith(ENDING) && name.length > ENDING.length);
    return names
      .toSorted()
      .slice(0, MOST)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Where a new key of that label goes; null: the label is no file name everywhere. */
export function keyFileFor(dataDir: string, label: string): string | null {
  const isName = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,31}$/u.test(label) && !label.endsWith(' ');
  return isName ? join(keyFolder(dataDir), `${label}${ENDING}`) : null;
}
