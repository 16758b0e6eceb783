#!/usr/bin/env python3
"""Kills the primary of a PostgreSQL cluster under load, again and again, and compares what three nodes
have said with what the promoted standby has.

The nodes live through all of it; their URL names three hosts: the primary, its synchronous standby, and a
second standby. Each cycle: load on all nodes; the primary and all its processes are killed (SIGKILL); the
standby that has more is promoted, and the other follows it; the clients ask until every node takes writes
again; a new standby is built in the old primary's place. Whoever was told `outcome_unknown` asks again with
his nonce. In turn the cycles do more:

  plain      nothing; in every second one the standbys had fallen behind before the blow
  cancelled  the standbys fall behind, and the waits for them are cancelled: PostgreSQL then reports success
  as it was  the old primary comes back as if nothing had happened, while the new one serves
  rewound    the old primary becomes the new standby by pg_rewind

Then all is quiet, and the database is judged as after a crash; what was unknown must have been told in
the audit, once, and as it turned out. With --asynchronous the cluster waits for no standby, and the run
has to end with a breach: it shows that this program sees a loss.
"""

import argparse
import collections
import csv
import io
import os
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from clients import Clients  # noqa: E402
from failover_load import FailoverLoad  # noqa: E402
from ledger import Breach  # noqa: E402
from postgres_cluster import require  # noqa: E402
from postgres_hosts import Host, furthest_first, url_of  # noqa: E402
from tenensd import Tenensd  # noqa: E402
from trial import Trial, add_options, ledger_directory, new_user, parse, run  # noqa: E402

NODES = 3
KINDS_OF_CYCLES = ("plain", "cancelled", "as it was", "rewound")
BEHIND = 0.3  # seconds by which the standbys are late, where they are
AFTERWARDS = 1.0  # seconds of load while the old primary is back
SERVICE_WITHIN = 10  # seconds after the promotion, for every node
NOBODY_ASKED = ("session.expired", "session.abandoned")  # the server's own acts
WRITES_TO_SERVE = 3  # acknowledged creates, after which a node counts as back
COLUMNS = {
    "instances": "id",
    "actor_tokens": "instance_id, id, state, session_id, actor_sub",
    "sessions": "instance_id, id, actor_token_id, state, client_id",
    "clients": "instance_id, id",
    "audit_events": "instance_id, sequence, action, actor_token_id, session_id, actor_sub, code",
    "idempotency": "instance_id, actor_token_id",
}


class FailoverTrial(Trial):
    name = "failover"

    def __init__(self, options, directory, ledger_path):
        super().__init__(options, directory, ledger_path)
        waits = () if options.asynchronous else ("synchronous_standby_names=*",)
        self.wanted = "lost" if options.asynchronous else None
        self.hosts = [Host(*waits) for _ in range(3)]
        self.primary, *self.standbys = self.hosts
        self.nodes = []
        self.kinds = collections.Counter()
        self.cancelled = 0
        self.given_up = threading.Event()
        self.slowest = 0.0  # seconds from a promotion until all nodes served

    # ── the cluster ──────────────────────────────────────────────────────────────────────────────

    def prepare(self):
        self.primary.initialise()
        self.primary.start()
        for standby in self.standbys:
            standby.copy_from(self.primary)
        if not self.options.asynchronous:
            self.primary.wait_for_sync_standby()
        for _ in range(NODES):
            self.nodes.append(self._start_node())
        self.load = FailoverLoad(self.ledger, new_user(self.nodes[0]), self.options.seed)

    def _start_node(self, attempts=5):
        """As a supervisor does: making the first keys may take a busy machine too long."""
        flags = [] if self.options.asynchronous else ["--require-sync-standby"]
        while True:
            try:
                return Tenensd("--log-level", "warning", *flags, dev=False, database=False,
                               program=self.options.program, env={"TENENS_DATABASE": self.database_url()})
            except RuntimeError:
                attempts -= 1
                if not attempts:
                    raise

    def close(self):
        for node in self.nodes:
            node.kill()
            node.__exit__(Breach, None, None)
        for host in self.hosts:
            host.remove()

    def blow(self, kind, after):
        """What happens to the hosts, while the clients ask."""
        time.sleep(after)
        if kind == "cancelled" or self.options.asynchronous or self.random.random() < 0.5:
            self._fall_behind(cancelling=kind == "cancelled" and not self.options.asynchronous)
        old = self.primary
        old.kill()
        self.primary, other = furthest_first(self.standbys)
        self.primary.promote()
        promoted = time.monotonic()
        self.load.writes.clear()
        other.follow(self.primary)
        self._wait_for_service(promoted)
        if kind == "as it was":
            self._come_back(old)
        if kind == "rewound":
            old.rewind_to(self.primary)
        else:
            old.copy_from(self.primary)
        self.standbys = [other, old]

    def _fall_behind(self, cancelling):
        self.primary.freeze_senders()
        until, cancelled = time.monotonic() + BEHIND, 0
        # On a busy machine it may be a while before anybody waits.
        while time.monotonic() < until or (cancelling and not cancelled and time.monotonic() < until + 5):
            if cancelling:
                cancelled += self.primary.cancel_waits_for_standby()
            time.sleep(0.02)
        if cancelling and not cancelled:
            raise RuntimeError("nobody waited for a standby that could be cancelled")
        self.cancelled += cancelled

    def _wait_for_service(self, promoted):
        while any(self.load.writes[node.port] < WRITES_TO_SERVE for node in self.nodes):
            if self.given_up.is_set():
                raise RuntimeError("given up")
            if time.monotonic() > promoted + SERVICE_WITHIN:
                counts = [self.load.writes[node.port] for node in self.nodes]
                raise Breach("slow", f"{SERVICE_WITHIN} s after the promotion the nodes have acknowledged"
                                     f" {counts} creates")
            time.sleep(0.02)
        self.slowest = max(self.slowest, time.monotonic() - promoted)

    def _come_back(self, old):
        """It takes reads and writes as before, and stands first in every node's list."""
        old.start()
        self.primary.psql("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                          " WHERE application_name = 'tenensd'")
        time.sleep(AFTERWARDS)
        self.load.over.set()
        time.sleep(0.2)
        asked = old.psql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenensd'"
                         " AND query LIKE '%actor_tokens%'")
        old.kill()
        if asked != "0":
            raise Breach("lost", f"{asked} connections of nodes have been used on the former primary")

    # ── a cycle ──────────────────────────────────────────────────────────────────────────────────

    def cycle(self, number):
        kind = KINDS_OF_CYCLES[number % len(KINDS_OF_CYCLES)]
        self.kinds[kind] += 1
        clients = Clients([node.port for node in self.nodes], self.options.clients)
        try:
            after = self.load.start_cycle(number, self.options.clients)
            with ThreadPoolExecutor(1) as pool:
                blow = pool.submit(self.blow, kind, after)
                blow.add_done_callback(lambda _: self.load.over.set())
                try:
                    clients.run(self.load.next_order, self.load.finished)
                except BaseException:
                    self.given_up.set()
                    raise
                blow.result()
            self._ask_again(clients)
            self._wait_for_quiet()
            self._judge(full=True)
            self._ask(clients)  # every node, what the database has
            if clients.alive != self.options.clients:
                raise Breach("answer", f"only {clients.alive} connections are left")
        except subprocess.CalledProcessError as error:
            raise RuntimeError(f"cycle {number} ({kind}): {error}") from error
        finally:
            clients.close()

    def _ask_again(self, clients):
        waiting = [(self.ledger.tokens[token], nonce) for token, nonce in self.load.nonces.items()]
        self.load.nonces.clear()
        deadline = time.monotonic() + SERVICE_WITHIN

        def next_order():
            if not waiting:
                return None
            if time.monotonic() > deadline:
                raise Breach("slow", "who asks again gets no answer")
            return FailoverLoad.redeem(*waiting.pop(), kind="redeem again")

        def heard(order):
            if not self.load.heard_again(order):
                if order.body()["errors"][0]["code"] == "outcome_unknown":
                    self.load.unknown[order.about.id] += 1
                    self.ledger.token_unknown("redeem", order.about)
                time.sleep(0.02)
                waiting.append((order.about, order.nonce))

        while waiting:
            clients.run(next_order, heard)

    def _wait_for_quiet(self):
        """No commit is under way any more, and the nodes have told what became of the unknown ones."""
        deadline = time.monotonic() + SERVICE_WITHIN
        wanted = self.load.unknown.total()
        while True:
            busy, told = self.primary.psql(
                "SELECT (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'tenensd'"
                " AND state <> 'idle'), (SELECT count(*) FROM audit_events"
                " WHERE action IN ('outcome_committed', 'outcome_undone')"
                f" AND code NOT IN {NOBODY_ASKED})").split("|")
            if busy == "0" and int(told) >= wanted:
                return
            if time.monotonic() > deadline:
                raise Breach("unaudited", f"{wanted} outcomes were unknown, the audit tells of {told}")
            time.sleep(0.05)

    def _judge(self, full):
        self._copy_database()
        super()._judge(full)
        self._judge_outcomes()

    def database_url(self):
        return url_of(self.hosts)

    def _copy_database(self):
        """Into a file, as the books want it."""
        self.database.unlink(missing_ok=True)
        db = sqlite3.connect(self.database)
        with db:
            for table, columns in COLUMNS.items():
                text = self.primary.psql(f"COPY (SELECT {columns} FROM {table}) TO STDOUT (FORMAT csv, NULL '\\N')")
                rows = [[None if value == "\\N" else value for value in row] for row in csv.reader(io.StringIO(text))]
                columns = columns.replace("sequence", "sequence INTEGER")
                db.execute(f"CREATE TABLE {table} ({columns})")
                db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * (columns.count(',') + 1))})", rows)
        db.close()

    def _judge_outcomes(self):
        db = sqlite3.connect(self.database)
        rows = db.execute("SELECT action, code, actor_token_id, actor_sub, session_id FROM audit_events"
                          " WHERE action LIKE 'outcome%'").fetchall()
        db.close()
        told = collections.Counter()
        for action, code, token, label, session in rows:
            if code in NOBODY_ASKED:
                continue
            told[label if code == "actor_token.created" else token] += 1
            took_place = {"actor_token.created": token in self.books.states,
                          "actor_token.redeemed": session in self.books.sessions}.get(code)
            if took_place is not None and took_place != (action == "outcome_committed"):
                raise Breach("unaudited", f"{action}: {code} of {token}, which is not so")
        if told != self.load.unknown:
            raise Breach("unaudited", f"outcomes told that were not unknown: {told - self.load.unknown}; unknown"
                                      f" and not told: {self.load.unknown - told}")

    def finish(self):
        for node in self.nodes:
            node.stop()
        self._judge(full=True)

    # ── what the summary says ────────────────────────────────────────────────────────────────────

    def conditions(self):
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.items())
        return (f"({kinds}) under {self.options.clients} clients on {NODES} nodes"
                f"{', asynchronous on purpose' if self.options.asynchronous else ''}")

    def counts(self):
        load, (acknowledged, _) = self.load, super().counts()
        return [
            f"{acknowledged}; {load.unavailable:,} answers that nothing happened",
            f"  unknown: {load.unknown.total():,} outcomes, of which {self.found:,} had taken place, each told in the"
            f" audit; asked again with the nonce: {load.asked_again[200]:,} got their session,"
            f" {load.asked_again[400]:,} the refusal",
            f"  waits for the standby cancelled: {self.cancelled:,}; all nodes served again within"
            f" {self.slowest:.1f} s of the promotion",
        ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, cycles=int(os.environ.get("TENENS_FAILOVER_CYCLES", 10)), clients=12)
    parser.add_argument("--asynchronous", action="store_true", help="wait for no standby: must end with a breach")
    options = parse(parser)
    if options.clients < 2:
        parser.error("at least two clients")
    require()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-failover-"))
    return run(FailoverTrial(options, directory, pathlib.Path(ledger_directory()) / "ledger.jsonl"), options.cycles)


if __name__ == "__main__":
    sys.exit(main())
