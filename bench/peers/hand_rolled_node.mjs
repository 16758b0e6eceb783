// What a careful person would write instead of us, and nothing else: node:http, better-sqlite3,
// node:crypto. The requests that arrive in one turn of the event loop share a commit, and no answer
// leaves before it.
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import Database from 'better-sqlite3';

const { BENCH_KEY: secretKey, BENCH_DATABASE: file, BENCH_PORT: port } = process.env;

const database = new Database(file);
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.pragma('wal_autocheckpoint = 2000');
database.exec(`CREATE TABLE actor_tokens (
  id TEXT PRIMARY KEY, user_id TEXT NOT NULL, actor TEXT NOT NULL, state TEXT NOT NULL,
  ticket_digest BLOB NOT NULL, expires_at INTEGER NOT NULL, created_at INTEGER NOT NULL
) WITHOUT ROWID`);
const insert = database.prepare('INSERT INTO actor_tokens VALUES (?, ?, ?, ?, ?, ?, ?)');
const insertAll = database.transaction((waiting) => {
  for (const { row } of waiting) insert.run(...row);
});

const bearer = createHash('sha256').update(`Bearer ${secretKey}`).digest();
const ticketKey = randomBytes(32);
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const ticketHead = encode({ alg: 'HS256', typ: 'JWT' });
const sessionHead = encode({ alg: 'RS256', kid: 'ins_bench', typ: 'JWT' });

let born = 0;
/** Ordered by time, so that inserts land on the last page. */
function mint(prefix) {
  born = Math.max(born + 1, Date.now() * 4096);
  return prefix + born.toString(36).padStart(12, '0') + randomBytes(10).toString('hex');
}

function answer(response, status, body) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

let waiting = [];
function commit() {
  const together = waiting;
  waiting = [];
  insertAll.immediate(together);
  for (const { response, made } of together) answer(response, 200, made);
}

function create(response, body) {
  const { user_id, actor, expires_in_seconds = 3600 } = JSON.parse(body);
  if (typeof user_id !== 'string' || typeof actor?.sub !== 'string') return answer(response, 422, { errors: [] });
  const now = Date.now();
  const expires_at = now + expires_in_seconds * 1000;
  const id = mint('act_');
  const claims = encode({ exp: Math.floor(expires_at / 1000), iid: 'ins_bench', sid: id, st: 'actor_token' });
  const signed = `${ticketHead}.${claims}`;
  const token = `${signed}.${createHmac('sha256', ticketKey).update(signed).digest('base64url')}`;
  const made = {
    object: 'actor_token', id, status: 'pending', user_id, actor, token,
    url: `https://clerk.example.com/v1/tickets/accept?ticket=${token}`, created_at: now, updated_at: now,
  };
  const digest = createHash('sha256').update(token).digest();
  if (waiting.length === 0) setImmediate(commit);
  waiting.push({ row: [id, user_id, JSON.stringify(actor), 'pending', digest, expires_at, now], response, made });
}

function sessionToken(response) {
  const now = Math.floor(Date.now() / 1000);
  const signed = `${sessionHead}.${encode({
    act: { sub: 'user_support' }, azp: 'https://app.example.com', exp: now + 60, iat: now,
    iss: 'https://clerk.example.com', nbf: now - 10, sid: 'sess_bench', sub: 'user_bench',
  })}`;
  const signature = sign('sha256', signed, privateKey).toString('base64url');
  answer(response, 200, { object: 'token', jwt: `${signed}.${signature}` });
}

createServer((request, response) => {
  const presented = createHash('sha256').update(request.headers.authorization ?? '').digest();
  if (!timingSafeEqual(presented, bearer)) return answer(response, 401, { errors: [] });
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (part) => { body += part; });
  request.on('end', () => (request.url === '/v1/actor_tokens' ? create(response, body) : sessionToken(response)));
}).listen(Number(port), '127.0.0.1');
