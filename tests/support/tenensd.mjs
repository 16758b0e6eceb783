// A real tenensd for a test, on a free port, stopped by its own process id.
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

export const repository = fileURLToPath(new URL('../..', import.meta.url));
export const bin = process.env.TENENS_BIN ?? path.join(repository, 'build/release/bin');

/**
 * What it says of itself, `stop`, and with `faketime` (the library's path) `setAhead(seconds)`: its
 * clock is that much ahead of this machine's from then on.
 */
export async function spawnTenensd(secretKey, flags, { faketime } = {}) {
  const folder = await mkdtemp(path.join(tmpdir(), 'tenens-test-'));
  const ahead = path.join(folder, 'ahead');
  if (faketime) await writeFile(ahead, '+0');
  const server = spawn(
    path.join(bin, 'tenensd'),
    ['--listen', '127.0.0.1:0', '--database', `sqlite:${folder}/tenens.db`, ...flags],
    {
      cwd: folder, stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env, TENENS_SECRET_KEY: secretKey,
        ...(faketime && {
          LD_PRELOAD: faketime, FAKETIME_TIMESTAMP_FILE: ahead, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1',
        }),
      },
    },
  );
  const ended = new Promise((resolve) => server.once('close', resolve));
  return {
    ...(await listening(server)),
    setAhead: (seconds) => writeFile(ahead, `+${seconds}`),
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
