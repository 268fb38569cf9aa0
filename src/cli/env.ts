import { resolve } from 'node:path';
import { originOf } from '../lib/text.ts';
import { CLOUDS } from '../model/clouds.ts';
import { DEV_TENANT } from '../model/devTenant.ts';
import { authorityPath } from './authority.ts';
import type { Settings } from './settings.ts';
import { securePort } from './sockets.ts';

type EnvSettings = Pick<Settings, 'host' | 'port' | 'data'> & { readonly httpsPort?: number | 'off' };

/** `rollcall env`: prints what each SDK needs to be pointed here. */
export async function env(settings: EnvSettings): Promise<void> {
  const { host, port } = settings;
  const origin = originOf('http', host, port);
  const { hostname } = new URL(origin);
  process.stdout.write(`# curl, or any HTTP client
export GRAPH_URL=${origin}
export GRAPH_TOKEN=$(rollcall token --user intune.admin@contoso.example)
#   curl -H "Authorization: Bearer $GRAPH_TOKEN" $GRAPH_URL/v1.0/devices

# Kiota SDKs (TypeScript, Python, Go, Java, C#, PHP): http is allowed on localhost, 127.0.0.1 and [::1]
#   TypeScript  requestAdapter.baseUrl = '${origin}/v1.0'        GraphAzureIdentityAuthenticationProvider(…, new Set(['${hostname}']))
#   Python      request_adapter.base_url = '${origin}/v1.0'
#   Go          adapter.SetBaseUrl("${origin}/v1.0")             validhosts: []string{"${hostname}"}
#   Java        requestAdapter.setBaseUrl("${origin}/v1.0")      allowed hosts: "${hostname}"
#   C#          RequestAdapter.BaseUrl = "${origin}/v1.0"        allowedHosts: ["${hostname}"]
#   PHP         $adapter->setBaseUrl('${origin}/v1.0')           setAllowedHosts(['${hostname}'])
${secureText(settings)}`);
}

/** What the credential libraries and the JavaScript client want: they send nothing to http. */
function secureText({ data, port, httpsPort }: EnvSettings): string {
  const taken = securePort({ port, dev: true, ...(httpsPort === undefined ? {} : { httpsPort }) });
  if (taken === undefined) return '';
  const origin = originOf('https', 'localhost', taken);
  const authority = resolve(authorityPath(data));
  return `
# HTTPS: clients must trust the directory's own certificate authority. What replaces a client's authorities (all but
# Node.js) is for a shell that talks to this directory alone.
export NODE_EXTRA_CA_CERTS=${quoted(authority)}
#   Go, OpenSSL, Python's ssl and httpx  export SSL_CERT_FILE=${quoted(authority)}
#   Python's requests, Azure CLI         export REQUESTS_CA_BUNDLE=${quoted(authority)}
#   curl                                 export CURL_CA_BUNDLE=${quoted(authority)}
#   Java                                 keytool -importcert -noprompt -alias rollcall -file ${quoted(authority)} -keystore rollcall.p12 -storepass changeit
#                                        java -Djavax.net.ssl.trustStore=rollcall.p12 …

# @microsoft/microsoft-graph-client (JavaScript) sends its token over https only; name the host without its port
#   Client.initWithMiddleware({ baseUrl: '${origin}', customHosts: new Set(['localhost']), … })

# Azure.Identity and MSAL sign in over https only
export AZURE_AUTHORITY_HOST=${origin}
export AZURE_TENANT_ID=${DEV_TENANT.id}
#   @azure/identity  { authorityHost: '${origin}', disableInstanceDiscovery: true }
#   msal-node        auth: { authority: '${origin}/<tenant>', knownAuthorities: ['localhost:${taken}'] }

# OpenID Connect: openid-client and any other
#   discovery(new URL('${origin}/<tenant>/v2.0'), …)

# Azure CLI: its version 2.45 asks Microsoft's sign-in host about any other authority, so that name has to lead here. Serve
# with --https-port 443, and add to /etc/hosts: 127.0.0.1 ${new URL(CLOUDS.global.login).hostname}
#   az cloud register --name rollcall --cloud-config '${cliCloud(origin)}'
#   az cloud set --name rollcall
#   az login --service-principal --username <appId> --password <secret> --tenant <tenant> --allow-no-subscriptions
`;
}

/** https://learn.microsoft.com/cli/azure/cloud#az-cloud-register: a cloud of Graph and sign-in, without resources. */
function cliCloud(origin: string): string {
  const { graph, login } = CLOUDS.global;
  const resources = { activeDirectoryResourceId: `${graph}/`, activeDirectoryGraphResourceId: `${graph}/` };
  const addresses = ['microsoftGraphResourceId', 'resourceManager', 'management', 'gallery'];
  const here = Object.fromEntries(addresses.map((name) => [name, `${origin}/`]));
  return JSON.stringify({ endpoints: { activeDirectory: login, ...resources, ...here } });
}

/** As one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
