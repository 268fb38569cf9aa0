import type { Refusal } from '../lib/refusal.ts';
import { UsageProblem } from './settings.ts';

/** What commands print for people: a label and a text a line. */

const LABEL_CHARACTERS = 15;

export function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_CHARACTERS)}${text}`;
}

/** Several texts below one label. */
export function linesUnder(label: string, texts: readonly string[]): readonly string[] {
  return texts.map((text, index) => line(index === 0 ? label : '', text));
}

/** What an operation needs; a label that comes again isn't repeated. */
export function needLines(needs: readonly (readonly [label: string, text: string])[]): readonly string[] {
  return needs.map(([label, text], index) => line(needs[index - 1]?.[0] === label ? '' : label, text));
}

/** The request that was asked about would be refused, and how. */
export function refused({ row, message, details }: Refusal): UsageProblem {
  const hints = details.map((detail) => detail.message);
  return new UsageProblem([`refused with ${row.status} ${row.code}: ${message}`, ...hints].join('\n'));
}
