import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSWORD } from '../support/browser.ts';
import { type Program, startProgram } from '../support/process.ts';
import { DEV } from '../support/rollcall.ts';
import { runClient } from './childRun.ts';
import { makePortal } from './portal.ts';

/**
 * Microsoft's Kiota SDK for TypeScript, as it is: https://learn.microsoft.com/graph/sdks/sdk-installation. It is told its base
 * address and which host may see the token, signs in by `@azure/identity`, and asks for the scope that it makes of the address.
 */

type Refusal = {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
};
type Seen = {
  readonly made: { readonly id: string; readonly displayName: string };
  readonly usersBefore: unknown;
  readonly usersAfter: unknown;
  readonly registered: unknown;
  readonly cast: unknown;
  readonly listed: readonly string[];
  readonly users: readonly string[];
  readonly counted: number;
  readonly graphScope: string;
  readonly plain: string;
  readonly refusals: Readonly<Record<'application' | 'missing' | 'withoutToken', Refusal>>;
};

let program: Program;
let seen: Seen;

before(async () => {
  program = await startProgram();
  const origin = await program.secureOrigin();
  const portal = await makePortal(program);
  // The same host as in the certificate: by http, too, it sends its token to this machine only.
  const http = `http://localhost:${program.port}`;
  seen = await runClient<Seen>(program, './kiotaRun.ts', { origin, http, portal, password: PASSWORD });
});
after(() => program?.dispose());

test('it creates a device, and adds a user, who has it then', () => {
  assert.match(seen.made.id, /^[0-9a-f-]{36}$/);
  assert.equal(seen.made.displayName, 'Kiota 1');
  assert.deepEqual(seen.usersBefore, [['#microsoft.graph.user', DEV.member]]);
  assert.deepEqual(seen.registered, [
    ['#microsoft.graph.device', DEV.kiosk],
    ['#microsoft.graph.device', seen.made.id],
  ]);
  assert.deepEqual(seen.cast, ['Kiota 1'], 'through its cast, filtered');
  assert.deepEqual(seen.usersAfter, [], 'and taken away again');
});

test('its page iterator goes through devices and users', () => {
  assert.deepEqual(seen.listed, ['KIOSK-01', 'build-agent-7', 'Kiota 1', 'Kiota 2', 'Kiota 3', 'Kiota 4']);
  assert.equal(seen.users.length, 9);
  assert.equal(new Set(seen.users).size, 9);
  assert.equal(seen.counted, 9);
});

test("it signs in for Graph's own name, and for an address by http on this machine", () => {
  assert.equal(seen.graphScope, 'Kiota 5');
  assert.equal(seen.plain, 'Kiota 6');
});

test('its ODataError says what was wrong', () => {
  const { application, missing, withoutToken } = seen.refusals;
  assert.deepEqual([application.status, application.code], [403, 'Authorization_RequestDenied']);
  assert.deepEqual([missing.status, missing.code], [404, 'Request_ResourceNotFound']);
  assert.deepEqual([withoutToken.status, withoutToken.code], [401, 'InvalidAuthenticationToken'], 'a host not allowed');
  for (const { requestId } of [application, missing, withoutToken]) assert.match(requestId, /^[0-9a-f-]{36}$/);
});
