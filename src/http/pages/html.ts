/**
 * Text to HTML. Whatever is put into a template is escaped, but for what came out of a template itself; so no page can
 * forget it. Values of attributes stand in double quotes, everywhere.
 */

/** A piece of HTML that is safe to send: exported as a type alone, so that only this file makes one. */
class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type { Html };

/** What a template may hold. Nothing is written for `undefined`. */
type Part = string | number | Html | readonly Html[] | undefined;

export function html(fixed: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let text = fixed[0] ?? '';
  for (const [at, part] of parts.entries()) text += shown(part) + (fixed[at + 1] ?? '');
  return new Html(text);
}

/** The program's own CSS and scripts: never anything out of a request or the directory. */
export function asWritten(text: string): Html {
  return new Html(text);
}

function shown(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part instanceof Html ? String(part) : part.join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
