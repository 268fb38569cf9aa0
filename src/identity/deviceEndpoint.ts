import { LIMITS } from '../model/limits.ts';
import { DEVICE_PAGE } from '../model/signIn.ts';
import { type Client, findClient } from './clients.ts';
import { startDevice } from './deviceCodes.ts';
import { type Form, needed, scopeOf, type TokenIssuer } from './grants.ts';
import type { Version } from './issue.ts';
import { homeTenant, isOpenName, tenantOf } from './issuer.ts';
import { readScopes } from './scopes.ts';

/**
 * `POST /{tenant}/oauth2/v2.0/devicecode`, and v1.0's `/{tenant}/oauth2/devicecode`.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code#device-authorization-request
 */

export type DeviceCall = {
  readonly form: Form;
  readonly version: Version;
  readonly tenantName: string;
  readonly origin: string;
};

export async function answerDeviceRequest(
  issuer: TokenIssuer,
  call: DeviceCall,
): Promise<Readonly<Record<string, unknown>>> {
  const { form, version, tenantName, origin } = call;
  const tenant = isOpenName(tenantName) ? homeTenant(issuer) : tenantOf(issuer, tenantName);
  const client: Client = await findClient(issuer, tenant, needed(form, 'client_id'));
  const scope = scopeOf(call) ?? needed(form, version === 'v2' ? 'scope' : 'resource');
  await readScopes(issuer, tenant, scope, call);
  const { deviceCode, userCode } = await startDevice(issuer, { appId: client.appId, scope, tenantName });
  const page = `${origin}/${DEVICE_PAGE}`;
  const message = `To sign in, use a web browser to open the page ${page} and enter the code ${userCode} to authenticate.`;
  const codes = { user_code: userCode, device_code: deviceCode };
  const [seconds, interval] = [LIMITS.deviceCodeSeconds, LIMITS.devicePollSeconds];
  return version === 'v2'
    ? { ...codes, verification_uri: page, expires_in: seconds, interval, message }
    : { ...codes, verification_url: page, expires_in: String(seconds), interval: String(interval), message };
}
