// Several users signed in in one browser (--sessions multi), with Clerk's unmodified front end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { NOBODY, TRANSPORTS, redeem, signOut, startTransport, who } from './transports.mjs';

let on;
before(async () => (on = await startTransport(TRANSPORTS[1], { flags: ['--sessions', 'multi', '--restore-session', 'on'] })));
after(() => on?.stop());

test('a browser switches between two users, acts as a third, and comes back', async () => {
  const { app, tenens, table } = on;
  const browser = await on.open();
  const { page } = browser;
  const grace = await tenens.clerk.users.createUser({ firstName: 'Grace', skipPasswordRequirement: true });
  const [asAda, asGrace] = [{ user: tenens.admin.id, actor: null }, { user: grace.id, actor: null }];
  const own = async (userId) =>
    (await tenens.clerk.signInTokens.createSignInToken({ userId, expiresInSeconds: 60 })).token;

  await page.goto(`${app.url}/`);
  await browser.loaded();
  const ada = await redeem(page, await own(tenens.admin.id));
  assert.deepEqual(await who(page), asAda);
  const second = await redeem(page, await own(grace.id));
  assert.deepEqual(await who(page), asGrace);
  assert.equal(await page.evaluate(() => window.Clerk.client.sessions.length), 2);

  browser.takeLog();
  await page.evaluate((session) => window.Clerk.setActive({ session }), ada.sessionId);
  assert.deepEqual(await who(page), asAda);
  assert.deepEqual(browser.takeLog(), [table.select]);
  await page.reload();
  await browser.loaded();
  assert.deepEqual(await who(page), asAda, 'the one in front stays in front');

  browser.takeLog();
  await page.evaluate((sessionId) => window.Clerk.signOut({ sessionId }), second.sessionId);
  assert.deepEqual(browser.takeLog(), [table.remove]);
  assert.equal((await tenens.clerk.sessions.getSession(second.sessionId)).status, 'removed');
  assert.deepEqual(await who(page), asAda, 'the other one stays');

  await redeem(page, await own(grace.id));
  await page.evaluate((session) => window.Clerk.setActive({ session }), ada.sessionId);
  const acting = await redeem(page, (await tenens.impersonate()).token);
  assert.deepEqual(await who(page), { user: tenens.customer.id, actor: tenens.admin.id });
  assert.equal(await page.evaluate(() => window.Clerk.client.sessions.length), 1, 'an impersonation is alone');
  await signOut(browser, { sessionId: acting.sessionId });
  assert.deepEqual(await who(page), asAda, 'the one in front comes back');

  await signOut(browser);
  assert.deepEqual(await who(page), NOBODY);
  await browser.close();
});
