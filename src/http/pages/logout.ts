import { findClient, platformOf } from '../../identity/clients.ts';
import { endSession, type Session } from '../../identity/sessions.ts';
import { isSafe, readParameters, tenantsNamed } from '../../identity/signInRequest.ts';
import { Refusal } from '../../lib/refusal.ts';
import { fold } from '../../lib/text.ts';
import type { Tenant } from '../../store/contract.ts';
import { formText } from '../body.ts';
import type { Answer } from '../message.ts';
import type { SignInCall, SignInWorld } from '../signInCall.ts';
import { shownAccount } from './accounts.ts';
import { browserWith } from './browser.ts';
import { messagePage } from './content.ts';
import { redirectAnswer } from './layout.ts';
import { addressWith } from './sendBack.ts';
import { onPage, show, startVisit, type Visit } from './visit.ts';

/**
 * The end of sessions. Whoever asks is sent on only to an address of an application that was entered with them, or that
 * the request names: any other would make a way to anywhere of us.
 * https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request,
 * https://openid.net/specs/openid-connect-rpinitiated-1_0.html
 */
export async function logoutPage(call: SignInCall, world: SignInWorld): Promise<Answer> {
  const { request, tenantName } = call;
  return onPage(call, async () => {
    const { values } = readParameters(request.method === 'POST' ? formText(request) : request.query);
    const tenants = tenantsNamed(world, tenantName);
    const visit = await startVisit(call, world);
    const hint = values.get('logout_hint');
    const ended = visit.browser.sessions.filter((one) => tenants.includes(one.tenant) && isMeant(one, hint));
    for (const session of ended) await endSession(world, session);
    const left = visit.browser.sessions.filter((session) => !ended.includes(session));
    const browser = browserWith(world, request, left);
    const apps = [...ended.flatMap((session) => session.apps), ...appsNamed(values)];
    const address = await addressOf(visit, tenants, apps, values.get('post_logout_redirect_uri'));
    if (address === undefined) return show({ ...visit, browser }, SIGNED_OUT);
    const state = values.get('state');
    const next = state === undefined ? address : addressWith(address, 'query', [['state', state]]);
    return redirectAnswer(next, browser.cookies);
  });
}

const SIGNED_OUT = messagePage('You are signed out', 'You can close this window.');

/** A hint that is nobody's ends everybody's: somebody who wants to leave shall not stay. */
function isMeant({ account }: Session, hint: string | undefined): boolean {
  return hint === undefined || fold(shownAccount(account).name) === fold(hint);
}

/** Applications that the request names: in an ID token it is who the token was for. Only their own addresses count then. */
function appsNamed(values: ReadonlyMap<string, string>): readonly string[] {
  const [, claims] = (values.get('id_token_hint') ?? '').split('.');
  return [values.get('client_id'), audienceIn(claims)].filter((app) => app !== undefined);
}

function audienceIn(claims: string | undefined): string | undefined {
  if (claims === undefined) return undefined;
  try {
    const { aud } = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { readonly aud?: unknown };
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}

async function addressOf(
  { world }: Visit,
  tenants: readonly Tenant[],
  apps: readonly string[],
  address: string | undefined,
): Promise<string | undefined> {
  if (address === undefined || !isSafe(address)) return undefined;
  for (const tenant of tenants) {
    for (const app of new Set(apps)) {
      try {
        platformOf(await findClient(world, tenant, app), address);
        return address;
      } catch (problem) {
        if (!(problem instanceof Refusal)) throw problem;
      }
    }
  }
  return undefined;
}
