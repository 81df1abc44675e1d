import { watch } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Resolves once the file is there. */
export async function appeared(path: string): Promise<void> {
  const changes = watch(dirname(path));
  try {
    for (;;) {
      const changed = new Promise((resolve) => changes.once('change', resolve));
      const isThere = await access(path).then(
        () => true,
        () => false,
      );
      if (isThere) return;
      await changed;
    }
  } finally {
    changes.close();
  }
}
