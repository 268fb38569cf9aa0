import { parseArgs } from 'node:util';
import { fuzz, parsers } from './fuzz.ts';

/** `npm run fuzz -- --count 1000000 --seed N`: counts by outcome, the slowest text; exit code 1 on a violation. */

const { values } = parseArgs({ options: { count: { type: 'string' }, seed: { type: 'string' } } });
const count = wholeNumber('count', values.count ?? '100000');
const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 2 ** 31));

function wholeNumber(name: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not '${text}'`);
  process.exit(2);
}

console.log(`${count} texts, --seed ${seed}`);
const { outcomes, slowest, violations } = fuzz({ count, seed, target: parsers });
for (const [outcome, times] of [...outcomes].sort()) console.log(`${String(times).padStart(9)}  ${outcome}`);
console.log(`slowest: ${slowest.milliseconds.toFixed(2)} ms, ${slowest.kind} ${JSON.stringify(slowest.text)}`);
for (const { kind, text, problem } of violations)
  console.log(`VIOLATION: ${kind} ${JSON.stringify(text)}\n  ${problem}`);
process.exitCode = violations.length === 0 ? 0 : 1;
