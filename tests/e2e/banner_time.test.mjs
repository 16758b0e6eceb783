// <tenens-banner> as time passes, in every light, and while the server cannot be reached.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startBannerPage } from './banner_page.mjs';
import { openPage, screenshot, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';

// Chromium's own line for a request that went nowhere.
const NOWHERE = /net::ERR_|status of 503/;

let chromium;
let app;
let tenens;
before(async () => {
  chromium = await startChromium();
  app = await startBannerPage();
  tenens = await startTenensd('live', '--allowed-origin', app.url);
  app.connect(tenens.url);
});
after(async () => {
  await chromium?.close();
  await tenens?.stop();
  await app?.stop();
});

const banner = (page) => page.getByRole('region', { name: 'Impersonation' });
const open = () => openPage(chromium, { app: app.url, frontend: tenens.url });

/** The page's clock is ours, and the server's answers are, too. */
async function withClient(session) {
  const browser = await open();
  const { page } = browser;
  const start = new Date('2026-11-24T12:00:00Z');
  await page.clock.install({ time: start });
  const client = {
    last_active_session_id: 'sess_1',
    sessions: [{
      id: 'sess_1', status: 'active', actor: { sub: 'user_sam', name: 'Sam Support' },
      user: { id: 'user_carla', first_name: 'Carla', last_name: 'Customer' },
      created_at: +start - 60_000, expire_at: +start + 31 * 60_000, ...session,
    }],
  };
  const network = { answer: () => client, asked: 0 };
  const headers = { 'Access-Control-Allow-Origin': app.url, 'Access-Control-Allow-Credentials': 'true' };
  await page.route(`${tenens.url}/v1/client`, async (route) => {
    network.asked += 1;
    const response = network.answer();
    if (response === 'down') return route.abort('connectionrefused');
    if (response === 'busy') return route.fulfill({ status: 503, headers, body: '' });
    return route.fulfill({ headers, json: { response, client: null } });
  });
  return { browser, page, client, network };
}

test('it counts down for the eye, and is heard rarely and never twice within a minute', async () => {
  const { browser, page } = await withClient();
  await page.goto(app.url);
  await banner(page).waitFor();
  await page.evaluate(() => {
    window.said = [];
    new MutationObserver(() => window.said.push([Date.now(), document.querySelector('tenens-banner').shadowRoot.querySelector('[role=status]').textContent]))
      .observe(document.querySelector('tenens-banner').shadowRoot.querySelector('[role=status]'), { childList: true });
  });
  const seen = new Set();
  for (let i = 0; i < 31; i += 1) {
    seen.add((await banner(page).getByRole('timer').innerText()).replace(/min .*/, 'min left'));
    await page.clock.runFor(59_900);
  }
  assert.ok(seen.size > 25, [...seen].join());
  const said = await page.evaluate(() => window.said);
  assert.deepEqual(said.map(([, text]) => text.replace('Sam Support is acting as Carla Customer. ', '')),
    ['30 minutes left.', '10 minutes left.', '5 minutes left.', '2 minutes left.', '1 minute left.']);
  said.slice(1).forEach(([at], i) => assert.ok(at - said[i][0] >= 60_000));
  await browser.close();
});

test('without activity it ends earlier, and activity elsewhere prolongs it', async () => {
  const { browser, page, client } = await withClient();
  const [session] = client.sessions;
  session.abandon_at = Date.parse('2026-11-24T12:10:00Z');
  await page.goto(app.url);
  await banner(page).getByText('10 min left without activity').waitFor();
  await page.clock.runFor(5 * 60_000);
  session.abandon_at += 5 * 60_000;
  await page.clock.runFor(15_000);
  await banner(page).getByText('10 min left without activity').waitFor();
  await browser.close();
});

test('it shows nothing for people who act as themselves, or are not signed in', async () => {
  for (const response of [{ sessions: [{ id: 'sess_2', status: 'active', actor: null, user: {} }] }, { sessions: [] }, null]) {
    const { browser, page, network } = await withClient();
    network.answer = () => response;
    const asked = page.waitForResponse(`${tenens.url}/v1/client`);
    await page.goto(app.url);
    await asked;
    await page.clock.runFor(2_000);
    assert.equal(await banner(page).count(), 0);
    assert.equal(await page.locator('tenens-banner').evaluate((one) => one.getBoundingClientRect().height), 0);
    await browser.close();
  }
});

test('while the server cannot be reached it stays, asks again, and recovers', async () => {
  const { browser, page, network, client } = await withClient();
  await page.goto(app.url);
  await banner(page).waitFor();
  for (const how of ['down', 'busy', 'down']) {
    network.answer = () => how;
    const { asked } = network;
    await page.clock.runFor(15_100);
    await page.waitForTimeout(100);
    assert.equal(network.asked, asked + 1);
    assert.ok(await banner(page).isVisible());
  }
  // The button says that it has not worked.
  await page.route('**/end', (route) => route.abort('connectionrefused'));
  await page.getByRole('button', { name: 'End session' }).click();
  await banner(page).getByText('The session could not be ended. Try again.').waitFor();
  await screenshot(page, 'banner-fault');
  network.answer = () => ({ ...client, sessions: [] });
  await page.clock.runFor(15_100);
  await banner(page).waitFor({ state: 'hidden' });
  await browser.close(NOWHERE);
});

test('a session that runs out says so until the page is loaded again', async () => {
  const browser = await open();
  const { page } = browser;
  const { token } = await tenens.impersonate({ sessionMaxDurationInSeconds: 4 });
  await browser.context.request.post(`${tenens.url}/v1/client/sign_ins`, { form: { strategy: 'ticket', ticket: token } });
  await page.goto(app.url);
  await page.evaluate(() => document.addEventListener('tenens-ended', (event) => (window.heard = event.detail.reason)));
  await banner(page).getByText('The session as Carol has run out').waitFor();
  assert.equal(await page.evaluate(() => window.heard), 'expired');
  await page.getByRole('status').getByText('The session as Carol has run out.').waitFor();
  await screenshot(page, 'banner-over');
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.waitForLoadState('networkidle');
  assert.ok(await banner(page).isVisible());
  const loaded = page.waitForEvent('load');
  await page.getByRole('button', { name: 'Reload page' }).click();
  await loaded;
  await page.waitForLoadState('networkidle');
  assert.equal(await banner(page).count(), 0);
  await browser.close();
});

for (const scheme of ['light', 'dark']) {
  for (const width of [1000, 320]) {
    test(`it can be read in ${scheme}, ${width} pixels wide`, async () => {
      const { browser, page } = await withClient();
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 360 });
      await page.goto(app.url);
      await banner(page).waitFor();
      assert.equal(await banner(page).evaluate((one) => getComputedStyle(one).animationName), 'none');
      for (const part of ['.who', '.when', 'button']) {
        const ratio = await page.locator('tenens-banner').evaluate(contrastOf, part);
        assert.ok(ratio >= 4.5, `${part}: ${ratio}`);
      }
      const { height } = await page.getByRole('button').boundingBox();
      assert.ok(height >= 44, 'large enough for a finger');
      await screenshot(page, `banner-${scheme}-${width}`);
      await browser.close();
    });
  }
}

/** WCAG 2's contrast of a part's text against the banner; runs in the page. */
function contrastOf(host, part) {
  const luminance = (color) => {
    const [r, g, b] = color.match(/[\d.]+/g).slice(0, 3).map((one) => one / 255)
      .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ink = luminance(getComputedStyle(host.shadowRoot.querySelector(part)).color);
  const paper = luminance(getComputedStyle(host.shadowRoot.querySelector('section')).backgroundColor);
  return (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
}
