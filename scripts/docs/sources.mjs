// How the reference lists read the sources: by running a module, or by its syntax where types are the list.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { runnerImport } from 'vite';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The exports of a TypeScript module; Node 20 cannot import one by itself. */
export async function load(path) {
  const { module } = await runnerImport(join(root, path), { root, configFile: false, logLevel: 'error' });
  return module;
}

export async function parse(path) {
  return ts.createSourceFile(path, await readFile(join(root, path), 'utf8'), ts.ScriptTarget.Latest, true);
}

/** The comments in `text`, joined to one line without their signs. */
export function comments(text) {
  return [...text.matchAll(/\/\*\*?([^]*?)\*\/|\/\/(.*)/g)]
    .map(([, block, line]) => (block ?? line).replace(/^\s*\* ?/gm, ''))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
}

export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
