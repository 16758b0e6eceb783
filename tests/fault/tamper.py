#!/usr/bin/env python3
"""Edits the audit of a stopped tenensd in every way that comes to mind, again and again, and demands each time
that `tenensd audit verify` notices, and names the first event that is not what it was. Then cuts the audit off
and demands that a server which goes on with it signs nothing.
"""

import argparse
import json
import pathlib
import random
import re
import shutil
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import audit_log  # noqa: E402
from clients import Clients, Order, http  # noqa: E402
from ledger import KINDS, Breach  # noqa: E402
from tenensd import SECRET_KEY, Tenensd, run  # noqa: E402
from trial import Progress  # noqa: E402

ROUNDS = 5  # starts of the server, each of which leaves at least one checkpoint


def make_audit(directory, events):
    """A database with about so many events, all of them covered, and the newest checkpoint as a witness."""
    for _ in range(ROUNDS):
        with Tenensd("--log-level", "warning", dev=False, directory=directory) as server:
            status, user, _ = server.request("POST", "/v1/users", {"first_name": "Ada"})
            assert status == 200, user
            orders = [Order("create", http("POST", "/v1/actor_tokens", key=SECRET_KEY, body={
                "user_id": user["id"], "actor": {"sub": f"admin_{i % 7}"}, "reason": f"ticket {i}"}), i)
                      for i in range(events // ROUNDS)]
            clients = Clients([server.port], 8)
            try:
                clients.run(lambda todo=orders: todo.pop() if todo else None, lambda order: None)
            finally:
                clients.close()
    db = sqlite3.connect(directory / "tenens.db")
    (jws,) = db.execute("SELECT jws FROM audit_checkpoints ORDER BY size DESC LIMIT 1").fetchone()
    db.close()
    (directory / "witness").write_text(jws + "\n", encoding="utf-8")


# ── the edits: each returns the first event that is not what it was, or None if no event is ─────────


def other(rng, value):
    if isinstance(value, int):
        return value + rng.choice((-1000, -1, 1, 1000))
    if value is None or rng.random() < 0.2 and value != "":
        return "x" if value is None else ""
    at = rng.randrange(len(value) + 1)
    return value[:at] + rng.choice("ax 0") + value[at:]


# instance_id and sequence are where it is.
COLUMNS = ("at", "action", "key_id", "actor_sub", "actor_payload", "user_id", "actor_token_id", "sign_in_token_id",
           "session_id", "address", "reason", "code")


def edit_event(rng, db, last):
    sequence, column = rng.randint(1, last), rng.choice(COLUMNS)
    (value,) = db.execute(f"SELECT {column} FROM audit_events WHERE sequence = ?", (sequence,)).fetchone()
    db.execute(f"UPDATE audit_events SET {column} = ? WHERE sequence = ?", (other(rng, value), sequence))
    return sequence


def remove_event(rng, db, last):
    sequence = rng.randint(1, last)
    db.execute("DELETE FROM audit_events WHERE sequence = ?", (sequence,))
    return sequence


def remove_and_close_up(rng, db, last):
    sequence = rng.randint(1, last)
    db.execute("DELETE FROM audit_events WHERE sequence = ?", (sequence,))
    for following in range(sequence + 1, last + 1):
        db.execute("UPDATE audit_events SET sequence = sequence - 1 WHERE sequence = ?", (following,))
    return sequence


def swap_events(rng, db, last):
    first, second = sorted(rng.sample(range(1, last + 1), 2))
    for old, new in ((first, -1), (second, first), (-1, second)):
        db.execute("UPDATE audit_events SET sequence = ? WHERE sequence = ?", (new, old))
    return first


def insert_event(rng, db, last):
    sequence = rng.randint(1, last)
    for following in range(last, sequence - 1, -1):
        db.execute("UPDATE audit_events SET sequence = sequence + 1 WHERE sequence = ?", (following,))
    columns = [row[1] for row in db.execute("PRAGMA table_info(audit_events)")]
    values = ", ".join("?" if column == "sequence" else "'forged'" if column == "reason" else column
                       for column in columns)
    db.execute(f"INSERT INTO audit_events SELECT {values} FROM audit_events WHERE sequence = ?",
               (sequence, last + 1))
    return sequence


def cut_off(rng, db, last):
    sequence = rng.randint(max(1, last - 20), last)
    db.execute("DELETE FROM audit_events WHERE sequence >= ?", (sequence,))
    return sequence


def cut_off_with_checkpoints(rng, db, last):
    sequence = rng.randint(1, last)
    db.execute("DELETE FROM audit_events WHERE sequence >= ?", (sequence,))
    db.execute("DELETE FROM audit_checkpoints WHERE size >= ?", (sequence,))


def remove_checkpoints(rng, db, last):
    sizes = [size for size, in db.execute("SELECT size FROM audit_checkpoints ORDER BY size")]
    db.execute("DELETE FROM audit_checkpoints WHERE size = ?", (rng.choice(sizes[:-1]),))


def edit_checkpoint(rng, db, last):
    column = rng.choice(("root", "jws", "leaves", "created_at", "size"))
    size, value = rng.choice(db.execute(f"SELECT size, {column} FROM audit_checkpoints").fetchall())
    if isinstance(value, bytes):
        at = rng.randrange(len(value))
        changed = value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1:]
    elif isinstance(value, str):
        at = rng.randrange(len(value))
        changed = value[:at] + ("A" if value[at] != "A" else "B") + value[at + 1:]
    else:
        changed = value + (1000 if column == "created_at" else rng.choice((-1, 1)))
    db.execute(f"UPDATE audit_checkpoints SET {column} = ? WHERE size = ?", (changed, size))


def forge(rng, db, last):
    """An event, and every digest after it computed anew: all but the signatures."""
    edit_event(rng, db, last)
    db.row_factory = sqlite3.Row
    leaves = [audit_log.leaf(dict(row)) for row in db.execute("SELECT * FROM audit_events ORDER BY sequence")]
    before = 0
    for size, in [tuple(row) for row in db.execute("SELECT size FROM audit_checkpoints ORDER BY size")]:
        db.execute("UPDATE audit_checkpoints SET leaves = ?, peaks = ?, root = ? WHERE size = ?",
                   (b"".join(leaves[before:size]), b"".join(audit_log.peaks(leaves[:size])),
                    audit_log.root(leaves[:size]), size))
        before = size


EDITS = (edit_event, remove_event, remove_and_close_up, swap_events, insert_event, cut_off, cut_off_with_checkpoints,
         remove_checkpoints, edit_checkpoint, forge)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


class Tamper:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.database = directory / "tenens.db"
        make_audit(directory, options.events)
        self.good = directory / "good.db"
        shutil.copy(self.database, self.good)
        self.last = len(audit_log.read(self.database)[0])
        self.rng = random.Random(options.seed)
        self.took = 0.0

    def restore(self):
        for name in ("tenens.db-wal", "tenens.db-shm"):
            (self.directory / name).unlink(missing_ok=True)
        shutil.copy(self.good, self.database)

    def faults(self):
        began = time.monotonic()
        done = run("audit", "verify", "--json", "--database", f"sqlite:{self.database}", "--witness",
                   self.directory / "witness", program=self.options.program)
        self.took += time.monotonic() - began
        if done.returncode not in (0, 1) or not done.stdout:
            # A value that no program of ours can have written: refused, which is noticed.
            return [done.stderr.strip()] if done.returncode == 1 and "error" in done.stderr else []
        return [finding["text"] for finding in json.loads(done.stdout)["findings"] if finding["level"] == "wrong"]

    def cycle(self, number):
        edit = EDITS[number % len(EDITS)]
        self.restore()
        db = sqlite3.connect(self.database)
        expected = edit(self.rng, db, self.last)
        db.commit()
        db.close()
        faults = self.faults()
        if not faults:
            raise Breach("edited", f"{edit.__name__}: nothing was noticed")
        named = re.match(r"event (\d+) ", faults[0])
        if expected is not None and (not named or int(named[1]) != expected):
            raise Breach("edited", f"{edit.__name__}: event {expected} is not the first that was named: {faults[0]}")

    def go_on_with_a_shortened_one(self):
        """It may serve; it must not sign."""
        self.restore()
        db = sqlite3.connect(self.database)
        db.execute("DELETE FROM audit_events WHERE sequence > ?", (self.last - 3,))
        before = db.execute("SELECT max(size) FROM audit_checkpoints").fetchone()
        db.commit()
        db.close()
        with Tenensd(dev=False, directory=self.directory, program=self.options.program) as server:
            user = server.request("POST", "/v1/users", {"first_name": "Eve"})[1]["id"]
            for _ in range(6):
                server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "eve"}})
        db = sqlite3.connect(self.database)
        after = db.execute("SELECT max(size) FROM audit_checkpoints").fetchone()
        db.close()
        if after != before:
            raise Breach("edited", f"the audit was cut off at {self.last - 3}, and a checkpoint of {after[0]} was signed")
        if "audit_broken" not in "".join(server.log):
            raise Breach("edited", "a server that went on with a shortened audit said nothing about it")

    def run(self):
        if faults := self.faults():
            raise Breach("edited", f"nobody has touched it yet: {faults[0]}")
        self.go_on_with_a_shortened_one()
        progress = Progress(self.options.cycles)
        for number in range(1, self.options.cycles + 1):
            self.cycle(number)
            progress.show(number)
        print(f"{self.options.cycles} edits of {self.last:,} events, seed {self.options.seed}: each was noticed, and the"
              f" first event was named; verifying took {1000 * self.took / (self.options.cycles + 1):.0f} ms each")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000_000))
    parser.add_argument("--program", help="the tenensd to ask; default: the build's")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tenens-tamper-") as folder:
        try:
            Tamper(options, pathlib.Path(folder)).run()
        except Breach as breach:
            print(f"breach {breach} ({KINDS[breach.kind]}), seed {options.seed}")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
