import { realpathSync } from 'node:fs';

/** The same for all names of a file; what is not there keeps its name. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
