/** XML as a tree of elements, and its text. */

export type Element = {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | boolean | number | undefined>>;
  readonly children: readonly Element[];
  /** Text between the tags, for an element without children. */
  readonly text?: string;
};

export function element(
  name: string,
  attributes: Element['attributes'] = {},
  children: readonly Element[] = [],
): Element {
  return { name, attributes, children };
}

export function textElement(name: string, text: string): Element {
  return { name, attributes: {}, children: [], text };
}

/** The whole document. Attributes that are undefined are left out. */
export function xmlText(root: Element): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n${lines(root, '')}`;
}

function lines({ name, attributes, children, text }: Element, indent: string): string {
  const open = `${indent}<${name}${attributeText(attributes)}`;
  if (text !== undefined) return `${open}>${escapeXml(text)}</${name}>\n`;
  if (children.length === 0) return `${open}/>\n`;
  const inner = children.map((child) => lines(child, `${indent}  `)).join('');
  return `${open}>\n${inner}${indent}</${name}>\n`;
}

function attributeText(attributes: Element['attributes']): string {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`).join('');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Characters that XML 1.0 can't hold at all become U+FFFD. */
function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}')
    .replace(/[&<>"'\t\n\r]/g, (character) => ESCAPES[character] ?? character);
}
