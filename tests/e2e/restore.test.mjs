// The admin's own session survives an impersonation, with Clerk's unmodified front end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';

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

/** Redeems a ticket as `<SignIn/>` does; says who is signed in then. */
const redeem = (page, ticket) =>
  page.evaluate(async (one) => {
    try {
      const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket: one });
      await window.Clerk.setActive({ session: signIn.createdSessionId });
    } catch (error) {
      return { refused: error.errors[0].code };
    }
    return { user: window.Clerk.user.id, actor: window.Clerk.session.actor?.sub ?? null };
  }, ticket);

const whoAmI = (page) =>
  page.evaluate(() => ({ user: window.Clerk.user?.id ?? null, actor: window.Clerk.session?.actor?.sub ?? null }));

/** A page on which the admin is signed in as themselves, and then acts as the customer. */
async function impersonating() {
  const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
  const { page } = browser;
  await page.goto(app.url);
  await browser.loaded();
  const own = await tenens.clerk.signInTokens.createSignInToken({ userId: tenens.admin.id, expiresInSeconds: 60 });
  assert.deepEqual(await redeem(page, own.token), { user: tenens.admin.id, actor: null });
  const { token } = await tenens.impersonate();
  assert.deepEqual(await redeem(page, token), { user: tenens.customer.id, actor: tenens.admin.id });
  return browser;
}

test('signing out of the impersonation leaves the admin signed in as themselves', async () => {
  const browser = await impersonating();
  const { page } = browser;
  const { token } = await tenens.impersonate();
  assert.deepEqual(await redeem(page, token), { refused: 'session_creation_not_allowed' }, 'no chain');
  await Promise.all([page.waitForNavigation(), page.evaluate(() => window.Clerk.signOut())]);
  await browser.loaded();
  assert.deepEqual(await whoAmI(page), { user: tenens.admin.id, actor: null });
  const jwt = await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }));
  const claims = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
  assert.deepEqual([claims.sub, claims.act], [tenens.admin.id, undefined]);

  await Promise.all([page.waitForNavigation(), page.evaluate(() => window.Clerk.signOut())]);
  await browser.loaded();
  assert.deepEqual(await whoAmI(page), { user: null, actor: null }, 'the second sign-out is the admin’s own');
  await browser.close(/the server responded with a status of 409/);
});

test('an impersonation that a back end ends gives way to the admin’s own session', async () => {
  const browser = await impersonating();
  const { page } = browser;
  const acting = await page.evaluate(() => window.Clerk.session.id);
  await tenens.clerk.sessions.revokeSession(acting);
  await page.evaluate(() => window.Clerk.session.getToken({ skipCache: true }).catch(() => null));
  await page.reload();
  await browser.loaded();
  assert.deepEqual(await whoAmI(page), { user: tenens.admin.id, actor: null });
  await browser.close(REVOKED);
});
