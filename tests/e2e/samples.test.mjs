// The sample applications, started with their one command: a link, a session, and two back ends that
// know who acts as whom.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openPage, screenshot, startChromium } from './browser.mjs';
import { freePort, runSample, startSample } from './sample.mjs';
import { startTenensd } from './tenensd.mjs';

// Chromium's own line for a ticket that is refused.
const REFUSED = /the server responded with a status of 400/;
// React's advertisement in development.
const DEVTOOLS = /React DevTools/;

let chromium;
let tenens;
let react;
let express;
let cpp;
before(async () => {
  const port = await freePort();
  const appUrl = `http://localhost:${port}`;
  tenens = await startTenensd('test', '--app-url', appUrl);
  const environment = { TENENS_URL: tenens.url, CLERK_PUBLISHABLE_KEY: tenens.publishableKey, APP_URL: appUrl };
  [express, cpp] = await Promise.all([
    startSample('express', { ...environment, CLERK_SECRET_KEY: tenens.secretKey, PORT: '0' }),
    startSample('backend', { ...environment, PORT: '0' }),
  ]);
  react = await startSample('react', { ...environment, EXPRESS_URL: express.url, CPP_URL: cpp.url, PORT: String(port) });
  chromium = await startChromium();
});
after(async () => {
  await chromium?.close();
  await Promise.all([react?.stop(), express?.stop(), cpp?.stop()]);
  await tenens?.stop();
});

const ask = async (url, token) => {
  const answer = await fetch(`${url}/api/who`, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  return { status: answer.status, type: answer.headers.get('content-type').split(';')[0], body: await answer.json() };
};

/** A session without a browser, and its JWT. */
async function session(actor) {
  const { token } = await tenens.impersonate({ actor });
  const answer = await fetch(`${tenens.url}/v1/client/sign_ins`, {
    method: 'POST', headers: { Origin: react.url }, body: new URLSearchParams({ strategy: 'ticket', ticket: token }),
  });
  const { client } = await answer.json();
  return { sessionId: client.sessions[0].id, jwt: client.sessions[0].last_active_token.jwt };
}

test('in React: the link signs in, the page shows who acts, both back ends agree, signing out ends it', async () => {
  const browser = await openPage(chromium, { app: react.url, frontend: tenens.url });
  const { page } = browser;
  const token = await tenens.impersonate();
  await page.goto(token.url);
  await page.getByRole('heading', { name: 'Orders of Carol' }).waitFor();
  assert.equal(page.url(), `${react.url}/`);
  assert.equal(await page.getByTestId('actor').innerText(), tenens.admin.id);
  assert.equal(await tenens.statusOf(token), 'accepted');
  await page.locator('.cl-impersonationFab').waitFor({ state: 'visible' });

  const sessionId = await page.evaluate(() => window.Clerk.session.id);
  for (const name of ['Express', 'C++']) {
    await page.getByRole('button', { name: `Ask ${name}` }).click();
    const answer = page.getByLabel(`Answer of ${name}`, { exact: true });
    await answer.getByText('signed-in').waitFor();
    assert.deepEqual(JSON.parse(await answer.innerText()), {
      status: 'signed-in', userId: tenens.customer.id, sessionId, actor: { sub: tenens.admin.id },
    });
  }
  await screenshot(page, 'sample-react');

  await page.getByRole('main').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Nobody is signed in' }).waitFor();
  assert.equal((await tenens.clerk.sessions.getSession(sessionId)).status, 'removed');

  await page.goto(`${react.url}/sign-in?__clerk_ticket=${token.token}`);
  await page.getByRole('alert').getByText('already been used').waitFor();
  assert.equal(page.url(), `${react.url}/sign-in`, 'the ticket is not in the address bar');
  await browser.close(REFUSED, DEVTOOLS);
});

test('Express and C++ give the same answer to the same token', async () => {
  const actor = { sub: 'agent_7', name: 'Größe "7"', act: { sub: 'user_of_the_agent' } };
  const { jwt, sessionId } = await session(actor);
  const expected = { status: 200, type: 'application/json', body: { status: 'signed-in', userId: tenens.customer.id, sessionId, actor } };
  assert.deepEqual(await ask(express.url, jwt), expected);
  assert.deepEqual(await ask(cpp.url, jwt), expected);
});

test('Express and C++ refuse the same tokens', async () => {
  const { jwt } = await session({ sub: 'agent_7' });
  const [head, payload, signature] = jwt.split('.');
  const other = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('agent_7', 'agent_8')).toString('base64url');
  for (const token of [undefined, 'nonsense', `${head}.${other}.${signature}`]) {
    for (const url of [express.url, cpp.url]) {
      const { status, body } = await ask(url, token);
      assert.deepEqual([status, body.status, body.userId], [401, 'signed-out', undefined]);
      assert.ok(body.reason);
    }
  }
  assert.equal((await fetch(`${cpp.url}/other`)).status, 404);
});

test('what is missing is said, with what to do', async () => {
  const nobody = `http://localhost:${await freePort()}`;
  const secret = 'sk_test_canaryBearer4f1c9a7be2d35609';
  for (const [name, environment, said] of [
    ['backend', { TENENS_URL: nobody }, /^backend: error: no tenensd answers at .*\nbackend: hint: start one: .*tenensd --dev/],
    ['express', { TENENS_URL: tenens.url }, /^express: error: CLERK_SECRET_KEY is not set\nexpress: hint: /],
    ['express', { TENENS_URL: tenens.url, CLERK_SECRET_KEY: secret }, /^express: error: .* answers 401 to this CLERK_SECRET_KEY/],
    ['backend', { TENENS_URL: tenens.url, TENENS_BIN: '/nowhere' }, /is not built\nbackend: hint: \.\/dev build/],
  ]) {
    const { ended, lines } = runSample(name, environment);
    assert.equal(await ended, 2);
    assert.match(lines.join('\n'), said);
    assert.ok(!lines.join().includes(secret));
  }
});
