import ts from 'typescript';
import { comments, parse, table } from './sources.mjs';

const SOURCE = 'src/core/renewal/state.ts';

export async function renewalReference() {
  const source = await parse(SOURCE);
  const section = (title, type, tag) => {
    const union = members(source, type);
    const rows = union.map((member, index) => {
      // A comment stands before the `|` of its member.
      const start = index === 0 ? union.pos : union[index - 1].end;
      return describe(member, tag, comments(source.text.slice(start, member.getStart(source))), source);
    });
    return `## ${title}\n\n${table(['name', 'carries', 'note'], rows)}\n`;
  };
  return `# Renewal: phases, consents, commands, events

\`stepRenewal(state, event)\` in src/core/renewal answers the next state and at most one command. The service
journals the event, runs the command and feeds its result back as the next event.

${[
  section('Phases', 'Phase'),
  section('Consents', 'Consent'),
  section('Commands', 'Command', 'do'),
  section('Events', 'RenewalEvent', 'type'),
].join('\n')}`;
}

function members(source, name) {
  const declaration = source.statements.find(
    (statement) => ts.isTypeAliasDeclaration(statement) && statement.name.text === name,
  );
  if (declaration === undefined || !ts.isUnionTypeNode(declaration.type)) {
    throw new Error(`${SOURCE} has no union type ${name}`);
  }
  return declaration.type.types;
}

/** Name, fields and note of one member: a string, or an object told apart by its field \`tag\`. */
function describe(member, tag, note, source) {
  if (!ts.isTypeLiteralNode(member)) return [`\`${literal(member)}\``, '', note];
  const fields = member.members.map((field) => ({ name: field.name.getText(source), type: field.type }));
  const carried = fields.filter(({ name }) => name !== tag).map(({ name }) => `\`${name}\``);
  return [`\`${literal(fields.find(({ name }) => name === tag).type)}\``, carried.join(', '), note];
}

function literal(node) {
  return node.literal.text;
}
