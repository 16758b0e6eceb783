// Clerk's bundles from the server itself, as framework SDKs load them.
import assert from 'node:assert/strict';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { assets, startTenensd } from './tenensd.mjs';
import { redeem } from './transports.mjs';

for (const relative of [false, true]) {
  test(`clerk-js and its widget load from ${relative ? 'the proxied' : 'the'} Frontend API`, async () => {
    const app = await startApp();
    const address = relative ? ['--public-url', `${app.url}/__clerk`] : [];
    const tenens = await startTenensd('test', '--app-url', app.url, '--clerk-assets', assets, ...address);
    const frontend = relative ? `${app.url}/__clerk` : tenens.url;
    app.connect(tenens, relative ? '/__clerk' : tenens.url, frontend);
    const chromium = await startChromium();
    try {
      const browser = await openPage(chromium, { app: app.url, frontend });
      const scripts = [];
      browser.context.on('request', (request) => {
        const isWorker = request.url().startsWith('blob:'); // clerk-js keeps time in one
        if (request.resourceType() === 'script' && !isWorker) scripts.push(request.url());
      });
      const { url, token } = await tenens.impersonate();
      await browser.page.goto(url);
      await browser.loaded();
      await redeem(browser.page, token);
      await browser.page.locator('.cl-impersonationFab').waitFor({ state: 'visible' });
      assert.ok(scripts.length > 2, 'chunks are loaded, too');
      assert.deepEqual(scripts.filter((one) => !one.startsWith(`${frontend}/npm/@clerk/`)), []);
      await browser.close();
    } finally {
      await chromium.close();
      await tenens.stop();
      await app.stop();
    }
  });
}

describe('the folder of --clerk-assets', () => {
  let folder;
  let tenens;
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tenens-assets-'));
    const dist = path.join(folder, 'clerk/clerk-js/dist');
    await mkdir(dist, { recursive: true });
    await mkdir(path.join(folder, 'clerk/backend/dist'), { recursive: true });
    await copyFile(path.join(assets, 'clerk-js/dist/clerk.browser.js'), path.join(dist, 'clerk.browser.js'));
    for (const name of ['secret.js', 'clerk/secret.js', 'clerk/clerk-js/secret.js', 'clerk/backend/dist/index.js',
      'clerk/clerk-js/dist/page.html', 'clerk/clerk-js/dist/.hidden.js', 'clerk/clerk-js/dist/real.js']) {
      await writeFile(path.join(folder, name), 'secret');
    }
    await symlink(path.join(folder, 'secret.js'), path.join(dist, 'out.js'));
    await symlink('real.js', path.join(dist, 'within.js'));
    await mkdir(path.join(dist, 'folder.js'));
    tenens = await startTenensd('live', '--clerk-assets', path.join(folder, 'clerk'));
  });
  after(async () => {
    await tenens?.stop();
    await rm(folder, { recursive: true });
  });

  /** The path as it stands: fetch would tidy it up. */
  const get = (wanted, method = 'GET') =>
    new Promise((resolve, reject) => {
      const request = http.request({ host: '127.0.0.1', port: tenens.port, path: wanted, method }, (answer) => {
        const body = [];
        answer.on('data', (chunk) => body.push(chunk));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: Buffer.concat(body).toString() }));
      });
      request.on('error', reject).end();
    });

  test('is served to every page, as a script', async () => {
    for (const version of ['6', '6.40.0', '7.0.0-canary.1']) {
      const { status, headers, body } = await get(`/npm/@clerk/clerk-js@${version}/dist/clerk.browser.js`);
      assert.equal(status, 200);
      assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
      assert.equal(headers['access-control-allow-origin'], '*');
      assert.equal(headers['cache-control'], 'public, max-age=300');
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.ok(body.length > 100_000);
    }
    assert.equal((await get('/npm/@clerk/clerk-js@6/dist/within.js')).status, 200, 'a link that stays within');
    const head = await get('/npm/@clerk/clerk-js@6/dist/clerk.browser.js', 'HEAD');
    assert.deepEqual([head.status, head.body], [200, '']);
  });

  for (const wanted of [
    'clerk-js@6/dist/../secret.js', 'clerk-js@6/dist/%2e%2e/secret.js', 'clerk-js@6/dist/..%2fsecret.js',
    'clerk-js@6/dist/..%5csecret.js', 'clerk-js@6/dist/%2e%2e%2f%2e%2e%2fsecret.js', 'clerk-js@6/dist/..',
    'clerk-js@6/dist/.hidden.js', 'clerk-js@6/dist/out.js', 'clerk-js@6/dist/folder.js', 'clerk-js@6/dist/page.html',
    'clerk-js@6/dist/none.js', 'clerk-js@6/dist/real.js%00.js', 'clerk-js@6/dist/', 'clerk-js/dist/real.js',
    'clerk-js@/dist/real.js', 'clerk-js@../dist/real.js', 'clerk-js@6%2f..%2f/dist/real.js', 'backend@3/dist/index.js',
    '..@6/dist/real.js', '../dist/real.js', 'clerk-js@6/secret.js', 'clerk-js@6//dist/real.js',
  ]) {
    test(`${wanted} is no file of it`, async () => {
      const { status, headers, body } = await get(`/npm/@clerk/${wanted}`);
      assert.equal(status, 404);
      assert.equal(headers['content-type'], 'application/json');
      assert.ok(!body.includes('secret'));
    });
  }
});

test('without --clerk-assets there are no bundles', async () => {
  const tenens = await startTenensd('test');
  const answer = await fetch(`${tenens.url}/npm/@clerk/clerk-js@6/dist/clerk.browser.js`);
  assert.equal(answer.status, 404);
  assert.equal((await answer.json()).errors[0].code, 'resource_not_found');
  await tenens.stop();
});
