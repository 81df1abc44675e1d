import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXCEPTIONS, MAY_IMPORT } from '../../.dependency-cruiser.mjs';
import { root } from '../load-source.mjs';
import { table } from './sources.mjs';

const BETWEEN = /(<!-- import table -->\n)[^]*?(<!-- end -->)/;

/** ARCHITECTURE.md with its import table taken from the rules that enforce it. */
export async function architectureWithImportTable() {
  const text = await readFile(join(root, 'ARCHITECTURE.md'), 'utf8');
  const rows = Object.entries(MAY_IMPORT).map(([folder, allowed]) => {
    const more = Object.entries(EXCEPTIONS)
      .filter(([file]) => file.startsWith(`src/${folder}/`))
      .map(([file, folders]) => `; \`${file.split('/').at(-1)}\` also ${folders.join(', ')}`);
    return [folder, `${allowed.join(', ') || 'nothing of ours'}${more.join('')}`];
  });
  return text.replace(BETWEEN, `$1\n${table(['folder', 'may import'], rows)}\n\n$2`);
}
