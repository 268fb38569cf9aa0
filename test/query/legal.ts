import { propertyOf } from '../../src/model/directory.ts';
import { type EntityType, type FilterOperator, isPlain, type Primitive, type Property } from '../../src/model/shape.ts';
import { rowsOf } from '../store/oracle/extended.ts';
import type { Random } from './generate.ts';

/** Query texts that the model allows, and nothing else: each must be taken. */

export type Setting = {
  readonly random: Random;
  readonly types: readonly EntityType[];
  readonly advanced: boolean;
  /** Values that objects have in a property; of a collection, in its items. */
  readonly known: (property: string) => readonly unknown[];
};

/** A property that may be asked for, how it is written, and its values. */
type Asked = {
  readonly path: string;
  readonly type: Primitive;
  readonly allowed: readonly FilterOperator[];
  readonly values: () => unknown;
};

/** Undefined where nothing may be asked. */
export function legalFilter(setting: Setting, depth = 2): string | undefined {
  const { random, advanced } = setting;
  const form = depth === 0 ? 0 : random.below(10);
  const part = () => legalFilter(setting, depth - 1);
  if (form >= 7) return joined(random, [part(), part(), part()].slice(random.below(2)));
  if (form === 6 && advanced) return wrapped('not', part());
  return leaf(setting);
}

function joined(random: Random, parts: readonly (string | undefined)[]): string | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : `(${known.join(random.pick([' and ', ' or ', ' AND ']))})`;
}

function wrapped(before: string, text: string | undefined): string | undefined {
  return text === undefined ? undefined : `${before}(${text})`;
}

function leaf(setting: Setting): string | undefined {
  const { random, types } = setting;
  const rows = types.flatMap(rowsOf).filter((row) => isFirst(types, row) && textsOf(setting, row).length > 0);
  return rows.length === 0 ? undefined : random.pick(textsOf(setting, random.pick(rows)))();
}

/** Of several types that have a property, the first one says what may be asked of it. */
function isFirst(types: readonly EntityType[], row: Property): boolean {
  return types.map((type) => propertyOf(type, row.name)).find((one) => one) === row && row.versions === 'both';
}

type Maker = () => string;

function textsOf(setting: Setting, row: Property): readonly Maker[] {
  const { random, advanced } = setting;
  if (!row.collection) return askedOf(setting, row, row.name, row.name).flatMap((one) => tests(setting, one));
  const items = askedOf(setting, row, 'x', row.name).flatMap((one) => tests(setting, one));
  const any = row.filter ? items.map((make) => () => `${row.name}/any(x:${make()})`) : [];
  if (!advanced || row.filter?.count === undefined) return any;
  const count = () => `${row.name}/$count ${random.pick(['eq', 'ne'])} 0`;
  return [...any, count, () => `${row.name}/any()`];
}

function askedOf(setting: Setting, row: Property, path: string, name: string): readonly Asked[] {
  const { random, known } = setting;
  const value = () => {
    const all = known(name)
      .flat()
      .filter((one) => one !== null);
    return all.length === 0 ? undefined : random.pick(all);
  };
  const { type } = row;
  if (typeof type === 'string') return [{ path, type, allowed: allowed(setting, row.filter), values: value }];
  return type.members.filter(isPlain).map((member) => ({
    path: `${path}/${member.name}`,
    type: member.type,
    allowed: allowed(setting, member.filter),
    values: () => (value() as Readonly<Record<string, unknown>> | undefined)?.[member.name],
  }));
}

function allowed({ advanced }: Setting, filter: Property['filter']): readonly FilterOperator[] {
  return Object.entries(filter ?? {}).flatMap(([operator, mode]) =>
    mode === 'default' || advanced ? [operator as FilterOperator] : [],
  );
}

function tests(setting: Setting, asked: Asked): readonly Maker[] {
  return asked.allowed.flatMap((operator) => {
    const make = testOf(setting, asked, operator);
    return make ? [make] : [];
  });
}

function testOf({ random, advanced }: Setting, asked: Asked, operator: FilterOperator): Maker | undefined {
  const { path } = asked;
  const one = () => literal(random, asked);
  switch (operator) {
    case 'eq':
    case 'ne':
      return () => (random.chance(20) ? `${one()} ${operator} ${path}` : `${path} ${operator} ${one()}`);
    case 'ge':
    case 'le':
      return () => `${path} ${random.chance(50) ? operator : operator.replace('e', 't')} ${one()}`;
    case 'in': {
      const most = advanced ? 40 : 15;
      return () => `${path} in (${Array.from({ length: 1 + random.below(most) }, one).join(', ')})`;
    }
    case 'startsWith':
    case 'endsWith':
    case 'contains':
      return () =>
        `${random.pick([operator, operator.toLowerCase()])}(${path}, ${quoted(part(random, asked, operator))})`;
    case 'null':
      return () => `${path} ${asked.allowed.includes('ne') && random.chance(50) ? 'ne' : 'eq'} null`;
    default:
      return undefined;
  }
}

function literal(random: Random, asked: Asked): string {
  const value = asked.values();
  if (asked.type === 'Boolean') return String(value ?? true);
  if (asked.type === 'Int32' || asked.type === 'Int64') return String(value ?? 0);
  if (asked.type === 'DateTimeOffset') return String(value ?? '2026-01-01T00:00:00Z');
  if (asked.type === 'Guid' && value !== undefined && random.chance(30)) return String(value).toUpperCase();
  const text = String(value ?? 'none');
  return quoted(random.chance(30) ? text.toUpperCase() : text);
}

function part(random: Random, asked: Asked, operator: string): string {
  const characters = [...String(asked.values() ?? 'none')];
  const length = random.below(characters.length + 1);
  return (operator === 'startsWith' ? characters.slice(0, length) : characters.slice(characters.length - length)).join(
    '',
  );
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

// -- $search, $orderby -----------------------------------------------------------------------------------------

export function legalSearch(setting: Setting): string | undefined {
  const { random, types, known } = setting;
  const rows = types
    .flatMap(rowsOf)
    .filter((row) => isFirst(types, row) && (row.search ?? (row.filter?.startsWith && row.type === 'String')));
  if (rows.length === 0) return undefined;
  const clause = () => {
    const row = random.pick(rows);
    const values = known(row.name)
      .flat()
      .filter((one) => String(one ?? '').trim() !== '');
    const text = String(values.length === 0 ? 'none' : random.pick(values));
    return `"${row.name}:${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  };
  return random.chance(60) ? clause() : `${clause()} ${random.pick(['AND', 'OR'])} (${clause()} OR ${clause()})`;
}

export function legalOrderBy({ random, types, advanced }: Setting): string | undefined {
  const names = types
    .flatMap(rowsOf)
    .filter((row) => isFirst(types, row) && (row.sort === 'default' || (row.sort === 'advanced' && advanced)))
    .map(({ name }) => name);
  if (names.length === 0) return undefined;
  const item = () => `${random.pick(names)}${random.pick(['', ' asc', ' desc'])}`;
  return random.chance(70) ? item() : `${item()},${item()}`;
}
