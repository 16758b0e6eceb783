#!/usr/bin/env python3
"""Asks ten times what a tenensd can do. What it admits has to be done about as fast as ever, and the rest
has to be told so at once.

The capacity is measured first, in the same minute, with as many clients as keep it busy. The server has one
core, and the sender the others: ten times what can be signed (--work token) is within its reach; of creates,
which cost the server little more than the sender, it sends what it can. With --strict the bounds are those that
the documents print; without, no time is judged, for a machine that does something else besides, but everything
else is.

Turning away costs, too. --strict also measures how much of the core nginx leaves to a program that signs, when it
turns as many away with a constant text: no more than that is asked of us.
"""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import turning_away  # noqa: E402
from clients import http  # noqa: E402
from ledger import KINDS  # noqa: E402
from tenensd import SECRET_KEY, Tenensd, binary  # noqa: E402

STRICT = {"goodput": 0.8, "admitted_p99_ms": 250, "refused_p99_ms": 50}
CORES = os.sched_getaffinity(0)
MEASURED_ALIKE = 0.95  # of two measurements on a virtual machine, one after the other
ANY = {"goodput": 0, "admitted_p99_ms": float("inf"), "refused_p99_ms": float("inf")}


def storm(server, connections, rate, seconds, requests):
    """`requests` are (bytes, once)."""
    given = b"".join(b"%d%s\n%s" % (len(request), b" once" if once else b"", request)
                     for request, once in requests)
    done = subprocess.run([binary("storm"), str(server.port), str(connections), str(rate),
                           str(round(seconds * 1000))], input=given, capture_output=True, check=False,
                          timeout=seconds + 60)
    if done.returncode:
        raise SystemExit(done.stderr.decode())
    return json.loads(done.stdout)


def creates(server):
    _, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
    return http("POST", "/v1/actor_tokens", key=SECRET_KEY,
                body={"user_id": user["id"], "actor": {"sub": "overload"}}), False


def tokens(server):
    """Session JWTs, which cost a signature each."""
    _, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
    _, token, _ = server.request("POST", "/v1/actor_tokens", {"user_id": user["id"], "actor": {"sub": "overload"}})
    _, answer, _ = server.request("POST", "/v1/client/sign_ins", form={"strategy": "ticket", "ticket": token["token"]})
    session = answer["response"]["created_session_id"]
    return http("POST", f"/v1/sessions/{session}/tokens", key=SECRET_KEY), False


WORKS = {"create": creates, "token": tokens}


@contextlib.contextmanager
def on_a_core_of_its_own():
    """What is started within has one core, which what is started afterwards leaves alone."""
    if len(CORES) == 1:
        yield
        return
    own = min(CORES)
    os.sched_setaffinity(0, {own})
    yield
    os.sched_setaffinity(0, CORES - {own})


def left_by_nginx(connections, rate, seconds):
    """The part of a core that is left while nginx turns `rate` requests a second away."""
    with turning_away.beside_signatures(on_a_core_of_its_own) as (nginx, signers_seconds):
        before = signers_seconds()
        storm(nginx, connections, rate, seconds, [(http("POST", "/", key=SECRET_KEY), False)])
        return (signers_seconds() - before) / seconds


class OverloadTrial:
    def __init__(self, server, options):
        self.server = server
        self.options = options
        self.bounds = STRICT if options.strict else ANY
        self.complaints = []
        self.work = WORKS[options.work](server)

    def load(self, connections, rate, seconds, requests):
        return storm(self.server, connections, rate, seconds, requests)

    def demand(self, holds, what):
        print(f"  {'ok    ' if holds else 'FAILED'} {what}")
        if not holds:
            self.complaints.append(what)

    def run(self):
        seconds = self.options.seconds
        self.load(64, 0, 1, [self.work])  # warms up
        calm = self.load(64, 0, seconds, [self.work])
        capacity = calm["statuses"]["200"] / seconds
        light = self.load(8, capacity / 10, 1, [self.work])
        print(f"overload: {capacity:,.0f} {self.options.work}s a second are the capacity,"
              f" p99 {calm['admitted']['p99_ms']:.0f} ms with 64 clients")
        storm = self.load(self.options.connections, 10 * capacity, seconds, [self.work])
        after = self.load(8, capacity / 10, 1, [self.work])
        self.judge(capacity, light, storm, after)
        if self.complaints:
            print(f"breach late: {self.complaints[0]} ({KINDS['late']})")
        return not self.complaints

    def judge(self, capacity, light, storm, after):
        bounds, statuses = self.bounds, storm["statuses"]
        offered = sum(statuses.values()) / self.options.seconds
        goodput = statuses.get("200", 0) / self.options.seconds / capacity
        print(f"  offered {offered / capacity:.1f} times the capacity: {json.dumps(statuses)},"
              f" {storm['not_sent']} not sent")
        least = bounds["goodput"]
        if self.options.strict and turning_away.is_possible():
            rate = statuses.get("503", 0) / self.options.seconds
            left = left_by_nginx(self.options.connections, rate, self.options.seconds)
            print(f"  nginx turns {rate:,.0f} a second away and leaves {left:.0%} of the core")
            least = min(least, left * MEASURED_ALIKE)
        self.demand(goodput >= least, f"goodput {goodput:.0%} of the capacity")
        self.demand(storm["admitted"]["p99_ms"] < bounds["admitted_p99_ms"],
                    f"admitted: p99 {storm['admitted']['p99_ms']:.0f} ms")
        self.demand(storm["refused"]["count"] > 0 and storm["refused"]["p99_ms"] < bounds["refused_p99_ms"],
                    f"refused: {storm['refused']['count']}, p99 {storm['refused']['p99_ms']:.0f} ms")
        self.demand(storm["without_retry_after"] == 0 and storm["unanswered"] == 0,
                    "every refusal has Retry-After, and nobody is left without an answer")
        self.demand(set(statuses) <= {"200", "429", "503"}, "nothing but 200, 429 and 503")
        self.demand(set(after["statuses"]) == {"200"},
                    f"normal right after: {json.dumps(after['statuses'])}, p99"
                    f" {after['admitted']['p99_ms']:.0f} ms (before: {light['admitted']['p99_ms']:.0f} ms)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", choices=WORKS, default="create")
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--program", help="the tenensd to ask; default: the build's")
    options = parser.parse_args()
    with on_a_core_of_its_own():
        server = Tenensd("--log-level", "warning", dev=False, program=options.program,
                         env={"TENENS_THREADS": os.environ.get("TENENS_THREADS", "1")})
    with server:
        return 0 if OverloadTrial(server, options).run() else 1


if __name__ == "__main__":
    sys.exit(main())
