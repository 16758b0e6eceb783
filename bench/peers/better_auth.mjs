// better-auth with its admin plugin, as its documentation sets it up, on SQLite with the guarantees that
// we give. Writes the cookie of a signed-in admin and the id of a user into BENCH_SESSION.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { admin } from 'better-auth/plugins';
import Database from 'better-sqlite3';

const { BENCH_DATABASE: file, BENCH_PORT: port, BENCH_SESSION: told } = process.env;
const origin = `http://127.0.0.1:${port}`;

const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');

const auth = betterAuth({
  database,
  baseURL: origin,
  secret: 'a secret of the benchmark, of no value to anybody',
  trustedOrigins: [origin],
  emailAndPassword: { enabled: true },
  plugins: [admin()],
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { disabled: true },
});
await (await getMigrations(auth.options)).runMigrations();

const signUp = (name) =>
  auth.api.signUpEmail({ body: { name, email: `${name}@example.com`, password: `${name} of the benchmark` } });
const [staff, user] = [await signUp('grace'), await signUp('ada')];
database.prepare("UPDATE user SET role = 'admin' WHERE id = ?").run(staff.user.id);
const { headers } = await auth.api.signInEmail({
  body: { email: 'grace@example.com', password: 'grace of the benchmark' },
  returnHeaders: true,
});
const cookie = headers.getSetCookie().map((line) => line.split(';')[0]).join('; ');
writeFileSync(told, JSON.stringify({ cookie, origin, user_id: user.user.id }));
createServer(toNodeHandler(auth)).listen(Number(port), '127.0.0.1');
