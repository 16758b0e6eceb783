#!/usr/bin/env python3
"""Create and redeem of one, two and three tenensd on one PostgreSQL, beside what pgbench makes of the same
rows in the same minutes: fsync and synchronous_commit on, a cluster of its own, all of it on this machine.

The load, the nodes and PostgreSQL share the machine's cores, so the shares are what to look at. README.md
says how to read them.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import figures
import load
import machine
from load import CONNECTIONS  # dealt out among the nodes
from tenensd import BEARER, ENV, EXPIRED, JSON, LONG_AGO, Tenensd

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests/support"))

import postgres_cluster  # noqa: E402  pylint: disable=wrong-import-position

CLIENTS = (8, 16, 32, 64)  # of pgbench, which has the best of them count
RAW_CONNECTIONS = (1, 2, 4)
NODES = (1, 2, 3)
OLD = "old"  # the database that is cleaned up

# The rows as tenensd writes them, as literals, with keys in the order of time. The audit's sequence comes
# from a PostgreSQL sequence: no row is locked for it, which is to pgbench's advantage.
ID = "lpad(nextval('bench_{}')::text, 27, '0')"
AUDIT = ("INSERT INTO audit_events (instance_id, sequence, at, action, key_id, actor_sub, actor_payload, user_id,"
         " actor_token_id, session_id, address) VALUES ('ins_pgbench', nextval('bench_audit'), 1764000000000,"
         " 'actor_token_{}', {}, 'user_support', '{{\"sub\":\"user_support\"}}', 'user_' || repeat('0', 27),"
         " 'act_' || repeat('0', 27), {}, '127.0.0.1');")
STATEMENTS = {
    "create": [
        "INSERT INTO actor_tokens (instance_id, id, user_id, actor_sub, actor_payload, state, ticket_digest,"
        " expires_in_seconds, expires_at, session_max_duration_in_seconds, created_at, updated_at) VALUES"
        f" ('ins_pgbench', 'act_' || {ID.format('create')}, 'user_' || repeat('0', 27), 'user_support',"
        " '{\"sub\":\"user_support\"}', 'pending', decode(repeat('5a', 32), 'hex'), 3600, 1764003600000, 1800,"
        " 1764000000000, 1764000000000);",
        AUDIT.format("created", "'key_' || repeat('0', 27)", "NULL"),
    ],
    "redeem": [
        "UPDATE actor_tokens SET state = 'accepted', session_id = 'sess_' || repeat('0', 27), updated_at ="
        f" 1764000000001 WHERE instance_id = 'ins_pgbench' AND id = (SELECT 'act_' || {ID.format('redeem')})"
        " AND state = 'pending' AND expires_at > 1764000000001;",
        "INSERT INTO clients (instance_id, id, cookie_digest, last_active_session_id, created_at, updated_at)"
        f" VALUES ('ins_pgbench', 'client_' || {ID.format('client')}, decode(repeat('5a', 32), 'hex'),"
        " 'sess_' || repeat('0', 27), 1764000000001, 1764000000001);",
        "INSERT INTO sessions (instance_id, id, user_id, client_id, actor_sub, actor_payload, actor_token_id, state,"
        " last_active_at, expire_at, idle_limit_in_seconds, created_at, updated_at) VALUES ('ins_pgbench', 'sess_' ||"
        f" {ID.format('session')}, 'user_' || repeat('0', 27), 'client_' || repeat('0', 27), 'user_support',"
        " '{\"sub\":\"user_support\"}', 'act_' || repeat('0', 27), 'active', 1764000000001, 1764001800001, 600,"
        " 1764000000001, 1764000000001);",
        AUDIT.format("redeemed", "NULL", "'sess_' || repeat('0', 27)"),
    ],
}
SEQUENCES = ("create", "redeem", "client", "session", "audit")


class PostgresBench:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        tempfile.tempdir = str(directory)
        directory.chmod(0o755)  # PostgreSQL does not run as root
        self.cluster = postgres_cluster.Cluster("fsync=on", "synchronous_commit=on", "shared_buffers=256MB",
                                                "max_wal_size=4GB")
        self.everywhere = os.sched_getaffinity(0)
        self.started = 0

    def program(self, name):
        path = self.options.bin / name
        if not path.exists():
            raise SystemExit(f"bench: error: there is no {path}\nhint: ./dev bench --postgres builds it")
        return str(path)

    def postgres_cpu(self):
        """Seconds, of all its processes, those that have ended included."""
        postmaster, ticks = self.cluster.process.pid, 0
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text(encoding="utf-8").rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == postmaster:
                ticks += int(fields[11]) + int(fields[12])
            elif stat.parent.name == str(postmaster):
                ticks += sum(map(int, fields[11:15]))
        return ticks / machine.TICKS

    # ── pgbench and the raw insert ───────────────────────────────────────────────────────────────

    def prepare_pgbench(self):
        for name in SEQUENCES:
            self.cluster.psql(f"CREATE SEQUENCE bench_{name} CACHE 100")
        for name, statements in STATEMENTS.items():
            plain = ["BEGIN;", *statements, "END;"]
            for form, lines in {"plain": plain, "pipelined": ["\\startpipeline", *plain, "\\endpipeline"]}.items():
                (self.directory / f"{name}-{form}.sql").write_text("\n".join(lines) + "\n", encoding="ascii")

    def pgbench(self, name, form, clients):
        command = [f"{self.cluster.programs}/pgbench", "--no-vacuum", "--protocol=prepared", f"--client={clients}",
                   "--jobs=1", f"--time={self.options.seconds}", "--log", f"--log-prefix={self.directory}/latency",
                   f"--file={self.directory}/{name}-{form}.sql", self.cluster.url]
        before = self.postgres_cpu()
        said = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, check=True).stdout
        cpu = self.postgres_cpu() - before
        tps = re.search(r"^tps = ([\d.]+)", said, re.MULTILINE)
        if not tps:  # a busy machine took all the time to connect
            return {"rate": 0.0, "p99_ms": float("nan"), "clients": clients, "form": form, "postgres_us": float("nan")}
        rate = float(tps[1])
        took = []
        for log in self.directory.glob("latency*"):
            took += [int(line.split()[2]) for line in log.read_text(encoding="ascii").splitlines()]
            log.unlink()
        took.sort()
        return {"rate": rate, "p99_ms": took[int(len(took) * 0.99)] / 1000, "clients": clients, "form": form,
                "postgres_us": cpu * 1e6 / len(took)}

    def best_of_pgbench(self, name):
        tried = [self.pgbench(name, form, clients) for form in ("plain", "pipelined") for clients in CLIENTS]
        return {form: max((one for one in tried if one["form"] == form), key=lambda one: one["rate"])
                for form in ("plain", "pipelined")}

    def raw_inserts(self):
        tried = []
        for connections in RAW_CONNECTIONS:
            command = [self.program("bench_raw_inserts"), self.cluster.url, str(connections),
                       str(self.options.seconds)]
            before = self.postgres_cpu()
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
            cpu = (self.postgres_cpu() - before) * 1e6 / (said["rate"] * self.options.seconds)
            tried.append({**said, "clients": connections, "postgres_us": cpu})
        return max(tried, key=lambda one: one["rate"])

    # ── nodes ────────────────────────────────────────────────────────────────────────────────────

    @contextlib.contextmanager
    def nodes(self, count):
        nodes = []
        try:
            for _ in range(count):
                nodes.append(self.start())
            yield nodes
        finally:
            for node in nodes:
                node.stop()

    def start(self, database=None, *flags):
        self.started += 1
        home = self.directory / f"node-{self.started}"
        home.mkdir()
        return machine.Server(
            [self.program("tenensd"), "--listen", "127.0.0.1:0", "--log-level", "warning", *flags], home,
            self.everywhere, {**ENV, "TENENS_DATABASE": database or self.cluster.url})

    def sign_with(self, algorithm):
        """From now on; the servers have to have seen the key first."""
        subprocess.run([self.program("tenensd"), "keys", "rotate", "--publish-ahead", "3s", "--jwt-algorithm",
                        algorithm, "--database", self.cluster.url], stdout=subprocess.DEVNULL, check=True)
        time.sleep(4)

    @staticmethod
    def call(server, path, body):
        headers = {**BEARER, **JSON}
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", json.dumps(body).encode(), headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def creation(self, server):
        people = [self.call(server, "/v1/users", {"first_name": name})["id"] for name in ("Ada", "Grace")]
        body = {"user_id": people[0], "actor": {"sub": people[1]}}
        headers = "\n".join(f"{name}: {text}" for name, text in {**BEARER, **JSON}.items())
        return {"method": "POST", "headers": headers, "body": json.dumps(body)}

    def wrk(self, nodes, path, seconds, requests):
        """Loads all nodes at once, each by a wrk of its own; `requests` has one set of variables a node."""
        running, before = [], machine.children_cpu()
        for server, request in zip(nodes, requests):
            environment = {f"BENCH_{name.upper()}": str(value) for name, value in request.items()}
            running.append(subprocess.Popen(
                ["wrk", "-t1", f"-c{CONNECTIONS // len(nodes)}", f"-d{seconds}s", "-s", str(ROOT / "bench/wrk.lua"),
                 f"http://127.0.0.1:{server.port}{path}"],
                env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True))
        said = [json.loads(one.communicate(timeout=seconds + 60)[0].strip().splitlines()[-1]) for one in running]
        count = sum(one["requests"] for one in said)
        return {"rate": sum(one["requests"] / one["seconds"] for one in said), "requests": count,
                "load_us": (machine.children_cpu() - before) * 1e6 / max(1, count), "p99_ms": max(one["p99_ms"] for one in said),
                "wrong": sum(one["not_2xx"] + one["broken"] for one in said)}

    def measure(self, nodes, path, requests):
        before = sum(node.cpu_seconds() for node in nodes), self.postgres_cpu()
        said = self.wrk(nodes, path, self.options.seconds, requests)
        after = sum(node.cpu_seconds() for node in nodes), self.postgres_cpu()
        count = max(1, said["requests"])
        return {**said, "node_us": (after[0] - before[0]) * 1e6 / count,
                "postgres_us": (after[1] - before[1]) * 1e6 / count}

    def creates(self, nodes):
        create = [self.creation(nodes[0])] * len(nodes)
        self.wrk(nodes, "/v1/actor_tokens", 1, create)
        return self.measure(nodes, "/v1/actor_tokens", create)

    def redemptions(self, nodes):
        create = [self.creation(nodes[0])] * len(nodes)
        files = [self.directory / f"tickets-{i}" for i in range(len(nodes))]
        # More creates than redemptions are possible in the same time; the end of a file ends the run.
        self.wrk(nodes, "/v1/actor_tokens", 2 * self.options.seconds,
                 [{**request, "mint": file} for request, file in zip(create, files)])
        redeem = [{"method": "POST", "headers": "Content-Type: application/x-www-form-urlencoded",
                   "bodies": file} for file in files]
        redeemed = self.measure(nodes, "/v1/client/sign_ins", redeem)
        for file in files:
            file.unlink()
        return redeemed

    def routes(self):
        found = {}
        for count in NODES:
            with self.nodes(count) as nodes:
                found[f"nodes-{count}"] = {"create": self.creates(nodes), "redeem": self.redemptions(nodes)}
        self.sign_with("ES256")
        for count in NODES:
            with self.nodes(count) as nodes:
                found[f"nodes-{count}"]["redeem, ES256"] = self.redemptions(nodes)
        self.sign_with("RS256")
        return found

    def cleanup(self):
        """Latency of create at half the rate on a database full of what is over, while it is left there and while it is
        removed."""
        url, found = self.old_database(), {}
        count = "SELECT count(*) FROM actor_tokens"
        for name, retention in (("without", "off"), ("with", "90d")):
            node = self.start(url, "--retention", retention)
            try:
                rate = found["without"]["asked_rate"] if found else self.creates([node])["rate"] / 2
                self.cluster.psql("CHECKPOINT")
                before = int(self.cluster.psql(count, url))
                found[name] = self.open_loop(node, rate, 10)
                after = int(self.cluster.psql(count, url))
                found["removed"] = before + found[name]["requests"] - after
            finally:
                node.stop()
        return found

    def old_database(self):
        """Its URL: filled as a file, and moved."""
        with Tenensd(self.program("tenensd"), self.directory, OLD, self.everywhere) as filled:
            file = filled.database
        subprocess.run([self.program("bench_fill"), str(file), str(EXPIRED), str(EXPIRED // 10), str(LONG_AGO)],
                       check=True)
        self.cluster.psql(f"CREATE DATABASE {OLD}")
        url = self.cluster.url.rpartition("/")[0] + f"/{OLD}"
        subprocess.run([self.program("tenensd"), "migrate", "--from", f"sqlite:{file}", "--to", url], check=True,
                       capture_output=True)
        return url

    def open_loop(self, node, rate, seconds):
        request = load.Request("/v1/actor_tokens", "POST", {**BEARER, **JSON}, self.creation(node)["body"])
        return load.open_loop(self.everywhere, self.program("bench_open_loop"), node, request, rate, seconds)

    def warm_up(self):
        """A new cluster makes its log's files, zeros and all, while it is being measured; later it takes old ones."""
        with self.nodes(1) as nodes:
            self.creates(nodes)
            self.redemptions(nodes)
        for _ in range(2):
            self.raw_inserts()
            self.cluster.psql("CHECKPOINT")

    def round(self):
        others, ours = machine.Others(), self.postgres_cpu()
        began = time.monotonic()
        found = {"sync": machine.disk_syncs(self.directory, 1), **self.routes()}
        if not self.started_pgbench():
            self.prepare_pgbench()
        found["pgbench"] = {name: self.best_of_pgbench(name) for name in STATEMENTS}
        found["raw"] = self.raw_inserts()
        ours = (self.postgres_cpu() - ours) / (time.monotonic() - began) / os.cpu_count()
        found["others"] = max(0.0, others.share() - ours)
        return found

    def started_pgbench(self):
        return (self.directory / "create-plain.sql").exists()


# ── saying it ────────────────────────────────────────────────────────────────────────────────────


def ratios(round_):
    """What the goals are about is pgbench as it is usually run: a round trip a statement."""
    def pgbench(name, form):
        return round_["pgbench"][name][form]["rate"]

    found = {}
    for count in NODES:
        rate = {name: one["rate"] for name, one in round_[f"nodes-{count}"].items()}
        found[count] = {"create / pgbench (goal: 2.5)": rate["create"] / pgbench("create", "plain"),
                        "create / raw insert (goal: 0.5)": rate["create"] / round_["raw"]["rate"],
                        "redeem / pgbench (goal: 1)": rate["redeem"] / pgbench("redeem", "plain"),
                        "redeem, ES256 / pgbench": rate["redeem, ES256"] / pgbench("redeem", "plain"),
                        "create / pgbench, pipelined": rate["create"] / pgbench("create", "pipelined"),
                        "redeem / pgbench, pipelined": rate["redeem"] / pgbench("redeem", "pipelined")}
    return found


def row(name, one):
    def median(name, form):
        return form.format(statistics.median(o[name] for o in one)) if name in one[0] else " " * 8

    p99 = median("p99_ms", "{:8.1f}")
    cpu = " ".join(median(f"{of}_us", "{:8.0f}") for of in ("node", "postgres", "load"))
    wrong = "  NOT VALID" if any(o.get("wrong") for o in one) else ""
    return f"{name:<40} {figures.spread([o['rate'] for o in one]).text('{:,.0f}'):>28} {p99} {cpu}{wrong}"


def report(rounds):
    lines = [f"{'':<40} {'a second':>28} {'p99 ms':>8} {'CPU µs':>8} {'of PG':>8} {'of load':>8}"]
    lines.append(row("4 KiB + fdatasync", [round_["sync"] for round_ in rounds]))
    for name in STATEMENTS:
        for form in ("plain", "pipelined"):
            one = [round_["pgbench"][name][form] for round_ in rounds]
            clients = "/".join(str(o["clients"]) for o in one)
            lines.append(row(f"pgbench {name}, {form}, {clients} clients", one))
    lines.append(row("raw insert of creates, 64 a commit", [round_["raw"] for round_ in rounds]))
    for name in rounds[0]["nodes-1"]:
        for count in NODES:
            lines.append(row(f"{name}, {count} node{'s' * (count > 1)}",
                             [round_[f"nodes-{count}"][name] for round_ in rounds]))
    lines.append("")
    shares = [ratios(round_) for round_ in rounds]
    lines.append(f"{'shares (of the best number of clients)':<40}" + "".join(f"{f'{n} nodes':>22}" for n in NODES))
    for name in shares[0][1]:
        lines.append(f"{name:<40}" + "".join(f"{figures.spread([s[n][name] for s in shares]).text():>22}" for n in NODES))
    if any(round_["others"] > 0.05 for round_ in rounds):
        lines.append("NOISY: other programs used more than 5 % of the machine")
    return "\n".join(lines)


def report_cleanup(found):
    without, cleaning = (found[name]["p99_ms"] for name in ("without", "with"))
    return (f"p99 of create at {found['without']['asked_rate']:,.0f} a second: {without:.1f} ms, and {cleaning:.1f} ms while"
            f" {found['removed']:,} old tokens were removed: {cleaning / without:.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=4, help="of each measurement")
    parser.add_argument("--directory", default="/var/tmp", help="on the disk that is measured")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="all that was measured")
    options = parser.parse_args()
    if postgres_cluster.find_programs() is None:
        raise SystemExit(f"bench: error: {postgres_cluster.NOT_INSTALLED}")
    options.bin = options.bin.resolve()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench-postgres-", dir=options.directory))
    bench = None
    try:
        bench = PostgresBench(options, directory)
        print("warming up", file=sys.stderr)
        bench.warm_up()
        rounds = []
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            rounds.append(bench.round())
        print("cleaning up", file=sys.stderr)
        cleanup = bench.cleanup()
        print(report(rounds), report_cleanup(cleanup), sep="\n\n")
        if options.json:
            kept = {"machine": machine.describe(), "connections": CONNECTIONS, "rounds": rounds, "cleanup": cleanup}
            options.json.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    finally:
        if bench:
            bench.cluster.remove()
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
