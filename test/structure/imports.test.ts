import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sourceFiles } from './source.ts';

/** The rooms, from the top of the house to its ground. A file imports from its own room and from those below. */
const ROOMS = [
  'cli',
  'testing',
  'console',
  'app.ts',
  'http',
  'directory',
  'identity',
  'query',
  'store',
  'describe',
  'model',
  'lib',
];

/** Packages and built-in modules that one place only may use. */
const KEEPERS: readonly (readonly [RegExp, RegExp, string])[] = [
  [/^jose(\/|$)/, /^identity\/token\.ts$/, 'the JWT library: its safe options are opt-in'],
  [/^commander$/, /^cli\//, 'the command line'],
  [/^node:(http|net|tls)$/, /^http\/(server|secure)\.ts$/, 'sockets'],
  [/^node:sqlite$/, /^store\/sqlite\//, 'SQLite'],
  [/^node:worker_threads$/, /^store\/sqlite\//, 'the writer'],
];

const files = sourceFiles();
const room = (path: string) => ROOMS.findIndex((name) => path === name || path.startsWith(`${name}/`));

test('every file lies in a room of the house', () => {
  assert.ok(files.length > 30, 'the source was found');
  assert.deepEqual(
    files.map((file) => file.path).filter((path) => room(path) < 0),
    [],
  );
});

test('imports go down the house, never up', () => {
  const wrong = files.flatMap((file) =>
    file.imports
      .filter((name) => name.endsWith('.ts') && room(name) < room(file.path))
      .map((name) => `${file.path} imports ${name}`),
  );
  assert.deepEqual(wrong, []);
});

test('no file imports itself by way of others', () => {
  const importsOf = new Map(files.map((file) => [file.path, file.imports.filter((name) => name.endsWith('.ts'))]));
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    (importsOf.get(from) ?? []).some((next) => {
      if (next === goal) return true;
      if (seen.has(next)) return false;
      seen.add(next);
      return reaches(next, goal, seen);
    });
  assert.deepEqual(
    files.map((file) => file.path).filter((path) => reaches(path, path)),
    [],
  );
});

for (const [what, who, why] of KEEPERS) {
  test(`only ${who.source} uses ${what.source} (${why})`, () => {
    const users = files.filter((file) => file.imports.some((name) => what.test(name))).map((file) => file.path);
    assert.ok(users.length > 0, 'somebody uses it');
    assert.deepEqual(
      users.filter((path) => !who.test(path)),
      [],
    );
  });
}

test('what people see when they sign in is loaded when somebody asks for it: most processes never show a page', () => {
  const isPage = (path: string) => path.startsWith('http/pages/');
  const eager = /\bfrom\s*'[^']*\/pages\//;
  assert.ok(files.some(({ path }) => isPage(path)));
  assert.deepEqual(
    files.filter(({ path, code }) => !isPage(path) && eager.test(code)).map(({ path }) => path),
    [],
  );
});

const INJECTED: readonly (readonly [RegExp, string])[] = [
  [/\bDate\.now\b|\bset(Timeout|Interval)\(/, 'lib/clock.ts'],
  [/(?<![.\w])fetch\(/, 'lib/outbound.ts'],
  [/\bMath\.random\b|\brandom(UUID|Bytes)\b/, 'lib/random.ts'],
];

for (const [what, where] of INJECTED) {
  test(`${what.source} stands in ${where} only, so that a test can hold it`, () => {
    assert.deepEqual(
      files.filter((file) => what.test(file.code)).map((file) => file.path),
      [where],
    );
  });
}
