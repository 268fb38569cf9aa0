import { type Goal, type Row, reached } from './figures.ts';

/** The tables, as text for a terminal and as Markdown. */

/** What a measure found. */
export type Findings = {
  readonly rows: readonly Row[];
  /** One row for each kind of query, shown in a table of their own. */
  readonly queries?: readonly Row[];
  readonly goals: readonly Goal[];
  readonly notes: readonly string[];
};

export function note(text: string): Findings {
  return { rows: [], goals: [], notes: [text] };
}

export function joined(findings: readonly Findings[]): Findings {
  return {
    rows: findings.flatMap(({ rows }) => rows),
    queries: findings.flatMap(({ queries = [] }) => queries),
    goals: findings.flatMap(({ goals }) => goals),
    notes: findings.flatMap(({ notes }) => notes),
  };
}

export type Fact = readonly [name: string, value: string];

type Table = { readonly heads: readonly string[]; readonly lines: readonly (readonly string[])[] };

/** From here on the generator was as busy as a core can be, and the server may have waited for it. */
const BUSY_GENERATOR = 0.95;

export function textReport(facts: readonly Fact[], findings: Findings): string {
  const tables = tablesOf(findings);
  return [
    ...facts.map(([name, value]) => `${name}: ${value}`),
    '',
    ...tables.flatMap((table) => [...aligned(table, '  '), '']),
    ...allNotes(findings),
    '',
  ].join('\n');
}

export function markdownReport(facts: readonly Fact[], findings: Findings): string {
  const tables = tablesOf(findings);
  return [
    '# Performance',
    '',
    'Figures as `npm run bench` measured them: medians of alternating rounds. What is compared with what is said in',
    '`bench/bare.mjs`, `bench/ceiling.ts`, `bench/cap.ts` and `bench/generator.ts`.',
    '',
    ...facts.map(([name, value]) => `- ${name}: ${value}`),
    '',
    ...tables.flatMap((table) => [...markdownTable(table), '']),
    ...allNotes(findings).map((text) => `- ${text}`),
    '',
  ].join('\n');
}

function tablesOf(findings: Findings): readonly Table[] {
  const { rows, queries = [] } = findings;
  return [goalTable(findings), rowTable('measure', rows), rowTable('query', queries)].filter(
    ({ lines }) => lines.length > 0,
  );
}

export function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}

function rowTable(what: string, rows: readonly Row[]): Table {
  return {
    heads: [what, 'connections', 'server', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req'],
    lines: rows.map(({ measure, connections, server, perSecond, p50, p99, cpu }) => [
      measure,
      String(connections),
      server,
      perSecond.toFixed(0),
      p50.toFixed(3),
      p99.toFixed(3),
      cpu === undefined ? 'unknown' : cpu.toFixed(1),
    ]),
  };
}

function goalTable({ goals }: Findings): Table {
  return {
    heads: ['name', 'measured', 'goal', '', 'note'],
    lines: goals.map((goal) => [
      goal.name,
      `${goal.measured.toFixed(2)} ${goal.unit}`.trim(),
      `${goal.compare === 'at least' ? '>=' : '<='} ${goal.goal} ${goal.unit}`.trim(),
      reached(goal) ? 'ok' : 'MISS',
      goal.note,
    ]),
  };
}

function allNotes({ notes, rows, queries = [] }: Findings): readonly string[] {
  const busy = [...rows, ...queries].filter((row) => row.busy > BUSY_GENERATOR);
  const warnings = busy.map(
    ({ measure, server, connections }) =>
      `${measure}, ${server}, ${connections} connections: the load generator was busy all the time, so the server may be faster than this.`,
  );
  return [...notes, ...warnings];
}

function aligned({ heads, lines }: Table, gap: string): readonly string[] {
  const widths = heads.map((head, column) => Math.max(head.length, ...lines.map((line) => line[column]?.length ?? 0)));
  return [heads, ...lines].map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  );
}

function markdownTable({ heads, lines }: Table): readonly string[] {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [row(heads), row(heads.map(() => '---')), ...lines.map(row)];
}
