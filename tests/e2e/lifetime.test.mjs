// The life of a session in an open page with nobody touching anything, by real clocks: clerk-js keeps
// its time in a worker. Most of this test is waiting; what needs none is life.test.mjs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { contractTable } from './contract_table.mjs';
import { startTenensd } from './tenensd.mjs';
import { redeem } from './transports.mjs';

const { poll: POLL, client: READ } = contractTable({ kind: 'live' });
// Chromium's own line for the answer by which the page learns that its session is over.
const OVER = /the server responded with a status of 401/;

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

test('the page refreshes its token in the background, and is signed out when the session runs out', async () => {
  const app = await startApp();
  const tenens = await startTenensd('live', '--app-url', app.url);
  app.connect(tenens, tenens.url);
  try {
    const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
    const { page } = browser;
    // A token never outlives its session, and clerk-js asks for the next one 17 s before its end.
    const { url, token } = await tenens.impersonate({ sessionMaxDurationInSeconds: 22 });
    await page.goto(url);
    await browser.loaded();
    await redeem(page, token);
    browser.takeLog();
    const refreshed = await page.waitForResponse((answer) => answer.url().includes('/tokens'));
    assert.equal(refreshed.status(), 200);
    assert.equal(await page.evaluate(() => window.Clerk.session.actor.sub), tenens.admin.id);
    const refused = await page.waitForResponse((answer) => answer.url().includes('/tokens') && answer.status() !== 200);
    assert.equal(refused.status(), 401);
    assert.equal((await refused.json()).errors[0].code, 'signed_out');
    await page.waitForFunction(() => !window.Clerk?.session);
    assert.deepEqual([...new Set(browser.takeLog())], [READ, POLL]);
    await browser.close(OVER);
  } finally {
    await tenens.stop();
    await app.stop();
  }
});
