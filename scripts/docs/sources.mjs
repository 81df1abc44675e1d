// What the reference lists read by syntax, because types and comments are gone when a module runs.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../load-source.mjs';

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
