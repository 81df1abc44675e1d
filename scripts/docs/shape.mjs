/** JSON schema's names of formats that would not read as a type. */
const NAMES = { 'date-time': 'time' };

/** A JSON schema as a type a reader takes in at a glance; limits and patterns stay in the source. */
export function shape(schema, indent = '') {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => `'${value}'`).join(' | ');
  const options = schema.anyOf ?? schema.oneOf;
  if (options) return options.map((option) => shape(option, indent)).join(' | ');
  if (schema.type === 'array') return `Array<${shape(schema.items, indent)}>`;
  if (schema.type !== 'object') return NAMES[schema.format] ?? schema.format ?? schema.type ?? 'text';
  if (!schema.properties) return `Record<string, ${shape(schema.additionalProperties, indent)}>`;
  const inner = `${indent}  `;
  const fields = Object.entries(schema.properties).map(
    ([name, field]) =>
      `${inner}${name}${schema.required?.includes(name) ? '' : '?'}: ${shape(field, inner)};`,
  );
  return `{\n${fields.join('\n')}\n${indent}}`;
}
