// A link that is looked at by scanners, previews and prefetching browsers still works for its human.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';

// Chromium's own line for the error page's status.
const REFUSED = /the server responded with a status of 400/;

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

for (const hasApplication of [true, false]) {
  describe(hasApplication ? 'a link to an application' : 'a link to our own page', () => {
    let app;
    let tenens;
    before(async () => {
      app = await startApp();
      tenens = await startTenensd('live', ...(hasApplication ? ['--app-url', app.url] : []));
      app.connect(tenens, tenens.url);
    });
    after(async () => {
      await tenens?.stop();
      await app?.stop();
    });
    const open = () => openPage(chromium, { app: app.url, frontend: tenens.url });

    /** What the human does. */
    async function use(page, link) {
      await page.goto(link.url);
      if (hasApplication) {
        await page.waitForSelector('html[data-clerk="ready"]');
        return page.evaluate(async (ticket) => {
          try {
            const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket });
            await window.Clerk.setActive({ session: signIn.createdSessionId });
            return window.Clerk.session.actor.sub;
          } catch (error) {
            return error.errors[0].code;
          }
        }, link.token);
      }
      await page.getByRole('button', { name: 'Act as Carol' }).click();
      await page.waitForURL('**/v1/tickets/session');
      return (await page.getByText(tenens.admin.id).count()) > 0 ? tenens.admin.id : page.innerText('body');
    }

    test('scanners of every kind leave it pending, and the click that follows succeeds', async () => {
      const link = await tenens.impersonate();
      for (const method of ['HEAD', 'GET', 'OPTIONS']) {
        for (const headers of [{}, { Purpose: 'prefetch' }, { 'Sec-Purpose': 'prefetch;prerender' }, { 'User-Agent': 'Slackbot-LinkExpanding 1.0' }]) {
          await fetch(link.url, { method, headers });
        }
      }
      assert.equal(await tenens.statusOf(link), 'pending', 'after HEAD and GET');

      const prefetcher = await open();
      const fetched = prefetcher.context.waitForEvent('request', (one) => one.url() === link.url);
      await prefetcher.page.goto(`${tenens.url}/v1/health`);
      await prefetcher.page.evaluate((url) => {
        const rules = document.createElement('script');
        rules.type = 'speculationrules';
        const rule = [{ source: 'list', urls: [url], eagerness: 'immediate' }];
        rules.textContent = JSON.stringify({ prefetch: rule, prerender: rule });
        const hint = document.createElement('link');
        hint.rel = 'prefetch';
        hint.href = url;
        document.head.append(rules, hint);
      }, link.url);
      await fetched;
      await prefetcher.page.waitForLoadState('networkidle');
      assert.equal(await tenens.statusOf(link), 'pending', 'after prefetching');
      await prefetcher.close(/favicon\.ico/); // a JSON answer names no icon

      const sandbox = await open(); // one that opens the link and lets its scripts run
      await sandbox.page.goto(link.url, { waitUntil: 'networkidle' });
      await sandbox.page.mouse.move(100, 100);
      await sandbox.page.mouse.wheel(0, 400);
      assert.equal(await tenens.statusOf(link), 'pending', 'after a browser that runs scripts');
      await sandbox.close();

      const human = await open();
      assert.equal(await use(human.page, link), tenens.admin.id);
      assert.equal(await tenens.statusOf(link), 'accepted');
      await human.close();

      const second = await open();
      assert.equal((await second.page.goto(link.url)).status(), 400);
      assert.match(await second.page.innerText('body'), /already been used/i);
      assert.equal(new URL(second.page.url()).origin, tenens.url, 'it does not lead to the application any more');
      await second.close(REFUSED);
    });

    if (hasApplication) {
      test('a ticket used twice tells the second application page so', async () => {
        const link = await tenens.impersonate();
        const [first, second] = [await open(), await open()];
        for (const { page } of [first, second]) {
          await page.goto(link.url);
          await page.waitForSelector('html[data-clerk="ready"]');
        }
        const redeem = ({ page }) => page.evaluate(async (ticket) => {
          try {
            return (await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket })).status;
          } catch (error) {
            return error.errors[0].code;
          }
        }, link.token);
        assert.equal(await redeem(first), 'complete');
        assert.equal(await redeem(second), 'actor_token_already_used_code');
        await first.close();
        await second.close(REFUSED);
      });
    } else {
      test('the session can be ended on the page that shows it, and by keyboard alone', async () => {
        const link = await tenens.impersonate({ actor: { sub: 'support@example.com' } });
        const browser = await open();
        const { page } = browser;
        await page.goto(link.url);
        assert.ok(!page.url().includes('ticket='), 'the ticket does not stay in the address bar');
        await page.getByRole('button', { name: 'Act as Carol' }).press('Enter');
        await page.waitForURL('**/v1/tickets/session');
        const { data: [session] } = await tenens.clerk.sessions.getSessionList({ userId: tenens.customer.id, status: 'active' });
        assert.equal(session.actor.sub, 'support@example.com');
        await page.getByRole('button', { name: /End/ }).press('Enter');
        await page.getByRole('heading', { name: /No session|Signed out|ended/i }).waitFor();
        assert.equal((await tenens.clerk.sessions.getSession(session.id)).status, 'ended');
        await browser.close();
      });
    }
  });
}
