import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeFolder, type Program, removeFolder, runProgram, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { NO_STACK } from './directory.ts';

/** `rollcall whocan`: which permissions and roles a request needs, and who in the directory at hand has them. */

let cwd: string;
let program: Program;

before(async () => {
  cwd = makeFolder();
  program = await startProgram({ folder: join(cwd, 'rollcall-data') });
});
after(async () => {
  await program.dispose();
  removeFolder(cwd);
});

const ask = (...args: readonly string[]) => runProgram(['whocan', ...args], { cwd });

/** What stands under each label, line by line. */
function linesOf(stdout: string): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, string[]> = {};
  let label = '';
  for (const text of stdout.trimEnd().split('\n')) {
    label = text.slice(0, 15).trim() || label;
    found[label] = [...(found[label] ?? []), text.slice(15)];
  }
  return found;
}

async function told(...args: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const { code, stdout, stderr } = await ask(...args);
  assert.equal(code, 0, stderr);
  return linesOf(stdout);
}

const USERS_ONLY = [
  'Device Console (Directory.AccessAsUser.All)',
  'Microsoft Graph Command Line Tools (Directory.AccessAsUser.All)',
  'Microsoft Azure CLI (Directory.AccessAsUser.All)',
];

type Row = { readonly request: string; readonly says: Readonly<Record<string, readonly string[]>> };

const ROWS: readonly Row[] = [
  {
    request: 'POST /devices',
    says: {
      request: ['POST /v1.0/devices'],
      operation: ['device.create'],
      delegated: ['Directory.AccessAsUser.All'],
      application: ['not supported'],
      action: ['microsoft.directory/devices/create'],
      roles: ['Global Administrator, Intune Administrator or Windows 365 Administrator'],
      'custom roles': ['with microsoft.directory/devices/create'],
      'users with it': [
        'global.admin@contoso.example (Global Administrator)',
        'intune.admin@contoso.example (Intune Administrator)',
        'w365.admin@contoso.example (Windows 365 Administrator)',
      ],
      through: USERS_ONLY,
      'apps with it': ['none'],
    },
  },
  {
    request: 'delete /beta/devices/{id}',
    says: {
      request: ['DELETE /beta/devices/{id}'],
      operation: ['device.delete'],
      delegated: ['Directory.AccessAsUser.All'],
      application: ['Device.ReadWrite.All'],
      action: ['microsoft.directory/devices/delete'],
      roles: ['Global Administrator, Intune Administrator, Windows 365 Administrator or Cloud Device Administrator'],
      'over a unit': ['Cloud Device Administrator'],
      'custom roles': ['with microsoft.directory/devices/delete'],
      owner: ["one of the object's registeredOwners, without a role"],
      'users with it': [
        'global.admin@contoso.example (Global Administrator)',
        'intune.admin@contoso.example (Intune Administrator)',
        'w365.admin@contoso.example (Windows 365 Administrator)',
        'device.admin@contoso.example (Cloud Device Administrator)',
      ],
      through: USERS_ONLY,
      'apps with it': ['Inventory Daemon (Device.ReadWrite.All)'],
    },
  },
  {
    request: `POST /devices/${DEV.kiosk}/registeredUsers/$ref`,
    says: {
      operation: ['device.registeredUsers.link'],
      'users with it': [
        'global.admin@contoso.example (Global Administrator)',
        'intune.admin@contoso.example (Intune Administrator)',
        'w365.admin@contoso.example (Windows 365 Administrator)',
        'registrar@contoso.example (Device Registrar)',
      ],
    },
  },
  {
    request: 'GET /users/{id}',
    says: {
      delegated: [
        'one of User.ReadBasic.All, User.Read.All, User.ReadWrite.All, Directory.Read.All, Directory.ReadWrite.All or Directory.AccessAsUser.All',
        "User.Read, for the signed-in user's own object",
      ],
      roles: ['every member, whatever the roles'],
      guests: [
        'one object that they can address, of which they see id, displayName, mail, userPrincipalName and userType',
      ],
      'users with it': ['every member'],
      'apps with it': ['Inventory Daemon (Directory.ReadWrite.All, User.Read.All)'],
    },
  },
  {
    request: 'GET /devices',
    says: { roles: ['every member, whatever the roles'], 'users with it': ['every member'] },
  },
];

describe('whocan', { concurrency: true }, () => {
  for (const { request, says } of ROWS) {
    test(request, async () => {
      const found = await told(request);
      for (const [label, lines] of Object.entries(says)) assert.deepEqual(found[label], lines, label);
      // Of the whole rows nothing is left out.
      if (says['apps with it'] && says['custom roles']) assert.deepEqual(Object.keys(found), Object.keys(says));
    });
  }

  test('an update says it for its properties', async () => {
    const { stdout } = await ask('PATCH /devices/{id}');
    assert.match(stdout, /microsoft\.directory\/devices\/disable, for accountEnabled: false/);
    assert.match(stdout, /microsoft\.directory\/devices\/enable, for accountEnabled: true/);
    assert.match(stdout, /extensionAttributeSet2\/update, for extensionAttribute6, .* and extensionAttribute10\n/);
    const user = (await ask('PATCH /users/{id}')).stdout;
    assert.match(user, /User-PasswordProfile\.ReadWrite\.All or Directory\.AccessAsUser\.All, for passwordProfile/);
  });

  test('the live fidelity lets no custom role make a device', async () => {
    assert.deepEqual((await told('POST /devices', '--fidelity', 'live'))['custom roles'], ['none can']);
  });

  test('without a directory it says what is needed, and that it knows no more', async () => {
    const found = await told('POST /devices', '--data', 'nowhere');
    assert.deepEqual(found['holders'], ['not known (no directory in --data nowhere)']);
    assert.deepEqual(found['application'], ['not supported']);
  });

  test('an assignment is known as soon as it is made, with what it is over, and by which group', async () => {
    const admin = await program.tokenOf('global.admin');
    const post = async (path: string, body: unknown) => {
      const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
      const url = `${program.origin}/v1.0/${path}`;
      const reply = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      assert.ok(reply.ok, await reply.clone().text());
      return reply.status === 201 ? ((await reply.json()) as { id: string }).id : '';
    };
    const group = await post('groups', {
      displayName: 'Admins',
      mailNickname: 'admins',
      mailEnabled: false,
      securityEnabled: true,
      isAssignableToRole: true,
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${DEV.member}`],
    });
    const roleDefinitionId = '7698a772-787b-4ac8-901f-60d6b08affd2';
    const directoryScopeId = `/${DEV.kiosk}`;
    await post('roleManagement/directory/roleAssignments', { principalId: group, roleDefinitionId, directoryScopeId });
    const { 'users with it': users = [] } = await told('DELETE /devices/{id}');
    const how = `Cloud Device Administrator over ${directoryScopeId} by the group ${group}`;
    assert.ok(users.includes(`member@contoso.example (${how})`), users.join('\n'));
  });

  // biome-ignore format: a table is read by its columns
  const REFUSED: readonly (readonly [request: string, message: RegExp])[] = [
    ['GET /nothing',      /refused with 400 BadRequest: Resource not found for the segment 'nothing'/],
    ['BREW /devices',     /refused with 405 Request_BadRequest/],
    ['GET /subscriptions', /refused with 501 NotImplemented/],
    ['POST /devices now', /refused with 404 ResourceNotFound/],
    ['POST',              /refused with/],
  ];

  for (const [request, message] of REFUSED) {
    test(`${request}: refused as the request would be`, async () => {
      const { code, stdout, stderr } = await ask(request);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }
});
