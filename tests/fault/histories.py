#!/usr/bin/env python3
"""Several tenensd on one PostgreSQL (or one on SQLite), many clients, and every answer has to make sense.

Clients create, redeem, revoke, end and read a few dozen tokens at a time, often several at once on one
token and on different nodes; now and then one hangs up before its answer is there. What they ask and are
told about a token is its history, with the moments of both, and each history is judged complete as soon
as its token has had its share: linearizable.py says by what rules. At the end the database is asked for
what no client can see.

The seed replays what the clients ask for, not what the scheduler makes of it.
"""

import argparse
import collections
import contextlib
import json
import pathlib
import random
import shutil
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import postgres_cluster  # noqa: E402
from clients import Clients, Order, Race, http  # noqa: E402
from ledger import KINDS, Breach  # noqa: E402
from linearizable import NANOSECONDS, Operation, objection  # noqa: E402
from tenensd import SECRET_KEY, Tenensd  # noqa: E402

AT_ONCE = 96  # tokens that the clients are busy with
LIFE = 3600
SHORT_LIFE = 1  # of a few; they are asked again when it is over
SHORT_LIVED, KEYED, DESERTED, RACED = 0.02, 0.2, 0.01, 0.3
WEIGHTS = {"redeem": 30, "revoke": 8, "end": 8, "get": 40, "session": 14}
REFUSALS = {"actor_token_already_used_code": "used", "actor_token_revoked_code": "revoked",
            "ticket_expired_code": "expired"}


class History:
    __slots__ = ("label", "key", "life", "operations", "left", "open", "token", "ticket", "session")

    def __init__(self, label, key, life, left):
        self.label = label
        self.key = key
        self.life = life
        self.left = left  # how much may still be asked
        self.open = 0  # how much is under way
        self.operations = []
        self.token = self.ticket = self.session = None

    def to_json(self):
        return json.dumps([self.life, [op.to_json() for op in self.operations]])


class Load:
    """What the clients ask for, and what each answer says of its token."""

    def __init__(self, user, seed, nodes, file):
        self.user = user
        self.random = random.Random(seed)
        self.nodes = nodes  # port -> its number
        self.file = file
        self.busy = []
        self.aging = collections.deque()  # (when its life is over, history)
        self.queued = []
        self.asked = self.tokens = self.checked = 0
        self.said = collections.Counter()
        self.checking = 0.0  # seconds

    # ── asking ───────────────────────────────────────────────────────────────────────────────────

    def next_order(self):
        self.asked += 1
        if self.queued:
            return self.queued.pop()
        if self.aging and self.aging[0][0] < time.monotonic():
            history = self.aging.popleft()[1]
            self._queue(history, ["redeem", "get", "redeem"])
        elif not self.busy or len(self.busy) + len(self.aging) < AT_ONCE:
            self._queue_create()
        else:
            history = self.random.choice(self.busy)
            if history.token is None:  # its creation is under way
                self._queue_create()
            else:
                self._queue_some(history)
        return self.queued.pop()

    def _queue_create(self):
        dice = self.random.random
        self.tokens += 1
        history = History(f"t{self.tokens}", f"k{self.tokens}" if dice() < KEYED else None,
                          SHORT_LIFE if dice() < SHORT_LIVED else LIFE, self.random.randrange(4, 16))
        self.busy.append(history)
        self._queue(history, ["create"] * (self.random.choice((1, 2, 3)) if history.key else 1))

    def _queue_some(self, history):
        count = self.random.choice((2, 3, 4)) if self.random.random() < RACED else 1
        self._queue(history, self.random.choices(list(WEIGHTS), WEIGHTS.values(), k=count))
        history.left -= count
        if history.left <= 0:
            self.busy.remove(history)
            if history.life == SHORT_LIFE:
                self.aging.append((time.monotonic() + SHORT_LIFE + 1.6, history))

    def _queue(self, history, kinds):
        kinds = ["get" if kind == "session" and history.session is None else kind for kind in kinds]
        race = Race(len(kinds)) if len(kinds) > 1 else None
        history.open += len(kinds)
        for kind in kinds:
            order = Order(kind, self._request(kind, history), history, race)
            # A create without a key cannot be asked for again, and a read that nobody hears is nothing.
            order.deserted = (self.random.random() < DESERTED and kind not in ("get", "session")
                              and (kind != "create" or race is not None))
            self.queued.append(order)

    def _request(self, kind, history):
        if kind == "create":
            body = {"user_id": self.user, "actor": {"sub": history.label}, "expires_in_seconds": history.life}
            headers = [f"Idempotency-Key: {history.key}"] if history.key else []
            return http("POST", "/v1/actor_tokens", key=SECRET_KEY, body=body, headers=headers)
        if kind == "redeem":
            return http("POST", "/v1/client/sign_ins", form=f"strategy=ticket&ticket={history.ticket}")
        if kind == "session":
            return http("GET", f"/v1/sessions/{history.session}", key=SECRET_KEY)
        if kind == "get":
            return http("GET", f"/v1/actor_tokens/{history.token}", key=SECRET_KEY)
        return http("POST", f"/v1/actor_tokens/{history.token}/{kind}", key=SECRET_KEY)

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────

    def finished(self, order):
        history = order.about
        history.open -= 1
        answer = self._answer(order, history) if order.status is not None else None
        if order.sent and answer != ("nothing",):
            history.operations.append(Operation(order.kind, order.invoked, order.returned, answer,
                                                self.nodes[order.port]))
            self.said[order.kind, answer[0] if answer and order.kind == "redeem" else answer is not None] += 1
        if history.open == 0 and history.token is None and history.key:
            self._queue(history, ["create"])  # none of its creations was heard
        elif history.open == 0 and history.left <= 0 and all(history is not old for _, old in self.aging):
            self._check(history)

    def _answer(self, order, history):
        """None if the answer itself says that the outcome is unknown."""
        body = order.body()
        code = body["errors"][0]["code"] if order.status != 200 else None
        if order.status == 503:
            self.said[order.kind, code] += 1
            return None if code == "outcome_unknown" else ("nothing",)
        if order.kind == "create" and order.status == 200:
            history.token, history.ticket = body["id"], body["token"]
            return (body["id"],)
        if order.kind == "redeem" and order.status == 200:
            history.session = body["response"]["created_session_id"]
            return ("session", history.session)
        if order.kind == "redeem" and code in REFUSALS:
            return (REFUSALS[code],)
        if order.kind == "revoke" and code == "actor_token_cannot_be_revoked_code":
            return ("final",)
        if order.kind in ("revoke", "end") and order.status == 200:
            return (body["status"],)
        if order.kind == "get" and order.status == 200:
            return (body["status"], body.get("session_id"))
        if order.kind == "session" and order.status == 200:
            return (history.session, body["status"])
        raise Breach("answer", f"{order.kind} {history.label}: {order.status} {order.text[:300]}")

    def _check(self, history):
        began = time.monotonic()
        if self.file:
            self.file.write(history.to_json() + "\n")
        self.checked += len(history.operations)
        if wrong := objection(history.operations, history.life):
            told = "\n  ".join(map(repr, sorted(history.operations, key=lambda op: op.invoked)))
            raise Breach("order", f"{wrong}, of token {history.token} (life {history.life} s):\n  {told}")
        self.checking += time.monotonic() - began

    def finish(self):
        """Judges what is left when the clients have stopped."""
        for history in [*self.busy, *(history for _, history in self.aging)]:
            self._check(history)


# ── what is to be loaded ─────────────────────────────────────────────────────────────────────────

# What nobody may find in the database afterwards, as (kind of breach, what it is, rows of it).
BOOKS = [
    ("double", "tokens with two sessions",
     "SELECT actor_token_id FROM sessions GROUP BY actor_token_id HAVING count(*) > 1"),
    ("double", "keys that stand for two tokens", "SELECT actor_sub FROM actor_tokens GROUP BY actor_sub HAVING"
     " count(*) > 1"),
    ("unaudited", "sessions without exactly one record",
     "SELECT id FROM sessions LEFT JOIN (SELECT session_id, count(*) AS records FROM audit_events"
     " WHERE action = 'actor_token_redeemed' GROUP BY session_id) AS told ON session_id = id"
     " WHERE coalesce(records, 0) <> 1"),
    ("unaudited", "records of redemptions without a session",
     "SELECT session_id FROM audit_events WHERE action = 'actor_token_redeemed' EXCEPT SELECT id FROM sessions"),
    ("gap", "gaps in the audit",
     "SELECT max(sequence) FROM audit_events HAVING max(sequence) <> count(*) OR min(sequence) <> 1"),
]


class Postgres:
    def __init__(self, directory):
        self.directory = directory
        self.cluster = postgres_cluster.Cluster()

    def node(self, number, program):
        home = self.directory / f"node-{number}"
        home.mkdir()
        return Tenensd("--log-level", "warning", dev=False, directory=home, program=program, database=False,
                       env={"TENENS_DATABASE": self.cluster.url})

    def rows(self, sql):
        return self.cluster.psql(sql).splitlines()

    def remove(self):
        self.cluster.remove()


class Sqlite:
    def __init__(self, directory):
        self.directory = directory

    def node(self, _number, program):
        return Tenensd("--log-level", "warning", dev=False, directory=self.directory, program=program)

    def rows(self, sql):
        with contextlib.closing(sqlite3.connect(self.directory / "tenens.db")) as db:
            return db.execute(sql).fetchall()

    def remove(self):
        pass


def customer(server):
    status, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
    if status != 200:
        raise Breach("answer", f"creating a user: {status} {user}")
    return user["id"]


def audit(database):
    for kind, what, sql in BOOKS:
        if rows := database.rows(sql):
            raise Breach(kind, f"{len(rows)} {what}, first {rows[0]}")


class Progress:
    def __init__(self, options):
        self.options = options
        self.began = self.shown = time.monotonic()

    def share(self, load):
        if self.options.operations:
            return load.asked / self.options.operations
        return (time.monotonic() - self.began) / self.options.seconds

    def show(self, load, share):
        if not sys.stderr.isatty() or time.monotonic() < self.shown + 0.2:
            return
        self.shown = time.monotonic()
        done, took = int(min(1, share) * 30), self.shown - self.began
        sys.stderr.write(f"\r[{'#' * done}{'.' * (30 - done)}] {load.asked:,} operations,"
                         f" {took / share - took:.0f} s left\033[K" if share < 1 else "\r\033[K")


def run(load, clients, progress):
    def next_order():
        share = progress.share(load)
        progress.show(load, share)
        # Nobody may be left waiting for the others of a race.
        return load.next_order() if share < 1 or load.queued else None

    clients.run(next_order, load.finished)
    load.finish()


def summary(load, options, seconds, breach):
    told, unknown = collections.Counter(), collections.Counter()
    for (kind, what), count in load.said.items():
        (told if what is not False and what is not None else unknown)[kind] += count
    said = load.said
    lines = [
        f"histories: {options.nodes} nodes on {options.database}, {options.clients} clients, seed {options.seed},"
        f" {seconds:.0f} s: {'1 breach' if breach else '0 breaches'}",
        f"  {load.checked:,} operations on {load.tokens:,} tokens, {load.checked / max(seconds, 1e-9):,.0f} a second;"
        f" the checker took {load.checking:.1f} s",
        "  " + ", ".join(f"{told[kind]:,} {kind}" for kind in ("create", *WEIGHTS))
        + f"; unknown: {unknown.total():,}",
        f"  redemptions: {said['redeem', 'session']:,} won, {said['redeem', 'used']:,} too late,"
        f" {said['redeem', 'revoked']:,} revoked, {said['redeem', 'expired']:,} expired",
    ]
    if refused := sum(count for (_, what), count in said.items() if what == "service_unavailable"):
        lines.append(f"  {refused:,} requests were answered 503: nothing happened")
    if breach:
        lines.append(f"breach {breach} ({KINDS[breach.kind]})")
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--nodes", type=int, default=None, help="default: 3 on PostgreSQL; SQLite has one")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--operations", type=int, help="instead of a time: 1000000 is benchmark length")
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, printed")
    parser.add_argument("--program", help="the tenensd to load; default: the build's")
    parser.add_argument("--histories", type=pathlib.Path, metavar="FILE", help="keep them all, for linearizable.py")
    options = parser.parse_args()
    options.nodes = options.nodes or {"postgres": 3, "sqlite": 1}[options.database]
    if options.database == "sqlite" and options.nodes > 1:
        parser.error("a SQLite file has one node")
    if options.nodes < 1 or options.clients < 4:
        parser.error("at least one node, and four clients for the races")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(NANOSECONDS)
    if options.program:
        options.program = str(pathlib.Path(options.program).resolve())
    return options


def load_nodes(options, database, stack, file):
    servers = []
    for number in range(options.nodes):
        servers.append(stack.enter_context(database.node(number, options.program)))
    load = Load(customer(servers[0]), options.seed, {server.port: i for i, server in enumerate(servers)}, file)
    clients = Clients([server.port for server in servers], options.clients)
    stack.callback(clients.close)
    began = time.monotonic()
    breach = None
    try:
        run(load, clients, Progress(options))
        audit(database)
    except Breach as caught:
        breach = caught
    except (ConnectionError, TimeoutError) as error:
        breach = Breach("answer", f"{error}; the nodes said: {[server.log[-3:] for server in servers]}")
    print(summary(load, options, time.monotonic() - began, breach))
    return 1 if breach else 0


def main():
    options = parse()
    if options.database == "postgres":
        postgres_cluster.require()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-histories-"))
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, directory)
        file = stack.enter_context(open(options.histories, "w", encoding="utf-8")) if options.histories else None
        database = {"postgres": Postgres, "sqlite": Sqlite}[options.database](directory)
        stack.callback(database.remove)
        return load_nodes(options, database, stack, file)


if __name__ == "__main__":
    sys.exit(main())
