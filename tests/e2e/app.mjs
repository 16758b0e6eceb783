// The application under test: a page with Clerk's front end, and a back end with Clerk's back end.
import { createReadStream, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import path from 'node:path';

import { assets, require } from './tenensd.mjs';

const { clerkFrontendApiProxy } = require('@clerk/backend/proxy');

/**
 * Listens on a free port at once, because the server's flags name its address; `connect` then tells
 * it which tenensd and which proxyUrl it has; without one, Clerk's packages go to the host that the
 * publishable key names. `tls`: speak https with that certificate, as https://`host`.
 * `form`: of the handshake; Clerk's packages wish for a nonce, `token` takes that wish away.
 */
export async function startApp({ tls, host = 'localhost', form = 'nonce' } = {}) {
  let tenens;
  let proxyUrl;
  let bundles = '';
  const proxied = [];
  const listen = (request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(String(error.stack)));
  };
  const server = tls ? https.createServer({ cert: readFileSync(tls.cert), key: readFileSync(tls.key) }, listen) : http.createServer(listen);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `${tls ? 'https' : 'http'}://${host}:${server.address().port}`;

  async function answer(request, response) {
    const { pathname } = new URL(request.url, url);
    if (pathname.startsWith('/__clerk/')) {
      proxied.push({ method: request.method, path: pathname.slice('/__clerk'.length), headers: request.headers });
      return send(response, await throughClerksProxy(await asWebRequest(request)));
    }
    if (/^\/(clerk-js|ui)\/dist\/[\w.-]+\.js$/.test(pathname)) {
      response.setHeader('Content-Type', 'text/javascript');
      return createReadStream(path.join(assets, pathname)).pipe(response);
    }
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    if (pathname === '/api/me' || pathname === '/ssr') return whoAmI(await asWebRequest(request), response);
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page(tenens.publishableKey, proxyUrl, bundles, pathname === '/component/sign-in'));
  }

  const throughClerksProxy = (request) =>
    clerkFrontendApiProxy(request, {
      proxyPath: '/__clerk',
      publishableKey: tenens.publishableKey,
      secretKey: tenens.secretKey,
      fapiUrl: tenens.url,
    });

  /** As Clerk's framework SDKs do it: a handshake is passed on, everything else is who it is. */
  async function whoAmI(request, response) {
    const state = await tenens.clerk.authenticateRequest(request, {
      publishableKey: tenens.publishableKey,
      ...(proxyUrl && { proxyUrl: new URL(proxyUrl, url).href }),
      authorizedParties: [url],
    });
    const headers = [...state.headers].filter(([name]) => name === 'set-cookie' || name === 'location');
    for (const [name, value] of headers) response.appendHeader(name, name === 'location' ? formed(value) : value);
    if (state.headers.has('location')) return response.writeHead(307).end();
    const auth = state.toAuth();
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ status: state.status, reason: state.reason, userId: auth?.userId, actor: auth?.actor }));
  }

  function formed(location) {
    const address = new URL(location, url);
    if (form === 'token' && address.pathname.endsWith('/v1/client/handshake')) address.searchParams.delete('format');
    return address.href;
  }

  async function asWebRequest(request) {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    const headers = Object.entries(request.headers).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
    const hasBody = !['GET', 'HEAD'].includes(request.method);
    return new Request(new URL(request.url, url), {
      method: request.method, headers, body: hasBody ? Buffer.concat(body) : undefined,
    });
  }

  return {
    url,
    /** What has come to the Frontend API through Clerk's proxy helper. */
    proxied,
    connect(server_, address, bundlesFrom = '') {
      tenens = server_;
      proxyUrl = address;
      bundles = bundlesFrom;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function send(response, answer) {
  for (const [name, value] of answer.headers) response.appendHeader(name, value);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
}

/**
 * `bundles`: where the browser packages come from, if not from the application itself.
 * `component`: with Clerk's <SignIn/> on it.
 */
function page(publishableKey, proxyUrl, bundles, component) {
  const source = (name, version, file) =>
    bundles ? `${bundles}/npm/@clerk/${name}@${version}/dist/${file}` : `/${name}/dist/${file}`;
  return `<!doctype html>
<html lang="en"><title>Application</title>
<h1>Application</h1>
${component ? '<div id="sign-in"></div>' : ''}
<script defer crossorigin="anonymous" src="${source('ui', '1', 'ui.browser.js')}"></script>
<script defer crossorigin="anonymous" src="${source('clerk-js', '6', 'clerk.browser.js')}"
  data-clerk-publishable-key="${publishableKey}"${proxyUrl ? ` data-clerk-proxy-url="${proxyUrl}"` : ''}></script>
<script type="module">
  await window.Clerk.load({
    ui: { ClerkUI: window.__internal_ClerkUICtor },
    signInUrl: '/sign-in', afterSignOutUrl: '/signed-out', telemetry: { disabled: true },
  });
  document.documentElement.dataset.clerk = window.Clerk.status;
  const place = document.getElementById('sign-in');
  if (place) window.Clerk.mountSignIn(place, { routing: 'hash', fallbackRedirectUrl: '/' });
</script>
</html>`;
}
