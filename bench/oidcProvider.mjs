import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

/**
 * `oidc-provider`, the OpenID provider that a Node developer would take: client credentials for RS256 access tokens as
 * JWTs, which it keeps nowhere. Its arguments: the client's id and secret, and the resource.
 */

const [id, secret, resource] = process.argv.slice(2);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider('http://127.0.0.1', {
  jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
  clients: [
    {
      client_id: id,
      client_secret: secret,
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'client_secret_post',
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      getResourceServerInfo: () => ({
        scope: '',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 3600,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
});
const server = provider.listen(0, '127.0.0.1', () => {
  process.stdout.write(`oidc-provider ready http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
