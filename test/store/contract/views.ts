import assert from 'node:assert/strict';
import { entityType } from '../../../src/model/directory.ts';
import type { EntityType, Property, Version } from '../../../src/model/shape.ts';
import type { Values } from '../../../src/store/contract.ts';
import { lay } from '../../../src/store/layout.ts';
import {
  byId,
  DEVICES,
  linked,
  linking,
  newDevice,
  newObject,
  newUser,
  onePage,
  put,
  roomTest,
  type Shared,
  USERS,
  viewOf,
} from './room.ts';

const FULL: Values = {
  accountEnabled: false,
  alternativeNames: ['one', 'two'],
  alternativeSecurityIds: [{ type: 2, identityProvider: null, key: 'WDUwOTo=' }],
  deviceVersion: 7,
  displayName: 'KIOSK-01',
  extensionAttributes: { extensionAttribute3: 'three' },
  hostnames: ['kiosk-01.contoso.example'],
  isManagementRestricted: true,
  kind: 'desktop',
  onPremisesSecurityIdentifier: 'S-1-5-21',
  operatingSystem: 'Windows',
  physicalIds: ['[HWID]:1'],
};

/** What a property that was never set looks like. */
function empty({ collection, type }: Property): unknown {
  if (collection) return [];
  if (typeof type === 'string') return null;
  return Object.fromEntries(type.members.map(({ name }) => [name, null]));
}

/** The text that Graph would send: every default property of the version, in the order of the rows. */
function expected(type: EntityType, values: Values, version: Version, typed: boolean): string {
  const rows = type.properties.filter(
    (row) => row.served === 'default' && (row.versions === 'both' || version === 'beta'),
  );
  const members = rows.map((row) => [row.name, values[row.name] ?? empty(row)] as const);
  const head = typed ? [['@odata.type', `#microsoft.graph.${type.name}`] as const] : [];
  return JSON.stringify(Object.fromEntries([...head, ...members]));
}

/** How objects are shown: versions, selections, types. */
export function viewTests(shared: Shared): void {
  defaultTests(shared);
  selectTests(shared);
}

function defaultTests(shared: Shared): void {
  for (const version of ['v1.0', 'beta'] as const) {
    for (const typed of [false, true]) {
      roomTest(
        shared,
        `${version}${typed ? ', typed' : ''}: the default set, full and empty, alone and in a page`,
        async (room) => {
          const view = viewOf({ version, typed });
          const made = [newDevice(FULL), newDevice({ displayName: null, accountEnabled: null })];
          await put(room, ...made.map(({ change }) => change));
          const texts = made.map(({ values }) => expected(entityType('device'), values, version, typed));
          for (const [n, { id }] of made.entries()) {
            assert.equal(await room.store.read(room.tenant, 'device', byId(id), view), texts[n]);
          }
          const plan = { view, from: DEVICES, where: undefined, order: [], after: undefined, limit: 10 };
          const page = await room.store.page(room.tenant, plan);
          assert.ok('items' in page);
          assert.equal(Buffer.from(page.items).toString(), texts.join(','));
        },
      );
    }
  }

  roomTest(shared, 'a type without properties of beta looks the same in both versions', async (room) => {
    const made = newUser({ displayName: 'Zoë', department: 'hidden unless selected' });
    await put(room, made.change);
    for (const version of ['v1.0', 'beta'] as const) {
      const text = await room.store.read(room.tenant, 'user', byId(made.id), viewOf({ version }));
      assert.equal(text, expected(entityType('user'), made.values, version, false));
    }
  });

  roomTest(shared, 'an update to empty leaves nothing of beta and of the selected behind', async (room) => {
    const made = newDevice(FULL);
    await put(room, made.change);
    const [found] = await room.store.load(room.tenant, 'device', byId(made.id));
    const { id, deviceId } = made.values;
    const again = newDevice({ id, deviceId });
    const since = found?.changed ?? 0;
    const { row } = again.change as Extract<typeof again.change, { kind: 'insert' }>;
    const was = lay(entityType('device'), made.values);
    await put(room, { kind: 'update', type: 'device', id: made.id, since, row, was, before: '{}', after: '{}' });
    const view = viewOf({ version: 'beta', select: ['hostnames', 'kind', 'isManagementRestricted'] });
    const text = await room.store.read(room.tenant, 'device', byId(made.id), view);
    assert.equal(text, '{"hostnames":[],"kind":null,"isManagementRestricted":null}');
  });
}

type Selection = { readonly select: readonly string[]; readonly full: Values; readonly bare: Values };

// biome-ignore format: a table is read by its columns
const SELECTIONS: readonly Selection[] = [
  { select: ['displayName', 'id'],            full: { displayName: 'KIOSK-01', id: 1 },          bare: { displayName: 'Device', id: 1 } },
  { select: ['id'],                           full: { id: 1 },                                   bare: { id: 1 } },
  { select: ['physicalIds', 'deviceVersion'], full: { physicalIds: ['[HWID]:1'], deviceVersion: 7 }, bare: { physicalIds: [], deviceVersion: null } },
  { select: ['isManagementRestricted'],       full: { isManagementRestricted: true },            bare: { isManagementRestricted: null } },
  { select: ['onPremisesSecurityIdentifier', 'displayName'], full: { onPremisesSecurityIdentifier: 'S-1-5-21', displayName: 'KIOSK-01' }, bare: { onPremisesSecurityIdentifier: null, displayName: 'Device' } },
  { select: ['hostnames', 'exchangeActiveSyncIds'], full: { hostnames: FULL['hostnames'], exchangeActiveSyncIds: [] }, bare: { hostnames: [], exchangeActiveSyncIds: [] } },
  { select: ['kind', 'platform'],             full: { kind: 'desktop', platform: null },         bare: { kind: null, platform: null } },
  { select: ['alternativeSecurityIds'],       full: { alternativeSecurityIds: FULL['alternativeSecurityIds'] }, bare: { alternativeSecurityIds: [] } },
  { select: [],                               full: {},                                          bare: {} },
];

function selectTests(shared: Shared): void {
  roomTest(shared, 'a selection shows those properties, in the order in which they were asked for', async (room) => {
    const [full, bare] = [newDevice(FULL), newDevice()];
    await put(room, full.change, bare.change);
    for (const row of SELECTIONS) {
      for (const typed of [false, true]) {
        const view = viewOf({ version: 'beta', select: row.select, typed });
        const tag = typed ? { '@odata.type': '#microsoft.graph.device' } : {};
        const texts = [
          [full.id, row.full],
          [bare.id, row.bare],
        ].map(([id, values]) =>
          JSON.stringify({ ...tag, ...(values as Values), ...('id' in (values as Values) ? { id } : {}) }),
        );
        assert.equal(await room.store.read(room.tenant, 'device', byId(full.id), view), texts[0]);
        const { objects } = await onePage(room, DEVICES, { view, limit: 10 });
        assert.equal(objects.map((object) => JSON.stringify(object)).join(','), texts.join(','));
      }
    }
  });

  roomTest(shared, 'among several types each shows what it has of a selection', async (room) => {
    const [device, user, service] = [
      newDevice(),
      newUser({ userPrincipalName: 'z@contoso.example' }),
      newObject('servicePrincipal'),
    ];
    await put(room, device.change, user.change, service.change);
    await put(room, linking('link', USERS, device.id, user.id));
    await put(room, linking('link', USERS, device.id, service.id, 'servicePrincipal'));
    const view = viewOf({ select: ['id', 'userPrincipalName'], typed: true });
    const { objects } = await onePage(room, linked(USERS, device.id), { view });
    const byType = Object.fromEntries(objects.map((object) => [object['@odata.type'], object]));
    assert.deepEqual(byType, {
      '#microsoft.graph.user': {
        '@odata.type': '#microsoft.graph.user',
        id: user.id,
        userPrincipalName: 'z@contoso.example',
      },
      '#microsoft.graph.servicePrincipal': { '@odata.type': '#microsoft.graph.servicePrincipal', id: service.id },
    });
  });

  roomTest(
    shared,
    'a type that the caller may not read shows its type and id only, whatever is selected',
    async (room) => {
      const [device, user, service] = [newDevice(), newUser(), newObject('servicePrincipal', { displayName: 'App' })];
      await put(room, device.change, user.change, service.change);
      await put(room, linking('link', USERS, device.id, user.id));
      await put(room, linking('link', USERS, device.id, service.id, 'servicePrincipal'));
      const little = { '@odata.type': '#microsoft.graph.user', id: user.id };
      for (const select of [null, ['displayName']]) {
        const view = viewOf({ select, typed: true, hidden: ['user'] });
        const { objects } = await onePage(room, linked(USERS, device.id), { view });
        const byType = Object.fromEntries(objects.map((object) => [object['@odata.type'], object]));
        assert.deepEqual(byType['#microsoft.graph.user'], little);
        assert.equal(byType['#microsoft.graph.servicePrincipal']?.['displayName'], 'App');
      }
    },
  );
}
