// Starts a real tenensd for a test, on a free port, and stops it by its own process id.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

export const SECRET_KEY = 'sk_test_canaryBearer4f1c9a7be2d35608';
export const PUBLISHABLE_KEY = 'pk_test_Y2xlcmsubG9jYWxob3N0JA'; // clerk.localhost
export const ORIGIN = 'http://localhost:3000';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
const bin = process.env.TENENS_BIN ?? path.join(repository, 'build/release/bin');

export async function startTenensd(...flags) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tenens-test-'));
  const server = spawn(
    path.join(bin, 'tenensd'),
    ['--dev', '--listen', '127.0.0.1:0', '--database', `sqlite:${folder}/tenens.db`, ...flags],
    { cwd: folder, env: { ...process.env, TENENS_SECRET_KEY: SECRET_KEY }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise((resolve) => server.once('close', resolve));
  const url = await listening(server);
  return {
    url,
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
      const port = /^listening on http:\/\/.*:(\d+)$/.exec(line)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    server.once('error', reject);
    server.once('close', (status) => reject(new Error(`tenensd ended with ${status}: ${log.join('\n')}`)));
  });
}

/** Redeems a ticket as a browser does: the session's id, its JWT and the cookie. */
export async function redeem(url, ticket) {
  const answer = await fetch(`${url}/v1/client/sign_ins?__clerk_api_version=2026-08-20&_clerk_js_version=6.40.0`, {
    method: 'POST',
    headers: { Origin: ORIGIN },
    body: new URLSearchParams({ strategy: 'ticket', ticket }),
  });
  const body = await answer.json();
  if (!answer.ok) throw new Error(`redeem: ${answer.status} ${JSON.stringify(body)}`);
  const sessionId = body.response.created_session_id;
  const session = body.client.sessions.find(({ id }) => id === sessionId);
  return { sessionId, jwt: session.last_active_token.jwt, cookie: answer.headers.getSetCookie()[0].split(';')[0] };
}
