import { type Explained, explain as explainRequest } from '../http/explain.ts';
import { Refusal } from '../lib/refusal.ts';
import { openDirectory } from './directory.ts';
import { line, needLines, refused } from './lines.ts';
import { type Settings, UsageProblem } from './settings.ts';

/** `rollcall explain "/devices?$filter=…"`: what would become of the request, on the directory at hand. */
export async function explain(url: string, { data, fidelity }: Pick<Settings, 'data' | 'fidelity'>): Promise<void> {
  const store = openDirectory(data);
  try {
    const [tenant] = await store.tenants();
    if (!tenant) throw new UsageProblem('the directory has no tenant.');
    const found = await explainRequest(store, tenant, url, fidelity, () => performance.now());
    process.stdout.write(`${linesOf(found).join('\n')}\n`);
  } catch (problem) {
    if (!(problem instanceof Refusal)) throw problem;
    throw refused(problem);
  } finally {
    await store.close();
  }
}

function linesOf(found: Explained): readonly string[] {
  return [
    line('request', found.request),
    line('operation', found.operation),
    line('objects', found.objects),
    line('condition', found.condition),
    line('order', found.order),
    line('query mode', found.mode),
    ...needLines(found.needs),
    ...found.extensions.map((text, index) => line(index === 0 ? 'extensions' : '', text)),
    line('index', found.index),
    line('rows', found.rows),
    line('SQL', found.sql),
    ...found.steps.map((text, index) => line(index === 0 ? 'steps' : '', text)),
    line('time', `${found.milliseconds} ms for the first page`),
  ];
}
