import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { byId, newDevice, newObject, newUser, put, readJson, roomTest, type Shared, stored, write } from './room.ts';

/** What is written in one case and asked for in another. */
const NAMES = [
  ['intune.admin@contoso.example', 'Intune.Admin@CONTOSO.example'],
  ['Jürgen.Öztürk@contoso.example', 'JÜRGEN.ÖZTÜRK@contoso.example'],
  ['zoë.łódź@contoso.example', 'ZOË.ŁÓDŹ@contoso.example'],
  ['иван.петров@contoso.example', 'ИВАН.ПЕТРОВ@contoso.example'],
  ['αλέξανδρα@contoso.example', 'ΑΛΈΞΑΝΔΡΑ@contoso.example'],
  ['ꭰꮃꭹ@contoso.example', 'ᎠᎳᎩ@contoso.example'],
  ['𐐨𐐩@contoso.example', '𐐀𐐁@contoso.example'],
] as const;

/** Graph compares ids, alternate keys and user principal names without case, and shows them as they were written. */
export function foldingTests(shared: Shared): void {
  roomTest(shared, 'an id is found in any case', async (room) => {
    const made = newDevice({ id: 'abcdef01-2345-4789-8bcd-ef0123456789' });
    await put(room, made.change);
    const upper = made.id.toUpperCase();
    assert.equal((await readJson(room, 'device', byId(upper)))?.['id'], made.id);
    assert.equal((await stored(room, 'device', byId(upper))).id, made.id);
    assert.equal(await room.store.typeOf(room.tenant, upper), 'device');
  });

  roomTest(
    shared,
    'a deviceId is found in any case, shown as it was written, and taken in every case',
    async (room) => {
      const deviceId = 'A4F1af4e-EF3d-44a1-bd15-f16b97d29c39';
      await put(room, newDevice({ deviceId }).change);
      for (const value of [deviceId, deviceId.toLowerCase(), deviceId.toUpperCase()]) {
        assert.equal((await readJson(room, 'device', { property: 'deviceId', value }))?.['deviceId'], deviceId);
        const outcome = await write(room, newDevice({ deviceId: value }).change);
        assert.deepEqual(outcome, { done: false, because: 'duplicate', property: 'deviceId' });
      }
    },
  );

  for (const [written, asked] of NAMES) {
    roomTest(shared, `the user ${written} is ${asked}`, async (room) => {
      const made = newUser({ userPrincipalName: written });
      await put(room, made.change);
      const by = { property: 'userPrincipalName', value: asked };
      assert.equal((await readJson(room, 'user', by))?.['userPrincipalName'], written);
      assert.equal((await stored(room, 'user', by)).id, made.id);
      const outcome = await write(room, newUser({ userPrincipalName: asked }).change);
      assert.deepEqual(outcome, { done: false, because: 'duplicate', property: 'userPrincipalName' });
    });
  }

  roomTest(shared, 'letters that differ by more than case stay apart', async (room) => {
    const names = ['jurgen', 'jürgen', 'ju\u0308rgen', 'ıvan', 'ivan', 'strasse', 'straße', 'a b', 'a  b', 'ab', 'ab '];
    for (const name of names) await put(room, newUser({ userPrincipalName: `${name}@contoso.example` }).change);
    for (const name of names) {
      const by = { property: 'userPrincipalName', value: `${name.toUpperCase().toLowerCase()}@contoso.example` };
      if (by.value === `${name}@contoso.example`) {
        assert.equal((await readJson(room, 'user', by))?.['userPrincipalName'], by.value);
      }
    }
  });

  roomTest(shared, 'an indexed property that is not unique is found in any case', async (room) => {
    const principalId = randomUUID();
    await put(room, newObject('unifiedRoleAssignment', { principalId: principalId.toUpperCase() }).change);
    const by = { property: 'principalId', value: principalId };
    assert.equal((await room.store.load(room.tenant, 'unifiedRoleAssignment', by)).length, 1);
  });
}
