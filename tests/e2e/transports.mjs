// The ways by which Clerk's front end reaches its Frontend API, all that the contract lists as working.
import assert from 'node:assert/strict';

import { startApp } from './app.mjs';
import { openPage, startChromium } from './browser.mjs';
import { contractTable } from './contract_table.mjs';
import { onHost, startMovableTenensd, startTenensd, tlsFiles } from './tenensd.mjs';

/** `form`: of the handshake, see app.mjs. */
export const TRANSPORTS = [
  { name: 'absolute proxyUrl, test key', kind: 'test', form: 'nonce' },
  { name: 'absolute proxyUrl, live key', kind: 'live', form: 'token' },
  { name: 'no proxyUrl, our own TLS on the same site, test key', kind: 'test', host: 'clerk.example.test', appHost: 'app.example.test', form: 'token' },
  { name: 'no proxyUrl, our own TLS on the same site, live key', kind: 'live', host: 'clerk.example.test', appHost: 'app.example.test', form: 'nonce' },
  { name: "relative proxyUrl through Clerk's proxy helper, test key", kind: 'test', relative: true, form: 'token' },
  { name: "relative proxyUrl through Clerk's proxy helper, live key", kind: 'live', relative: true, form: 'nonce' },
  { name: 'no proxyUrl, a development host on another site', kind: 'test', host: 'happy-otter-1.clerk.accounts.dev', devHost: true, form: 'nonce' },
];

/** Why a transport cannot be tried here, if it cannot. */
export const skipped = ({ host }) => Boolean(host) && !tlsFiles && 'openssl is not here';

/** The start of its screenshots' names. */
export const label = ({ kind, relative, host, devHost }) =>
  `${kind}-${devHost ? 'dev-host' : host ? 'https' : relative ? 'relative' : 'absolute'}`;

/** An application, a server with `flags`, and a browser that finds both. `movable`: its clock can be moved. */
export async function startTransport({ kind, relative, host, appHost, devHost, form }, { movable = false, flags = [] } = {}) {
  const app = await startApp({ ...(appHost && { tls: tlsFiles, host: appHost }), form });
  const address = relative ? ['--public-url', `${app.url}/__clerk`] : host ? onHost(host) : [];
  const start = movable ? startMovableTenensd : startTenensd;
  const tenens = await start(kind, '--app-url', app.url, ...address, ...flags);
  const frontend = relative ? `${app.url}/__clerk` : host ? `https://${host}` : tenens.url;
  app.connect(tenens, relative ? '/__clerk' : host ? undefined : tenens.url);
  const chromium = await startChromium(
    ...(appHost ? [`${appHost} 127.0.0.1`] : []), ...(host ? [`${host} 127.0.0.1:${tenens.port}`] : []));
  return {
    app, tenens, frontend,
    table: contractTable({ kind, devHost }),
    open: (options) => openPage(chromium, { app: app.url, frontend }, options),
    /** Opens a new link and lands on the application's page, where nothing is redeemed by itself. */
    async followLink({ page, loaded }, more) {
      const token = await tenens.impersonate(more);
      await page.goto(token.url);
      await loaded();
      const landed = new URL(page.url());
      assert.equal(landed.origin + landed.pathname, `${app.url}/sign-in`);
      assert.equal(landed.searchParams.get('__clerk_ticket'), token.token);
      return token;
    },
    /** As the page behind the link does it. */
    async signIn(browser, more) {
      const token = await this.followLink(browser, more);
      await redeem(browser.page, token.token);
      return token;
    },
    async stop() {
      await chromium.close();
      await tenens.stop();
      await app.stop();
    },
  };
}

/** What `<SignIn/>` does with a ticket: the session's id, or the code of the refusal. */
export const redeem = (page, ticket) =>
  page.evaluate(async (one) => {
    try {
      const signIn = await window.Clerk.client.signIn.create({ strategy: 'ticket', ticket: one });
      await window.Clerk.setActive({ session: signIn.createdSessionId });
      return { sessionId: signIn.createdSessionId };
    } catch (error) {
      return { refused: error.errors?.[0]?.code ?? String(error) };
    }
  }, ticket);

/** Clerk's sign-out, with its own options. It navigates, so nothing in the page can wait for its end. */
export async function signOut({ page, loaded }, options) {
  await Promise.all([page.waitForNavigation(), page.evaluate((one) => void window.Clerk.signOut(one), options)]);
  await loaded();
}

/** As whom the page is signed in, and who acts. */
export const who = (page) =>
  page.evaluate(() => ({ user: window.Clerk.user?.id ?? null, actor: window.Clerk.session?.actor?.sub ?? null }));

export const NOBODY = { user: null, actor: null };
