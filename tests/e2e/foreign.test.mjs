// Pages of other origins, in a browser in which somebody acts as the customer: what Chromium lets them
// do, and what the server makes of it.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';
import { redeem } from './transports.mjs';

// Chromium's own lines for what it, or the server, refuses.
const REFUSED = /blocked by CORS|net::ERR_|status of 40[03]|frame-ancestors|Refused to (frame|display)|X-Frame-Options|favicon/;

let foreign;
let app;
let tenens;
let chromium;
before(async () => {
  foreign = http.createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Foreign</title>');
  });
  await new Promise((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  app = await startApp();
  tenens = await startTenensd('live', '--allowed-origin', app.url);
  app.connect(tenens, tenens.url);
  chromium = await startChromium('evil.example 127.0.0.1');
});
after(async () => {
  await chromium?.close();
  await tenens?.stop();
  await app?.stop();
  foreign?.closeAllConnections();
  foreign?.close();
});

// The first shares the site of our cookies, so that Chromium sends them; the second does not. The third
// is the first without an origin of its own.
const ATTACKERS = {
  'another port of the same host': () => `http://localhost:${foreign.address().port}`,
  'another site': () => `http://evil.example:${foreign.address().port}`,
  'an origin that is null': () => `http://localhost:${foreign.address().port}`,
};

/** What a script there gets to read. */
const read = (place, path, credentials) =>
  place.evaluate(async ([url, method, mode]) => {
    try {
      return await (await fetch(url, { method, credentials: mode })).text();
    } catch (error) {
      return String(error);
    }
  }, [`${tenens.url}/v1/${path}`, path.endsWith('tokens') ? 'POST' : 'GET', credentials]);

/** A request whose answer the script may not read; we may. */
async function post(page, place, path) {
  const url = `${tenens.url}/v1/${path}`;
  const [answer] = await Promise.all([
    page.waitForResponse(url),
    place.evaluate((one) => fetch(one, { method: 'POST', mode: 'no-cors', credentials: 'include' }).then(() => null), url),
  ]);
  return answer.status();
}

test('the application itself can do all that the others try', async () => {
  const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
  const { page } = browser;
  await page.goto(`${app.url}/`);
  await browser.loaded();
  const { sessionId } = await redeem(page, (await tenens.impersonate()).token);
  assert.ok((await read(page.mainFrame(), 'client', 'include')).includes(sessionId));
  assert.equal(await post(page, page.mainFrame(), `client/sessions/${sessionId}/end`), 200);
  await browser.close();
});

for (const [name, origin] of Object.entries(ATTACKERS)) {
  describe(name, () => {
    const sandboxed = name.endsWith('null');
    let browser;
    let sessionId;
    let place; // where the attacker's scripts run
    before(async () => {
      browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
      browser.allow(new URL(origin()).host);
      const { page } = browser;
      await page.goto(`${app.url}/`);
      await browser.loaded();
      ({ sessionId } = await redeem(page, (await tenens.impersonate()).token));
      place = await attack();
    });
    after(() => browser?.close(REFUSED));

    async function attack() {
      const { page } = browser;
      await page.goto(`${origin()}/`);
      if (!sandboxed) return page.mainFrame();
      await page.evaluate(() => {
        const frame = document.createElement('iframe');
        frame.sandbox = 'allow-scripts allow-forms allow-top-navigation allow-popups';
        frame.srcdoc = '<title>Foreign</title>';
        document.body.append(frame);
        return new Promise((resolve) => frame.addEventListener('load', resolve));
      });
      const [, frame] = page.frames();
      assert.equal(await frame.evaluate(() => self.origin), 'null');
      return frame;
    }

    const statusOf = async () => (await tenens.clerk.sessions.getSession(sessionId)).status;

    test('reads nothing, with credentials or without', async () => {
      for (const credentials of ['include', 'omit']) {
        for (const path of ['client', `client/sessions/${sessionId}/tokens`, 'environment']) {
          assert.equal(await read(place, path, credentials), 'TypeError: Failed to fetch');
        }
      }
    });

    test('changes nothing by requests whose answer it may not read', async () => {
      const paths = [`client/sessions/${sessionId}/end`, `client/sessions/${sessionId}/remove`, 'client/sessions?_method=DELETE'];
      for (const path of paths) {
        assert.equal(await post(browser.page, place, path), 400);
      }
      assert.equal(await statusOf(), 'active');
    });

    test('puts nobody into a session of its choice, and presses no button of ours', async () => {
      const { page, context } = browser;
      for (const [path, status] of [['client/sign_ins', 400], ['tickets/accept', 403], ['tickets/session', 403]]) {
        const link = await tenens.impersonate();
        const before_ = await context.cookies(tenens.url);
        place = await attack();
        const url = `${tenens.url}/v1/${path}`;
        const [answer] = await Promise.all([
          page.waitForResponse(url),
          place.evaluate(([action, ticket]) => {
            const form = document.createElement('form');
            Object.assign(form, { method: 'post', action, target: '_top' });
            for (const [field, value] of Object.entries({ strategy: 'ticket', ticket, csrf: 'A'.repeat(43) })) {
              form.append(Object.assign(document.createElement('input'), { name: field, value }));
            }
            document.documentElement.append(form);
            form.submit();
          }, [url, link.token]),
        ]);
        assert.equal(answer.status(), status, path);
        await page.waitForURL(url); // Chromium lands on the refusal
        assert.equal(await tenens.statusOf(link), 'pending');
        assert.deepEqual((await context.cookies(tenens.url)).map(({ value }) => value), before_.map(({ value }) => value));
      }
      assert.equal(await statusOf(), 'active');
    });

    test('cannot show our page in a frame, nor hold on to its window', async () => {
      const { context } = browser;
      const fresh = await context.browser().newContext();
      try {
        const stranger = await fresh.newPage();
        const said = [];
        stranger.on('console', (message) => said.push(message.text()));
        await stranger.goto(`${origin()}/`);
        const { url } = await tenens.impersonate();
        await stranger.evaluate((src) => {
          const frame = Object.assign(document.createElement('iframe'), { src });
          document.body.append(frame);
          return new Promise((resolve) => frame.addEventListener('load', resolve));
        }, url);
        assert.match(said.join('\n'), /violates the following Content Security Policy directive: "frame-ancestors 'none'"/);
        assert.notEqual(stranger.frames()[1].url(), url);
        const [popup] = await Promise.all([
          stranger.waitForEvent('popup'),
          stranger.evaluate((address) => {
            window.held = window.open(address);
          }, url),
        ]);
        await popup.getByRole('button', { name: 'Act as Carol' }).waitFor();
        assert.equal(await popup.evaluate(() => window.opener), null);
        assert.equal(await stranger.evaluate(() => window.held.closed), true);
      } finally {
        await fresh.close();
      }
    });
  });
}
