import { type Command, InvalidArgumentError, Option } from 'commander';
import { fold, listText } from '../lib/text.ts';
import { CLOUD_NAMES, type CloudName } from '../model/clouds.ts';
import { LIMITS } from '../model/limits.ts';
import { FIDELITIES, type Fidelity } from '../model/shape.ts';
import { IN_MEMORY } from '../store/contract.ts';

/**
 * The settings: each a flag and an environment variable. A wrong value stops the program with the name of the
 * setting and what it accepts.
 */
export type Settings = {
  readonly port: number;
  readonly host: string;
  readonly data: string;
  readonly databaseUrl?: string;
  /** Undefined: the one that the directory lives in; global for a new one. */
  readonly cloud?: CloudName;
  readonly allClouds: boolean;
  readonly fidelity: Fidelity;
  readonly dev: boolean;
  readonly behindProxy: boolean;
  readonly report?: 'permissions';
  /** Undefined: nobody said. */
  readonly httpsPort?: number | 'off';
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly trustIssuer?: readonly string[];
  readonly trustAudience?: readonly string[];
  readonly trustTenant?: string;
  readonly trustUserClaim?: string;
  readonly trustAppClaim: string;
  readonly trustScopeClaim: string;
  readonly trustRolesClaim: string;
};

/** A problem with what the person asked for; its message is all that they need to see. */
export class UsageProblem extends Error {}

const MOST_PORT = 65_535;
export const HTTPS_PORT = 8586;

const OPTIONS = Object.freeze({
  port: option('--port <number>', 'HTTP port; 0 takes a free one', 'PORT').default(8585).argParser(portNumber),
  httpsPort: option(
    '--https-port <number>',
    `HTTPS port; 0 takes a free one, off serves no HTTPS (default: ${HTTPS_PORT} with --dev or --tls-cert, and a free one beside --port 0)`,
    'HTTPS_PORT',
  ).argParser(portNumberOrOff),
  tlsCert: option(
    '--tls-cert <file>',
    "HTTPS certificate, with its chain, in PEM (default: the directory's own)",
    'TLS_CERT',
  ).argParser(filled('a file')),
  tlsKey: option('--tls-key <file>', 'private key of --tls-cert, in PEM', 'TLS_KEY').argParser(filled('a file')),
  host: option(
    '--host <address>',
    'address to listen on; anything but loopback needs --tls-cert or --behind-proxy',
    'HOST',
  )
    .default('127.0.0.1')
    .argParser(filled('an address or a host name')),
  data: option('--data <folder>', `folder of the directory and its keys; ${IN_MEMORY} keeps nothing`, 'DATA')
    .default('./rollcall-data')
    .argParser(filled(`a folder, or ${IN_MEMORY}`)),
  databaseUrl: option(
    '--database-url <url>',
    'PostgreSQL instead of the embedded store (not built yet)',
    'DATABASE_URL',
  ).argParser(() => {
    throw new InvalidArgumentError(
      'PostgreSQL is not built yet: leave it out, and the embedded store in --data is used.',
    );
  }),
  cloud: option(
    '--cloud <name>',
    'the national cloud to stand for (default: the one that the directory lives in; global for a new one)',
    'CLOUD',
  ).argParser(oneOf(CLOUD_NAMES)),
  allClouds: option('--all-clouds [boolean]', 'serve each national cloud at its own host names', 'ALL_CLOUDS')
    .default(false)
    .preset('true')
    .argParser(yesOrNo),
  fidelity: option(
    '--fidelity <name>',
    'documented: what the pages show works; live: refuse what live Graph refuses',
    'FIDELITY',
  )
    .default('documented')
    .argParser(oneOf(FIDELITIES)),
  dev: option('--dev [boolean]', 'open the development tenant, whose password is public; loopback only', 'DEV')
    .default(false)
    .preset('true')
    .argParser(yesOrNo),
  trustIssuer: option(
    '--trust-issuer <url>',
    "issuer of an identity provider whose tokens are taken beside the directory's own; several: again, or separated by blanks",
    'TRUST_ISSUER',
  ).argParser(listOf('an address')),
  trustAudience: option(
    '--trust-audience <audience>',
    'what its tokens must be for; several: again, or separated by blanks',
    'TRUST_AUDIENCE',
  ).argParser(listOf('an audience')),
  trustTenant: option(
    '--trust-tenant <name>',
    'the tenant whose users they are, by id or domain (default: the only one)',
    'TRUST_TENANT',
  ).argParser(filled('a tenant')),
  trustUserClaim: option(
    '--trust-user-claim <claim>',
    "the claim with a user's sign-in name or id (default: users' tokens are refused)",
    'TRUST_USER_CLAIM',
  ).argParser(filled('the name of a claim')),
  trustAppClaim: option('--trust-app-claim <claim>', "the claim with the application's appId", 'TRUST_APP_CLAIM')
    .default('azp')
    .argParser(filled('the name of a claim')),
  trustScopeClaim: option('--trust-scope-claim <claim>', 'the claim with delegated permissions', 'TRUST_SCOPE_CLAIM')
    .default('scope')
    .argParser(filled('the name of a claim')),
  trustRolesClaim: option('--trust-roles-claim <claim>', 'the claim with application permissions', 'TRUST_ROLES_CLAIM')
    .default('roles')
    .argParser(filled('the name of a claim')),
  behindProxy: option(
    '--behind-proxy [boolean]',
    'a proxy that ends TLS stands in front; take scheme and host from X-Forwarded-*',
    'BEHIND_PROXY',
  )
    .default(false)
    .preset('true')
    .argParser(yesOrNo),
  report: option(
    '--report <what>',
    'permissions: at the end, which were used of those granted, a JSON line on standard error for each application and user',
    'REPORT',
  ).argParser(oneOf(['permissions'])),
});

export function addSettings(command: Command, names: readonly (keyof typeof OPTIONS)[]): Command {
  for (const name of names) command.addOption(OPTIONS[name]);
  return command;
}

function option(flags: string, description: string, variable: string): Option {
  return new Option(flags, description).env(`ROLLCALL_${variable}`);
}

function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > MOST_PORT) {
    throw new InvalidArgumentError(`It accepts a number from 0 to ${MOST_PORT}.`);
  }
  return Number(text);
}

function portNumberOrOff(text: string): number | 'off' {
  if (text === 'off') return text;
  if (!/^\d{1,5}$/.test(text) || Number(text) > MOST_PORT) {
    throw new InvalidArgumentError(`It accepts a number from 0 to ${MOST_PORT}, or off.`);
  }
  return Number(text);
}

function listOf(what: string): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before = []) => {
    const items = text.split(/\s+/).filter((item) => item !== '');
    if (items.length === 0) throw new InvalidArgumentError(`It accepts ${what}.`);
    return [...before, ...items];
  };
}

function filled(what: string): (text: string) => string {
  return (text) => {
    if (text.trim() === '') throw new InvalidArgumentError(`It accepts ${what}.`);
    return text;
  };
}

function oneOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    if (!names.includes(text)) throw new InvalidArgumentError(`It accepts ${listText(names)}.`);
    return text;
  };
}

/** As a flag it stands alone; as an environment variable it has a value, of which only clear ones are taken. */
function yesOrNo(text: string): boolean {
  if (['1', 'true', 'yes', 'on'].includes(text.toLowerCase())) return true;
  if (['0', 'false', 'no', 'off', ''].includes(text.toLowerCase())) return false;
  throw new InvalidArgumentError('It accepts true or false.');
}

/** A name for people to read, on one line. */
export function readTenantName(text: string): string {
  const isOneLine = /^[^\p{Cc}\p{Zl}\p{Zp}]+$/u.test(text);
  if (text.trim() === '' || !isOneLine || text.length > LIMITS.tenantNameCharacters) {
    throw new InvalidArgumentError(`It accepts a name of at most ${LIMITS.tenantNameCharacters} characters.`);
  }
  return text.trim();
}

/** A domain name as https://www.rfc-editor.org/rfc/rfc1035#section-2.3.1 has it, of two parts or more; in lower case. */
export function readDomain(text: string): string {
  const parts = text.split('.');
  const isPart = (part: string) =>
    part.length <= LIMITS.domainPartCharacters && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(part);
  if (parts.length < 2 || text.length > LIMITS.domainCharacters || !parts.every(isPart)) {
    throw new InvalidArgumentError("It accepts a domain name, such as 'example.org'.");
  }
  return fold(text);
}
