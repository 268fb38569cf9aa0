import { table } from '../lib/table.ts';

/** National clouds: https://learn.microsoft.com/graph/deployments */
export type Cloud = {
  /** Origin of Graph; also the audience of its tokens. */
  readonly graph: string;
  readonly login: string;
  /** Other names of that host, which Microsoft's libraries use in its place. */
  readonly aliases: readonly string[];
  /** Issuer of access tokens, before the tenant's id. */
  readonly issuer: string;
  /** Personal Microsoft accounts can sign in. */
  readonly personalAccounts: boolean;
  /** Segments of addresses that Graph has elsewhere and not in this cloud, folded. */
  readonly lacks: readonly string[];
};

const NATIONAL = { personalAccounts: false, lacks: ['usagerights'] } as const;

// biome-ignore format: a table is read by its columns
export const CLOUDS = table({
  'global':    { graph: 'https://graph.microsoft.com',             login: 'https://login.microsoftonline.com', issuer: 'https://sts.windows.net/',      aliases: ['login.windows.net', 'login.microsoft.com', 'sts.windows.net'], personalAccounts: true, lacks: [] },
  'usgov':     { graph: 'https://graph.microsoft.us',              login: 'https://login.microsoftonline.us',  issuer: 'https://sts.windows.net/',      aliases: ['login.usgovcloudapi.net'],          ...NATIONAL },
  'usgov-dod': { graph: 'https://dod-graph.microsoft.us',          login: 'https://login.microsoftonline.us',  issuer: 'https://sts.windows.net/',      aliases: ['login.usgovcloudapi.net'],          ...NATIONAL },
  'china':     { graph: 'https://microsoftgraph.chinacloudapi.cn', login: 'https://login.chinacloudapi.cn',    issuer: 'https://sts.chinacloudapi.cn/', aliases: ['login.partner.microsoftonline.cn'], ...NATIONAL },
} satisfies Record<string, Cloud>);

export type CloudName = keyof typeof CLOUDS;
export const CLOUD_NAMES = Object.keys(CLOUDS) as CloudName[];

/** The host names of Graph and of sign-in in all clouds. */
export const CLOUD_HOSTS: readonly string[] = [...new Set(CLOUD_NAMES.flatMap(hostsOf))];

export function hostsOf(cloud: CloudName): readonly string[] {
  const { graph, login, aliases } = CLOUDS[cloud];
  return [...[graph, login].map((url) => new URL(url).hostname), ...aliases];
}

/** The application id of Microsoft Graph: another name of the audience, the same in every cloud. */
export const GRAPH_APP_ID = '00000003-0000-0000-c000-000000000000';

/** The tenant of personal Microsoft accounts. */
export const PERSONAL_TENANT_ID = '9188040d-6c67-4c5b-b112-36a304b66dad';

/** The audiences of a token for Graph in that cloud: each of them exactly, nothing else. */
export function audiencesOf(cloud: CloudName): readonly string[] {
  const { graph } = CLOUDS[cloud];
  return [graph, `${graph}/`, GRAPH_APP_ID];
}

/** The exact issuer of the tenant's access tokens in that cloud. */
export function issuerOf(cloud: CloudName, tenantId: string): string {
  return `${CLOUDS[cloud].issuer}${tenantId}/`;
}
