#!/usr/bin/env python3
"""Instructions per request, counted by callgrind: a guard that no noise of the machine reaches.

tenensd runs under callgrind twice for each work, with few requests and with many, one after the other on one
connection; the difference divided by the requests between is what one more request costs, start and end
left out. Only this process's own instructions count, not the kernel's and no waiting. The signature is
counted apart: beside it nothing else would show.

Compared with instructions.json, whose figures `--record` replaces.
"""

import argparse
import concurrent.futures
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import machine
from tenensd import ENV, Tenensd

ROOT = pathlib.Path(__file__).resolve().parent.parent
RECORD = pathlib.Path(__file__).with_suffix(".json")
WORKS = ("health", "create", "redeem", "token")
FEW, MANY = 20, 420
# What one may grow by. Other versions of the compiler and the libraries count a little differently.
MARGIN, MARGIN_ELSEWHERE = 0.03, 0.20
SIGNATURE_MARGIN = 0.10  # blinding is random, and the code depends on the processor
SIGNERS = {"EVP_DigestSign", "EVP_DigestSignFinal", "EVP_PKEY_sign"}
BY_THE_CLOCK = "Checkpointer::step"  # what a thread of its own does, however many requests there are
PACKAGES = ("g++-12", "libboost1.81-dev", "libc6", "libsqlite3-0", "libssl3", "libstdc++6")


# ── reading callgrind's file ─────────────────────────────────────────────────────────────────────


def read_profile(text):
    """(instructions of all, instructions in the signers and what they call, {object: its own instructions})"""
    names, objects, current = {}, {}, "?"
    signature, function, callee, after_calls = 0, "", "", False

    def named(kind, line):
        number, _, name = line.partition(" ")  # the name stands there the first time only
        return names.setdefault((kind, number), name)

    for line in text.splitlines():
        key, _, rest = line.partition("=")
        if key == "ob":
            current = named("ob", rest)
        elif key == "fn":
            function = named("fn", rest)
        elif key == "cfn":
            callee = named("fn", rest)
        elif key == "cob":
            named("ob", rest)
        elif key == "calls":
            after_calls = True
        elif line[:1] in "0123456789+-*" and line:
            cost = int(line.split()[1]) if len(line.split()) > 1 else 0
            if not after_calls:
                objects[current] = objects.get(current, 0) + cost
            elif base_name(callee) in SIGNERS and base_name(function) not in SIGNERS:
                signature += cost
            after_calls = False
    return sum(objects.values()), signature, objects


def base_name(function):
    """Without the version of a symbol and callgrind's number of a recursion."""
    return re.split(r"['@]", function)[0]


def read_profiles(directory):
    """The sum of a process's threads but for those that work by the clock."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(directory.glob("callgrind.out*"))]
    read = [read_profile(text) for text in texts if BY_THE_CLOCK not in text]
    objects = {}
    for _, _, costs in read:
        for name, cost in costs.items():
            objects[name] = objects.get(name, 0) + cost
    return sum(one[0] for one in read), sum(one[1] for one in read), objects


# ── counting ─────────────────────────────────────────────────────────────────────────────────────


class Counter:
    def __init__(self, program, directory):
        self.program, self.directory = program, directory
        self.prepare()

    def prepare(self):
        """Keys, people, a session and tickets, made at full speed before anything is counted."""
        with Tenensd(self.program, self.directory, "prepared", os.sched_getaffinity(0)) as ours:
            self.works = {name: ours.works()[name] for name in WORKS}
            body = json.loads(ours.creation.body)
            self.tickets = [ours.call("/v1/actor_tokens", body)["token"] for _ in range(MANY)]

    def count(self, work, requests):
        directory = self.directory / f"{work}-{requests}"
        directory.mkdir()
        for file in self.directory.glob("prepared.db*"):
            shutil.copy(file, directory)
        command = ["valgrind", "--tool=callgrind", "--separate-threads=yes",
                   f"--callgrind-out-file={directory}/callgrind.out", self.program, "--listen", "127.0.0.1:0",
                   "--database", f"sqlite:{directory}/prepared.db"]
        with machine.Server(command, directory, os.sched_getaffinity(0), ENV, name="tenensd") as server:
            self.send(server.port, work, requests)
            if status := server.stop(signal.SIGTERM):
                raise SystemExit(f"instructions: tenensd ended with {status}: {server.errors.read_text()}")
        return read_profiles(directory)

    def send(self, port, work, requests):
        request = self.works[work]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for number in range(requests):
            body = f"strategy=ticket&ticket={self.tickets[number]}" if work == "redeem" else request.body
            connection.request(request.method, request.path, body or None, request.headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200:
                raise SystemExit(f"instructions: {work} answered {answer.status}: {said[:200]}")
        connection.close()


def per_request(few, many):
    total, signature = ((many[i] - few[i]) / (MANY - FEW) for i in (0, 1))
    objects = {pathlib.Path(name).name: (cost - few[2].get(name, 0)) / (MANY - FEW) for name, cost in many[2].items()}
    return {"instructions": round(total - signature), "signature": round(signature),
            "objects": {name: round(cost) for name, cost in sorted(objects.items(), key=lambda it: -it[1]) if cost > 50}}


def measure(program, works):
    directory = pathlib.Path(tempfile.mkdtemp(prefix="instructions-"))
    try:
        counter = Counter(str(program), directory)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            runs = {(work, n): pool.submit(counter.count, work, n) for work in works for n in (FEW, MANY)}
            return {work: per_request(runs[work, FEW].result(), runs[work, MANY].result()) for work in works}
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def versions():
    said = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${Version}\n", *PACKAGES], capture_output=True,
                          text=True, check=False).stdout if shutil.which("dpkg-query") else ""
    return dict(line.split() for line in said.splitlines() if len(line.split()) == 2)


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge(found, record, here):
    """[(work, what, now, recorded, margin, is too much)]"""
    margin = MARGIN if here == record["versions"] else MARGIN_ELSEWHERE
    lines = []
    for work, now in found.items():
        before = record["per_request"][work]
        for what, most in (("instructions", margin), ("signature", max(margin, SIGNATURE_MARGIN))):
            if now[what] or before[what]:
                lines.append((work, what, now[what], before[what], most, now[what] > before[what] * (1 + most)))
    return lines


def report(lines):
    print(f"{'per request':<24}{'now':>12}{'recorded':>12}{'change':>9}{'margin':>9}")
    for work, what, now, before, margin, too_much in lines:
        change = f"{now / before - 1:+.1%}" if before else "new"
        print(f"{work + ' ' + what:<24}{now:>12,}{before:>12,}{change:>9}{margin:>9.0%}{'  TOO MUCH' if too_much else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--record", action="store_true", help="take what is counted now as what it should be")
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/bin/tenensd")
    parser.add_argument("works", nargs="*", metavar="WORK", help=f"of {', '.join(WORKS)}; default: all")
    options = parser.parse_args()
    works = options.works or WORKS
    if unknown := set(works) - set(WORKS):
        parser.error(f"no such work: {', '.join(sorted(unknown))}")
    if not shutil.which("valgrind"):
        print("instructions: valgrind is not here (package valgrind): nothing is counted")
        return 1 if os.environ.get("CI") == "true" else 77
    found = measure(options.program.resolve(), works)
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {"per_request": {}}
    if options.record:
        record = {"versions": versions(), "per_request": {**record["per_request"], **found}}
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    lines = judge(found, record, versions())
    report(lines)
    if not any(line[-1] for line in lines):
        return 0
    print("instructions: requests have become dearer. If that is meant: bench/instructions.py --record, and say"
          " in the commit what it buys.")
    return 1


if __name__ == "__main__":
    sys.exit(main())
