import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeFolder, type Program, removeFolder, runProgram, startProgram } from '../support/process.ts';
import { NO_STACK } from './directory.ts';

/** `rollcall explain`: how a request is understood, what it needs and what it costs. */

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

type Row = { readonly url: string; readonly says: Readonly<Record<string, RegExp>> };

const ROWS: readonly Row[] = [
  {
    url: "/devices?$filter=startsWith(displayName,'PC')",
    says: {
      request: /^GET \/v1\.0\/devices\?/,
      operation: /^device\.list$/,
      condition: /^startsWith\(displayName, 'pc'\)$/,
      'query mode': /^default/,
      delegated: /^one of Device\.Read\.All.*Directory\.AccessAsUser\.All$/,
      application: /Device\.ReadWrite\.All/,
      action: /^microsoft\.directory\/devices\/standard\/read$/,
      roles: /^every member, whatever the roles$/,
      index: /^range of the index of device\.displayName$/,
      rows: /^\d+$/,
      SQL: /^select .* indexed by "device:displayName"/,
      time: /^\d+\.\d ms/,
    },
  },
  {
    url: "/beta/devices?filter=operatingSystem ne 'Windows'&orderby=displayName desc",
    says: {
      condition: /^operatingSystem ne 'windows'$/,
      order: /^displayName desc$/,
      'query mode':
        /^advanced: it needs \$count=true and the header ConsistencyLevel: eventual, since otherwise: Operator 'ne' is not/,
      index: /^terms, then sorted$/,
    },
  },
  {
    url: "/users/C1A5CCE0-ee69-4561-afe1-2b073af5220a/oauth2PermissionGrants?$filter=consentType eq 'Principal'",
    says: {
      condition: /^\(principalId eq 'c1a5cce0-ee69-4561-afe1-2b073af5220a' and consentType eq 'principal'\)$/,
      index: /^index of oauth2PermissionGrant\.principalId$/,
    },
  },
  {
    url: '/devices?$search="displayName:kiosk"',
    says: {
      condition: /^displayName has a word that starts with 'kiosk'$/,
      'query mode': /^advanced.*\$search/,
      index: /^terms$/,
    },
  },
  {
    url: '/devices?$filter=deviceOwnership eq null',
    says: { condition: /^deviceOwnership eq null$/, index: /^terms$/ },
  },
  {
    url: '/users/member@contoso.example/transitiveMemberOf/$count',
    says: {
      objects: /^group, administrativeUnit and directoryRole$/,
      'query mode': /^advanced/,
      index: /^links, and theirs again$/,
    },
  },
  {
    url: '/users/member@contoso.example',
    says: { operation: /^user\.get$/, index: /^index of user\.userPrincipalName$/ },
  },
];

describe('rollcall explain', { concurrency: 2 }, () => {
  for (const { url, says } of ROWS) {
    test(url, async () => {
      const { code, stdout, stderr } = await runProgram(['explain', url], { cwd });
      assert.equal(code, 0, stderr);
      const found = new Map(stdout.split('\n').map((line) => [line.slice(0, 15).trim(), line.slice(15)]));
      for (const [label, expected] of Object.entries(says)) assert.match(found.get(label) ?? '', expected);
    });
  }

  const REFUSED: Readonly<Record<string, RegExp>> = {
    '/devices?$filter=displayName eq':
      /400 BadRequest: Invalid filter clause: Syntax error at position 14 in 'displayName eq'/,
    '/devices?$filter=nonsense eq 1': /400 Request_UnsupportedQuery: Property 'nonsense' does not exist/,
    "/devices?$filter=contains(displayName,'x')":
      /Unsupported or invalid query filter clause specified for property 'displayName'/,
    '/nonsense': /400 BadRequest: Resource not found for the segment 'nonsense'/,
    '/health': /400 BadRequest: Resource not found for the segment 'health'/,
  };
  for (const [url, expected] of Object.entries(REFUSED)) {
    test(`${url}: refused as the request would be`, async () => {
      const { code, stdout, stderr } = await runProgram(['explain', url], { cwd });
      assert.equal(code, 1);
      assert.equal(stdout, '');
      assert.match(stderr, expected);
      assert.doesNotMatch(stderr, NO_STACK);
    });
  }
});
