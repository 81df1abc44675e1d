import { join } from 'node:path';
import { readdir } from 'node:fs/promises';
import ts from 'typescript';
import * as z from 'zod';
import { loadSource, root } from '../load-source.mjs';
import { shape } from './shape.mjs';
import { comments, parse } from './sources.mjs';

const METHODS_FOLDER = 'src/contract/methods';

export async function contractReference() {
  const [{ METHODS }, { EVENTS }] = await Promise.all([
    loadSource('src/contract/methods.ts'),
    loadSource('src/contract/events.ts'),
  ]);
  const files = (await readdir(join(root, METHODS_FOLDER))).filter((name) => !name.endsWith('.test.ts'));
  const sources = [
    ...(await Promise.all(files.map((name) => parse(`${METHODS_FOLDER}/${name}`)))),
    await parse('src/contract/events.ts'),
  ];
  const notes = new Map(sources.flatMap((source) => [...entryNotes(source)]));
  const shapes = new Map();
  const methods = Object.entries(METHODS).map(([name, { input, output }]) =>
    [
      `### ${name}\n`,
      notes.get(name) ? `${notes.get(name)}\n` : '',
      block('takes', json(input, shapes)),
      block('answers', json(output, shapes)),
    ]
      .filter(Boolean)
      .join('\n'),
  );
  const events = Object.entries(EVENTS).map(([name, data]) =>
    [`### ${name}\n`, notes.get(name) ? `${notes.get(name)}\n` : '', block('carries', json(data, shapes))]
      .filter(Boolean)
      .join('\n'),
  );
  const named = [...shapes].sort(([a], [b]) => a.localeCompare(b));
  return `# Calls and events between application and faces

${comments((await parse('src/contract/methods.ts')).text.split('import')[0])}

Every answer is \`{ ok: true, value }\` or \`{ ok: false, error: { code, … } }\` ([errors](errors.md)). An unknown name and input that does not fit are \`request.invalid\`. \`Profile\` is the content of a file in \`resources/profiles\`.

## Calls

${methods.join('\n')}
## Events

${events.join('\n')}
## Shapes

${named.map(([name, schema]) => `### ${name}\n\n\`\`\`ts\n${shape(schema)}\n\`\`\`\n`).join('\n')}`;
}

/** The schema as JSON schema; what has a name of its own goes into `shapes`. */
function json(schema, shapes) {
  const { $defs = {}, ...whole } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' });
  const name = whole.id;
  for (const [id, definition] of Object.entries($defs)) shapes.set(id, definition);
  if (name === undefined) return whole;
  shapes.set(name, whole);
  return { $ref: name };
}

function entryNotes(source) {
  const found = new Map();
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.name) && node.name.text.includes('.')) {
      found.set(
        node.name.text,
        comments(source.text.slice(node.getFullStart(), node.getStart(source))).trim(),
      );
    } else ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function block(title, schema) {
  if (schema.type === 'object' && Object.keys(schema.properties ?? {}).length === 0) return '';
  const written = shape(schema);
  return written.includes('\n')
    ? `${title}:\n\n\`\`\`ts\n${written}\n\`\`\`\n`
    : `${title}: \`${written}\`\n`;
}
