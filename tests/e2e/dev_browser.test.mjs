// A key whose host ends as Clerk's development hosts do: clerk-js then keeps no cookie of ours, because
// the application is on another site, and says who it is in the address.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { onHost, startTenensd, tlsFiles } from './tenensd.mjs';

const HOST = 'happy-otter-1.clerk.accounts.dev';

describe('an application on another site, with a development key', { skip: !tlsFiles && 'openssl is not here' }, () => {
  let app;
  let tenens;
  let chromium;
  before(async () => {
    app = await startApp();
    tenens = await startTenensd('test', '--app-url', app.url, ...onHost(HOST));
    app.connect(tenens, undefined);
    chromium = await startChromium(`${HOST} 127.0.0.1:${tenens.port}`);
  });
  after(async () => {
    await chromium?.close();
    await tenens?.stop();
    await app?.stop();
  });
  const open = () => openPage(chromium, { app: app.url, frontend: `https://${HOST}` });

  async function signIn({ page, loaded }) {
    const { url } = await tenens.impersonate();
    await page.goto(url);
    await loaded();
    const ticket = new URL(page.url()).searchParams.get('__clerk_ticket');
    await page.evaluate(async (one) => {
      const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket: one });
      await window.Clerk.setActive({ session: signIn.createdSessionId });
    }, ticket);
  }

  test('signs in, survives a reload, refreshes and signs out, though no cookie reaches us', async () => {
    const browser = await open();
    const { page, context } = browser;
    await signIn(browser);
    assert.equal(await page.evaluate(() => window.Clerk.session.actor.sub), tenens.admin.id);
    const log = browser.takeLog();
    assert.equal(log.filter((line) => line.startsWith('POST /v1/dev_browser ')).length, 1, log.join('\n'));
    assert.ok(log.some((line) => line.startsWith('POST /v1/client/sign_ins ?') && line.includes('__clerk_db_jwt')), log.join('\n'));
    assert.deepEqual(await context.cookies(`https://${HOST}`), []);
    const sent = [];
    page.on('request', async (request) => {
      if (new URL(request.url()).host === HOST) sent.push((await request.allHeaders()).cookie);
    });

    await page.goto(`${app.url}/`);
    await browser.loaded();
    assert.equal(await page.evaluate(() => window.Clerk.user.id), tenens.customer.id);
    const jwt = await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }));
    assert.ok(jwt);
    const id = await page.evaluate(() => window.Clerk.session.id);
    await page.evaluate(() => void window.Clerk.signOut());
    await page.waitForURL(`${app.url}/signed-out`);
    await browser.loaded();
    assert.equal((await tenens.clerk.sessions.getSession(id)).status, 'removed');
    assert.ok(sent.length > 3);
    assert.deepEqual(sent.filter(Boolean), []);
    await browser.close();
  });

  test('a page rendered on the server is the customer\'s, after a handshake', async () => {
    const browser = await open();
    await signIn(browser);
    browser.takeLog();
    await browser.context.clearCookies({ name: /^__session/ });
    const seen = await (await browser.page.goto(`${app.url}/ssr`)).json();
    assert.deepEqual([seen.status, seen.userId, seen.actor], ['signed-in', tenens.customer.id, { sub: tenens.admin.id }]);
    assert.equal(browser.takeLog().filter((line) => line.startsWith('GET /v1/client/handshake ')).length, 1);
    await browser.close();
  });

  test('another browser is nobody', async () => {
    const one = await open();
    await signIn(one);
    const other = await open();
    await other.page.goto(`${app.url}/`);
    await other.loaded();
    assert.equal(await other.page.evaluate(() => window.Clerk.user ?? null), null);
    await one.close();
    await other.close();
  });
});
