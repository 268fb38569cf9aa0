import { originOf } from '../lib/text.ts';
import type { Settings } from './settings.ts';

/** `rollcall env`: prints what each SDK needs to be pointed here. */
export async function env({ host, port }: Pick<Settings, 'host' | 'port'>): Promise<void> {
  const origin = originOf(host, port);
  const { hostname } = new URL(origin);
  process.stdout.write(`# curl, or any HTTP client
export GRAPH_URL=${origin}
export GRAPH_TOKEN=$(rollcall token --user intune.admin@contoso.example)
#   curl -H "Authorization: Bearer $GRAPH_TOKEN" $GRAPH_URL/v1.0/devices

# Kiota SDKs (TypeScript, Python, Go, Java, C#, PHP): http is allowed on localhost, 127.0.0.1 and [::1]
#   TypeScript  requestAdapter.baseUrl = '${origin}/v1.0'        allowedHosts: new Set(['${hostname}'])
#   Python      request_adapter.base_url = '${origin}/v1.0'
#   Go          adapter.SetBaseUrl("${origin}/v1.0")             validhosts: []string{"${hostname}"}
#   Java        requestAdapter.setBaseUrl("${origin}/v1.0")      allowed hosts: "${hostname}"
#   C#          RequestAdapter.BaseUrl = "${origin}/v1.0"        allowedHosts: ["${hostname}"]
#   PHP         $adapter->setBaseUrl('${origin}/v1.0')           setAllowedHosts(['${hostname}'])

# @microsoft/microsoft-graph-client (JavaScript) sends its token over https only: put a proxy that ends TLS in
# front, start Rollcall with --behind-proxy, and name the host without its port:
#   Client.initWithMiddleware({ baseUrl: 'https://localhost:8443', customHosts: new Set(['localhost']), … })
`);
}
