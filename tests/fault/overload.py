#!/usr/bin/env python3
"""Asks ten times what a tenensd can do. What it admits has to be done about as fast as ever, and the rest
has to be told so at once.

The capacity is measured first, in the same minute, with as many clients as keep it busy. With --strict the
bounds are those that the documents print; without, no time is judged, for a machine that does something
else besides, but everything else is.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from clients import http  # noqa: E402
from ledger import KINDS  # noqa: E402
from tenensd import SECRET_KEY, Tenensd, binary  # noqa: E402

STRICT = {"goodput": 0.8, "admitted_p99_ms": 250, "refused_p99_ms": 50}
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


class Trial:
    def __init__(self, server, options):
        self.server = server
        self.options = options
        self.bounds = STRICT if options.strict else ANY
        self.complaints = []
        _, user, _ = server.request("POST", "/v1/users", {"username": "customer"})
        self.create = (http("POST", "/v1/actor_tokens", key=SECRET_KEY, body={
            "user_id": user["id"], "actor": {"sub": "overload"}}), False)

    def load(self, connections, rate, seconds, requests):
        return storm(self.server, connections, rate, seconds, requests)

    def demand(self, holds, what):
        print(f"  {'ok    ' if holds else 'FAILED'} {what}")
        if not holds:
            self.complaints.append(what)

    def run(self):
        seconds = self.options.seconds
        self.load(64, 0, 1, [self.create])  # warms up
        calm = self.load(64, 0, seconds, [self.create])
        capacity = calm["statuses"]["200"] / seconds
        light = self.load(8, capacity / 10, 1, [self.create])
        print(f"overload: {capacity:,.0f} creates a second are the capacity,"
              f" p99 {calm['admitted']['p99_ms']:.0f} ms with 64 clients")
        storm = self.load(self.options.connections, 10 * capacity, seconds, [self.create])
        after = self.load(8, capacity / 10, 1, [self.create])
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
        self.demand(goodput >= bounds["goodput"], f"goodput {goodput:.0%} of the capacity")
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
    parser.add_argument("--seconds", type=float, default=3, help="of each measurement")
    parser.add_argument("--connections", type=int, default=2000)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--program", help="the tenensd to ask; default: the build's")
    options = parser.parse_args()
    with Tenensd("--log-level", "warning", dev=False, program=options.program,
                 env={"TENENS_THREADS": os.environ.get("TENENS_THREADS", "1")}) as server:
        return 0 if Trial(server, options).run() else 1


if __name__ == "__main__":
    sys.exit(main())
