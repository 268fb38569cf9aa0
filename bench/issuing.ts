import { DEV_TENANT } from '../src/model/devTenant.ts';
import { type Command, ownFile } from './children.ts';
import { CONNECTIONS, compare } from './compare.ts';
import { type Findings, joined } from './report.ts';
import { formRequest, type Sending } from './requests.ts';
import { rollcallCommand, type Site, withServers } from './site.ts';

/**
 * Access tokens for a client with a secret, signed by RS256 with a key of the same length: Rollcall against
 * `oidc-provider`. Both answer a new JWT for each request, and keep none of them. Beside them a server that does nothing but
 * sign: no other that signs each token is quicker on this machine.
 */

const GOAL = 1.3;
const OTHER = 'oidc-provider';
const SIGNER = 'signer';
/** The development tenant's own daemon, and its public secret. */
const CLIENT = 'a45a6226-5c42-48e8-8423-19d9788ad789';
const SECRET = 'rollcall-dev-daemon-secret';
const GRAPH = 'https://graph.microsoft.com';

const FORM = { grant_type: 'client_credentials', client_id: CLIENT, client_secret: SECRET };

export async function measureIssuing(site: Site): Promise<Findings> {
  const other: Command = { name: OTHER, args: [ownFile('oidcProvider.mjs'), CLIENT, SECRET, GRAPH] };
  const sendings: Readonly<Record<string, Sending>> = {
    [OTHER]: formRequest('/token', { ...FORM, resource: GRAPH }),
    [SIGNER]: formRequest('/', FORM),
    rollcall: formRequest(`/${DEV_TENANT.id}/oauth2/v2.0/token`, { ...FORM, scope: `${GRAPH}/.default` }),
  };
  const signer: Command = { name: SIGNER, args: [ownFile('signer.mjs')] };
  return withServers([other, signer, rollcallCommand(site, 'issuing')], async (servers) => {
    const contestants = servers.map((server) => ({ server, sending: () => sendings[server.name] as Sending }));
    const measure = 'token for a client';
    const one = await compare(site, measure, contestants, CONNECTIONS.one, undefined, OTHER);
    return joined([one, await compare(site, measure, contestants, CONNECTIONS.many, GOAL, OTHER, SIGNER)]);
  });
}
