#!/usr/bin/env python3
"""Sets the clock of a running tenensd forwards and back by an hour, and lets it run at ten times its speed,
by libfaketime. Now and then the server is killed, and starts with the clock set back.

A model of the promise runs beside it, on this process's own steady clock: what has been refused as expired
stays refused; what was made to live L seconds is refused after 2 L (at half speed, while the clock is
behind); what is told of time never goes back. A deadline of a connection is none of the clock's business.
"""

import argparse
import collections
import glob
import json

import pathlib
import random
import socket
import sqlite3
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from books import RAN_OUT  # noqa: E402
from ledger import KINDS, Breach  # noqa: E402
from skip import skipped  # noqa: E402
from tenensd import Tenensd  # noqa: E402
from trial import add_options, parse  # noqa: E402

HOUR = 3600
SHORT = 2  # seconds; a ticket's life
TEN_TIMES = 6  # real seconds at ten times the speed
EXPIRED = "ticket_expired_code"


def find_library():
    found = glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1") + glob.glob("/usr/lib/faketime/libfaketimeMT.so.1")
    return found[0] if found else None


class FakeTime:
    """What the server's clock says, as a file that it reads at each look."""

    def __init__(self, library, directory):
        self.file = directory / "faketime"
        self.library = library
        self.offset = 0
        self.set(0)

    def set(self, offset, speed=1):
        self.offset = offset
        following = self.file.with_suffix(".new")
        following.write_text(f"{offset:+d}{f' x{speed}' if speed != 1 else ''}\n", encoding="ascii")
        following.rename(self.file)

    def environment(self):
        return {"LD_PRELOAD": self.library, "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


class ClockTrial:
    """One database, its clock ill-treated in each of four ways, in a random order."""

    def __init__(self, options, random_numbers, directory, library):
        self.options = options
        self.directory = directory
        self.random = random_numbers
        self.time = FakeTime(library, directory)
        self.server = self.user = None
        self.latest = 0  # the latest moment that a record has
        self.dead = []  # tickets that were refused as expired
        self.done = collections.Counter()

    def start(self):
        self.server = Tenensd("--log-level", "warning", dev=False, directory=self.directory,
                              program=self.options.program, env=self.time.environment())
        if self.user is None:
            self.user = self.expect(200, "POST", "/v1/users", {"username": "customer"})["id"]

    def stop(self):
        if self.server is not None:
            self.server.kill()
            self.server._clean()

    def expect(self, status, *request, **options):
        got, body, _ = self.server.request(*request, **options)
        if got != status:
            raise Breach("answer", f"{request[1]}: {got} {body}")
        return body

    def create(self, life):
        token = self.expect(200, "POST", "/v1/actor_tokens", {
            "user_id": self.user, "actor": {"sub": "clock"}, "expires_in_seconds": life})
        self.see(token["created_at"], "a token's created_at")
        self.done["created"] += 1
        return token["token"]

    def see(self, moment, what):
        if moment < self.latest:
            raise Breach("expired", f"{what} is {self.latest - moment} ms before what was told already")
        self.latest = moment

    def redeem(self, ticket):
        """None, or the code of the refusal."""
        status, body, _ = self.server.request("POST", "/v1/client/sign_ins",
                                              form={"strategy": "ticket", "ticket": ticket})
        if status == 200:
            return None
        code = body["errors"][0]["code"]
        if status != 400 or code != EXPIRED:
            raise Breach("answer", f"redeeming: {status} {body}")
        return code

    def must_be_dead(self, ticket, why):
        if self.redeem(ticket) is None:
            raise Breach("expired", f"{why}, and it was accepted")
        self.done["refused"] += 1

    # ── what is done to the clock ────────────────────────────────────────────────────────────────

    def forwards(self):
        """All that lives for less than an hour has run out, and stays so when the clock is set right."""
        made = [(self.create(life), life) for life in (5, 60, 1800)]
        before = self.time.offset
        # An hour on from what was told: after an earlier jump that may be more than the machine's time.
        self.time.set(round(self.latest / 1000 - time.time()) + HOUR + 1)
        for ticket, life in made:
            self.must_be_dead(ticket, f"a ticket of {life} s is an hour old")
            self.dead.append(ticket)
        self.time.set(before)
        self.look_back()
        if self.redeem(self.create(HOUR)):
            raise Breach("answer", "after the clock was set right, a new ticket is refused")

    def backwards(self):
        """What is over is over, though the clock says that it has not begun."""
        ticket, made = self.create(SHORT), time.monotonic()
        long = self.create(HOUR)
        self.time.set(self.time.offset - HOUR)
        self.look_back()
        if self.redeem(long):
            raise Breach("answer", "the clock was set back, and a ticket of an hour is refused")
        time.sleep(max(0, made + 2 * SHORT + 0.2 - time.monotonic()))
        self.must_be_dead(ticket, f"a ticket of {SHORT} s is twice as old")
        self.dead.append(ticket)
        self.time.set(self.time.offset + HOUR)

    def killed_and_set_back(self):
        ticket = self.create(SHORT)
        time.sleep(2 * SHORT + 0.2)
        self.must_be_dead(ticket, f"a ticket of {SHORT} s has run out")
        self.dead.append(ticket)
        self.stop()
        self.time.set(self.time.offset - HOUR)
        self.start()
        self.must_be_dead(ticket, "it had run out before the server was killed and its clock set back")
        self.look_back()
        self.time.set(self.time.offset + HOUR)

    def time_is_behind(self):
        return self.latest / 1000 > time.time() + self.time.offset + 0.5

    def faster(self):
        """Ten times as fast: a ticket dies early; a connection that is being served does not."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=30) as slow:
            ticket = self.create(4 * TEN_TIMES)
            slow.sendall(b"GET /v1/health HTTP/1.1\r\nHost: a\r\n")
            self.time.set(self.time.offset, speed=10)
            time.sleep(TEN_TIMES)
            behind = self.time_is_behind()
            slow.sendall(b"\r\n")  # 60 s by the clock after a head began for which there are 10
            answer = slow.recv(64)
            if b" 200 " not in answer:
                raise Breach("answer", f"a connection's deadline followed the clock: {answer}")
            if not behind:
                self.must_be_dead(ticket, f"a ticket of {4 * TEN_TIMES} s, at ten times the speed")
        self.time.set(self.time.offset)

    def look_back(self):
        for ticket in self.random.sample(self.dead, min(3, len(self.dead))):
            self.must_be_dead(ticket, "it had been refused as expired")

    def run(self):
        steps = [self.forwards, self.backwards, self.killed_and_set_back, self.faster]
        self.random.shuffle(steps)
        self.start()
        for step in steps:
            step()
            self.done[step.__name__] += 1
        self.server.stop()
        self.server = None
        self.check_audit()

    def check_audit(self):
        db = sqlite3.connect(self.directory / "tenens.db")
        # What ran out by itself is noted afterwards, with the moment when it did.
        moments = [at for at, action in db.execute("SELECT at, action FROM audit_events ORDER BY sequence")
                   if action not in RAN_OUT]
        db.close()
        if moments != sorted(moments):
            raise Breach("expired", "the audit's moments go back")
        self.done["audit rows"] = len(moments)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, cycles=1)
    options = parse(parser)
    library = find_library()
    if library is None:
        return skipped("clock: libfaketime is not installed (Debian: faketime)")
    numbers = random.Random(options.seed)
    breach, done, began = None, collections.Counter(), time.monotonic()
    for _ in range(options.cycles):
        with tempfile.TemporaryDirectory(prefix="tenens-clock-") as directory:
            trial = ClockTrial(options, numbers, pathlib.Path(directory), library)
            try:
                trial.run()
            except Breach as caught:
                breach = caught
            finally:
                trial.stop()
        done += trial.done
        if breach:
            break
    print(f"clock: {options.cycles} rounds of an hour on, an hour back, killed and set back, ten times as fast,"
          f" seed {options.seed}, {time.monotonic() - began:.0f} s: {'1 breach' if breach else '0 breaches'}\n"
          f"  {json.dumps(done)}")
    if breach:
        print(f"breach {breach} ({KINDS[breach.kind]})")
    return 1 if breach else 0


if __name__ == "__main__":
    sys.exit(main())
