// A link that is looked at by scanners, previews and prefetching browsers still works for its human.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, screenshot, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';
import { redeem, who } from './transports.mjs';

// Chromium's own line for the error page's status.
const REFUSED = /the server responded with a status of 40[034]/;

/** Whoever uses the browser next finds nothing in its history that is good for anything; the ticket is spent. */
async function assertHistoryIsHarmless({ context, page }) {
  const devtools = await context.newCDPSession(page);
  const history = (await devtools.send('Page.getNavigationHistory')).entries.map((entry) => entry.url);
  assert.ok(history.includes(page.url()), 'the search finds what is there');
  const secrets = (await context.cookies()).filter(({ name, value }) => /^__(client|session)/.test(name) && value.length > 20);
  assert.ok(secrets.length > 0);
  for (const { name, value } of secrets) {
    assert.deepEqual(history.filter((url) => url.includes(value)), [], `${name} is in the history`);
  }
}

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

for (const hasApplication of [true, false]) {
  describe(hasApplication ? 'a link to an application' : 'a link to our own page', () => {
    let app;
    let tenens;
    before(async () => {
      app = await startApp();
      tenens = await startTenensd('live', ...(hasApplication ? ['--app-url', app.url] : ['--allowed-origin', app.url]));
      app.connect(tenens, tenens.url);
    });
    after(async () => {
      await tenens?.stop();
      await app?.stop();
    });
    const open = () => openPage(chromium, { app: app.url, frontend: tenens.url });

    /** What the human does. */
    async function use({ page, loaded }, link) {
      await page.goto(link.url);
      if (hasApplication) {
        await loaded();
        return redeem(page, link.token);
      }
      await page.getByRole('button', { name: 'Act as Carol' }).click();
      await page.waitForURL('**/v1/tickets/session');
      await page.getByRole('heading', { name: 'Acting as Carol' }).waitFor();
      return { sessionId: await page.locator('dd.id').innerText() };
    }

    test('scanners of every kind leave it pending, and the click that follows succeeds', async () => {
      const link = await tenens.impersonate();
      for (const method of ['HEAD', 'GET', 'OPTIONS']) {
        for (const headers of [{}, { Purpose: 'prefetch' }, { 'Sec-Purpose': 'prefetch;prerender' }, { 'User-Agent': 'Slackbot-LinkExpanding 1.0' }]) {
          await fetch(link.url, { method, headers });
        }
      }
      assert.equal(await tenens.statusOf(link), 'pending', 'after HEAD and GET');

      const sandbox = await open(); // one that opens the link and lets its scripts run
      await sandbox.page.goto(link.url, { waitUntil: 'networkidle' });
      await sandbox.page.mouse.move(100, 100);
      await sandbox.page.mouse.wheel(0, 400);
      assert.equal(await tenens.statusOf(link), 'pending', 'after a browser that runs scripts');
      await sandbox.close();

      const human = await open();
      const { sessionId } = await use(human, link);
      assert.equal((await tenens.clerk.sessions.getSession(sessionId)).actor.sub, tenens.admin.id);
      assert.equal(await tenens.statusOf(link), 'accepted');
      await assertHistoryIsHarmless(human);
      await human.close();

      const second = await open();
      assert.equal((await second.page.goto(link.url)).status(), 400);
      await second.page.getByRole('heading', { name: 'This link has already been used' }).waitFor();
      assert.equal(new URL(second.page.url()).origin, tenens.url, 'it does not lead to the application any more');
      await second.close(REFUSED);
    });

    test('what is wrong with a ticket is said by its code, and by a page in words', async () => {
      const stranger = await startTenensd('live');
      const browser = await open();
      const { page } = browser;
      await page.goto(`${app.url}/sign-in`);
      await browser.loaded();
      const [used, revoked, expired, whole] = await Promise.all(
        [{}, {}, { expiresInSeconds: 1 }, {}].map((more) => tenens.impersonate(more)));
      const ofUser = async (spoil) => {
        const user = await tenens.clerk.users.createUser({ firstName: 'Dora', skipPasswordRequirement: true });
        const token = await tenens.impersonate({ userId: user.id });
        await spoil(user.id);
        return token.token;
      };
      const spender = await fetch(`${tenens.url}/v1/client/sign_ins`, {
        method: 'POST', headers: { Origin: app.url }, body: new URLSearchParams({ strategy: 'ticket', ticket: used.token }),
      });
      const sessionJwt = (await spender.json()).client.sessions[0].last_active_token.jwt;
      await tenens.clerk.actorTokens.revoke(revoked.id);
      const [head, payload, signature] = whole.token.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url'));
      const altered = (more) => Buffer.from(JSON.stringify({ ...claims, ...more })).toString('base64url');
      const wrong = [
        [used.token, 'actor_token_already_used_code', 'This link has already been used'],
        [revoked.token, 'actor_token_revoked_code', 'This link was withdrawn'],
        [await ofUser((id) => tenens.clerk.users.deleteUser(id)), 'actor_token_subject_not_found', 'The user no longer exists'],
        [await ofUser((id) => tenens.clerk.users.banUser(id)), 'user_banned', 'The user is banned'],
        ...[
          `${head}.${altered({ exp: claims.exp + 1 })}.${signature}`, `${head}.${altered({ st: 'sign_in_token' })}.${signature}`,
          `${head}.${payload}`, whole.token.slice(0, -1), (await stranger.impersonate()).token, sessionJwt, 'nonsense',
        ].map((ticket) => [ticket, 'ticket_invalid_code', 'This link is not valid']),
        [expired.token, 'ticket_expired_code', 'This link has expired'],
      ];
      await until(() => Date.now() > Number(JSON.parse(Buffer.from(expired.token.split('.')[1], 'base64url')).exp) * 1000 + 50);
      for (const [ticket, code] of wrong) assert.deepEqual(await redeem(page, ticket), { refused: code }, ticket);
      for (const [ticket, code, heading] of wrong) {
        const answer = await page.goto(`${tenens.url}/v1/tickets/accept?ticket=${encodeURIComponent(ticket)}`);
        assert.ok(answer.status() >= 400 && answer.status() < 500);
        await page.getByRole('heading', { name: heading }).waitFor();
        await page.getByText(code).waitFor();
        assert.equal(page.url(), `${tenens.url}/v1/tickets/accept`, 'the ticket does not stay in the address bar');
      }
      await screenshot(page, `link-expired${hasApplication ? '-application' : ''}`);
      assert.equal(await tenens.statusOf(whole), 'pending');
      await browser.close(REFUSED);
      await stranger.stop();
    });

    if (hasApplication) {
      test('a ticket used twice tells the second application page so', async () => {
        const link = await tenens.impersonate();
        const [first, second] = [await open(), await open()];
        for (const { page, loaded } of [first, second]) {
          await page.goto(link.url);
          await loaded();
        }
        assert.ok((await redeem(first.page, link.token)).sessionId);
        assert.deepEqual(await redeem(second.page, link.token), { refused: 'actor_token_already_used_code' });
        await first.close();
        await second.close(REFUSED);
      });
    } else {
      test('the session can be ended on the page that shows it, and by keyboard alone', async () => {
        const link = await tenens.impersonate({ actor: { sub: 'support@example.com' } });
        const browser = await open();
        const { page } = browser;
        const referrers = [];
        page.on('request', async (request) => referrers.push((await request.allHeaders()).referer));
        await page.goto(link.url);
        assert.ok(!page.url().includes('ticket='), 'the ticket does not stay in the address bar');
        await screenshot(page, 'link-accept');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.waitForURL('**/v1/tickets/session');
        await screenshot(page, 'link-session');
        const { data: [session] } = await tenens.clerk.sessions.getSessionList({ userId: tenens.customer.id, status: 'active' });
        assert.equal(session.actor.sub, 'support@example.com');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: /No session/ }).waitFor();
        await screenshot(page, 'link-ended');
        assert.equal((await tenens.clerk.sessions.getSession(session.id)).status, 'ended');
        assert.ok(referrers.length > 3);
        assert.deepEqual(referrers.filter(Boolean), [], 'no address of ours goes anywhere');
        await browser.close();
      });

      test('names are text, whatever they are, in the dark and on a small screen', async () => {
        const hostile = '<img src=x onerror="document.title=`owned`">';
        const user = await tenens.clerk.users.createUser({ firstName: hostile, lastName: '\u202Egnihton', skipPasswordRequirement: true });
        const link = await tenens.impersonate({ userId: user.id, actor: { sub: `</dd><script>document.title='owned'</script>${'x'.repeat(200)}` } });
        const browser = await open();
        const { page } = browser;
        await page.emulateMedia({ colorScheme: 'dark' });
        await page.setViewportSize({ width: 320, height: 640 });
        await page.goto(link.url);
        await page.getByRole('heading', { name: hostile }).waitFor();
        assert.match(await page.title(), /^Act as <img/);
        assert.equal(await page.locator('main img, main script').count(), 0);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320, 'nothing is pushed out of the window');
        assert.equal(await page.locator('.lead').evaluate(isLeftToRight), true, 'what stands after a name is not turned round');
        await screenshot(page, 'link-hostile-dark-320');
        await browser.close();
      });
    }
  });
}

/** Of the words between the names: each further on than the one before. Runs in the page. */
function isLeftToRight(lead) {
  const text = [...lead.childNodes].find((node) => node.nodeType === Node.TEXT_NODE && node.data.includes('are about'));
  const places = [...'about'].map((_, i) => {
    const range = document.createRange();
    range.setStart(text, text.data.indexOf('about') + i);
    range.setEnd(text, text.data.indexOf('about') + i + 1);
    return range.getBoundingClientRect().left;
  });
  return places.every((left, i) => i === 0 || left > places[i - 1]);
}

async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

test("with --confirm-links a scanner that runs scripts does not use up what Clerk's own component redeems by itself", async () => {
  for (const confirm of ['off', 'on']) {
    const app = await startApp();
    const tenens = await startTenensd('test', '--app-url', `${app.url}/component`, '--allowed-origin', app.url, '--confirm-links', confirm);
    app.connect(tenens, tenens.url);
    const open = () => openPage(chromium, { app: app.url, frontend: tenens.url });
    try {
      const link = await tenens.impersonate();
      const sandbox = await open();
      await sandbox.page.goto(link.url);
      if (confirm === 'off') { // as Clerk: nothing stands between the scanner and the component
        await sandbox.page.waitForURL(`${app.url}/`);
        await sandbox.loaded();
        assert.equal(await tenens.statusOf(link), 'accepted');
        await sandbox.close();
        continue;
      }
      await sandbox.page.waitForLoadState('networkidle');
      assert.equal(await tenens.statusOf(link), 'pending');
      await sandbox.close();

      const human = await open();
      const { page } = human;
      await page.goto(link.url);
      await page.getByRole('button', { name: 'Act as Carol' }).click();
      await page.waitForURL(`${app.url}/`);
      await human.loaded();
      assert.deepEqual(await who(page), { user: tenens.customer.id, actor: tenens.admin.id });
      assert.equal(await tenens.statusOf(link), 'accepted');
      await human.close();
    } finally {
      await tenens.stop();
      await app.stop();
    }
  }
});

test('a browser that prefetches and prerenders the link leaves it pending', async () => {
  const app = await startApp();
  const tenens = await startTenensd('live', '--public-url', `${app.url}/__clerk`);
  app.connect(tenens, '/__clerk');
  const browser = await openPage(chromium, { app: app.url, frontend: `${app.url}/__clerk` });
  try {
    const { page } = browser;
    const [link, other, third] = await Promise.all([tenens.impersonate(), tenens.impersonate(), tenens.impersonate()]);
    await page.goto(`${app.url}/api/me`); // a page with nothing on it
    await page.evaluate(([prefetch, prerender, hint]) => {
      const rules = document.createElement('script');
      rules.type = 'speculationrules';
      const rule = (url) => [{ source: 'list', urls: [url], eagerness: 'immediate' }];
      rules.textContent = JSON.stringify({ prefetch: rule(prefetch), prerender: rule(prerender) });
      const older = document.createElement('link');
      older.rel = 'prefetch';
      older.href = hint;
      document.head.append(rules, older);
    }, [link.url, other.url, third.url]);
    const purposes = () => app.proxied.filter(({ path }) => path.startsWith('/v1/tickets/accept')).map(({ headers }) => headers['sec-purpose']);
    await until(() => purposes().length >= 3);
    assert.deepEqual(purposes().sort(), ['prefetch', 'prefetch', 'prefetch;prerender'], 'all three have come');
    await page.waitForLoadState('networkidle');
    for (const token of [link, other, third]) assert.equal(await tenens.statusOf(token), 'pending');

    await page.goto(other.url); // what was prerendered is shown
    await page.getByRole('button', { name: 'Act as Carol' }).click();
    await page.waitForURL('**/v1/tickets/session');
    assert.equal(await tenens.statusOf(other), 'accepted');
    await browser.close();
  } finally {
    await tenens.stop();
    await app.stop();
  }
});
