import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSource, root } from '../load-source.mjs';
import { table } from './sources.mjs';

export async function checkReference() {
  const { CHECKS } = await loadSource('src/core/environment/all-checks.ts');
  const { CHECK_GROUPS, LAYERS } = await loadSource('src/core/environment/check.ts');
  const { check: words } = JSON.parse(await readFile(join(root, 'resources/locales/zh-CN.json'), 'utf8'));
  const number = (check) => String(check.number).padStart(2, '0');
  const outcomes = ({ id, outcomes }) =>
    Object.entries(outcomes)
      .map(([outcome, { status, repair }], index) => {
        const parts = [`${index} \`${outcome}\``, MARKS[status], words[`${id}.${outcome}`]];
        return parts.concat(repair ? `→ \`${repair}\`` : []).join(' ');
      })
      .join('<br>');
  const row = (check) => [
    number(check),
    `\`${check.id}\`<br>${words[check.id]}`,
    check.ref,
    check.platforms.join(' '),
    [check.layer, check.blocksRenewal ? 'blocks renewal' : null, check.onRequest ? 'only when named' : null]
      .filter(Boolean)
      .join('<br>'),
    outcomes(check),
  ];
  const head = ['no', 'check', 'ref', 'systems', 'layer', 'outcomes'];
  const sections = CHECK_GROUPS.map((group) => {
    const rows = CHECKS.filter((check) => check.group === group).map(row);
    return `## ${words[`group.${group}`]}\n\n${table(head, rows)}\n`;
  });
  const layers = LAYERS.map((layer, index) => `${index + 1} ${layer} (${words[`layer.${layer}`]})`).join(
    ', ',
  );
  return `# Environment checks

What \`ukey check\` asks. ✓ fine, ▲ advice, ✕ problem, – does not apply. A check that hangs, throws or lacks a tool
is unknown and stops nothing; one whose ground is missing waits.

The six digits of a diagnosis code: layer, number of the check (two digits), number of the outcome, how many further
problems (at most 9), and a check digit (Luhn). 000000 means that nothing was wrong. Layers: ${layers}, 9 none.

${sections.join('\n')}`;
}

const MARKS = { ok: '✓', advice: '▲', problem: '✕', unknown: '?', notApplicable: '–' };
