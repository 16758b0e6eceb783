#!/usr/bin/env python3
"""Requests a second of tenensd, beside what this machine could do at most in the same minutes.

Every round measures the ceilings and the routes one after the other, the server on one core and the
load on another, on a fresh database. Figures are medians over the rounds, with the least and the most.
README.md says how to read them.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import machine

ROOT = pathlib.Path(__file__).resolve().parent.parent
SECRET_KEY = "sk_test_benchmark0123456789abcdef"
CONNECTIONS = 64
ENV = {"TENENS_SECRET_KEY": SECRET_KEY}

# What is measured, in the order of the table. `cpu_us` of the load itself is never counted.
CEILINGS = {
    "echo": "HTTP alone: same server, empty handler",
    "commit_create": "store alone: the rows of create",
    "commit_redeem": "store alone: the rows of redeem",
    "rsa": "openssl speed: RSA-2048 signs",
    "sync": "4 KiB + fdatasync, one at a time",
}
ROUTES = {
    "health": "GET /v1/health",
    "create": "POST /v1/actor_tokens",
    "redeem": "POST /v1/client/sign_ins",
    "token": "POST /v1/sessions/{id}/tokens",
}


class Progress:
    def __init__(self, steps):
        self.steps, self.done = steps, 0

    def step(self, text):
        if sys.stderr.isatty():
            filled = self.done * 30 // self.steps
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {text}\033[K")
        self.done += 1

    @staticmethod
    def clear():
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


class Bench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.server_core, self.load_core = machine.cores()
        self.progress = Progress(options.rounds * (len(CEILINGS) + len(ROUTES)) + 1)

    def program(self, name):
        path = self.options.bin / name
        if not path.exists():
            raise SystemExit(f"bench: error: there is no {path}\nhint: ./dev bench builds it")
        return str(path)

    # ── load ─────────────────────────────────────────────────────────────────────────────────────

    def wrk(self, port, path, seconds, **request):
        environment = {f"BENCH_{name.upper()}": str(value) for name, value in request.items()}
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(ROOT / "bench/wrk.lua"),
                   f"http://127.0.0.1:{port}{path}"]
        with machine.pinned(self.load_core):
            said = subprocess.run(command, env={**os.environ, **environment}, capture_output=True,
                                  text=True, check=True, timeout=seconds + 60).stdout
        return json.loads(said.strip().splitlines()[-1])

    def measure(self, server, path, **request):
        """One measurement, after a warm-up that is not counted."""
        self.wrk(server.port, path, 1, **request)
        before = server.cpu_seconds()
        said = self.wrk(server.port, path, self.options.seconds, **request)
        cpu = server.cpu_seconds() - before
        return self.figures(said, cpu * 1e6 / max(1, said["requests"]))

    @staticmethod
    def figures(said, cpu_us):
        return {"rate": said["requests"] / said["seconds"], "p50_ms": said["p50_ms"],
                "p99_ms": said["p99_ms"], "cpu_us": cpu_us, "requests": said["requests"],
                "not_2xx": said.get("not_2xx", 0), "broken": said.get("broken", 0)}

    # ── ceilings ─────────────────────────────────────────────────────────────────────────────────

    def echo(self):
        server = machine.Server([self.program("bench_echo")], self.directory, self.server_core)
        try:
            body = json.dumps({"user_id": "user_" + "0" * 27, "actor": {"sub": "user_support"}})
            return self.measure(server, "/", method="POST", type="application/json", body=body)
        finally:
            server.stop()

    def group_commit(self, kind, seconds):
        database = self.directory / f"group-commit-{kind}.db"
        command = [self.program("bench_group_commit"), kind, str(database), str(seconds)]
        with machine.pinned(self.server_core):
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        for file in self.directory.glob(database.name + "*"):
            file.unlink()
        return self.figures(said, said["cpu_us"])

    # ── the server ───────────────────────────────────────────────────────────────────────────────

    def tenensd(self, name):
        command = [self.program("tenensd"), "--listen", "127.0.0.1:0", "--database",
                   f"sqlite:{self.directory / name}.db"]
        return machine.Server(command, self.directory, self.server_core, ENV)

    @staticmethod
    def call(server, path, body=None, form=None):
        data = json.dumps(body or {}).encode() if form is None else form.encode()
        kind = "application/json" if form is None else "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind}
        if form is None:
            headers["Authorization"] = f"Bearer {SECRET_KEY}"
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", data, headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def creation(self, server):
        people = [self.call(server, "/v1/users", {"username": name})["id"] for name in ("ada", "grace")]
        body = {"user_id": people[0], "actor": {"sub": people[1]}}
        return {"method": "POST", "type": "application/json", "key": SECRET_KEY, "body": json.dumps(body)}

    def mint(self, server, create, count):
        """A file with at least so many tickets that nobody has used."""
        path = self.directory / "tickets"
        path.write_text("", encoding="utf-8")
        while (minted := path.read_text(encoding="utf-8").count("\n")) < count:
            if self.wrk(server.port, "/v1/actor_tokens", 1, mint=path, **create)["not_2xx"]:
                raise SystemExit("bench: error: tenensd refuses to create tokens")
            if path.read_text(encoding="utf-8").count("\n") == minted:
                raise SystemExit("bench: error: no ticket in the answers to create")
        return path

    def redeem(self, server, create, signs):
        # More than can be signed in that time.
        tickets = self.mint(server, create, int(signs * (self.options.seconds + 1) * 1.3))
        warm_up = self.directory / "tickets-warm-up"
        lines = tickets.read_text(encoding="utf-8").splitlines(keepends=True)
        share = len(lines) // (self.options.seconds + 1)
        warm_up.write_text("".join(lines[:share]), encoding="utf-8")
        tickets.write_text("".join(lines[share:]), encoding="utf-8")
        request = {"method": "POST", "type": "application/x-www-form-urlencoded"}
        self.wrk(server.port, "/v1/client/sign_ins", 1, tickets=warm_up, **request)
        before = server.cpu_seconds()
        said = self.wrk(server.port, "/v1/client/sign_ins", self.options.seconds, tickets=tickets, **request)
        cpu = server.cpu_seconds() - before
        return self.figures(said, cpu * 1e6 / max(1, said["requests"]))

    def session_token(self, server, create):
        token = self.call(server, "/v1/actor_tokens", json.loads(create["body"]))
        answer = self.call(server, "/v1/client/sign_ins", form=f"strategy=ticket&ticket={token['token']}")
        session = answer["response"]["created_session_id"]
        return self.measure(server, f"/v1/sessions/{session}/tokens", method="POST", key=SECRET_KEY)

    # ── all of it ────────────────────────────────────────────────────────────────────────────────

    def round(self, number):
        def step(what):
            self.progress.step(f"round {number} of {self.options.rounds}: {what}")

        found, others = {}, machine.Others()
        server = self.tenensd(f"round-{number}")
        try:
            create = self.creation(server)
            # Each route right after its own ceiling, so that both see the same minute.
            for name, take in {
                "echo": self.echo,
                "health": lambda: self.measure(server, "/v1/health"),
                "sync": lambda: machine.disk_syncs(self.directory, 1),
                "commit_create": lambda: self.group_commit("create", self.options.seconds),
                "create": lambda: self.measure(server, "/v1/actor_tokens", **create),
                "rsa": lambda: machine.rsa_signs(self.server_core, 1 if self.options.quick else 2),
                "token": lambda: self.session_token(server, create),
                "commit_redeem": lambda: self.group_commit("redeem", self.options.seconds),
                "redeem": lambda: self.redeem(server, create, found["rsa"]["rate"]),
            }.items():
                step({**CEILINGS, **ROUTES}[name])
                found[name] = take()
            found["peak_mib"] = server.memory()["peak"]
        finally:
            server.stop()
        found["others"] = others.share()
        return found

    def footprint(self):
        """Start and idle memory, on a database that exists and holds one user."""
        self.progress.step("start and memory")
        server = self.tenensd("idle")
        self.call(server, "/v1/users", {"username": "ada"})
        server.stop()
        port = machine.free_port()
        command = [self.program("tenensd"), "--listen", f"127.0.0.1:{port}", "--database",
                   f"sqlite:{self.directory / 'idle.db'}"]
        starts = [machine.time_to_first_answer(command, self.directory, port, ENV) for _ in range(15)]
        server = self.tenensd("idle")
        urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"http://127.0.0.1:{server.port}/v1/health", timeout=30).close()
        time.sleep(0.5)
        memory = server.memory()
        server.stop()
        return {"start_ms": starts, "idle_mib": memory}


# ── saying it ────────────────────────────────────────────────────────────────────────────────────


def ratios(round_):
    """Shares of ceilings, within one round: numerator and denominator saw the same machine."""
    rate = {name: round_[name]["rate"] for name in (*CEILINGS, *ROUTES)}
    cpu = {name: round_[name]["cpu_us"] for name in ("echo", "commit_create", "commit_redeem", "rsa")}
    # One core does all of it one after the other, so no request can cost less than the sum.
    create_sum = 1e6 / (cpu["echo"] + cpu["commit_create"])
    redeem_sum = 1e6 / (cpu["echo"] + cpu["commit_redeem"] + cpu["rsa"])
    token_sum = 1e6 / (cpu["echo"] + cpu["rsa"])
    return {
        "health / HTTP alone": rate["health"] / rate["echo"],
        "create / HTTP alone": rate["create"] / rate["echo"],
        "create / store alone": rate["create"] / rate["commit_create"],
        "create / one core doing HTTP + store": rate["create"] / create_sum,
        "create / fdatasyncs": rate["create"] / rate["sync"],
        "redeem / store alone": rate["redeem"] / rate["commit_redeem"],
        "redeem / RSA signs": rate["redeem"] / rate["rsa"],
        "redeem / one core doing HTTP + store + RSA": rate["redeem"] / redeem_sum,
        "session token / RSA signs": rate["token"] / rate["rsa"],
        "session token / one core doing HTTP + RSA": rate["token"] / token_sum,
    }


def spread(values, form):
    return f"{form.format(statistics.median(values))} [{form.format(min(values))}–{form.format(max(values))}]"


def row(rounds, name, title):
    def column(field, form):
        values = [found[name][field] for found in rounds if field in found[name]]
        return form.format(statistics.median(values)) if values else ""

    rates = spread([found[name]["rate"] for found in rounds], "{:,.0f}")
    busy = [found[name]["rate"] * found[name].get("cpu_us", 0) / 1e4 for found in rounds]
    shown_busy = f"{statistics.median(busy):.0f} %" if any(busy) else ""
    return (f"  {title:<40}{rates:>26}{column('p50_ms', '{:.2f}'):>9}{column('p99_ms', '{:.2f}'):>9}"
            f"{column('cpu_us', '{:.1f}'):>9}{shown_busy:>7}")


def report(rounds, footprint, options):
    one_core = " (one core only: server and load share it)" if options.shared else ""
    print(f"{len(rounds)} rounds of {options.seconds} s a figure, {CONNECTIONS} connections, SQLite with"
          f" synchronous=FULL, server on one core, load on another{one_core}")
    print(f"  {'':<40}{'a second, median [range]':>26}{'p50 ms':>9}{'p99 ms':>9}{'CPU µs':>9}{'busy':>7}")
    print("ceilings of this machine, now")
    for name, title in CEILINGS.items():
        print(row(rounds, name, title))
    print("tenensd")
    for name, title in ROUTES.items():
        print(row(rounds, name, title))
    shares = [ratios(found) for found in rounds]
    print("share of the ceilings, median [range] of the rounds")
    for name in shares[0]:
        print(f"  {name:<46}{spread([share[name] for share in shares], '{:.2f}'):>20}")
    memory = footprint["idle_mib"]
    print("size")
    print(f"  idle memory: {memory['rss']:.1f} MiB resident, {memory['anonymous']:.1f} of it its own;"
          f" after the loads at most {max(found['peak_mib'] for found in rounds):.0f} MiB")
    print(f"  exec to first answer, existing database, 15 starts: {spread(footprint['start_ms'], '{:.1f}')} ms")
    warn(rounds)


def warn(rounds):
    others = statistics.median(found["others"] for found in rounds)
    print(f"meanwhile other programs used {others:.0%} of this machine"
          + (": NOISY, repeat it on an idle one" if others > 0.05 else ""))
    for name in ROUTES:
        refused = sum(found[name]["not_2xx"] for found in rounds)
        broken = sum(found[name]["broken"] for found in rounds)
        if refused or broken:
            print(f"NOT VALID: {ROUTES[name]} had {refused} answers that were not 2xx, {broken} broken connections")


def options_of(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS", 3)))
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="one round of 2 s: a look, not a figure")
    parser.add_argument("--json", metavar="FILE", help="everything measured, round by round")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--directory", type=pathlib.Path, help="where databases go; default: beside --bin")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = 1, 2
    if options.rounds < 1 or options.seconds < 1:
        parser.error("at least one round of one second")
    options.bin = options.bin.resolve()
    options.shared = len(os.sched_getaffinity(0)) < 2
    return options


def main(arguments=None):
    options = options_of(arguments)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.directory or options.bin.parent))
    try:
        bench = Bench(options, directory)
        footprint = bench.footprint()
        rounds = [bench.round(number) for number in range(1, options.rounds + 1)]
        bench.progress.clear()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    report(rounds, footprint, options)
    if options.json:
        record = {"taken_at": int(time.time()), "machine": machine.describe(), "seconds": options.seconds,
                  "connections": CONNECTIONS, "rounds": rounds, "ratios": [ratios(found) for found in rounds],
                  "footprint": footprint}
        pathlib.Path(options.json).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
