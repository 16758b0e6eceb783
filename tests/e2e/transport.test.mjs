// An application on Clerk's unmodified packages, from the link to the sign-out, in each transport.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, screenshot, startChromium } from './browser.mjs';
import { contractTable } from './contract_table.mjs';
import { startTenensd, verifyToken } from './tenensd.mjs';
import { NOBODY, TRANSPORTS, label, signOut, skipped, startTransport, who } from './transports.mjs';

for (const transport of TRANSPORTS) {
  describe(transport.name, { skip: skipped(transport) }, () => {
    let on;
    before(async () => (on = await startTransport(transport)));
    after(() => on?.stop());

    test('the link signs the browser in, the widget says so, back ends agree, and signing out ends it', async () => {
      const { app, tenens, table } = on;
      const acting = { user: tenens.customer.id, actor: tenens.admin.id };
      const browser = await on.open();
      const { page } = browser;
      const token = await on.signIn(browser);
      assert.deepEqual(await who(page), acting);
      assert.equal(await tenens.statusOf(token), 'accepted');
      assert.deepEqual(browser.takeLog(), [table.link, ...table.devBrowser, ...table.load, table.signIn, table.select].sort());

      const widget = page.locator('.cl-impersonationFab');
      await widget.waitFor({ state: 'visible' });
      assert.match(await widget.innerText(), /Signed in as\s+Carol/);
      await screenshot(page, `widget-${label(transport)}`);

      const jwt = await page.evaluate(() => window.Clerk.session.getToken());
      assert.deepEqual(browser.takeLog(), [], 'the first token is there already');
      const claims = await verifyToken(jwt, {
        secretKey: tenens.secretKey, apiUrl: tenens.url, authorizedParties: [app.url],
      });
      assert.deepEqual(claims.act, { sub: tenens.admin.id });
      const signedIn = { status: 'signed-in', userId: tenens.customer.id, actor: { sub: tenens.admin.id } };
      assert.deepEqual(await askBackEnd(page, jwt), signedIn);

      await page.goto(`${app.url}/`);
      await browser.loaded();
      assert.deepEqual(await who(page), acting, 'a new page is still signed in');
      browser.takeLog();
      await page.reload();
      await browser.loaded();
      assert.deepEqual(await who(page), acting, 'a reload is still signed in');
      assert.deepEqual(browser.takeLog(), table.load);

      const fresh = await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }));
      assert.notEqual(fresh, jwt);
      assert.deepEqual(browser.takeLog(), [table.refresh]);

      const rendered = await browser.context.newPage();
      assert.deepEqual(await renderedFor(rendered, app), signedIn);
      const handshakes = browser.takeLog().filter((line) => line.startsWith('GET /v1/client/handshake '));
      assert.equal(handshakes.length, transport.kind === 'test' && !transport.devHost ? 1 : 0, 'only a test key needs one');
      await rendered.goto(`${app.url}/`);
      await rendered.waitForSelector('html[data-clerk="ready"]');
      assert.deepEqual(await who(rendered), acting);
      await page.bringToFront();
      browser.takeLog();

      await signOut(browser);
      assert.equal(page.url(), `${app.url}/signed-out`);
      assert.deepEqual(await who(page), NOBODY);
      assert.equal((await tenens.clerk.sessions.getSession(claims.sid)).status, 'removed');
      await rendered.waitForFunction(() => window.Clerk?.loaded && !window.Clerk.session);
      const log = browser.takeLog();
      for (const line of [table.signOut, ...table.load]) assert.ok(log.includes(line), `${line}\n${log.join('\n')}`);
      assert.equal((await renderedFor(rendered, app)).status, 'signed-out');
      const cookies = await browser.context.cookies(app.url);
      assert.deepEqual(cookies.filter(({ name }) => name.startsWith('__session')), []);
      await browser.close();
    });

    test('coming back to the window counts as activity', async () => {
      const browser = await on.open();
      const { page } = browser;
      await on.signIn(browser);
      browser.takeLog();
      const touched = page.waitForResponse((answer) => answer.url().includes('/touch'));
      await page.evaluate(() => window.dispatchEvent(new Event('focus')));
      assert.equal((await touched).status(), 200);
      assert.deepEqual(browser.takeLog(), [on.table.focus]);
      await browser.close();
    });
  });
}

/** What a back end with @clerk/backend makes of the token, and of the browser's cookies. */
const askBackEnd = (page, bearer) =>
  page.evaluate(async (token) => {
    const answer = await fetch('/api/me', { headers: { Authorization: `Bearer ${token}` } });
    const { status, userId, actor } = await answer.json();
    return { status, userId, actor };
  }, bearer);

async function renderedFor(page, app) {
  const answer = await page.goto(`${app.url}/ssr`);
  const { status, userId, actor } = await answer.json();
  return { status, userId, actor };
}

test("Clerk's own sign-in component redeems the ticket by itself", async () => {
  const chromium = await startChromium();
  const app = await startApp();
  const tenens = await startTenensd('test', '--app-url', `${app.url}/component`, '--allowed-origin', app.url);
  app.connect(tenens, tenens.url);
  try {
    const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
    const { page } = browser;
    const { url } = await tenens.impersonate();
    await page.goto(url);
    await page.waitForURL(`${app.url}/`);
    await browser.loaded();
    assert.deepEqual(await who(page), { user: tenens.customer.id, actor: tenens.admin.id });
    await page.locator('.cl-impersonationFab').waitFor({ state: 'visible' });
    const { signIn } = contractTable(tenens);
    assert.equal(browser.takeLog().filter((line) => line === signIn).length, 1);

    // The widget's own way out.
    const sessionId = await page.evaluate(() => window.Clerk.session.id);
    await page.locator('.cl-impersonationFab').hover();
    await page.getByText('Sign out').hover();
    await screenshot(page, 'widget-open');
    await page.getByText('Sign out').click();
    await page.waitForURL(`${app.url}/signed-out`);
    await browser.loaded();
    assert.deepEqual(await who(page), NOBODY);
    assert.equal((await tenens.clerk.sessions.getSession(sessionId)).status, 'removed');
    await browser.close();
  } finally {
    await chromium.close();
    await tenens.stop();
    await app.stop();
  }
});
