import { Command } from 'commander';
import { StoreProblem } from '../store/contract.ts';
import { addSettings, readDomain, readTenantName, UsageProblem } from './settings.ts';

/** The commands. Each loads what it needs only when it runs, so that a start doesn't wait for the others. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = new Command('rollcall')
    .description('A device directory that speaks Microsoft Graph.')
    .showHelpAfterError('(--help shows what there is)');

  addSettings(program.command('start').description('serve the directory'), [
    'port',
    'httpsPort',
    'tlsCert',
    'tlsKey',
    'host',
    'data',
    'databaseUrl',
    'cloud',
    'allClouds',
    'fidelity',
    'dev',
    'behindProxy',
    'trustIssuer',
    'trustAudience',
    'trustTenant',
    'trustUserClaim',
    'trustAppClaim',
    'trustScopeClaim',
    'trustRolesClaim',
    'report',
  ]).action(async (settings) => (await import('./start.ts')).start(settings));

  addSettings(program.command('init').description('make a directory for production'), ['data', 'cloud'])
    .requiredOption('--tenant <name>', 'what the organization is called', readTenantName)
    .requiredOption('--domain <domain>', 'its domain: what its user names end in', readDomain)
    .action(async (settings) => (await import('./init.ts')).init(settings));

  addSettings(program.command('token').description('print an access token'), ['data', 'cloud'])
    .option('--user <upn>', 'the user it is for: a delegated token')
    .option('--app <appId>', 'the application; alone, without a user: an application token')
    .option('--scope <permissions>', 'the permissions to ask for, separated by blanks (default: all that were granted)')
    .action(async (settings) => (await import('./token.ts')).token(settings));

  addSettings(program.command('explain').description('say how a GET request is understood, what it needs and costs'), [
    'data',
    'fidelity',
  ])
    .argument('<url>', 'the request, such as "/devices?$filter=startsWith(displayName,\'PC\')"')
    .action(async (url, settings) => (await import('./explain.ts')).explain(url, settings));

  addSettings(
    program.command('whocan').description('say which permissions and roles a request needs, and who has them'),
    ['data', 'fidelity'],
  )
    .argument('<request>', 'method and path, such as "POST /devices" or "PATCH /users/{id}"')
    .action(async (request, settings) => (await import('./whocan.ts')).whocan(request, settings));
  const keys = program.command('keys').description('the keys that sign tokens');
  addSettings(keys.command('rotate').description('make the next signing key before its time'), ['data'])
    .option('--compromised', 'use it at once, and refuse all tokens that other keys have signed')
    .action(async (settings) => (await import('./keys.ts')).rotateKeys(settings));

  addSettings(program.command('env').description('print what each SDK needs to be pointed here'), [
    'port',
    'httpsPort',
    'host',
    'data',
  ]).action(async (settings) => (await import('./env.ts')).env(settings));

  try {
    await program.parseAsync(argv);
  } catch (problem) {
    if (!(problem instanceof UsageProblem || problem instanceof StoreProblem)) throw problem;
    process.stderr.write(`rollcall: ${problem.message}\n`);
    process.exitCode = 1;
  }
}
