// A sample application, started as its README says, stopped by its own process id.
import { spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

import { bin } from '../support/tenensd.mjs';

const examples = fileURLToPath(new URL('../../examples', import.meta.url));
const COLOURS = /\u001b\[[\d;]*m/g;

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What `examples/<name>/start` does with that environment. */
export function runSample(name, environment) {
  const { PATH, HOME } = process.env;
  const child = spawn(path.join(examples, name, 'start'), {
    env: { PATH, HOME, TENENS_BIN: bin, ...environment }, stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = [];
  const ended = new Promise((resolve) => child.once('close', resolve));
  const listening = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      readline.createInterface({ input: stream }).on('line', (line) => {
        lines.push(line.replace(COLOURS, ''));
        const url = /(http:\/\/localhost:\d+)/.exec(lines.at(-1))?.[1];
        if (url) resolve(url);
      });
    }
  });
  return { child, lines, ended, listening };
}

export async function startSample(name, environment) {
  const { child, lines, ended, listening } = runSample(name, environment);
  const failed = ended.then((status) => {
    throw new Error(`${name} ended with ${status}: ${lines.join('\n')}`);
  });
  failed.catch(() => {}); // also when it is stopped
  const url = await Promise.race([listening, failed]);
  return {
    url, lines,
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
