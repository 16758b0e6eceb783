// A back end that renders pages asks the handshake who is there, as Clerk's framework SDKs do.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

for (const kind of ['test', 'live']) {
  for (const relative of [false, true]) {
    describe(`${kind} key, ${relative ? 'relative' : 'absolute'} proxyUrl`, () => {
      let app;
      let tenens;
      let frontend;
      before(async () => {
        app = await startApp();
        const flags = ['--app-url', app.url];
        if (relative) flags.push('--public-url', `${app.url}/__clerk`);
        tenens = await startTenensd(kind, ...flags);
        frontend = relative ? `${app.url}/__clerk` : tenens.url;
        app.connect(tenens, relative ? '/__clerk' : tenens.url);
      });
      after(async () => {
        await tenens?.stop();
        await app?.stop();
      });

      async function signedIn() {
        const browser = await openPage(chromium, { app: app.url, frontend });
        const { token } = await tenens.impersonate();
        await browser.page.goto(`${app.url}/sign-in`);
        await browser.loaded();
        await browser.page.evaluate(async (ticket) => {
          const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket });
          await window.Clerk.setActive({ session: signIn.createdSessionId });
        }, token);
        browser.takeLog();
        return browser;
      }
      const handshakes = (browser) => browser.takeLog().filter((line) => line.startsWith('GET /v1/client/handshake '));
      async function render(browser, path = '/ssr') {
        const answer = await browser.page.goto(app.url + path);
        return answer.json();
      }

      test('a browser that lost its session cookies comes back from the handshake signed in', async () => {
        const browser = await signedIn();
        await browser.context.clearCookies({ name: /^__session/ });
        const seen = await render(browser);
        assert.deepEqual([seen.status, seen.userId, seen.actor],
          ['signed-in', tenens.customer.id, { sub: tenens.admin.id }]);
        assert.equal(handshakes(browser).length, 1);
        const again = await render(browser);
        assert.equal(again.status, 'signed-in');
        assert.deepEqual(handshakes(browser), [], 'once is enough');
        await browser.close();
      });

      test('a page asked for after signing in in the browser is rendered for the customer', async () => {
        const browser = await signedIn();
        const seen = await render(browser, '/ssr?a=1&b=%2F');
        assert.equal(seen.status, 'signed-in');
        assert.equal(handshakes(browser).length, kind === 'test' ? 1 : 0, 'a live key needs none');
        assert.equal(new URL(browser.page.url()).searchParams.get('b'), '/');
        await browser.close();
      });

      test('a session revoked meanwhile comes back from the handshake signed out', async () => {
        const browser = await signedIn();
        const id = await browser.page.evaluate(() => window.Clerk.session.id);
        await tenens.clerk.sessions.revokeSession(id);
        await browser.context.clearCookies({ name: /^__session/ });
        const seen = await render(browser);
        assert.equal(seen.status, 'signed-out');
        const cookies = await browser.context.cookies(app.url);
        assert.deepEqual(cookies.filter(({ name }) => name.startsWith('__session')), []);
        await browser.close();
      });
    });
  }
}

describe('the handshake asked by hand', () => {
  const APP = 'http://localhost:3000';
  let tenens;
  before(async () => (tenens = await startTenensd('live', '--app-url', APP)));
  after(() => tenens?.stop());
  const ask = (redirect, more = '') =>
    fetch(`${tenens.url}/v1/client/handshake?${redirect === undefined ? '' : `redirect_url=${encodeURIComponent(redirect)}`}${more}`,
      { redirect: 'manual' });

  for (const redirect of [
    undefined, '', '/', '//localhost:3000/', 'http:/localhost:3000/', 'javascript:alert(1)', 'null',
    'https://evil.example/', 'https://localhost:3000/', 'http://localhost:3001/', 'http://localhost:3000.evil.example/',
    'http://localhost:3000@evil.example/', 'http://evil.example/@localhost:3000', 'http://localhost\\@evil.example:3000/',
    'http://localhost:3000\\@evil.example/', 'http://xn--lcalhost-54a:3000/', 'http://lоcalhost:3000/',
    'http://localhost:3000/\r\nSet-Cookie: a=b', 'http://local\thost:3000/', ' http://localhost:3000/',
  ]) {
    test(`redirect_url ${JSON.stringify(redirect)} is refused`, async () => {
      const answer = await ask(redirect);
      assert.equal(answer.status, 400);
      assert.equal(answer.headers.get('location'), null);
      assert.equal((await answer.json()).errors[0].code, 'invalid_handshake');
    });
  }

  test('two addresses are refused', async () => {
    const answer = await ask(`${APP}/`, `&redirect_url=${encodeURIComponent('https://evil.example/')}`);
    assert.equal(answer.status, 400);
  });

  test('a stranger goes back to the application, signed out, with path, query and fragment as they were', async () => {
    const answer = await ask(`${APP}/a|b?x=[1]&__clerk_handshake=forged&y=%26#part`);
    assert.equal(answer.status, 307);
    assert.equal(answer.headers.get('location'), `${APP}/a|b?x=[1]&y=%26#part`);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    const [cookie] = answer.headers.getSetCookie();
    const [, jwt] = /^__clerk_handshake=([^;]+); Path=\/; Max-Age=60; SameSite=Lax; HttpOnly$/.exec(cookie);
    const payload = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    assert.deepEqual(payload.handshake.map((one) => one.split(';')[0].replace(/_[\w-]{8}=/, '_SUFFIX=')),
      ['__session=', '__session_SUFFIX=', '__client_uat=0', '__client_uat_SUFFIX=0']);
  });

  test('what it brings back does not pass for a session token', async () => {
    const [cookie] = (await ask(`${APP}/`)).headers.getSetCookie();
    const jwt = cookie.split(/[=;]/)[1];
    const state = await tenens.clerk.authenticateRequest(
      new Request(`${APP}/`, { headers: { Authorization: `Bearer ${jwt}` } }), { publishableKey: tenens.publishableKey });
    assert.equal(state.isSignedIn ?? state.isAuthenticated, false);
  });

  test('a production server has no development browsers', async () => {
    const answer = await fetch(`${tenens.url}/v1/dev_browser`, { method: 'POST', headers: { Origin: APP } });
    assert.equal(answer.status, 404);
  });
});

describe('a development browser', () => {
  let tenens;
  before(async () => (tenens = await startTenensd('test')));
  after(() => tenens?.stop());

  test('is a new name for everybody who asks', async () => {
    const make = async () => {
      const answer = await fetch(`${tenens.url}/v1/dev_browser`, { method: 'POST', headers: { Origin: 'http://localhost:3000' } });
      assert.equal(answer.status, 200);
      return (await answer.json()).id;
    };
    const [one, other] = [await make(), await make()];
    assert.match(one, /^dvb_[0-9A-Za-z]{27}$/);
    assert.notEqual(one, other);
  });
});
