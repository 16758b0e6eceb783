// The server that the tests with @clerk/backend talk to.
import { spawnTenensd } from '../support/tenensd.mjs';

export { repository } from '../support/tenensd.mjs';

export const SECRET_KEY = 'sk_test_canaryBearer4f1c9a7be2d35608';
export const PUBLISHABLE_KEY = 'pk_test_Y2xlcmsubG9jYWxob3N0JA'; // clerk.localhost
export const ORIGIN = 'http://localhost:3000';

export async function startTenensd(...flags) {
  const { port, stop } = await spawnTenensd(SECRET_KEY, ['--dev', ...flags]);
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** Redeems a ticket as a browser does: the session's id, its JWT and the cookie. */
export async function redeem(url, ticket) {
  const answer = await fetch(`${url}/v1/client/sign_ins?__clerk_api_version=2026-08-20&_clerk_js_version=6.40.0`, {
    method: 'POST',
    headers: { Origin: ORIGIN },
    body: new URLSearchParams({ strategy: 'ticket', ticket }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`redeem: ${answer.status} ${JSON.stringify(body)}`);
  const sessionId = body.response.created_session_id;
  const session = body.client.sessions.find(({ id }) => id === sessionId);
  return { sessionId, jwt: session.last_active_token.jwt, cookie: answer.headers.getSetCookie()[0].split(';')[0] };
}
