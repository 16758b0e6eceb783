#!/usr/bin/env python3
"""Kills a busy tenensd with SIGKILL, again and again, and compares what it had said with what is left.

Each cycle: start tenensd on the same file, ask it through the API about what the last crash left, let
the clients create, redeem (often several at once on one ticket), revoke and end, kill at a random
moment, read the database, judge. The clients live in this process, and so does the ledger.

The seed replays what the clients ask for and when the server is killed, not what the scheduler makes
of it: a breach that depends on both may take several runs with its seed.
"""

import argparse
import collections
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from books import Books, judge_stranger, judge_token, judge_totals  # noqa: E402
from clients import Clients, Order, Race, http  # noqa: E402
from ledger import KINDS, Breach, Ledger  # noqa: E402
from tenensd import SECRET_KEY, Tenensd  # noqa: E402

KILL_AFTER = (0.010, 0.120)  # seconds of load
FULL_EVERY = 50  # cycles, after which everything is read and judged anew
KEPT_PENDING = 12  # tickets that the clients leave alone, so that some live through the crash


class Load:
    """What the clients ask for. Every decision comes from the seed."""

    def __init__(self, ledger, user, seed):
        self.ledger = ledger
        self.user = user
        self.seed = seed
        self.pending = []  # tokens that can still be redeemed, as far as anybody knows
        self.spent = collections.deque(maxlen=200)
        self.creates = 0

    def start_cycle(self, cycle, clients):
        self.random = random.Random(f"{self.seed}/{cycle}")
        self.clients = clients
        self.queued = []
        return self.random.uniform(*KILL_AFTER)

    def next_order(self):
        if self.queued:
            return self.queued.pop()
        dice = self.random.random()
        if len(self.pending) < KEPT_PENDING or dice < 0.38:
            return self._create()
        if dice < 0.42 and self.spent:
            return self._on(self.random.choice(("redeem", "revoke")), self.random.choice(self.spent))
        if dice < 0.48 and self.spent:
            return self._on("end", self.random.choice(self.spent))
        token = self._take_pending()
        if dice < 0.60:
            return self._on("redeem", token)
        if dice < 0.85 and self.clients > 1:
            return self._race(token)
        return self._on("revoke" if dice < 0.95 else "end", token)

    def _take_pending(self):
        at = self.random.randrange(len(self.pending))
        self.pending[at], self.pending[-1] = self.pending[-1], self.pending[at]
        return self.pending.pop()

    def _race(self, token):
        race = Race(min(self.clients, self.random.choice((2, 3))))
        others = self.random.choices(("redeem", "revoke", "end"), (8, 1, 1), k=race.size - 1)
        self.queued = [self._on(kind, token, race) for kind in others]
        return self._on("redeem", token, race)

    def _create(self):
        self.creates += 1
        label = f"op-{self.creates}"
        return self.create(label, f"key-{label}" if self.random.random() < 0.3 else None)

    def create(self, label, key):
        body = {"user_id": self.user, "actor": {"sub": label}, "reason": "crash test"}
        headers = [f"Idempotency-Key: {key}"] if key else []
        request = http("POST", "/v1/actor_tokens", key=SECRET_KEY, body=body, headers=headers)
        return Order("create", request, (label, key))

    def _on(self, kind, token, race=None):
        if kind == "redeem":
            request = http("POST", "/v1/client/sign_ins", form=f"strategy=ticket&ticket={token.ticket}")
        else:
            request = http("POST", f"/v1/actor_tokens/{token.id}/{kind}", key=SECRET_KEY)
        return Order(kind, request, token, race)

    # ── what came of it ──────────────────────────────────────────────────────────────────────────

    def finished(self, order):
        if order.status is None:
            self._unanswered(order)
        elif order.kind == "create":
            expect(order, 200)
            self.pending.append(self.ledger.created(order.about[0], order.body()))
        else:
            self._answered(order)
            self.spent.append(order.about)

    def _unanswered(self, order):
        if not order.sent:
            return
        if order.kind == "create":
            self.ledger.create_unknown(*order.about)
        else:
            self.ledger.token_unknown(order.kind, order.about)

    def _answered(self, order):
        token, body = order.about, order.body()
        if order.kind == "redeem" and order.status == 200:
            self.ledger.redeemed(token, body["response"]["created_session_id"])
        elif order.kind == "redeem":
            expect(order, 400)
            self.ledger.redeem_refused(token, body["errors"][0]["code"])
        elif order.kind == "end":
            expect(order, 200)
            self.ledger.token_ended(token)
        elif order.status == 200:
            self.ledger.token_revoked(token)
        else:
            expect(order, 400, "actor_token_cannot_be_revoked_code")
            self.ledger.revoke_refused(token)


def expect(order, status, code=None):
    if order.status == status and (code is None or order.body()["errors"][0]["code"] == code):
        return
    raise Breach("answer", f"{order.kind} {order.about}: {order.status} {order.text[:300]}")


class Trial:
    """One database, crashed as often as asked."""

    def __init__(self, options, directory, ledger_path):
        self.options = options
        self.directory = directory
        self.ledger = Ledger(ledger_path)
        self.database = directory / "tenens.db"
        self.books = Books(self.database)
        self.load = None
        self.questions = []  # token ids to ask the API about after the restart
        self.found = 0  # unknown outcomes that turned out to have happened
        self.random = random.Random(options.seed)

    def start(self):
        return Tenensd("--log-level", "warning", dev=False, directory=self.directory,
                       program=self.options.program)

    def prepare(self):
        with self.start() as server:
            status, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
            if status != 200:
                raise Breach("answer", f"creating a user: {status} {user}")
            self.load = Load(self.ledger, user["id"], self.options.seed)

    def cycle(self, number):
        with self.start() as server:
            clients = Clients(server.port, self.options.clients)
            try:
                self._ask(clients)
                self._load_until_killed(number, server, clients)
            finally:
                clients.close()
            status = server.process.wait(timeout=30)
        if status != -signal.SIGKILL:
            raise Breach("answer", f"tenensd ended by itself with {status}: {''.join(server.log[-5:])}")
        self._judge(full=number % FULL_EVERY == 0 or number == self.options.cycles)

    def _ask(self, clients):
        """The API must say what the database says; and a create whose answer was lost can be repeated."""
        orders = [Order("read", http("GET", f"/v1/actor_tokens/{token}", key=SECRET_KEY), token)
                  for token in self.questions]
        orders += [self.load.create(label, key) for label, key in self.ledger.lost_creates.items() if key]
        clients.run(lambda: orders.pop() if orders else None, self._hear)

    def _hear(self, order):
        expect(order, 200)
        answer = order.body()
        if order.kind == "read":
            if answer["status"] != self.books.states[order.about][0]:
                raise Breach("lost", f"{order.about}: the API says {answer['status']}, the database"
                                     f" {self.books.states[order.about]}")
            return
        label = order.about[0]
        before = self.books.tokens.get(label)
        if before is not None and before != answer["id"]:
            raise Breach("double", f"{label} was created as {before} and, repeated, as {answer['id']}")
        self.load.finished(order)

    def _load_until_killed(self, number, server, clients):
        def kill(*_):
            os.kill(server.process.pid, signal.SIGKILL)

        # By a timer of the kernel, so that the moment has nothing to do with what the clients do.
        after = self.load.start_cycle(number, self.options.clients)
        before = signal.signal(signal.SIGALRM, kill)
        signal.setitimer(signal.ITIMER_REAL, after)
        try:
            clients.run(self.load.next_order, self.load.finished)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _judge(self, full):
        touched = self.ledger.end_cycle()
        new = self.books.read(touched)
        self._settle([token for token in new if token not in self.ledger.tokens],
                     [self.ledger.tokens[token] for token in touched])
        self.questions = self.random.sample(sorted(touched), min(24, len(touched)))
        if full:
            anew = Books(self.database)
            strangers = [token for token in anew.read() if token not in self.ledger.tokens]
            self._compare(anew, strangers, self.ledger.tokens.values())
            anew.check_file()

    def _compare(self, books, strangers, tokens):
        for token in tokens:
            judge_token(books, token)
        for token in strangers:
            judge_stranger(books, self.ledger, token)
        judge_totals(books)

    def _settle(self, strangers, tokens):
        """The server is gone, so what was unknown is now decided, one way or the other."""
        self._compare(self.books, strangers, tokens)
        self.found += len(strangers)
        waiting = {token.id for token in self.load.pending}
        for token in tokens:
            state = self.books.states[token.id][0]
            if state != "pending":
                self.found += bool(token.doubts) and not token.spent()
                token.settled = state
                self.load.spent.append(token)
            elif token.id not in waiting:
                self.load.pending.append(token)
            token.doubts.clear()
        self.load.pending = [token for token in self.load.pending if not token.spent()]


class Progress:
    def __init__(self, cycles):
        self.cycles = cycles
        self.began = time.monotonic()

    def show(self, number, ledger):
        if not sys.stderr.isatty():
            return
        done = number * 30 // self.cycles
        left = (time.monotonic() - self.began) / number * (self.cycles - number)
        sys.stderr.write(f"\r[{'#' * done}{'.' * (30 - done)}] {number}/{self.cycles} crashes,"
                         f" {ledger.acknowledged.total():,} answers, {ledger.unknown.total():,} unknown,"
                         f" {left:.0f} s left \033[K")
        if number == self.cycles:
            sys.stderr.write("\r\033[K")


def summary(trial, cycles, seconds, breach):
    told = trial.ledger.acknowledged
    lines = [
        f"crash: {cycles} cycles of kill -9 under {trial.options.clients} clients, seed {trial.options.seed},"
        f" {seconds:.0f} s: {'1 breach' if breach else '0 breaches'}",
        f"  acknowledged: {told['create']:,} creates, {told['redeem']:,} redemptions,"
        f" {told['revoke']:,} revocations, {told['end']:,} ends,"
        f" {told['refusal'] + told['revoke_refusal']:,} refusals",
        f"  unknown: {trial.ledger.unknown.total():,} requests without an answer, of which {trial.found:,}"
        " turned out to have happened",
    ]
    if breach:
        lines.append(f"breach {breach} ({KINDS[breach.kind]})")
    else:
        lines.append(f"  0 breaches in {cycles} cycles: with 95 % confidence fewer than"
                     f" {3 / cycles:.2g} a cycle (3/n)")
    return "\n".join(lines)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=int(os.environ.get("TENENS_CRASH_CYCLES", 500)))
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, printed")
    parser.add_argument("--program", help="the tenensd to crash; default: the build's")
    options = parser.parse_args()
    if options.cycles < 1 or options.clients < 1:
        parser.error("at least one cycle and one client")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000_000)
    if options.program:
        options.program = str(pathlib.Path(options.program).resolve())
    return options


def ledger_directory():
    """Another file system than the database's, where there is one."""
    memory = pathlib.Path("/dev/shm")
    return tempfile.mkdtemp(prefix="tenens-ledger-", dir=memory if os.access(memory, os.W_OK) else None)


def main():
    options = parse()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-crash-"))
    ledger = pathlib.Path(ledger_directory())
    trial = Trial(options, directory, ledger / "ledger.jsonl")
    progress = Progress(options.cycles)
    breach, number = None, 0
    try:
        trial.prepare()
        for number in range(1, options.cycles + 1):
            trial.cycle(number)
            progress.show(number, trial.ledger)
    except Breach as caught:
        breach = caught
        trial.ledger.end_cycle()
    print(summary(trial, number, time.monotonic() - progress.began, breach))
    if breach:
        print(f"kept: {trial.database} and {trial.ledger.path}")
        return 1
    shutil.rmtree(directory)
    shutil.rmtree(ledger)
    return 0


if __name__ == "__main__":
    sys.exit(main())
