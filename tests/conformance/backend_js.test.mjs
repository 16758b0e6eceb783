// Clerk's own @clerk/backend, unmodified, against a running tenensd. Run by backend_js_test.sh.
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { ORIGIN, PUBLISHABLE_KEY, SECRET_KEY, redeem, repository, startTenensd } from './tenensd.mjs';

const installed = path.join(repository, 'build/conformance/package.json');
const { createClerkClient, verifyToken } = createRequire(installed)('@clerk/backend');

let server;
let clerk;
before(async () => {
  server = await startTenensd();
  clerk = clientWith({ secretKey: SECRET_KEY });
});
after(() => server.stop());

const clientWith = (options) =>
  createClerkClient({ apiUrl: server.url, publishableKey: PUBLISHABLE_KEY, telemetry: { disabled: true }, ...options });

const newUser = (fields = {}) => clerk.users.createUser({ firstName: 'Ada', ...fields });

async function newToken(fields = {}) {
  const userId = fields.userId ?? (await newUser()).id;
  return clerk.actorTokens.create({ userId, actor: { sub: 'user_support' }, ...fields });
}

async function signedIn(fields = {}) {
  const token = await newToken(fields);
  return { token, ...(await redeem(server.url, token.token)) };
}

/** The SDK's own typed error of a call that must fail. */
async function refusal(call, status, code) {
  const error = await call.then(
    () => assert.fail('it was not refused'),
    (thrown) => thrown,
  );
  assert.equal(error.name, 'ClerkAPIResponseError', error.stack);
  assert.equal(error.clerkError, true);
  assert.equal(error.status, status);
  assert.equal(error.errors[0].code, code);
  assert.ok(error.errors[0].message);
  assert.ok(error.errors[0].longMessage);
  assert.ok(error.clerkTraceId, 'no trace id');
  return error;
}

describe('actorTokens', () => {
  test('create gives a token with its ticket and link', async () => {
    const user = await newUser();
    const actor = { sub: 'user_support', iss: 'https://admin.example.com', deep: { camelCase: [1, null] } };
    const token = await clerk.actorTokens.create({
      userId: user.id, actor, expiresInSeconds: 600, sessionMaxDurationInSeconds: 1200,
    });
    assert.match(token.id, /^act_/);
    assert.equal(token.status, 'pending');
    assert.equal(token.userId, user.id);
    assert.deepEqual(token.actor, actor);
    assert.equal(token.token.split('.').length, 3);
    assert.ok(token.url.endsWith(`/v1/tickets/accept?ticket=${token.token}`));
    assert.ok(Math.abs(token.createdAt - Date.now()) < 60_000);
    assert.equal(token.updatedAt, token.createdAt);
  });

  test('revoke makes it revoked, and a second time is refused with its status', async () => {
    const token = await newToken();
    assert.equal((await clerk.actorTokens.revoke(token.id)).status, 'revoked');
    const error = await refusal(clerk.actorTokens.revoke(token.id), 400, 'actor_token_cannot_be_revoked_code');
    assert.match(error.errors[0].longMessage, /its status is revoked/);
  });

  test('an unknown token is refused with 404', async () => {
    const error = await refusal(clerk.actorTokens.revoke('act_nobody'), 404, 'resource_not_found');
    assert.match(error.message, /^Not Found/); // the SDK shows the status text
  });

  test('a wrong secret key is refused with 401', async () => {
    const stranger = clientWith({ secretKey: 'sk_test_wrong000000000000000000000000' });
    await refusal(stranger.actorTokens.create({ userId: 'user_1', actor: { sub: 'a' } }), 401, 'clerk_key_invalid');
  });

  test('an unknown user is refused with 404', async () => {
    await refusal(newToken({ userId: 'user_nobody' }), 404, 'resource_not_found');
  });

  test('a faulty request is refused with 422 that names the parameter', async () => {
    const { id: userId } = await newUser();
    const create = (fields) => clerk.actorTokens.create({ userId, actor: { sub: 'a' }, ...fields });
    for (const [fields, code, paramName] of [
      [{ userId: '' }, 'form_param_missing', 'user_id'],
      [{ actor: {} }, 'form_param_missing', 'actor.sub'],
      [{ actor: 'a' }, 'form_param_type_invalid', 'actor'],
      [{ expiresInSeconds: 0 }, 'form_param_value_invalid', 'expires_in_seconds'],
      [{ sessionMaxDurationInSeconds: 1.5 }, 'form_param_type_invalid', 'session_max_duration_in_seconds'],
      [{ surprise: 1 }, 'form_param_unknown', 'surprise'],
    ]) {
      const error = await refusal(create(fields), 422, code);
      assert.equal(error.errors[0].meta.paramName, paramName);
    }
  });
});

describe('users', () => {
  test('a user is created, read, changed, counted, listed and deleted', async () => {
    const created = await newUser({
      lastName: 'Lovelace', username: 'ada', externalId: 'js-1', emailAddress: ['ada@js.test'],
      publicMetadata: { plan: 'gold' }, privateMetadata: { crm: 7 },
    });
    assert.equal(created.emailAddresses[0].emailAddress, 'ada@js.test');
    assert.equal(created.primaryEmailAddress.emailAddress, 'ada@js.test');
    assert.equal(created.fullName, 'Ada Lovelace');
    assert.deepEqual([created.publicMetadata, created.privateMetadata], [{ plan: 'gold' }, { crm: 7 }]);

    const read = await clerk.users.getUser(created.id);
    assert.deepEqual([read.id, read.externalId, read.username], [created.id, 'js-1', 'ada']);

    const merged = await clerk.users.updateUserMetadata(created.id, { publicMetadata: { seat: { row: 1 } } });
    assert.deepEqual(merged.publicMetadata.seat, { row: 1 });
    const both = await clerk.users.updateUser(created.id, { lastName: 'King', publicMetadata: { seat: 2 } });
    assert.deepEqual([both.lastName, both.publicMetadata], ['King', { seat: 2 }]);
    const changed = await clerk.users.updateUser(created.id, { firstName: 'Augusta' });
    assert.deepEqual([changed.firstName, changed.lastName], ['Augusta', 'King']);

    const { data, totalCount } = await clerk.users.getUserList({ emailAddress: ['ada@js.test'] });
    assert.deepEqual([data.map(({ id }) => id), totalCount], [[created.id], 1]);
    assert.equal(await clerk.users.getCount({ emailAddress: ['ada@js.test'] }), 1);

    const deleted = await clerk.users.deleteUser(created.id);
    assert.equal(deleted.id, created.id);
    await refusal(clerk.users.getUser(created.id), 404, 'resource_not_found');
  });

  test('a ban can be set and lifted', async () => {
    const { id } = await newUser();
    assert.equal((await clerk.users.banUser(id)).banned, true);
    assert.equal((await clerk.users.unbanUser(id)).banned, false);
  });

  test('a faulty user is refused with 422', async () => {
    await newUser({ username: 'taken' });
    const error = await refusal(newUser({ username: 'taken' }), 422, 'form_identifier_exists');
    assert.equal(error.errors[0].meta.paramName, 'username');
  });
});

describe('sessions', () => {
  test('a session shows its actor, gives tokens, and can be revoked', async () => {
    const { token, sessionId } = await signedIn();
    const session = await clerk.sessions.getSession(sessionId);
    assert.deepEqual([session.status, session.userId, session.actor], ['active', token.userId, token.actor]);

    const { data, totalCount } = await clerk.sessions.getSessionList({ userId: token.userId, status: 'active' });
    assert.deepEqual([data.map(({ id }) => id), totalCount], [[sessionId], 1]);

    const { jwt } = await clerk.sessions.getToken(sessionId);
    assert.equal((await verifyToken(jwt, { secretKey: SECRET_KEY, apiUrl: server.url })).sid, sessionId);

    assert.equal((await clerk.sessions.revokeSession(sessionId)).status, 'revoked');
    assert.equal((await clerk.sessions.getSession(sessionId)).status, 'revoked');
  });

  test('a test makes one without a browser, and its cookies with a testing token are signed in', async () => {
    const { id: userId } = await newUser();
    const session = await clerk.sessions.createSession({ userId });
    assert.deepEqual([session.status, session.userId, session.actor], ['active', userId, null]);
    const { jwt } = await clerk.sessions.getToken(session.id);
    const testing = await clerk.testingTokens.createTestingToken();
    assert.ok(testing.expires_at > Date.now() / 1000); // as it came: this SDK leaves it so

    const { iat } = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    const cookie = `__session=${jwt}; __client_uat=${iat}; __clerk_db_jwt=${testing.token}`;
    const state = await clerk.authenticateRequest(new Request(`${ORIGIN}/orders`, { headers: { cookie } }));
    assert.equal(state.status, 'signed-in', state.message);
    assert.equal(state.toAuth().userId, userId);
    await refusal(clerk.sessions.createSession({ userId: 'user_nobody' }), 404, 'resource_not_found');
  });

  test('an unknown session is refused with 404', async () => {
    await refusal(clerk.sessions.getSession('sess_nobody'), 404, 'resource_not_found');
    await refusal(clerk.sessions.revokeSession('sess_nobody'), 404, 'resource_not_found');
  });
});

describe('session JWTs', () => {
  const pem = async () => {
    const { keys } = await clerk.jwks.getJwks();
    return createPublicKey({ key: keys[0], format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  };
  const tampered = (jwt, change) => {
    const [header, claims, signature] = jwt.split('.');
    const changed = { ...JSON.parse(Buffer.from(claims, 'base64url')), ...change };
    return [header, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
  };

  test('verifyToken accepts one by the JWKS of the server and shows the actor', async () => {
    const actor = { sub: 'user_support', iss: 'https://admin.example.com' };
    const { token, jwt, sessionId } = await signedIn({ actor });
    const claims = await verifyToken(jwt, { secretKey: SECRET_KEY, apiUrl: server.url, authorizedParties: [ORIGIN] });
    assert.equal(claims.act.sub, 'user_support');
    assert.deepEqual([claims.act, claims.sub, claims.sid], [actor, token.userId, sessionId]);
  });

  test('verifyToken accepts one by the PEM alone', async () => {
    const { jwt } = await signedIn();
    const claims = await verifyToken(jwt, { jwtKey: await pem(), authorizedParties: [ORIGIN] });
    assert.equal(claims.act.sub, 'user_support');
  });

  test('verifyToken refuses a tampered, a foreign and an expired one', async () => {
    const { jwt } = await signedIn();
    const jwtKey = await pem();
    const reason = (token, options) =>
      verifyToken(token, { jwtKey, ...options }).then(() => 'accepted', (error) => error.reason);
    assert.equal(await reason(tampered(jwt, { act: undefined })), 'token-invalid-signature');
    assert.equal(await reason(tampered(jwt, { sub: 'user_admin' })), 'token-invalid-signature');
    assert.equal(await reason(jwt, { authorizedParties: ['https://other.example'] }), 'token-invalid-authorized-parties');
    assert.notEqual(await reason('nonsense'), 'accepted');
    const { token } = await newToken();
    assert.notEqual(await reason(token), 'accepted'); // a ticket is not a session

    const short = await signedIn({ sessionMaxDurationInSeconds: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    assert.equal(await reason(short.jwt, { clockSkewInMs: 1 }), 'token-expired');
  });

  test('verifyToken refuses the tokens of another server', async (t) => {
    const other = await startTenensd();
    t.after(() => other.stop());
    const { jwt } = await signedIn();
    const error = await verifyToken(jwt, { secretKey: SECRET_KEY, apiUrl: other.url, skipJwksCache: true }).then(
      () => assert.fail('accepted'), (thrown) => thrown);
    assert.equal(error.reason, 'jwk-kid-mismatch');
  });

  const authenticate = (authorization, options = {}) =>
    clerk.authenticateRequest(new Request(`${ORIGIN}/orders`, { headers: authorization ? { authorization } : {} }), options);

  test('authenticateRequest by bearer header is signed in and knows the actor', async () => {
    const { token, jwt, sessionId } = await signedIn();
    for (const options of [{}, { jwtKey: await pem() }]) {
      const state = await authenticate(`Bearer ${jwt}`, { authorizedParties: [ORIGIN], ...options });
      assert.equal(state.status, 'signed-in', state.message);
      const auth = state.toAuth();
      assert.deepEqual(auth.actor, token.actor);
      assert.deepEqual([auth.userId, auth.sessionId], [token.userId, sessionId]);
    }
  });

  test('authenticateRequest by cookies is signed in and knows the actor', async () => {
    const { token, jwt } = await signedIn();
    const { iat } = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    const cookie = `__session=${jwt}; __client_uat=${iat}; __clerk_db_jwt=dvb_1`;
    const state = await clerk.authenticateRequest(new Request(`${ORIGIN}/orders`, { headers: { cookie } }),
      { authorizedParties: [ORIGIN] });
    assert.equal(state.status, 'signed-in', state.message);
    assert.deepEqual(state.toAuth().actor, token.actor);
  });

  test('authenticateRequest refuses what is tampered or missing', async () => {
    const { jwt } = await signedIn();
    for (const authorization of [undefined, 'Bearer nonsense', `Bearer ${tampered(jwt, { sub: 'user_admin' })}`]) {
      const state = await authenticate(authorization);
      assert.equal(state.isAuthenticated ?? state.isSignedIn, false);
    }
  });
});

describe('with ES256', () => {
  test('its tokens are refused by this SDK, whatever it is told, and not by the standard', async () => {
    const other = await startTenensd('--jwt-algorithm', 'ES256');
    try {
      const url = (path) => `${other.url}${path}`;
      const post = async (path, body) =>
        (await fetch(url(path), {
          method: 'POST',
          headers: { Authorization: `Bearer ${SECRET_KEY}`, 'Content-Type': 'application/json' },
          body: JSON.stringify(body),
        })).json();
      const user = await post('/v1/users', { first_name: 'Ada' });
      const token = await post('/v1/actor_tokens', { user_id: user.id, actor: { sub: 'user_support' } });
      const { jwt } = await redeem(other.url, token.token);
      const [key] = (await (await fetch(url('/.well-known/jwks.json'))).json()).keys;
      const [head, claims, signature] = jwt.split('.');
      assert.ok(
        verify('sha256', Buffer.from(`${head}.${claims}`), { key: createPublicKey({ key, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
          Buffer.from(signature, 'base64url')),
      );
      const jwtKey = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      for (const options of [{ apiUrl: other.url, secretKey: SECRET_KEY }, { jwtKey }]) {
        await assert.rejects(verifyToken(jwt, options), (error) => error.reason === 'token-invalid-algorithm');
      }
    } finally {
      await other.stop();
    }
  });
});
