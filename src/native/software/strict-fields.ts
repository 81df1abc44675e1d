// A small strict reader of JSON from a file that anybody may have changed: every field is asked for by name,
// kind and bounds, and a field nobody asked for is an error too.

/** Reads one object. Every method ends the whole reading when the field is not as asked for. */
export interface FieldReader {
  text(name: string, pattern: RegExp): string;
  integer(name: string, min: number, max: number): number;
  /** Base64 in its one canonical form; lengths in bytes. */
  bytes(name: string, minBytes: number, maxBytes: number): Uint8Array;
  oneOf<T extends string | number>(name: string, allowed: readonly T[]): T;
  object(name: string): FieldReader;
  nullable<T>(name: string, read: (fields: FieldReader) => T): T | null;
  list<T>(name: string, maxCount: number, read: (fields: FieldReader) => T): T[];
  require(condition: boolean): void;
}

class NotAsAsked extends Error {}

/** null: no JSON, or something in it is missing, of another kind, out of bounds or too much. */
export function readFields<T>(text: string, read: (root: FieldReader) => T): T | null {
  try {
    const open: OpenObject[] = [];
    const value = read(readerOf(JSON.parse(text), open));
    return open.every(({ value: object, asked }) => Object.keys(object).length === asked.size) ? value : null;
  } catch (error) {
    if (error instanceof NotAsAsked || error instanceof SyntaxError) return null;
    throw error;
  }
}

interface OpenObject {
  readonly value: object;
  readonly asked: Set<string>;
}

function readerOf(value: unknown, open: OpenObject[]): FieldReader {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse();
  const asked = new Set<string>();
  open.push({ value, asked });
  const field = (name: string): unknown => {
    asked.add(name);
    const own = Object.getOwnPropertyDescriptor(value, name);
    return own === undefined ? refuse() : (own.value as unknown);
  };
  const text = (name: string, pattern: RegExp): string => {
    const found = field(name);
    return typeof found === 'string' && pattern.test(found) ? found : refuse();
  };
  return {
    text,
    integer(name, min, max) {
      const found = field(name);
      const isGood = typeof found === 'number' && Number.isSafeInteger(found) && found >= min && found <= max;
      return isGood ? found : refuse();
    },
    bytes(name, minBytes, maxBytes) {
      const encoded = text(name, /^[A-Za-z0-9+/]*={0,2}$/);
      if (encoded.length > Math.ceil(maxBytes / 3) * 4) return refuse();
      const decoded = Buffer.from(encoded, 'base64');
      if (decoded.length < minBytes || decoded.length > maxBytes) return refuse();
      return decoded.toString('base64') === encoded ? new Uint8Array(decoded) : refuse();
    },
    oneOf(name, allowed) {
      const found = field(name);
      return allowed.find((candidate) => candidate === found) ?? refuse();
    },
    object: (name) => readerOf(field(name), open),
    nullable: (name, read) => {
      const found = field(name);
      return found === null ? null : read(readerOf(found, open));
    },
    list(name, maxCount, read) {
      const found = field(name);
      if (!Array.isArray(found) || found.length > maxCount) return refuse();
      return found.map((entry: unknown) => read(readerOf(entry, open)));
    },
    require: (condition) => {
      if (!condition) refuse();
    },
  };
}

function refuse(): never {
  throw new NotAsAsked();
}
