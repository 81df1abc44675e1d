import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../load-source.mjs';

export const UKEY = join(root, 'bin/ukey.mjs');

/** Runs one command with the PIN on standard input and answers the object it prints. */
export async function ukey(args, pin, env) {
  const child = execFile(process.execPath, [UKEY, ...args], { env });
  child.stdin.end(`${pin}\n`);
  let printed = '';
  child.stdout.on('data', (data) => (printed += data));
  await once(child, 'close');
  const answer = JSON.parse(printed);
  if (!answer.ok) throw new Error(printed);
  return answer;
}

/** A driver as the host loads it, `openPkcs11` or `openSkf`: from the built chunk that has it. */
export async function builtOpener(name) {
  const host = await readFile(join(root, 'out/host.mjs'), 'utf8');
  for (const [chunk] of host.matchAll(/chunks\/[\w.-]+\.mjs/g)) {
    const exported = await import(join(root, 'out', chunk));
    // A chunk of several modules has the one that is imported as an object.
    const module = [exported, ...Object.values(exported)].find((candidate) => candidate?.[name]);
    if (module) return module[name];
  }
  throw new Error(`out/host.mjs names no chunk with ${name}`);
}
