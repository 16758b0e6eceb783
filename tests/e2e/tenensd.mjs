// The server of a browser test, with an admin and the customer they will act as.
import { createRequire } from 'node:module';
import path from 'node:path';

import { repository, spawnTenensd } from '../support/tenensd.mjs';

export const installed = path.join(repository, 'build/e2e');
/** Clerk's browser bundles, which the sample needs as well. */
export const assets = path.join(repository, 'examples/react/node_modules/.bundles');
export const require = createRequire(path.join(installed, 'package.json'));
export const { createClerkClient, verifyToken } = require('@clerk/backend');

/** The certificate that e2e_test.sh has made for this run: of localhost, and of the names that tests map to it. */
const tlsFolder = process.env.TENENS_E2E_TLS;
export const tlsFiles = tlsFolder && { cert: path.join(tlsFolder, 'cert.pem'), key: path.join(tlsFolder, 'key.pem') };

/** Flags of a server with TLS of its own that browsers know by that name. */
export const onHost = (host) =>
  ['--frontend-host', host, '--public-url', `https://${host}`, '--tls-cert', tlsFiles.cert, '--tls-key', tlsFiles.key];

/** With it a server's clock can be moved. */
export const faketime = process.env.TENENS_E2E_FAKETIME;

/** The two kinds of keys; with live ones the server runs as in production. */
export const KINDS = {
  test: { secretKey: 'sk_test_canaryBearer4f1c9a7be2d35608', flags: ['--dev'] },
  live: { secretKey: 'sk_live_canaryBearer4f1c9a7be2d35608', flags: [] },
};

/** Starts a server with keys of that kind. `clerk` is Clerk's own backend client, pointed at it. */
export const startTenensd = (kind, ...flags) => start(kind, flags);

/** The same with a clock that `setAhead` moves. */
export const startMovableTenensd = (kind, ...flags) => start(kind, flags, { faketime });

async function start(kind, flags, options) {
  const { secretKey, flags: ofKind } = KINDS[kind];
  const server = await spawnTenensd(secretKey, [...ofKind, ...flags], options);
  const { scheme, port, publishableKey } = server;
  const url = `${scheme}://localhost:${port}`;
  const clerk = createClerkClient({ secretKey, publishableKey, apiUrl: url });
  const create = (firstName, address) =>
    clerk.users.createUser({ firstName, emailAddress: [address], skipPasswordRequirement: true });
  const admin = await create('Ada', 'ada@support.example');
  const customer = await create('Carol', 'carol@customer.example');
  return {
    kind, url, port, publishableKey, secretKey, clerk, admin, customer,
    /** A link with which the admin acts as the customer. */
    impersonate: (more = {}) =>
      clerk.actorTokens.create({ userId: customer.id, actor: { sub: admin.id }, expiresInSeconds: 600, ...more }),
    /** Our own list knows what Clerk's client has no method for. */
    async statusOf(token) {
      const answer = await fetch(`${url}/v1/actor_tokens/${token.id}`, { headers: { Authorization: `Bearer ${secretKey}` } });
      return (await answer.json()).status;
    },
    setAhead: server.setAhead,
    stop: server.stop,
  };
}
