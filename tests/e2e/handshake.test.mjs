// A back end that renders pages asks the handshake who is there, as Clerk's framework SDKs do.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { startTenensd } from './tenensd.mjs';
import { redeem } from './transports.mjs';

let chromium;
before(async () => (chromium = await startChromium()));
after(() => chromium?.close());

for (const kind of ['test', 'live']) {
  for (const [relative, form] of [[false, 'nonce'], [true, 'nonce'], [false, 'token']]) {
    describe(`${kind} key, ${relative ? 'relative' : 'absolute'} proxyUrl, ${form}`, () => {
      let app;
      let tenens;
      let frontend;
      before(async () => {
        app = await startApp({ form });
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
        await redeem(browser.page, token);
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
        await browser.page.goto('about:blank'); // an open page would write them anew
        await browser.context.clearCookies({ name: /^__session/ });
        const seen = await render(browser);
        assert.deepEqual([seen.status, seen.userId, seen.actor],
          ['signed-in', tenens.customer.id, { sub: tenens.admin.id }]);
        const [first, ...others] = handshakes(browser);
        assert.equal(first.includes('&format&'), form === 'nonce', first);
        assert.deepEqual(others, []);
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
        await browser.page.goto('about:blank'); // an open page would write them anew
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

  test('whatever is written, a browser that is sent on lands on the application', async () => {
    const hosts = ['localhost:3000', 'evil.example', 'LOCALHOST:3000', 'localhost', 'localhost:3001', '[::1]:3000', '127.0.0.1:3000', '2130706433:3000',
      'localhost.:3000', 'localhost%2e:3000', 'lo\u00adcalhost:3000', '\uff4cocalhost:3000', 'localhost\u3002evil.example', 'localhost:03000', 'localhost:3000\u0000'];
    const heads = ['http://', 'https://', '//', 'http:', 'http:/', 'http:///', 'http:\\\\', 'hTTp://', 'http://evil.example@', 'http://evil.example:80@',
      'http://evil.example\\@', 'http://evil.example/@', 'http://evil.example?@', 'http://evil.example#@', 'http://@', ' http://', '\thttp://', 'ht\ntp://', 'javascript://', 'data:text/html,', '\\\\', '/', ''];
    const tails = ['', '/', '\\.evil.example', '@evil.example', ':@evil.example', '.evil.example', '/..//evil.example', '//evil.example', '?@evil.example'];
    let [sent, refused] = [0, 0];
    for (const head of heads) {
      for (const host of hosts) {
        const answers = await Promise.all(tails.map((tail) => ask(head + host + tail)));
        for (const [i, answer] of answers.entries()) {
          const redirect = head + host + tails[i];
          // Node's URL is the parser that browsers have, too.
          if (answer.status === 307) assert.equal(new URL(answer.headers.get('location')).origin, APP, redirect);
          else assert.deepEqual([answer.status, answer.headers.get('location')], [400, null], redirect);
          answer.status === 307 ? (sent += 1) : (refused += 1);
        }
      }
    }
    assert.ok(sent >= 10 && refused >= 2000, `${sent} sent on, ${refused} refused`);
  });

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
    assert.deepEqual(Object.keys(JSON.parse(Buffer.from(jwt.split('.')[0], 'base64url'))), ['alg', 'kid', 'typ']);
    const payload = JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));
    assert.deepEqual(payload.handshake.map((one) => one.split(';')[0].replace(/^(__session|__client_uat)_[\w-]{8}=/, '$1_SUFFIX=')),
      ['__session=', '__session_SUFFIX=', '__client_uat=0', '__client_uat_SUFFIX=0']);
  });

  test('what it brings back does not pass for a session token', async () => {
    const [cookie] = (await ask(`${APP}/`)).headers.getSetCookie();
    const jwt = cookie.split(/[=;]/)[1];
    const state = await tenens.clerk.authenticateRequest(
      new Request(`${APP}/`, { headers: { Authorization: `Bearer ${jwt}` } }), { publishableKey: tenens.publishableKey });
    assert.equal(state.isSignedIn ?? state.isAuthenticated, false);
  });

  test('a token too long for a cookie goes into the address', async () => {
    const { token } = await tenens.impersonate({ actor: { sub: tenens.admin.id, note: 'x'.repeat(1000) } });
    const signedIn = await fetch(`${tenens.url}/v1/client/sign_ins`, {
      method: 'POST', headers: { Origin: APP }, body: new URLSearchParams({ strategy: 'ticket', ticket: token }),
    });
    const Cookie = signedIn.headers.getSetCookie()[0].split(';')[0];
    const answer = await fetch(`${tenens.url}/v1/client/handshake?redirect_url=${APP}/?a=1`,
      { redirect: 'manual', headers: { Cookie } });
    assert.deepEqual(answer.headers.getSetCookie(), []);
    assert.match(answer.headers.get('location'), /^http:\/\/localhost:3000\/\?a=1&__clerk_handshake=[\w.-]{3800,}$/);
  });

  test('a production server has no development browsers', async () => {
    const answer = await fetch(`${tenens.url}/v1/dev_browser`, { method: 'POST', headers: { Origin: APP } });
    assert.equal(answer.status, 404);
  });
});

test('Chromium lands on the application or stays with us, whatever the address pretends', async () => {
  const app = await startApp();
  const tenens = await startTenensd('live', '--app-url', app.url);
  app.connect(tenens, tenens.url);
  const browser = await openPage(chromium, { app: app.url, frontend: tenens.url });
  const { host, port } = new URL(app.url);
  const refused = [
    `http://localhost:${Number(port) + 1}/`, `http://localhost:0${port}/`, `http://127.0.0.1:${port}/`, `http://localhost.:${port}/`,
    `http://xn--lcalhost-54a:${port}/`, `http://ｌocalhost:${port}/`, `http://localhost%00:${port}/`, `http://localhost\t:${port}/`,
    `http://${host}@evil.example/`, `http://${host}:80@evil.example/`, `http://evil.example\\@${host}/`, `http://${host}\\.evil.example/`,
    `http://${host}.evil.example/`, `//${host}/`, '//evil.example/', '/\\evil.example/', 'http:evil.example/', `http:\\\\${host}/`,
    'http://lоcalhost/', `http://localhost。evil.example/`, 'data:text/html,hello', 'null', `https://${host}/`,
  ];
  const accepted = ['//evil.example/', '/..//evil.example/', '/@evil.example/', '/?next=https://evil.example/', '#@evil.example/', '?@evil.example'];
  try {
    for (const [redirects, landing] of [[refused, tenens.url], [accepted.map((rest) => app.url + rest), app.url]]) {
      for (const redirect of redirects) {
        await browser.page.goto(`${tenens.url}/v1/client/handshake?redirect_url=${encodeURIComponent(redirect)}`);
        if (landing === app.url) await browser.loaded();
        assert.equal(new URL(browser.page.url()).origin, landing, redirect);
      }
    }
    const { url } = await tenens.impersonate();
    for (const redirect of [...refused, ...accepted]) {
      await browser.page.goto(`${url}&redirect_url=${encodeURIComponent(redirect)}`, { waitUntil: 'commit' });
      const { origin, pathname } = new URL(browser.page.url());
      assert.equal(origin + pathname, `${app.url}/sign-in`, 'a link knows one way');
    }
    await browser.close(/status of 400/, /favicon\.ico/); // what a refusal is, and that it names no icon
  } finally {
    await tenens.stop();
    await app.stop();
  }
});

describe('the handshake of a Frontend API with a domain', () => {
  let tenens;
  before(async () => {
    tenens = await startTenensd('live', '--frontend-host', 'clerk.example.com', '--public-url', 'https://clerk.example.com',
      '--app-url', 'https://app.example.com', '--allowed-origin', 'https://other.example');
  });
  after(() => tenens?.stop());

  /** As a browser that knows the server by that name. */
  const ask = (redirect) =>
    new Promise((resolve, reject) => {
      const path = `/v1/client/handshake?redirect_url=${encodeURIComponent(redirect)}`;
      const options = { host: '127.0.0.1', port: tenens.port, path, headers: { Host: 'clerk.example.com' } };
      http.get(options, (answer) => resolve(answer.resume())).on('error', reject);
    });
  const directives = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).handshake;

  test('speaks for the applications of that domain, and for https alone', async () => {
    const { statusCode, headers } = await ask('https://app.example.com/');
    assert.equal(statusCode, 307);
    assert.equal(headers.location, 'https://app.example.com/');
    const [cookie] = headers['set-cookie'];
    assert.match(cookie, /; Path=\/; Domain=example\.com; Max-Age=60; SameSite=Lax; HttpOnly; Secure$/);
    for (const one of directives(/=([^;]+)/.exec(cookie)[1])) {
      assert.equal(one.includes('; Domain=example.com'), one.startsWith('__client_uat'), one);
      assert.ok(one.endsWith('; Secure'), one);
    }
  });

  test('an application on a site of its own gets the token in the address', async () => {
    const { headers } = await ask('https://other.example/');
    assert.equal(headers['set-cookie'], undefined);
    const token = new URL(headers.location).searchParams.get('__clerk_handshake');
    for (const one of directives(token)) assert.ok(!one.includes('Domain='), one);
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
