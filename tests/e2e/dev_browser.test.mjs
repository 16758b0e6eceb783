// A key whose host ends as Clerk's development hosts do: clerk-js then keeps no cookie of ours, because
// the application is on another site, and says who it is in the address.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { TRANSPORTS, skipped, startTransport } from './transports.mjs';

const TRANSPORT = TRANSPORTS.find(({ devHost }) => devHost);

describe('an application on another site, with a development key', { skip: skipped(TRANSPORT) }, () => {
  let on;
  before(async () => (on = await startTransport(TRANSPORT)));
  after(() => on?.stop());

  test('no cookie reaches us, and none of ours is kept', async () => {
    const { app, tenens, frontend } = on;
    const browser = await on.open();
    const { page, context } = browser;
    const sent = [];
    page.on('request', async (request) => {
      if (request.url().startsWith(frontend)) sent.push((await request.allHeaders()).cookie);
    });
    await on.signIn(browser);
    assert.deepEqual(await context.cookies(frontend), []);
    await page.goto(`${app.url}/`);
    await browser.loaded();
    assert.equal(await page.evaluate(() => window.Clerk.user.id), tenens.customer.id);
    assert.ok(sent.length > 5);
    assert.deepEqual(sent.filter(Boolean), []);
    await browser.close();
  });

  test('a page rendered on the server is the customer\'s, after a handshake', async () => {
    const browser = await on.open();
    await on.signIn(browser);
    browser.takeLog();
    await browser.page.goto('about:blank'); // an open page would write them anew
    await browser.context.clearCookies({ name: /^__session/ });
    const seen = await (await browser.page.goto(`${on.app.url}/ssr`)).json();
    assert.deepEqual([seen.status, seen.userId, seen.actor], ['signed-in', on.tenens.customer.id, { sub: on.tenens.admin.id }]);
    assert.equal(browser.takeLog().filter((line) => line.startsWith('GET /v1/client/handshake ')).length, 1);
    await browser.close();
  });

  test('another browser is nobody', async () => {
    const one = await on.open();
    await on.signIn(one);
    const other = await on.open();
    await other.page.goto(`${on.app.url}/`);
    await other.loaded();
    assert.equal(await other.page.evaluate(() => window.Clerk.user ?? null), null);
    await one.close();
    await other.close();
  });
});
