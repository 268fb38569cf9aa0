import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The program's source files, for tests that read them. */

export const SOURCE = resolve(import.meta.dirname, '../../src');

export type SourceFile = {
  /** Relative to `src/`, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Without comments, so that prose is not taken for code. */
  readonly code: string;
  /** What it imports: paths relative to `src/`, or the name of a package. */
  readonly imports: readonly string[];
};

export function sourceFiles(): readonly SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => {
      const text = readFileSync(join(SOURCE, path), 'utf8');
      const code = withoutComments(text);
      return { path, text, code, imports: importsOf(path, code) };
    });
}

function importsOf(path: string, code: string): readonly string[] {
  const found = code.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g);
  return [...found].map(([, name = '']) => {
    if (!name.startsWith('.')) return name;
    return relative(SOURCE, join(SOURCE, dirname(path), name));
  });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}
