"""A database that is struck under load, again and again, and judged each time against the ledger.

Each cycle: start tenensd on the same file (and now and then kill it while it starts), ask it through
the API about what the last blow left, let the clients create, redeem (often several at once on one
ticket), revoke and end, strike at a random moment, read the database, judge. The clients live in this
process, and so does the ledger.

The seed replays what the clients ask for and when the blow falls, not what the scheduler makes of it: a
breach that depends on both may take several runs with its seed.
"""

import argparse
import contextlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from books import Books, judge, judge_all  # noqa: E402
from clients import Clients, Order, http  # noqa: E402
from ledger import KINDS, Breach, Ledger  # noqa: E402
from load import Load, expect  # noqa: E402
import tenensd  # noqa: E402
from tenensd import SECRET_KEY, Tenensd, binary  # noqa: E402

FULL_EVERY = 50  # cycles, after which everything is read and judged anew


def verify_audit(url):
    """Checkpoints are made while blows fall: whatever is left, they must be of it."""
    done = tenensd.run("audit", "verify", env={"TENENS_DATABASE": url})
    if done.returncode:
        raise Breach("edited", done.stdout + done.stderr)


def kind_of(said):
    """The breach that tenensd itself speaks of."""
    if "is an older copy" in said:
        return "lost"
    return "corrupt" if "malformed" in said else "answer"


def new_user(server):
    """The id of whom all tokens are for."""
    status, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
    if status != 200:
        raise Breach("answer", f"creating a user: {status} {user}")
    return user["id"]


class Trial:
    """One database, struck as often as asked."""

    name, strikes = "crash", "kill -9"
    tolerates_unavailable = False
    wanted = None  # the kind of breach that the run has to end with

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
        try:
            return Tenensd("--log-level", "warning", dev=False, directory=self.directory,
                           program=self.options.program)
        except RuntimeError as error:
            raise Breach(kind_of(str(error)), str(error)) from error  # it looks itself, before it serves

    def strike(self, pid):
        """Ends the server. Called from a signal handler, at a moment that the seed has chosen."""
        os.kill(pid, signal.SIGKILL)

    def database_url(self):
        return f"sqlite:{self.database}"

    def recover(self):
        """What has to happen before the database can be read again."""

    def close(self):
        """Leaves the machine as it was."""

    def crash_while_starting(self):
        """Nobody has been told anything then, but what had been said before must outlive that too."""
        command = [self.options.program or binary(), "--listen", "127.0.0.1:0",
                   "--database", f"sqlite:{self.database}"]
        process = subprocess.Popen(command, cwd=self.directory, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL,
                                   env={**os.environ, "TENENS_SECRET_KEY": SECRET_KEY})
        time.sleep(self.random.uniform(0, 0.03))
        process.kill()
        process.wait(timeout=30)

    def prepare(self):
        with self.start() as server:
            self.load = Load(self.ledger, new_user(server), self.options.seed, self.tolerates_unavailable)

    def cycle(self, number):
        if self.random.random() < 0.1:
            self.crash_while_starting()
        with self.start() as server:
            with self._clients(server) as clients:
                self._ask(clients)
                self._load_until_struck(number, server, clients)
            status = server.process.wait(timeout=30)
        if status != -signal.SIGKILL:
            raise Breach("answer", f"tenensd ended by itself with {status}: {''.join(server.log[-5:])}")
        self.recover()
        self._judge(full=number % FULL_EVERY == 0)

    def finish(self):
        """A last look through the API, an orderly stop, and all of it judged once more."""
        with self.start() as server:
            with self._clients(server) as clients:
                self._ask(clients)
        self._judge(full=True)

    @contextlib.contextmanager
    def _clients(self, server):
        clients = None
        try:
            clients = Clients([server.port], self.options.clients)
            yield clients
        except (ConnectionError, TimeoutError) as error:
            raise Breach("answer", f"{error}; tenensd said: {''.join(server.log[-5:])}") from error
        finally:
            if clients is not None:
                clients.close()

    def _ask(self, clients):
        """The API must say what the database says; and a create whose answer was lost can be repeated."""
        orders = [Order("read", http("GET", f"/v1/actor_tokens/{token}", key=SECRET_KEY), token)
                  for token in self.questions]
        orders += [self.load.create(label, key) for label, key in self.ledger.lost_creates.items() if key]
        clients.run(lambda: orders.pop() if orders else None, self._hear)

    def _hear(self, order):
        if order.status == 503 and order.kind == "create" and self.tolerates_unavailable:
            return self.load.finished(order)  # the disk has failed already
        expect(order, 200)
        answer = order.body()
        if order.kind == "read":
            said = (answer["status"], answer.get("session_id"))
            if said != self.books.states[order.about]:
                raise Breach("lost", f"{order.about}: the API says {said}, the database"
                                     f" {self.books.states[order.about]}")
            return None
        label = order.about[0]
        before = self.books.tokens.get(label)
        if before is not None and before != answer["id"]:
            raise Breach("double", f"{label} was created as {before} and, repeated, as {answer['id']}")
        return self.load.finished(order)

    def _load_until_struck(self, number, server, clients):
        def strike(*_):
            self.strike(server.process.pid)

        # By a timer of the kernel, so that the moment has nothing to do with what the clients do.
        after = self.load.start_cycle(number, self.options.clients)
        before = signal.signal(signal.SIGALRM, strike)
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
            judge_all(self.ledger, self.database)
            verify_audit(self.database_url())

    def _settle(self, strangers, tokens):
        """The server is gone, so what was unknown is now decided, one way or the other."""
        judge(self.ledger, self.books, strangers, tokens)
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

    # ── what the summary says ────────────────────────────────────────────────────────────────────

    def conditions(self):
        return f"of {self.strikes} under {self.options.clients} clients"

    def counts(self):
        told = self.ledger.acknowledged
        return [
            f"  acknowledged: {told['create']:,} creates, {told['redeem']:,} redemptions,"
            f" {told['revoke']:,} revocations, {told['end']:,} ends,"
            f" {told['refusal'] + told['revoke_refusal']:,} refusals",
            f"  unknown: {self.ledger.unknown.total():,} requests without an answer, of which {self.found:,}"
            " turned out to have happened",
        ]


class Progress:
    def __init__(self, cycles):
        self.cycles = cycles
        self.began = time.monotonic()

    def show(self, number, ledger=None):
        if not sys.stderr.isatty():
            return
        done = number * 30 // self.cycles
        left = (time.monotonic() - self.began) / number * (self.cycles - number)
        answers = ledger and f" {ledger.acknowledged.total():,} answers, {ledger.unknown.total():,} unknown,"
        sys.stderr.write(f"\r[{'#' * done}{'.' * (30 - done)}] {number}/{self.cycles} cycles,{answers or ''}"
                         f" {left:.0f} s left \033[K")
        if number == self.cycles:
            sys.stderr.write("\r\033[K")


def summary(trial, cycles, seconds, breach):
    lines = [
        f"{trial.name}: {cycles} cycles {trial.conditions()}, seed {trial.options.seed}, {seconds:.0f} s:"
        f" {'1 breach' if breach else '0 breaches'}",
        *trial.counts(),
    ]
    if breach:
        lines.append(f"breach {breach} ({KINDS[breach.kind]})")
    else:
        lines.append(f"  0 breaches in {cycles} cycles: with 95 % confidence fewer than"
                     f" {3 / cycles:.2g} a cycle (3/n)")
    return "\n".join(lines)


def add_options(parser, cycles, clients=16):
    parser.add_argument("--cycles", type=int, default=cycles)
    parser.add_argument("--clients", type=int, default=clients)
    parser.add_argument("--seed", type=int, default=None, help="default: a new one, printed")
    parser.add_argument("--program", help="the tenensd to strike; default: the build's")


def parse(parser: argparse.ArgumentParser):
    options = parser.parse_args()
    if options.cycles < 1 or options.clients < 1:
        parser.error("at least one cycle and one client")
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(1_000_000_000)
    if options.program:
        options.program = str(pathlib.Path(options.program).resolve())
    signal.signal(signal.SIGTERM, end_on_signal)
    return options


def end_on_signal(*_):
    """So that whoever ends it finds nothing mounted, and nothing running."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: what it started has to be taken down
    sys.exit(128 + signal.SIGTERM)


def ledger_directory():
    """Another file system than the database's, where there is one."""
    memory = pathlib.Path("/dev/shm")
    return tempfile.mkdtemp(prefix="tenens-ledger-", dir=memory if os.access(memory, os.W_OK) else None)


def forget(trial):
    """`trial` lives in a directory of its own, and so does its ledger."""
    shutil.rmtree(trial.directory, ignore_errors=True)
    shutil.rmtree(trial.ledger.path.parent, ignore_errors=True)


def keep(trial):
    """What there is to look at after a breach: the database, elsewhere, and the ledger, where it is."""
    kept = tempfile.mkdtemp(prefix="tenens-kept-")
    with contextlib.suppress(OSError):
        trial.recover()
    with contextlib.suppress(OSError):  # of what a broken file system does not show
        shutil.copytree(trial.directory, kept, dirs_exist_ok=True)
    trial.close()
    shutil.rmtree(trial.directory, ignore_errors=True)
    print(f"kept: {kept}/{trial.database.name} and {trial.ledger.path}")


def run(trial, cycles):
    """The exit status: 0, or 1 if there was a breach, or not the one that is wanted."""
    progress = Progress(cycles)
    breach, number = None, 0
    try:
        trial.prepare()
        for number in range(1, cycles + 1):
            trial.cycle(number)
            progress.show(number, trial.ledger)
        trial.finish()
    except Breach as caught:
        breach = caught.with_traceback(None)  # which would keep the database open, and its file system busy
        trial.ledger.end_cycle()
    except BaseException as end:
        trial.close()
        if isinstance(end, (KeyboardInterrupt, SystemExit)):
            forget(trial)
        raise
    print(summary(trial, number, time.monotonic() - progress.began, breach), flush=True)
    ended_with = breach.kind if breach else None
    if ended_with in (None, trial.wanted):
        trial.close()
        forget(trial)
    else:
        keep(trial)
    return 0 if ended_with == trial.wanted else 1
