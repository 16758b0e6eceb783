// The browser tests notice what they are there for: each of their general checks is shown something
// broken on purpose.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { assets } from './tenensd.mjs';
import { TRANSPORTS, startTransport } from './transports.mjs';

let on;
before(async () => (on = await startTransport(TRANSPORTS[0])));
after(() => on?.stop());

/** A page with a clerk-js in which each word stands for the other. */
async function withChangedClerk(words) {
  const browser = await on.open();
  let text = await readFile(path.join(assets, 'clerk-js/dist/clerk.browser.js'), 'utf8');
  for (const [word, other] of Object.entries(words)) {
    assert.ok(text.includes(word), `clerk-js says ${word}`);
    text = text.replaceAll(word, other);
  }
  await browser.page.route('**/clerk.browser.js', (route) => route.fulfill({ contentType: 'text/javascript', body: text }));
  return browser;
}

describe('a changed clerk-js is noticed', () => {
  for (const [what, words] of Object.entries({
    'another version': { '6.40.0': '6.41.0-canary' },
    'another value': { select_session: 'choose_session' },
    'another field': { active_organization_id: 'organization' },
    'another parameter': { _clerk_js_version: '_clerk_version' },
  })) {
    test(what, async () => {
      const browser = await withChangedClerk(words);
      await on.signIn(browser);
      const { link, load, signIn, select } = on.table;
      assert.throws(() => assert.deepEqual(browser.takeLog(), [link, ...load, signIn, select].sort()), assert.AssertionError);
      await browser.close();
    });
  }
});

async function openApplication() {
  const browser = await on.open();
  await browser.page.goto(`${on.app.url}/`);
  await browser.loaded();
  return browser;
}

for (const [what, provoke, expected] of [
  ['a request to another host', (page) => page.evaluate(() => fetch('https://telemetry.example/', { mode: 'no-cors' }).catch(() => null)), /no host but ours/],
  ['a picture of another host', (page) => page.evaluate(() => { new Image().src = 'https://img.example/a.png'; }), /no host but ours/],
  ['an error on the console', (page) => page.evaluate(() => console.error('oh')), /the console stays silent/],
  ['a warning on the console', (page) => page.evaluate(() => console.warn('oh')), /the console stays silent/],
  ['an error that nobody catches', (page) => page.evaluate(() => { setTimeout(() => { throw new Error('oh'); }); }), /the console stays silent/],
  ['a promise that nobody catches', (page) => page.evaluate(() => { Promise.reject(new Error('oh')); }), /the console stays silent/],
  ['a file that is not there', (page) => page.evaluate(() => fetch('/clerk-js/none')).then(() => page.evaluate(() => fetch('/__clerk/v1/none').catch(() => null))), /the console stays silent/],
]) {
  test(`${what} is noticed`, async () => {
    const browser = await openApplication();
    await provoke(browser.page);
    await browser.page.waitForTimeout(200);
    await assert.rejects(browser.close(), expected);
  });
}
