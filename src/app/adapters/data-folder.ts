// Where the assistant keeps what must outlive it: journals, locks, its log, what it saw of keys. Public data only.
// A folder that exists keeps its mode, because it may be the person's own; what we make inside is ours alone.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AppError } from '../../core/errors/codes.ts';
import { err, ok, type Result } from '../../core/errors/result.ts';
import { writeDurably } from '../../storage/durable-file.ts';
import { errnoOf, storageErrorOf, type StorageError } from '../../storage/storage-error.ts';
import { makeFolder } from '../../storage/make-folder.ts';

export type { StorageError } from '../../storage/storage-error.ts';

/** Raised when the meaning of a file in here changes; an older program then refuses the folder. */
const SCHEMA = 1;

const SUBFOLDERS = ['renewals', 'locks', 'log', 'seen'] as const;

/** Absolute paths; every subfolder exists with mode 0700. */
export interface DataFolder extends Readonly<Record<(typeof SUBFOLDERS)[number], string>> {
  readonly path: string;
}

/** Makes what is missing. `storage.newerSchema`: a newer program wrote here. */
export async function openDataFolder(path: string): Promise<Result<DataFolder, StorageError>> {
  const folder: DataFolder = {
    path,
    renewals: join(path, 'renewals'),
    locks: join(path, 'locks'),
    log: join(path, 'log'),
    seen: join(path, 'seen'),
  };
  try {
    makeFolder(path);
  } catch (thrown) {
    return err(storageErrorOf(thrown, path));
  }
  const schema = await checkSchema(join(path, 'schema.json'));
  if (!schema.ok) return schema;
  for (const name of SUBFOLDERS) {
    try {
      makeFolder(folder[name]);
    } catch (thrown) {
      return err(storageErrorOf(thrown, folder[name]));
    }
  }
  return ok(folder);
}

async function checkSchema(path: string): Promise<Result<void, StorageError>> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') return err(storageErrorOf(thrown, path));
    return writeDurably(path, `${JSON.stringify({ schema: SCHEMA })}\n`);
  }
  const found = readSchema(content);
  if (found === null) return err({ code: 'storage.damaged', path });
  return found > SCHEMA ? err(newerSchema(found)) : ok(undefined);
}

function readSchema(content: string): number | null {
  try {
    const parsed: unknown = JSON.parse(content);
    const isObject = typeof parsed === 'object' && parsed !== null && 'schema' in parsed;
    return isObject && Number.isInteger(parsed.schema) ? (parsed.schema as number) : null;
  } catch {
    return null;
  }
}

function newerSchema(found: number): AppError<'storage.newerSchema'> {
  return { code: 'storage.newerSchema', found, known: SCHEMA };
}

/** What `defaultDataFolder` needs of the process. */
export interface FolderEnvironment {
  readonly platform: NodeJS.Platform;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** `%LOCALAPPDATA%\certificate-assistant`, or the XDG data home (Base Directory Specification). */
export function defaultDataFolder({ platform, variables, home }: FolderEnvironment): string {
  const name = 'certificate-assistant';
  if (platform === 'win32') {
    return join(variables['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), name);
  }
  const xdg = variables['XDG_DATA_HOME'];
  return join(xdg?.startsWith('/') === true ? xdg : join(home, '.local', 'share'), name);
}
