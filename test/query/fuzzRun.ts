import { parseArgs } from 'node:util';
import { fuzz, parsers, type Target } from './fuzz.ts';
import { openService } from './service.ts';

/**
 * `npm run fuzz -- --count 1000000 --seed N`: so many texts to the parsers, then to the whole service, or to one of them
 * with `--target parsers`; counts by outcome, the slowest text; exit code 1 on a violation.
 */

const { values } = parseArgs({
  options: { count: { type: 'string' }, seed: { type: 'string' }, target: { type: 'string' } },
});
const count = wholeNumber('count', values.count ?? '100000');
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31));

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not '${text}'`);
  process.exit(2);
}

const service = await openService(seed);
const targets: Readonly<Record<string, Target>> = { parsers, service: service.target };
for (const [name, target] of Object.entries(targets)) {
  if (values.target !== undefined && values.target !== name) continue;
  console.log(`${name}: ${count} texts, --seed ${seed}`);
  const { outcomes, slowest, violations } = await fuzz({ count, seed, target });
  for (const [outcome, times] of [...outcomes].sort()) console.log(`${String(times).padStart(9)}  ${outcome}`);
  console.log(`slowest: ${slowest.milliseconds.toFixed(2)} ms, ${slowest.kind} ${JSON.stringify(slowest.text)}`);
  for (const { kind, text, problem } of violations)
    console.log(`VIOLATION: ${kind} ${JSON.stringify(text)}\n  ${problem}`);
  if (violations.length > 0) process.exitCode = 1;
}
await service.close();
