import { fixedGuid } from '../src/lib/fixedGuid.ts';
import { device } from '../src/model/device.ts';
import { group } from '../src/model/group.ts';
import type { Change } from '../src/store/contract.ts';
import { lay } from '../src/store/layout.ts';
import { deviceId } from './devices.ts';

/** The groups that devices are in: a chain of them, one within the other, and one large group, in part nested. */

export const CHAIN_LENGTH = 10;
const MEMBERS = 100_000;
const NESTED_GROUPS = 20;
/** Of five members one is in a nested group. */
const NESTED_SHARE = 5;

export const LARGE_GROUP = fixedGuid('bench: large group');
/** The device at the end of the chain; it is in no other group. */
export const CHAINED_DEVICE = 0;

const LINK = { type: group.name, relation: 'members' };

/** How many members the large group has in a directory with so many devices, nested groups and theirs included. */
export function largeGroupMembers(devices: number): number {
  return memberDevices(devices) + NESTED_GROUPS;
}

function memberDevices(devices: number): number {
  return Math.min(MEMBERS, devices - 1);
}

/** The groups and their members, for a directory with so many devices. */
export function* groupChanges(seed: number, devices: number): Generator<Change> {
  const chain = Array.from({ length: CHAIN_LENGTH }, (_, index) => fixedGuid(`bench: chain ${index}`));
  for (const [index, id] of chain.entries()) {
    yield insertion(id, `Chain ${index}`);
    const outer = chain[index - 1];
    if (outer !== undefined) yield link(outer, id, group.name);
  }
  yield link(chain.at(-1) ?? '', deviceId(seed, CHAINED_DEVICE), device.name);

  yield insertion(LARGE_GROUP, 'All devices, some of them by way of other groups');
  const nested = Array.from({ length: NESTED_GROUPS }, (_, index) => fixedGuid(`bench: nested ${index}`));
  for (const [index, id] of nested.entries()) {
    yield insertion(id, `Nested ${index}`);
    yield link(LARGE_GROUP, id, group.name);
  }
  for (let index = 1; index <= memberDevices(devices); index++) {
    const isNested = index % NESTED_SHARE === 0;
    const source = isNested ? nested[(index / NESTED_SHARE) % NESTED_GROUPS] : LARGE_GROUP;
    yield link(source ?? LARGE_GROUP, deviceId(seed, index), device.name);
  }
}

function insertion(id: string, displayName: string): Change {
  const values = { id, displayName, mailEnabled: false, securityEnabled: true };
  return { kind: 'insert', type: group.name, id, row: lay(group, values), after: JSON.stringify(values) };
}

function link(source: string, target: string, targetType: string): Change {
  return { kind: 'link', link: LINK, source, target, targetType };
}
