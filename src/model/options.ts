import { table } from '../lib/table.ts';

/**
 * The query options that documents of this service tell of: https://learn.microsoft.com/graph/query-parameters.
 * One that no kind of request takes is refused by name; `test/describe/openapi.test.ts` holds each row against what
 * requests are answered.
 */
export type QueryOption = {
  /** The kinds of request that take it. */
  readonly on: readonly ('get' | 'list' | 'count' | 'references' | 'member' | 'unlink' | 'open')[];
  /** properties, relations: names of them. sorting: names of properties, each with `asc` or `desc`. */
  readonly value: 'properties' | 'relations' | 'sorting' | 'count' | 'text' | 'url' | 'boolean';
  readonly says: string;
};

// biome-ignore format: a table is read by its columns
export const QUERY_OPTIONS = table<Record<string, QueryOption>>({
  '$select':    { on: ['get', 'list', 'member'],                value: 'properties', says: 'The properties to send, in this order.' },
  '$filter':    { on: ['list', 'count'],                        value: 'text',       says: 'Sends only the objects for which it holds.' },
  '$search':    { on: ['list', 'count'],                        value: 'text',       says: 'Sends only the objects that hold the words.' },
  '$orderby':   { on: ['list'],                                 value: 'sorting',    says: 'The order of the objects.' },
  '$expand':    { on: ['get', 'list', 'member'],                value: 'relations',  says: 'Sends related objects within each object.' },
  '$count':     { on: ['list', 'references'],                   value: 'boolean',    says: 'Sends how many objects there are on all pages.' },
  '$top':       { on: ['list', 'references'],                   value: 'count',      says: 'How many objects a page has at most.' },
  '$skip':      { on: [],                                       value: 'count',      says: 'How many objects to leave out at the start.' },
  '$skiptoken': { on: ['list', 'references'],                   value: 'text',       says: 'Where the page starts; it stands in @odata.nextLink.' },
  '$format':    { on: ['get', 'list', 'references', 'member', 'open'], value: 'text',       says: 'The form of the answer: json.' },
  '@odata.id':  { on: ['unlink'],                               value: 'url',        says: 'The object that is taken out of the relation.' },
});
