import { hashPassword } from '../identity/secret.ts';
import type { Awaitable } from '../lib/awaitable.ts';
import { derived } from '../lib/derived.ts';
import { LIMITS } from '../model/limits.ts';
import type { EntityType, Property } from '../model/shape.ts';
import type { Change, Values } from '../store/contract.ts';
import type { DirectoryWorld } from './world.ts';

/** Values without those that are secrets, which are kept as hashes, apart from the object. */
export type Secretless = { readonly values: Values; readonly secrets: readonly Change[] };

/** @param owner the id of the object whose secrets they are */
export function takeSecrets(
  world: DirectoryWorld,
  type: EntityType,
  owner: string,
  given: Values,
  at: string,
): Awaitable<Secretless> {
  const found = secretsOf(type).filter(({ name }) => Object.hasOwn(given, name));
  return found.length === 0 ? { values: given, secrets: NO_SECRETS } : hashSecrets(world, found, owner, given, at);
}

const NO_SECRETS: readonly Change[] = [];

type Secret = { readonly name: string; readonly secret: NonNullable<Property['secret']> };

const secretsOf = derived(({ properties }: EntityType): readonly Secret[] =>
  properties.flatMap(({ name, secret }) => (secret ? [{ name, secret }] : [])),
);

async function hashSecrets(
  world: DirectoryWorld,
  found: readonly Secret[],
  owner: string,
  given: Values,
  at: string,
): Promise<Secretless> {
  const values: Record<string, unknown> = { ...given };
  const secrets: Change[] = [];
  for (const { name, secret } of found) {
    delete values[name];
    const text = (given[name] as Values | null)?.[secret.member];
    if (typeof text !== 'string' || text === '') continue;
    const hash = await hashPassword(text, world.random.bytes(LIMITS.passwordSaltBytes));
    secrets.push({ kind: 'credential', owner, credential: { kind: secret.kind, hash }, alone: true });
    values[secret.dated] = at;
  }
  return { values, secrets };
}
