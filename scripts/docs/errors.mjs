import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSource, root } from '../load-source.mjs';
import { table } from './sources.mjs';

const GROUPS = {
  1: 'Token and driver',
  2: 'PIN',
  3: 'Certificate',
  4: 'Order and renewal',
  5: 'This computer',
  6: 'Seal',
  9: 'Internal',
};

export async function errorReference() {
  const { ERROR_NUMBERS } = await loadSource('src/core/errors/codes.ts');
  const { RECOVERY } = await loadSource('src/core/errors/recovery.ts');
  const catalogue = JSON.parse(await readFile(join(root, 'resources/locales/zh-CN.json'), 'utf8'));
  const row = ([code, number]) => {
    if (!catalogue.error[code]) throw new Error(`resources/locales/zh-CN.json has no sentence for ${code}`);
    const { message, advice } = catalogue.error[code];
    return [
      number,
      `\`${code}\``,
      message,
      advice ?? catalogue.recovery[RECOVERY[code]],
      `\`${RECOVERY[code]}\``,
    ];
  };
  const sections = Object.entries(GROUPS).flatMap(([digit, title]) => {
    const codes = Object.entries(ERROR_NUMBERS).filter(([, number]) => String(number).startsWith(digit));
    const head = ['number', 'code', 'sentence', 'what to do', 'recovery'];
    return codes.length === 0 ? [] : [`## ${digit}xxx ${title}\n\n${table(head, codes.map(row))}\n`];
  });
  return `# Errors

Each error has a number that never changes its meaning and can be read over a telephone. \`{name}\` stands for
what the error carries; a part in brackets is left out when that is not known.

${sections.join('\n')}`;
}
