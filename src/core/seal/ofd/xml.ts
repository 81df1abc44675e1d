// The XML of an OFD, for the few files that say what is signed. Document types are refused before the parser
// sees them, so no entity but XML's own five can exist; size, depth and count are bounded.

import { parseXml, XmlCdata, XmlElement, XmlError, XmlText } from '@rgrove/parse-xml';
import { decodeUtf8 } from '../../certificate/text.ts';

export interface XmlNode {
  /** Local name: products use several prefixes and namespaces for the same elements. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlNode[];
  /** Text directly in this element, trimmed. */
  readonly text: string;
}

const MAX_BYTES = 8 * 1_048_576;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 100_000;

/** The root element; null when it is no XML that we read. */
export function readXml(bytes: Uint8Array): XmlNode | null {
  if (bytes.length > MAX_BYTES) return null;
  const text = decodeUtf8(bytes)?.replace(/^\ufeff/, '');
  if (text === undefined || /<!(?:DOCTYPE|ENTITY)/i.test(text) || !isShallow(text)) return null;
  try {
    const { root } = parseXml(text);
    return root === null ? null : convert(root);
  } catch (error) {
    // Not well-formed, or nested in a way that the count above did not see.
    if (error instanceof XmlError || error instanceof RangeError) return null;
    throw error;
  }
}

/** The parser is recursive; counting tags first keeps its stack small. */
function isShallow(text: string): boolean {
  let depth = 0;
  let count = 0;
  for (const [tag] of text.matchAll(/<[^!?<>][^<>]*>/g)) {
    if (tag.startsWith('</')) depth--;
    else if (!tag.endsWith('/>')) depth++;
    if (depth > MAX_DEPTH || ++count > 2 * MAX_ELEMENTS) return false;
  }
  return true;
}

function convert(element: XmlElement): XmlNode {
  return {
    name: localName(element.name),
    attributes: element.attributes,
    children: element.children.filter((child) => child instanceof XmlElement).map(convert),
    text: element.children
      .map((child) => (child instanceof XmlText || child instanceof XmlCdata ? child.text : ''))
      .join('')
      .trim(),
  };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

export function childNamed(node: XmlNode | undefined, name: string): XmlNode | undefined {
  return node?.children.find((child) => child.name === name);
}

export function childrenNamed(node: XmlNode | undefined, name: string): readonly XmlNode[] {
  return node?.children.filter((child) => child.name === name) ?? [];
}
