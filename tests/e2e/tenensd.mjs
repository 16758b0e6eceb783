// A real tenensd for a browser test, on a free port, stopped by its own process id.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const installed = path.join(repository, 'build/e2e');
export const assets = path.join(installed, 'assets');
export const require = createRequire(path.join(installed, 'package.json'));
export const { createClerkClient, verifyToken } = require('@clerk/backend');

/** The certificate that e2e_test.sh has made for this run: of localhost, and of the names that tests map to it. */
const tlsFolder = process.env.TENENS_E2E_TLS;
export const tlsFiles = tlsFolder && { cert: path.join(tlsFolder, 'cert.pem'), key: path.join(tlsFolder, 'key.pem') };

/** Flags of a server with TLS of its own that browsers know by that name. */
export const onHost = (host) =>
  ['--frontend-host', host, '--public-url', `https://${host}`, '--tls-cert', tlsFiles.cert, '--tls-key', tlsFiles.key];

export const bin = process.env.TENENS_BIN ?? path.join(repository, 'build/release/bin');

/** The two kinds of keys; with live ones the server runs as in production. */
export const KINDS = {
  test: { secretKey: 'sk_test_canaryBearer4f1c9a7be2d35608', flags: ['--dev'] },
  live: { secretKey: 'sk_live_canaryBearer4f1c9a7be2d35608', flags: [] },
};

/**
 * Starts a server with keys of that kind, and makes an admin and the customer they will act as.
 * `clerk` is Clerk's own backend client, pointed at it.
 */
export async function startTenensd(kind, ...flags) {
  const { secretKey, flags: ofKind } = KINDS[kind];
  const folder = await mkdtemp(path.join(tmpdir(), 'tenens-e2e-'));
  const server = spawn(
    path.join(bin, 'tenensd'),
    [...ofKind, '--listen', '127.0.0.1:0', '--database', `sqlite:${folder}/tenens.db`, ...flags],
    { cwd: folder, env: { ...process.env, TENENS_SECRET_KEY: secretKey }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => server.once('close', resolve));
  const { scheme, port, publishableKey } = await listening(server);
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
    async stop() {
      server.kill('SIGTERM');
      const status = await ended;
      await rm(folder, { recursive: true });
      if (status !== 0) throw new Error(`tenensd ended with ${status}`);
    },
  };
}

function listening(server) {
  return new Promise((resolve, reject) => {
    const log = [];
    // Read to the end, or a talkative server would block on the pipe.
    readline.createInterface({ input: server.stderr }).on('line', (line) => {
      log.push(line);
      const [, scheme, port] = /^listening on (https?):\/\/.*:(\d+)$/.exec(line) ?? [];
      if (port) resolve({ scheme, port, publishableKey: /^ *publishable key +(\S+)$/m.exec(log.join('\n'))[1] });
    });
    server.once('error', reject);
    server.once('close', (status) => reject(new Error(`tenensd ended with ${status}: ${log.join('\n')}`)));
  });
}
