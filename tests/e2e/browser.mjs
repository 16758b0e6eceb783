// Chromium that can reach this machine and nothing else, and that remembers what it asked for.
import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { installed, require } from './tenensd.mjs';

const { chromium } = require('playwright-core');

const flags = (names) => [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
  // No name but this machine's leads anywhere.
  `--host-resolver-rules=${names.map((one) => `MAP ${one}, `).join('')}MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1`,
];

/** `names`: further ones, as `HOST 127.0.0.1` or `HOST 127.0.0.1:PORT`. */
export const startChromium = (...names) =>
  chromium.launch({ executablePath: '/usr/bin/chromium', headless: true, args: flags(names) });

/** What Clerk's own code writes in every run and what it means. Everything else fails the test. */
const ALWAYS_ALLOWED = [
  /Clerk has been loaded with development keys/, // its notice for every test key
];

/**
 * A new browser profile with one page, watched. `movable`: the page's clock can be moved; clerk-js
 * keeps its time in a worker, whose clock cannot, and without workers it keeps it in the page.
 */
export async function openPage(chromium_, { app, frontend }, { movable = false } = {}) {
  // The certificate is this run's own.
  const context = await chromium_.newContext({ locale: 'en-US', timezoneId: 'UTC', ignoreHTTPSErrors: true });
  const page = await context.newPage();
  if (movable) {
    await page.clock.install();
    await page.addInitScript(() => delete window.Worker);
  }
  const ours = new Set([new URL(app).host, new URL(frontend).host]);
  const base = new URL(frontend);
  const complaints = [];
  const strangers = [];
  let log = [];

  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!ours.has(url.host) && url.protocol !== 'data:' && url.protocol !== 'blob:') strangers.push(url.href);
    const prefix = base.pathname.replace(/\/$/, '');
    if (url.host === base.host && url.pathname.startsWith(`${prefix}/v1/`)) {
      log.push(describe(request, url.pathname.slice(prefix.length), url.searchParams));
    }
  });
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));

  return {
    context,
    page,
    /** What the browser has asked the Frontend API since the last call, one line a request. */
    takeLog() {
      const taken = log;
      log = [];
      return taken.sort();
    },
    complaints,
    /** A further host that this test asks on purpose. */
    allow: (host) => ours.add(host),
    async loaded() {
      await page.waitForSelector('html[data-clerk="ready"]');
    },
    /** `allowed`: what this test makes the console say on purpose. */
    async close(...allowed) {
      await context.close();
      const unexpected = complaints.filter((text) => ![...ALWAYS_ALLOWED, ...allowed].some((one) => one.test(text)));
      assert.deepEqual(strangers, [], 'no host but ours is asked');
      assert.deepEqual(unexpected, [], 'the console stays silent');
    },
  };
}

/** `POST /v1/client/sessions/{id}/touch ?query names | body names`, as the contract's table has them. */
function describe(request, pathname, query) {
  const where = pathname.replace(/sess_\w+/, '{id}');
  const told = ['_method', '__clerk_api_version', '_clerk_js_version'];
  const names = [...query].map(([name, value]) => (told.includes(name) ? `${name}=${value}` : name)).sort();
  const body = [...new URLSearchParams(request.postData() ?? '')].map(([name, value]) =>
    ['strategy', 'intent', 'tab_state'].includes(name) ? `${name}=${value}` : name);
  return `${request.method()} ${where} ?${names.join('&')} | ${body.sort().join('&')}`.trim();
}

/** Keeps a picture of the page beside the installed packages. */
export async function screenshot(page, name) {
  const folder = path.join(installed, 'screenshots');
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
