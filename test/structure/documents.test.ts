import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

/** The documents name files and tests; those must be there. */

const ROOT = resolve(import.meta.dirname, '../..');
const documents = readdirSync(ROOT).filter((name) => name.endsWith('.md'));

test('the documents are there', () => {
  for (const name of ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'DIVERGENCES', 'SECURITY', 'CHANGELOG']) {
    assert.ok(documents.includes(`${name}.md`), name);
  }
});

for (const name of documents) {
  test(`${name} names only files that exist`, () => {
    const text = readFileSync(join(ROOT, name), 'utf8');
    const paths = [...text.matchAll(/\b(?:src|test|bench|docs)\/[\w./-]*\w/g)].map(([path]) => path);
    const linked = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, path = '']) => path);
    assert.deepEqual(
      [...paths, ...linked].filter((path) => !existsSync(join(ROOT, path))),
      [],
    );
  });
}

test('ARCHITECTURE.md stays short enough to be read', () => {
  const lines = readFileSync(join(ROOT, 'ARCHITECTURE.md'), 'utf8').split('\n').length;
  assert.ok(lines <= 150, `${lines} lines`);
});
