import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { makeFolder, removeFolder, runProgram } from '../support/process.ts';

/** What the README and `rollcall env` tell each client to change is what the tests of that client do. */

// biome-ignore format: a table is read by its columns
const FACTS: readonly (readonly [run: string, fact: RegExp])[] = [
  ['azureIdentityRun.ts', /customHosts: new Set\(\['localhost'\]\)/],
  ['azureIdentityRun.ts', /authorityHost: .*disableInstanceDiscovery: true/],
  ['msalNodeRun.ts',      /knownAuthorities: \[/],
  ['msalNodeRun.ts',      /authority: ['`]/],
  ['kiotaRun.ts',         /[aA]dapter\.baseUrl = ['`].*\/v1\.0/],
  ['kiotaRun.ts',         /GraphAzureIdentityAuthenticationProvider\(.*new Set\(/],
  ['openidClientRun.ts',  /new URL\(['`].*\/v2\.0['`]\)/],
  ['azureCli.test.ts',    /login\.microsoftonline\.com/],
];

/** What only `rollcall env` says: the cloud of the Azure CLI, and how it signs in. */
const CLOUD = [
  ...['activeDirectory', 'activeDirectoryResourceId', 'activeDirectoryGraphResourceId', 'microsoftGraphResourceId'],
  ...['resourceManager', 'management', 'gallery', '--cloud-config', '--service-principal', '--allow-no-subscriptions'],
];

let folder: string;
let printed: string;
before(async () => {
  folder = makeFolder();
  const { code, stdout } = await runProgram(['env', '--data', folder], { cwd: folder });
  assert.equal(code, 0);
  printed = stdout;
});
after(() => removeFolder(folder));

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

for (const [run, fact] of FACTS) {
  test(`${run}: ${fact.source}`, () => {
    assert.match(read(run), fact);
    assert.match(read('../../README.md'), fact);
    assert.match(printed, fact);
  });
}

test('azureCli.test.ts: the cloud that rollcall env prints', () => {
  const run = read('azureCli.test.ts');
  for (const word of CLOUD) {
    assert.ok(run.includes(word), word);
    assert.ok(printed.includes(word), word);
  }
});
