// The life of a session in an open page with nobody touching anything. The clocks of the page and of
// the server are moved together; nothing here waits for time to pass.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { faketime } from './tenensd.mjs';
import { NOBODY, TRANSPORTS, skipped, startTransport, who } from './transports.mjs';

// Chromium's own line for the answer by which a page learns that its session is over.
const OVER = /the server responded with a status of 401/;
// clerk-js asks for the next token 17 s before the end of one that lives 60 s.
const POLL_SECONDS = 44;
const [FIRST] = TRANSPORTS;

let ahead = 0; // of this machine's clock, as the server's is

/** Both clocks, with every timer of the page that comes to its time. */
async function advance(on, page, seconds) {
  ahead += seconds;
  await on.tenens.setAhead(ahead);
  await page.clock.runFor(seconds * 1000);
}

/** As a lid that was closed: time has passed, and what was due is done once. */
async function sleepThrough(on, page, seconds) {
  ahead += seconds;
  await on.tenens.setAhead(ahead);
  await page.clock.fastForward(seconds * 1000);
}

/** The widget is the last to come; a clock that is moved before would be past the time it is given. */
const settled = ({ page }) => page.locator('.cl-impersonationFab').waitFor({ state: 'visible' });

const polled = (page) => page.waitForResponse((answer) => answer.url().includes('/tokens'));

/** The next poll is refused, the page asks who it is, and is nobody; all by itself. */
async function endsAt(browser, table, pass) {
  const { page } = browser;
  browser.takeLog();
  const [answer] = await Promise.all([polled(page), pass()]);
  assert.equal(answer.status(), 401);
  await page.waitForFunction(() => window.Clerk?.loaded && !window.Clerk.session);
  const log = browser.takeLog();
  assert.ok(log.includes(table.poll) && log.includes(table.client), log.join('\n'));
  assert.deepEqual(await who(page), NOBODY);
}

for (const transport of faketime ? TRANSPORTS : []) {
  describe(transport.name, { skip: skipped(transport) }, () => {
    let on;
    before(async () => {
      ahead = 0;
      on = await startTransport(transport, { movable: true });
    });
    after(() => on?.stop());

    test('the token is refreshed in the background, and a revoked session ends at the next poll', async () => {
      const { tenens, table } = on;
      const browser = await on.open({ movable: true });
      const { page } = browser;
      await on.signIn(browser);
      await settled(browser);
      const first = await page.evaluate(() => window.Clerk.session.getToken());
      browser.takeLog();
      for (let i = 0; i < 2; i += 1) {
        const [answer] = await Promise.all([polled(page), advance(on, page, POLL_SECONDS)]);
        assert.equal(answer.status(), 200);
        assert.deepEqual(browser.takeLog(), [table.poll]);
      }
      const acting = { user: tenens.customer.id, actor: tenens.admin.id };
      assert.deepEqual(await who(page), acting);
      const next = await page.evaluate(() => window.Clerk.session.getToken());
      assert.notEqual(next, first);
      assert.equal(JSON.parse(Buffer.from(next.split('.')[1], 'base64url')).act.sub, tenens.admin.id);
      assert.deepEqual(browser.takeLog(), [], 'it was there already');

      await tenens.clerk.sessions.revokeSession(await page.evaluate(() => window.Clerk.session.id));
      await endsAt(browser, table, () => advance(on, page, POLL_SECONDS));
      await browser.close(OVER);
    });
  });
}

describe('a session in an open page', { skip: !faketime && 'libfaketime is not here' }, () => {
  let on;
  before(async () => {
    ahead = 0;
    on = await startTransport(FIRST, { movable: true });
  });
  after(() => on?.stop());

  async function signedIn(more) {
    const browser = await on.open({ movable: true });
    if (ahead) await browser.page.clock.fastForward(ahead * 1000);
    await on.signIn(browser, more);
    await settled(browser);
    return browser;
  }

  test('runs out at its maximum, however busy', async () => {
    const browser = await signedIn({ sessionMaxDurationInSeconds: 120 });
    const { page } = browser;
    for (let i = 0; i < 2; i += 1) {
      const [answer] = await Promise.all([polled(page), advance(on, page, POLL_SECONDS)]);
      assert.equal(answer.status(), 200);
    }
    const id = await page.evaluate(() => window.Clerk.session.id);
    await endsAt(browser, on.table, () => advance(on, page, POLL_SECONDS));
    assert.equal((await on.tenens.clerk.sessions.getSession(id)).status, 'expired');
    await browser.close(OVER);
  });

  test('is abandoned after ten minutes without activity', async () => {
    const browser = await signedIn();
    const { page } = browser;
    const id = await page.evaluate(() => window.Clerk.session.id);
    await endsAt(browser, on.table, () => sleepThrough(on, page, 601));
    assert.equal((await on.tenens.clerk.sessions.getSession(id)).status, 'abandoned');
    await browser.close(OVER);
  });

  test('goes on after nine', async () => {
    const browser = await signedIn();
    const [answer] = await Promise.all([polled(browser.page), sleepThrough(on, browser.page, 540)]);
    assert.equal(answer.status(), 200);
    await browser.close();
  });

  for (const [whom, of] of [['one who acts', 'admin'], ['user', 'customer']]) {
    test(`a ban of the ${whom} ends the session`, async () => {
      const browser = await signedIn();
      const { page } = browser;
      await on.tenens.clerk.users.banUser(on.tenens[of].id);
      await endsAt(browser, on.table, () => advance(on, page, POLL_SECONDS));
      await on.tenens.clerk.users.unbanUser(on.tenens[of].id);
      await browser.close(OVER);
    });
  }
});
