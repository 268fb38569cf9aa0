import type { Caller } from '../identity/caller.ts';
import { Refusal } from '../lib/refusal.ts';
import { ERRORS } from '../model/errors.ts';
import { OPEN_EXTENSIONS } from '../model/extension.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType } from '../model/shape.ts';
import { OPEN_NUMBER, UNSHOWN, type Values } from '../store/contract.ts';
import { type Address, type DirectoryWorld, find, valuesOf } from './world.ts';
import { changeObject } from './write.ts';

/**
 * What applications keep beside an object, without a definition: https://learn.microsoft.com/graph/api/resources/opentypeextension.
 * It lies in the object's own row, so that it comes and goes with the object.
 */

/** One as it is kept: by which application, and as it is served. */
type Kept = { readonly app: string; readonly shown: Values };

export async function listOpen(world: DirectoryWorld, caller: Caller, owner: Address): Promise<readonly Values[]> {
  const values = await valuesOf(world, caller, await find(world, caller, owner));
  return keptIn(values).map(({ shown }) => shown);
}

export async function readOpen(world: DirectoryWorld, caller: Caller, owner: Address, name: string): Promise<Values> {
  const found = (await listOpen(world, caller, owner)).find((one) => one[OPEN_EXTENSIONS.id] === name);
  if (!found) throw new Refusal(ERRORS.notFound, { id: name });
  return found;
}

export async function addOpen(world: DirectoryWorld, caller: Caller, owner: Address, body: Values): Promise<Values> {
  const made = newOpen(caller, body);
  await change(world, caller, owner, (all) => withNew(all, made));
  return made.shown;
}

/** What the body leaves out is gone. https://learn.microsoft.com/graph/api/opentypeextension-update */
export async function replaceOpen(
  world: DirectoryWorld,
  caller: Caller,
  owner: Address,
  name: string,
  body: Values,
): Promise<void> {
  const shown = shownAs(name, dataOf(name, body));
  await change(world, caller, owner, (all) => {
    if (!all.some((one) => isCalled(one, name))) throw new Refusal(ERRORS.notFound, { id: name });
    return all.map((one) => (isCalled(one, name) ? { app: one.app, shown } : one));
  });
}

export async function removeOpen(world: DirectoryWorld, caller: Caller, owner: Address, name: string): Promise<void> {
  await change(world, caller, owner, (all) => {
    const others = all.filter((one) => !isCalled(one, name));
    if (others.length === all.length) throw new Refusal(ERRORS.notFound, { id: name });
    return others;
  });
}

/**
 * A body without what it has of them, and that as values of the new object: as the page of creating devices promises, where
 * live Graph was seen to refuse it.
 */
export function takeOpen(
  { fidelity }: Pick<DirectoryWorld, 'fidelity'>,
  caller: Caller,
  type: EntityType,
  body: Values,
): { readonly body: Values; readonly settled: Values } {
  const { name } = OPEN_EXTENSIONS.relation;
  const isTaken = fidelity === 'documented' && type.extensible?.by.includes('open') && Object.hasOwn(body, name);
  if (!isTaken) return { body, settled: {} };
  const given = body[name];
  if (!Array.isArray(given)) {
    throw new Refusal(ERRORS.collectionExpected, { name, type: `microsoft.graph.${OPEN_EXTENSIONS.type}` });
  }
  const all = given.reduce((kept: readonly Kept[], one: unknown) => withNew(kept, newOpen(caller, objectIn(one))), []);
  const others = Object.fromEntries(Object.entries(body).filter(([member]) => member !== name));
  return { body: others, settled: all.length === 0 ? {} : { [UNSHOWN]: { [OPEN_NUMBER]: all } } };
}

function objectIn(value: unknown): Values {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Values;
  const { relation, type } = OPEN_EXTENSIONS;
  throw new Refusal(ERRORS.complexExpected, { name: relation.name, type: `microsoft.graph.${type}` });
}

async function change(
  world: DirectoryWorld,
  caller: Caller,
  owner: Address,
  act: (all: readonly Kept[]) => readonly Kept[],
): Promise<void> {
  const found = await find(world, caller, owner);
  await changeObject(world, caller, found, [], ({ values }) => {
    const others = { ...((values[UNSHOWN] ?? {}) as Values) };
    const all = act(keptIn(values));
    delete others[OPEN_NUMBER];
    return { [UNSHOWN]: all.length === 0 ? others : { ...others, [OPEN_NUMBER]: all } };
  });
}

function keptIn(values: Values): readonly Kept[] {
  return (((values[UNSHOWN] ?? {}) as Values)[OPEN_NUMBER] ?? []) as readonly Kept[];
}

function isCalled({ shown }: Kept, name: string): boolean {
  return shown[OPEN_EXTENSIONS.id] === name;
}

function withNew(all: readonly Kept[], made: Kept): readonly Kept[] {
  const name = String(made.shown[OPEN_EXTENSIONS.id]);
  if (all.some((one) => isCalled(one, name))) throw new Refusal(ERRORS.duplicate, { name });
  const own = all.filter(({ app }) => app === made.app).length + 1;
  checkNumber(own, LIMITS.openExtensionsPerApp, 'open extensions of one application');
  checkNumber(all.length + 1, LIMITS.openExtensionsPerObject, 'open extensions');
  return [...all, made];
}

function checkNumber(count: number, most: number, what: string): void {
  if (count > most) throw new Refusal(ERRORS.definitionsTooMany, { count: String(count), most: String(most), what });
}

function newOpen({ app }: Caller, body: Values): Kept {
  const name = body[OPEN_EXTENSIONS.name];
  if (name === undefined) {
    throw new Refusal(ERRORS.valueRequired, { name: OPEN_EXTENSIONS.name, resource: OPEN_EXTENSIONS.type });
  }
  if (typeof name !== 'string' || !isName(name)) throw new Refusal(ERRORS.openExtensionName, { name: String(name) });
  return { app, shown: shownAs(name, dataOf(name, body)) };
}

/** It becomes a part of an address. */
const NO_NAME = /[^\x21-\x7e]|[/\\"'()?#%$]/;

function isName(name: string): boolean {
  return name !== '' && name.length <= LIMITS.extensionNameCharacters && !NO_NAME.test(name);
}

function shownAs(name: string, data: Values): Values {
  return {
    '@odata.type': `#microsoft.graph.${OPEN_EXTENSIONS.type}`,
    [OPEN_EXTENSIONS.id]: name,
    [OPEN_EXTENSIONS.name]: name,
    ...data,
  };
}

/** What the application itself says. A value that is null isn't kept. */
function dataOf(name: string, body: Values): Values {
  checkHead(name, body);
  const entries = Object.entries(body).filter(([member, value]) => !HEAD.has(member) && value !== null);
  const strange = entries.find(([member]) => member.includes('@'));
  if (strange) throw new Refusal(ERRORS.propertyInvalid, { name: strange[0] });
  // Any name is data, `__proto__` too: made of entries it is a member like others.
  const data = Object.fromEntries(entries);
  if (Buffer.byteLength(JSON.stringify(data)) > LIMITS.openExtensionBytes) {
    throw new Refusal(ERRORS.openExtensionLarge, { name, most: String(LIMITS.openExtensionBytes) });
  }
  return data;
}

const HEAD: ReadonlySet<string> = new Set([OPEN_EXTENSIONS.id, OPEN_EXTENSIONS.name, '@odata.type', '@odata.context']);

function checkHead(name: string, body: Values): void {
  const expected = `#microsoft.graph.${OPEN_EXTENSIONS.type}`;
  const type = body['@odata.type'] ?? expected;
  if (String(type).replace(/^#?/, '#').toLowerCase() !== expected.toLowerCase()) {
    throw new Refusal(ERRORS.typeMismatch, { type: String(type), expected });
  }
  for (const member of [OPEN_EXTENSIONS.id, OPEN_EXTENSIONS.name]) {
    if (Object.hasOwn(body, member) && body[member] !== name) {
      throw new Refusal(ERRORS.openExtensionName, { name: String(body[member]) });
    }
  }
}
