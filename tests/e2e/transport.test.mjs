// An application on Clerk's unmodified packages, from the link to the sign-out, in each transport.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, screenshot, startChromium } from './browser.mjs';
import { onHost, startTenensd, tlsFiles, verifyToken } from './tenensd.mjs';

const VERSION = '__clerk_api_version&_clerk_js_version';
// clerk-js tells a development instance where its page stands, and asks a production one.
const LOAD = {
  test: ['GET /v1/client ?' + VERSION + ' |', 'POST /v1/environment ?' + VERSION + '&_method=PATCH |'],
  live: ['GET /v1/client ?' + VERSION + ' |', 'GET /v1/environment ?' + VERSION + ' |'],
};
const SIGN_IN = `POST /v1/client/sign_ins ?${VERSION} | locale&strategy=ticket&ticket&timezone`;
const SELECT = `POST /v1/client/sessions/{id}/touch ?${VERSION} | active_organization_id&intent=select_session`;
const FOCUS = `POST /v1/client/sessions/{id}/touch ?${VERSION} | active_organization_id&intent=focus`;
const REFRESH = `POST /v1/client/sessions/{id}/tokens ?${VERSION}&debug | organization_id&tab_state=focused`;
const SIGN_OUT = `POST /v1/client/sessions ?${VERSION}&_method=DELETE |`;
// Chromium's own line for the 401 by which a page learns that its session is over.
const REVOKED = /the server responded with a status of 401/;

const TRANSPORTS = [
  { name: 'absolute proxyUrl, test key', kind: 'test', relative: false },
  { name: 'absolute proxyUrl, live key', kind: 'live', relative: false },
  { name: 'no proxyUrl, our own TLS on the same site, test key', kind: 'test', https: true },
  { name: 'no proxyUrl, our own TLS on the same site, live key', kind: 'live', https: true },
  { name: "relative proxyUrl through Clerk's proxy helper, test key", kind: 'test', relative: true },
  { name: "relative proxyUrl through Clerk's proxy helper, live key", kind: 'live', relative: true },
];

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

for (const { name, kind, relative, https } of TRANSPORTS) {
  describe(name, { skip: https && !tlsFiles && 'openssl is not here' }, () => {
    let app;
    let tenens;
    let frontend;
    let browserWithNames;
    before(async () => {
      app = await startApp(https ? { tls: tlsFiles, host: 'app.example.test' } : {});
      const flags = ['--app-url', app.url, '--allowed-origin', app.url];
      if (relative) flags.push('--public-url', `${app.url}/__clerk`);
      if (https) flags.push(...onHost('clerk.example.test'));
      tenens = await startTenensd(kind, ...flags);
      frontend = relative ? `${app.url}/__clerk` : https ? 'https://clerk.example.test' : tenens.url;
      app.connect(tenens, relative ? '/__clerk' : https ? undefined : tenens.url);
      if (https) browserWithNames = await startChromium('app.example.test 127.0.0.1', `clerk.example.test 127.0.0.1:${tenens.port}`);
    });
    after(async () => {
      await browserWithNames?.close();
      await tenens?.stop();
      await app?.stop();
    });

    /** Follows a new link to the application and signs in with its ticket. */
    async function signIn(browser) {
      const token = await tenens.impersonate();
      await browser.page.goto(token.url);
      await browser.loaded();
      const landed = new URL(browser.page.url());
      assert.equal(landed.origin + landed.pathname, `${app.url}/sign-in`);
      assert.equal(landed.searchParams.get('__clerk_ticket'), token.token);
      await browser.page.evaluate(async (ticket) => {
        const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket });
        await window.Clerk.setActive({ session: signIn.createdSessionId });
      }, landed.searchParams.get('__clerk_ticket'));
      return token;
    }
    const actorInPage = (page) => page.evaluate(() => window.Clerk.session?.actor?.sub ?? null);
    const open = () => openPage(browserWithNames ?? chromium, { app: app.url, frontend });

    test('the link signs the browser in, the widget says so, and signing out ends it', async () => {
      const browser = await open();
      const { page } = browser;
      const token = await signIn(browser);
      assert.equal(await actorInPage(page), tenens.admin.id);
      assert.equal(await page.evaluate(() => window.Clerk.user.id), tenens.customer.id);
      assert.equal(await tenens.statusOf(token), 'accepted');
      const link = 'GET /v1/tickets/accept ?ticket |';
      assert.deepEqual(browser.takeLog(), [link, ...LOAD[kind], SIGN_IN, SELECT].sort());

      const widget = page.locator('.cl-impersonationFab');
      await widget.waitFor({ state: 'visible' });
      assert.match(await widget.innerText(), /Signed in as\s+Carol/);
      await screenshot(page, `widget-${kind}-${https ? 'https' : relative ? 'relative' : 'absolute'}`);

      const jwt = await page.evaluate(() => window.Clerk.session.getToken());
      assert.deepEqual(browser.takeLog(), [], 'the first token is there already');
      const claims = await verifyToken(jwt, {
        secretKey: tenens.secretKey, apiUrl: tenens.url, authorizedParties: [app.url],
      });
      assert.deepEqual(claims.act, { sub: tenens.admin.id });
      const seen = await page.evaluate(async (bearer) => {
        const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${bearer}` } });
        return answer.json();
      }, jwt);
      assert.deepEqual([seen.status, seen.userId, seen.actor], ['signed-in', tenens.customer.id, { sub: tenens.admin.id }]);

      await page.goto(`${app.url}/`);
      await browser.loaded();
      assert.equal(await actorInPage(page), tenens.admin.id, 'a new page is still signed in');
      browser.takeLog();
      await page.reload();
      await browser.loaded();
      assert.equal(await actorInPage(page), tenens.admin.id, 'a reload is still signed in');
      assert.deepEqual(browser.takeLog(), LOAD[kind]);

      const fresh = await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }));
      assert.notEqual(fresh, jwt);
      assert.deepEqual(browser.takeLog(), [REFRESH]);

      const sessionId = claims.sid;
      await page.evaluate(() => void window.Clerk.signOut()); // it navigates
      await page.waitForURL(`${app.url}/signed-out`);
      await browser.loaded();
      assert.deepEqual(browser.takeLog(), [SIGN_OUT, ...LOAD[kind]].sort());
      assert.equal(await page.evaluate(() => window.Clerk.session ?? null), null);
      assert.equal((await tenens.clerk.sessions.getSession(sessionId)).status, 'removed');
      await browser.close();
    });

    test('coming back to the window counts as activity', async () => {
      const browser = await open();
      const { page } = browser;
      await signIn(browser);
      browser.takeLog();
      const touched = page.waitForResponse((answer) => answer.url().includes('/touch'));
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      assert.equal((await touched).status(), 200);
      assert.deepEqual(browser.takeLog(), [FOCUS]);
      await browser.close();
    });

    test('a session revoked while the page is open ends there by itself', async () => {
      const browser = await open();
      const { page } = browser;
      await signIn(browser);
      const sessionId = await page.evaluate(() => window.Clerk.session.id);
      await tenens.clerk.sessions.revokeSession(sessionId);
      browser.takeLog();

      const polled = page.waitForResponse((answer) => answer.url().includes(`/sessions/${sessionId}/tokens`));
      await page.evaluate(() => void window.Clerk.session.getToken({ skipCache: true }).catch(() => null));
      const answer = await polled;
      assert.equal(answer.status(), 401);
      assert.equal((await answer.json()).errors[0].code, 'signed_out');
      await page.waitForFunction(() => !window.Clerk?.session);
      const log = browser.takeLog();
      assert.ok(log.includes(REFRESH) && log.includes(`GET /v1/client ?${VERSION} |`), log.join('\n'));
      await browser.close(REVOKED);
    });
  });
}

test("Clerk's own sign-in component redeems the ticket by itself", async () => {
  const app = await startApp();
  const tenens = await startTenensd('test', '--app-url', `${app.url}/component`, '--allowed-origin', app.url);
  app.connect(tenens, tenens.url);
  try {
    const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
    const { url } = await tenens.impersonate();
    await browser.page.goto(url);
    await browser.page.waitForURL(`${app.url}/`);
    await browser.loaded();
    assert.equal(await browser.page.evaluate(() => window.Clerk.session.actor.sub), tenens.admin.id);
    await browser.page.locator('.cl-impersonationFab').waitFor({ state: 'visible' });
    assert.equal(browser.takeLog().filter((line) => line === SIGN_IN).length, 1);
    await browser.close();
  } finally {
    await tenens.stop();
    await app.stop();
  }
});
