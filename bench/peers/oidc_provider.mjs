// oidc-provider with token exchange (RFC 8693) as a grant of its own: a JWT for the subject in which
// `act` names the actor. Its adapter is the one it comes with: memory.
import { generateKeyPairSync } from 'node:crypto';
import { Provider, errors } from 'oidc-provider';

const { BENCH_PORT: port } = process.env;
const audience = 'https://api.example.com';
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const resource = { scope: 'api', audience, accessTokenFormat: 'jwt', accessTokenTTL: 3600, jwt: { sign: { alg: 'RS256' } } };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [{ ...key, alg: 'RS256', kid: 'bench', use: 'sig' }] },
  scopes: ['api'],
  clients: [{
    client_id: 'bench', client_secret: 'bench-secret', token_endpoint_auth_method: 'client_secret_basic',
    grant_types: [exchange], redirect_uris: [], response_types: [],
  }],
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: { enabled: true, defaultResource: () => audience, useGrantedResource: () => true,
                          getResourceServerInfo: () => resource },
  },
  findAccount: (context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  extraTokenClaims: (context, token) => token.extra,
});

provider.registerGrantType(exchange, async (context) => {
  const { AccessToken, Grant, ResourceServer } = context.oidc.provider;
  const { client, params } = context.oidc;
  if (!params.subject_token || !params.actor_token) throw new errors.InvalidRequest('subject_token, actor_token');
  const accountId = params.subject_token;
  const grant = new Grant({ accountId, clientId: client.clientId });
  grant.addResourceScope(audience, 'api');
  const token = new AccessToken({ accountId, client, grantId: await grant.save(), gty: exchange, scope: 'api' });
  token.resourceServer = new ResourceServer(audience, resource);
  token.extra = { act: { sub: params.actor_token } };
  context.body = {
    access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer',
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  };
}, ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'scope']);

provider.listen(Number(port), '127.0.0.1');
