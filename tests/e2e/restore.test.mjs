// The admin's own session survives an impersonation, with Clerk's unmodified front end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';
import { NOBODY, redeem as redeemTicket, signOut, who } from './transports.mjs';

const REVOKED = /the server responded with a status of 401/;

let chromium;
let app;
let tenens;
before(async () => {
  chromium = await startChromium();
  app = await startApp();
  tenens = await startTenensd('live', '--app-url', app.url, '--restore-session', 'on');
  app.connect(tenens, tenens.url);
});
after(async () => {
  await tenens?.stop();
  await app?.stop();
  await chromium?.close();
});

const redeem = async (page, ticket) => {
  const { refused } = await redeemTicket(page, ticket);
  return refused ? { refused } : who(page);
};

/** A page on which the admin, or another, is signed in as themselves. */
async function inPerson(user = tenens.admin) {
  const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
  const { page } = browser;
  await page.goto(app.url);
  await browser.loaded();
  const own = await tenens.clerk.signInTokens.createSignInToken({ userId: user.id, expiresInSeconds: 60 });
  assert.deepEqual(await redeem(page, own.token), { user: user.id, actor: null });
  return browser;
}

/** The same, who then acts as the customer. */
async function impersonating() {
  const browser = await inPerson();
  const { page } = browser;
  const { token } = await tenens.impersonate();
  assert.deepEqual(await redeem(page, token), { user: tenens.customer.id, actor: tenens.admin.id });
  return browser;
}

test('signing out of the impersonation leaves the admin signed in as themselves', async () => {
  const browser = await impersonating();
  const { page } = browser;
  const { token } = await tenens.impersonate();
  assert.deepEqual(await redeem(page, token), { refused: 'session_creation_not_allowed' }, 'no chain');
  await signOut(browser);
  assert.deepEqual(await who(page), { user: tenens.admin.id, actor: null });
  const jwt = await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }));
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
  assert.deepEqual([claims.sub, claims.act], [tenens.admin.id, undefined]);

  await signOut(browser);
  assert.deepEqual(await who(page), NOBODY, 'the second sign-out is the admin’s own');
  await browser.close(/the server responded with a status of 409/);
});

test('a link asks the admin who is signed in first, and then acts, whatever the application\'s sign-in page would do', async () => {
  const browser = await inPerson();
  const { page } = browser;
  const link = await tenens.impersonate();
  await page.goto(link.url);
  await page.getByText('You are signed in here as Ada').waitFor();
  assert.equal(await tenens.statusOf(link), 'pending');
  await page.getByRole('button', { name: 'Act as Carol' }).click();
  await page.waitForURL(`${app.url}/`);
  await browser.loaded();
  assert.deepEqual(await who(page), { user: tenens.customer.id, actor: tenens.admin.id });
  await tenens.clerk.users.updateUser(tenens.customer.id, { lastName: 'Changed' });
  const reloaded = await page.evaluate(async () => {
    await Promise.all([window.Clerk.user.reload(), window.Clerk.session.reload()]);
    return [window.Clerk.user.lastName, window.Clerk.session.actor.sub];
  });
  assert.deepEqual(reloaded, ['Changed', tenens.admin.id]);
  await signOut(browser);
  assert.deepEqual(await who(page), { user: tenens.admin.id, actor: null });
  await browser.close();
});

test('an impersonation that a back end ends gives way to the admin’s own session', async () => {
  const browser = await impersonating();
  const { page } = browser;
  const acting = await page.evaluate(() => window.Clerk.session.id);
  await tenens.clerk.sessions.revokeSession(acting);
  await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }).catch(() => null));
  await page.reload();
  await browser.loaded();
  assert.deepEqual(await who(page), { user: tenens.admin.id, actor: null });
  await browser.close(REVOKED);
});

test('a user sees in their own page who acts for them, and shows them the door', async () => {
  const browser = await inPerson(tenens.customer);
  const { page } = browser;
  const support = await impersonating();
  const sessions = await page.evaluate(async () => (await window.Clerk.user.getSessions())
    .map(({ id, status, actor }) => ({ id, status, actor })));
  const acting = await support.page.evaluate(() => window.Clerk.session.id);
  const own = await page.evaluate(() => window.Clerk.session.id);
  assert.deepEqual(sessions, [
    { id: acting, status: 'active', actor: { sub: tenens.admin.id } },
    { id: own, status: 'active', actor: null },
  ]);
  const status = await page.evaluate(async () => (await (await window.Clerk.user.getSessions())[0].revoke()).status);
  assert.equal(status, 'revoked');
  assert.deepEqual(await who(page), { user: tenens.customer.id, actor: null });
  await support.page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }).catch(() => null));
  await support.page.reload();
  await support.loaded();
  assert.deepEqual(await who(support.page), { user: tenens.admin.id, actor: null });
  await support.close(REVOKED);
  await browser.close();
});
