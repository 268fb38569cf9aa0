import type { Caller } from '../identity/caller.ts';
import { rowOf } from '../lib/table.ts';
import type { BoundAction } from '../model/actions.ts';
import type { Values } from '../store/contract.ts';
import type { Held } from './held.ts';
import { addKey, endKey } from './keyActions.ts';
import { addSecret, endSecret } from './secretActions.ts';
import { parametersOf } from './values.ts';
import type { Address, DirectoryWorld } from './world.ts';

/** Actions on what an application proves itself with; each gives back what it made, if anything. */
type Doing = (
  world: DirectoryWorld,
  caller: Caller,
  address: Address,
  parameters: readonly unknown[],
) => Promise<Held | undefined>;

const DOINGS: Readonly<Record<string, Doing>> = { addSecret, endSecret, addKey, endKey };

export function isCredentialAction({ does }: BoundAction): boolean {
  return rowOf(DOINGS, does) !== undefined;
}

export async function changeCredentials(
  world: DirectoryWorld,
  caller: Caller,
  action: BoundAction,
  address: Address,
  body: Values,
): Promise<Held | undefined> {
  const doing = rowOf(DOINGS, action.does);
  if (!doing) throw new Error(`${action.name} changes no credentials`);
  const given = parametersOf(action, body);
  return doing(
    world,
    caller,
    address,
    action.parameters.map(({ name }) => given[name]),
  );
}
