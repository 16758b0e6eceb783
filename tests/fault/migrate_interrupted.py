#!/usr/bin/env python3
"""`tenensd migrate`, killed at every statement that it sends, and run again.

A preloaded library counts the statements and kills the process (SIGKILL) at the n-th. For each n, on an
empty target of its own: killed once statement n is sent and before its answer; then the same command
again, which must complete; then the target must hold exactly what an undisturbed migration leaves. A
last target is killed before statement 1, 2, 3 … of one run after the other, until a run gets through.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position

postgres_cluster.require()

import filled  # pylint: disable=wrong-import-position
from tenensd import binary  # pylint: disable=wrong-import-position

TABLES = ("instances", "secret_keys", "signing_keys", "users", "user_emails", "removed_users", "actor_tokens",
          "sign_in_tokens", "sessions", "clients", "audit_events", "audit_counters", "idempotency")


class Failed(Exception):
    pass


class MigrationTrial:
    def __init__(self, cluster, source, library):
        self.cluster, self.source, self.library = cluster, source, library

    def target(self, name):
        self.cluster.psql(f"CREATE SCHEMA {name}")
        return f"{self.cluster.url}?options=-csearch_path%3D{name}"

    def run(self, url, **preloaded):
        environment = {**os.environ, "TENENS_DATABASE": url}
        if preloaded:
            environment |= {"LD_PRELOAD": str(self.library), **{key: str(value) for key, value in preloaded.items()}}
        return subprocess.run([binary(), "migrate", "--from", f"sqlite:{self.source.path}"], env=environment,
                              capture_output=True, text=True, check=False, timeout=60)

    def contents(self, name):
        """A line of digests of the whole target, by PostgreSQL itself."""
        parts = " || ' ' || ".join(f"(SELECT count(*) || ':' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text),"
                                   f" '')) FROM {table} t)" for table in TABLES)
        return self.cluster.psql(f"SET search_path = {name}; SELECT {parts}")

    def complete(self, url, name, expected, what):
        again = self.run(url)
        if again.returncode:
            raise Failed(f"{what}: the second run says: {again.stderr}")
        if (found := self.contents(name)) != expected:
            raise Failed(f"{what}: the target holds\n{found}\ninstead of\n{expected}")
        return "already" in again.stdout

    def killed_after(self, number, expected):
        """True if it had completed all the same."""
        name = f"after_{number}"
        url = self.target(name)
        died = self.run(url, DIE_AFTER=number)
        if died.returncode != -9:
            raise Failed(f"statement {number}: was not killed: {died.returncode}, {died.stderr}")
        was_complete = self.complete(url, name, expected, f"killed after statement {number}")
        self.cluster.psql(f"SET client_min_messages = error; DROP SCHEMA {name} CASCADE")
        return was_complete

    def killed_before_each(self, expected):
        """How many kills one target took."""
        url = self.target("before")
        number = 0
        while True:
            number += 1
            run = self.run(url, DIE_BEFORE=number)
            if run.returncode == 0:
                break
            if run.returncode != -9:
                raise Failed(f"killed before {number} statements in turn: {run.stderr}")
        self.complete(url, "before", expected, "killed before each statement in turn")
        return number - 1


def judge(trial, folder):
    count_file = folder / "count"
    url = trial.target("undisturbed")
    done = trial.run(url, COUNT_STATEMENTS=count_file)
    if done.returncode:
        raise Failed(done.stderr)
    statements = int(count_file.read_text(encoding="ascii"))
    expected = trial.contents("undisturbed")
    if any(part.startswith("0:") for part in expected.split()):
        raise Failed(f"a table without rows proves nothing: {expected}")
    began = time.monotonic()
    complete = [trial.killed_after(number, expected) for number in range(1, statements + 1)]
    in_turn = trial.killed_before_each(expected)
    print(f"killed after each of {statements} statements and resumed: {statements} complete and equal"
          f" ({sum(complete)} had committed the end); one target killed {in_turn} times in turn: complete and equal;"
          f" {time.monotonic() - began:.0f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--library", type=pathlib.Path, required=True, help="the library to preload")
    options = parser.parse_args()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-migrate-"))
    cluster = postgres_cluster.Cluster()
    try:
        judge(MigrationTrial(cluster, filled.fill(folder), options.library.resolve()), folder)
    except Failed as failure:
        print(f"migrate_interrupted: {failure}")
        return 1
    finally:
        cluster.remove()
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
