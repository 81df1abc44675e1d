import ts from 'typescript';
import * as z from 'zod';
import { loadSource } from '../load-source.mjs';
import { shape } from './shape.mjs';
import { comments, parse } from './sources.mjs';

const SOURCE = 'src/contract/gateway.ts';

export async function gatewayReference() {
  const { GATEWAY_CALLS, GATEWAY_PROTOCOL, REFUSALS } = await loadSource(SOURCE);
  const source = await parse(SOURCE);
  const notes = callNotes(source);
  const sections = Object.entries(GATEWAY_CALLS).map(([name, call]) => {
    const needs = [
      call.session ? 'needs a session' : 'no session',
      call.changes ? 'changes: `Idempotency-Key`' : '',
    ];
    const parts = [
      `## ${name}\n`,
      `\`${call.method} ${call.path}\` · ${needs.filter(Boolean).join(' · ')}\n`,
      notes.get(name) ? `${notes.get(name)}\n` : '',
      block('query', call.query),
      block('body', call.body),
      block('answer', call.answer),
    ];
    return parts.filter(Boolean).join('\n');
  });
  return `# CA gateway API, protocol ${GATEWAY_PROTOCOL}

${leading(source.statements[0], source)}

An answer with a status of 400 or above is \`{ error: { reason, text } }\`. Reasons: ${REFUSALS.map((reason) => `\`${reason}\``).join(', ')}.

${sections.join('\n')}`;
}

function callNotes(source) {
  const found = new Map();
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && node.name.getText(source) === 'GATEWAY_CALLS') {
      const table = ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer;
      for (const call of table.properties) found.set(call.name.getText(source), leading(call, source));
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function leading(node, source) {
  return comments(source.text.slice(node.getFullStart(), node.getStart(source)));
}

function block(title, schema) {
  const json = z.toJSONSchema(schema);
  if (Object.keys(json.properties ?? {}).length === 0) return '';
  return `${title}:\n\n\`\`\`ts\n${shape(json)}\n\`\`\`\n`;
}
