// <tenens-banner> in a page that has nothing else of ours or Clerk's.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startApp } from './app.mjs';
import { startBannerPage } from './banner_page.mjs';
import { openPage, screenshot, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';
import { redeem } from './transports.mjs';

const ACTOR = { name: 'Sam Support', email: 'sam@support.example' };
const EIGHT_MINUTES = { sessionMaxDurationInSeconds: 480 };

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

/** A browser in which the admin acts as the customer, without a page yet. */
async function impersonating(more = {}) {
  const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
  const { token } = await tenens.impersonate({ actor: { sub: tenens.admin.id, ...ACTOR }, ...more });
  const answer = await browser.context.request.post(`${tenens.url}/v1/client/sign_ins`, {
    form: { strategy: 'ticket', ticket: token },
  });
  const { response } = await answer.json();
  // What a page hears; kept across its reload.
  await browser.context.addInitScript(() => {
    document.addEventListener('tenens-ended', (event) => {
      const heard = JSON.parse(sessionStorage.heard ?? '[]');
      sessionStorage.heard = JSON.stringify([...heard, event.detail]);
      if (sessionStorage.stay) event.preventDefault();
    });
  });
  browser.heard = () => browser.page.evaluate(() => JSON.parse(sessionStorage.heard ?? '[]'));
  return { browser, page: browser.page, sessionId: response.created_session_id };
}

const statusOf = async (sessionId) => (await tenens.clerk.sessions.getSession(sessionId)).status;
const lookAgain = (page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

for (const query of ['', '?module']) {
  test(`it says who acts as whom, since when and for how long${query && ', as a module'}`, async () => {
    const { browser, page } = await impersonating(EIGHT_MINUTES);
    await page.goto(app.url + query);
    await banner(page).waitFor();
    assert.match(await banner(page).innerText(),
      /^Sam Support is acting as Carol\s+Since \d+:\d\d [AP]M · 8 min left\s+End session$/);
    await browser.close();
  });
}

test('assistive technology finds a region, a status, a timer and a button', async () => {
  const { browser, page } = await impersonating(EIGHT_MINUTES);
  await page.goto(app.url);
  await banner(page).waitFor();
  const tree = (await page.locator('tenens-banner').ariaSnapshot()).replace(/\d+:\d\d.[AP]M/, 'T');
  assert.equal(tree, [
    '- region "Impersonation":',
    '  - paragraph:',
    '    - strong: Sam Support',
    '    - text: is acting as',
    '    - strong: Carol',
    '  - paragraph:',
    '    - text: Since',
    '    - time: T',
    '    - text: ·',
    '    - timer: 8 min left',
    '  - button "End session"',
    '- status: Sam Support is acting as Carol. 8 minutes left.',
  ].join('\n'));
  await browser.close();
});

test('by keyboard alone: reach the button, see that, end the session on the server', async () => {
  const { browser, page, sessionId } = await impersonating();
  await page.goto(app.url);
  await banner(page).waitFor();
  await page.keyboard.press('Tab');
  const button = page.getByRole('button', { name: 'End session' });
  assert.ok(await button.evaluate((one) => one.matches(':focus-visible')));
  assert.match(await button.evaluate((one) => getComputedStyle(one).outline), /solid 3px/);
  await screenshot(page, 'banner-focus');
  const reloaded = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await reloaded;
  assert.equal(await statusOf(sessionId), 'ended');
  assert.deepEqual(await browser.heard(), [{ reason: 'ended', sessionId }]);
  await page.waitForLoadState('networkidle');
  assert.equal(await banner(page).count(), 0);
  await browser.close();
});

test('an application that wants to do it itself is not reloaded', async () => {
  const { browser, page, sessionId } = await impersonating();
  await page.goto(app.url);
  await page.evaluate(() => {
    sessionStorage.stay = 'yes';
    window.same = true;
  });
  await page.getByRole('button', { name: 'End session' }).click();
  await banner(page).waitFor({ state: 'hidden' });
  assert.equal(await statusOf(sessionId), 'ended');
  await lookAgain(page);
  await page.waitForLoadState('networkidle');
  assert.deepEqual(await browser.heard(), [{ reason: 'ended', sessionId }]);
  assert.equal(await page.evaluate(() => window.same), true);
  await browser.close();
});

test('names are text, whatever they are', async () => {
  const hostile = '<img src=x onerror="document.title=`owned`">';
  const user = await tenens.clerk.users.createUser({ firstName: hostile, lastName: '\u202Egnihton', skipPasswordRequirement: true });
  const actor = { sub: tenens.admin.id, name: `<script>document.title='owned'</script>${'x'.repeat(300)}` };
  const { browser, page } = await impersonating({ userId: user.id, actor });
  await page.setViewportSize({ width: 320, height: 560 });
  await page.goto(app.url);
  await banner(page).waitFor();
  const [who, whom] = await banner(page).locator('bdi').allTextContents();
  assert.equal(whom, `${hostile} \u202Egnihton`);
  assert.equal(who, `${actor.name.slice(0, 79)}…`);
  assert.equal(await banner(page).locator('img, script').count(), 0);
  assert.equal(await page.title(), 'Shop');
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'nothing is pushed out of the window');
  await screenshot(page, 'banner-hostile');
  await browser.close();
});

test('odd actors are named by what there is', async () => {
  for (const [actor, name] of [[{ sub: 'agent_7' }, 'agent_7'], [{ sub: 'a', email: 'a@b.example', name: '' }, 'a@b.example'],
    [{ sub: 'a', name: { first: 'x' }, email: 7 }, 'a']]) {
    const { browser, page } = await impersonating({ actor });
    await page.goto(app.url);
    await banner(page).waitFor();
    assert.equal(await banner(page).locator('bdi').first().textContent(), name);
    await browser.close();
  }
});

test('a revoked session takes the banner with it, within 15 seconds', async () => {
  const { browser, page, sessionId } = await impersonating();
  await page.clock.install();
  await page.goto(app.url);
  await banner(page).waitFor();
  await tenens.clerk.sessions.revokeSession(sessionId);
  await page.clock.runFor(14_000);
  assert.ok(await banner(page).isVisible());
  await page.clock.runFor(1_500);
  await banner(page).waitFor({ state: 'hidden' });
  assert.deepEqual(await browser.heard(), [{ reason: 'signed-out', sessionId }]);
  await browser.close();
});

test('looking is not activity, and a hidden page does not look', async () => {
  const { browser, page, sessionId } = await impersonating();
  const { lastActiveAt } = await tenens.clerk.sessions.getSession(sessionId);
  await page.clock.install();
  await page.goto(app.url);
  await banner(page).waitFor();
  for (let i = 0; i < 4; i += 1) {
    const asked = page.waitForResponse(`${tenens.url}/v1/client`);
    await page.clock.runFor(15_000);
    await asked;
  }
  assert.equal((await tenens.clerk.sessions.getSession(sessionId)).lastActiveAt, lastActiveAt);

  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }));
  await lookAgain(page);
  browser.takeLog();
  await page.clock.runFor(60_000);
  assert.deepEqual(browser.takeLog(), []);
  await page.evaluate(() => Object.defineProperty(document, 'visibilityState', { value: 'visible' }));
  const asked = page.waitForResponse(`${tenens.url}/v1/client`);
  await lookAgain(page);
  await asked;
  await browser.close();
});

test('the button of a session that is over already makes no trouble', async () => {
  const { browser, page, sessionId } = await impersonating();
  await page.goto(app.url);
  await banner(page).waitFor();
  await tenens.clerk.sessions.revokeSession(sessionId);
  await page.getByRole('button', { name: 'End session' }).click();
  await banner(page).waitFor({ state: 'hidden' });
  assert.equal(await statusOf(sessionId), 'revoked');
  assert.equal((await browser.heard()).length, 1);
  await browser.close(/the server responded with a status of 400/);
});

test("below the application's own address, beside Clerk's packages, it asks there", async () => {
  const clerkApp = await startApp();
  const server = await startTenensd('live', '--app-url', clerkApp.url, '--public-url', `${clerkApp.url}/__clerk`);
  clerkApp.connect(server, '/__clerk');
  try {
    const browser = await openPage(chromium, { app: clerkApp.url, frontend: `${clerkApp.url}/__clerk` });
    const { page } = browser;
    const { url, token } = await server.impersonate();
    await page.goto(url);
    await browser.loaded();
    await redeem(page, token);
    await page.evaluate(() => document.body.prepend(document.createElement('tenens-banner')));
    await page.addScriptTag({ url: '/__clerk/v1/banner.js' });
    await banner(page).getByText(server.admin.id).waitFor();
    const sessionId = await page.evaluate(() => window.Clerk.session.id);
    const reloaded = page.waitForEvent('load');
    await page.getByRole('button', { name: 'End session' }).click();
    await reloaded;
    await browser.loaded();
    assert.equal(await page.evaluate(() => window.Clerk.session ?? null), null);
    assert.equal((await server.clerk.sessions.getSession(sessionId)).status, 'ended');
    await browser.close();
  } finally {
    await server.stop();
    await clerkApp.stop();
  }
});
