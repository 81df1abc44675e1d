// Where a running sandbox can be reached, for commands in other processes. Readable by the owner only.

import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { replaceDurably } from '../storage/durable-file.ts';

const serverFile = z.strictObject({
  port: z.number().int().min(1).max(65535),
  pid: z.number().int().positive(),
  token: z.string().min(32),
});
export type ServerFile = z.infer<typeof serverFile>;

const pathIn = (folder: string) => join(folder, 'server.json');

export function writeServerFile(folder: string, content: ServerFile): Promise<void> {
  return replaceDurably(pathIn(folder), JSON.stringify(content));
}

/** null: none, or not readable as one. It may be left over from a process that was killed. */
export function readServerFile(folder: string): ServerFile | null {
  try {
    return serverFile.parse(JSON.parse(readFileSync(pathIn(folder), 'utf8')));
  } catch {
    return null;
  }
}

export function removeServerFile(folder: string): void {
  rmSync(pathIn(folder), { force: true });
}
