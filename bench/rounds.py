"""What is measured, and in which order: ceilings, works and peers, round by round, and what is taken once."""

import collections
import json
import pathlib
import shutil
import subprocess
import sys
import time

import cpu_profile
import figures
import load
import machine
import peers
import report
from tenensd import ENV, ES256, EXPIRED, LONG_AGO, MALLOC, Tenensd

WARM_UP = 1
TURN = 1  # seconds; of those that take turns
CLEANING = 4  # seconds; of those that see old records removed
FEW_CONNECTIONS = (1, 8)
MANY_CONNECTIONS = (256,)
OPEN_LOOP = ("create", "redeem", "token", "read")
OPEN_SHARE = 0.7
TWO_CORES = ("create", "token", "redeem")


class Progress:
    def __init__(self):
        self.began, self.what, self.share = time.monotonic(), "", 0.0

    def step(self, what, share):
        if sys.stderr.isatty():
            filled = int(share * 30)
            sys.stderr.write(f"\r[{'#' * filled}{'.' * (30 - filled)}] {self._passed()} {what}\033[K")
            sys.stderr.flush()
        elif what.split(":")[0] != self.what.split(":")[0]:
            sys.stderr.write(f"bench: {self._passed()} {what.split(':')[0]}\n")
        self.what = what

    def _passed(self):
        seconds = int(time.monotonic() - self.began)
        return f"{seconds // 60}:{seconds % 60:02}"

    @staticmethod
    def clear():
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")


class Bench:
    def __init__(self, options, directory, chosen_peers):
        self.options, self.directory, self.peers = options, directory, chosen_peers
        self.server_core, self.load_core = machine.cores()
        self.absent = {}
        self.tenensd_program = self.program("tenensd")
        self.large = self.old = None  # names of files for the rounds

    def program(self, name):
        path = self.options.bin / name
        if not path.exists():
            raise SystemExit(f"bench: error: there is no {path}\nhint: ./dev bench builds it")
        return str(path)

    def tenensd(self, name, *flags, cores=None):
        return Tenensd(self.tenensd_program, self.directory, name, cores or self.server_core, *flags)

    # ── one figure ───────────────────────────────────────────────────────────────────────────────

    def measure(self, server, request, core=None, connections=load.CONNECTIONS, seconds=None):
        """A closed loop, after a warm-up that is not counted."""
        core, seconds = core or self.load_core, seconds or self.options.seconds
        if request.bodies:
            return self.measure_bodies(server, request, core, seconds)
        load.run_wrk(core, server.port, request, WARM_UP, connections)
        return load.closed_loop(core, server, request, seconds, connections)

    def measure_bodies(self, server, request, core, seconds):
        """The warm-up has bodies of its own: each may be used once."""
        lines = pathlib.Path(request.bodies).read_text(encoding="utf-8").splitlines(keepends=True)
        share = len(lines) * WARM_UP // (seconds + WARM_UP)
        parts = []
        for name, part in (("warm-up", lines[:share]), ("counted", lines[share:])):
            parts.append(self.directory / f"bodies-{name}")
            parts[-1].write_text("".join(part), encoding="utf-8")
        load.run_wrk(core, server.port, request.with_bodies(parts[0]), WARM_UP)
        return load.closed_loop(core, server, request.with_bodies(parts[1]), seconds)

    def redeem(self, ours, signs, cores=1, core=None, seconds=None):
        seconds = seconds or self.options.seconds
        # More than can be signed in that time.
        count = int(signs * cores * (seconds + WARM_UP) * 1.25) + 200
        request = ours.works()["redeem"].with_bodies(ours.mint(self.load_core, count))
        return self.measure(ours.server, request, core, seconds=seconds)

    def work(self, ours, name, found, **how):
        if name == "redeem":
            return self.redeem(ours, found["rsa"]["rate"], **how)
        how.pop("cores", None)
        return self.measure(ours.server, ours.works()[name], **how)

    def at_rate(self, server, request, rate, seconds=None):
        return load.open_loop(self.load_core, self.program("bench_open_loop"), server, request, rate,
                              seconds or self.options.seconds)

    def open_loop(self, ours, name, rate):
        request = ours.works()[name]
        if name == "redeem":
            request = request.with_bodies(ours.mint(self.load_core, int(rate * self.options.seconds) + 10))
        return self.at_rate(ours.server, request, rate)

    # ── ceilings ─────────────────────────────────────────────────────────────────────────────────

    def echo(self, measure):
        with machine.Server([self.program("bench_echo")], self.directory, self.server_core, MALLOC) as server:
            body = json.dumps({"user_id": "user_" + "0" * 27, "actor": {"sub": "user_support"}})
            return measure(server, load.Request("/", "POST", {"Content-Type": "application/json"}, body))

    def nginx(self):
        place = self.directory / "nginx"
        place.mkdir(exist_ok=True)
        with peers.nginx(place, self.server_core) as server:
            return self.measure(server, load.Request("/"), seconds=TURN)

    def rows(self, kind):
        database = self.directory / f"rows-{kind}.db"
        command = [self.program("bench_rows"), kind, str(database), str(TURN), str(load.CONNECTIONS)]
        with machine.pinned(self.server_core):
            said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        remove_database(database)
        return load.figure(said)

    def ceilings(self):
        return {
            "echo": lambda: self.echo(lambda server, request: self.measure(server, request, seconds=TURN)),
            "nginx": self.nginx,
            "sync": lambda: machine.disk_syncs(self.directory, TURN),
            "hmac": lambda: machine.hmac_signs(self.server_core, TURN),
            "rsa": lambda: machine.rsa_signs(self.server_core, TURN),
            "ecdsa": lambda: machine.ecdsa_signs(self.server_core, TURN),
            "commit_create": lambda: self.rows("create"),
            "commit_redeem": lambda: self.rows("redeem"),
            "look_up": lambda: self.rows("read"),
        }

    # ── a round ──────────────────────────────────────────────────────────────────────────────────

    def round(self, number, say):
        others = machine.Others()
        found, invalid = {}, {}

        def take(name, measure):
            say(f"round {number}: {name}")
            try:
                found[name] = measure()
            except (load.Invalid, machine.DidNotStart) as failure:
                invalid[name] = str(failure)
            except peers.Absent as why:
                self.absent[name] = str(why)

        self.ours(f"round-{number}", found, take)
        if "echo" in found:
            rate = found["echo"]["rate"] * OPEN_SHARE
            take("echo_open", lambda: self.echo(lambda server, request: self.at_rate(server, request, rate)))
        if self.old and "create" in found:
            self.cleanup(found["create"]["rate"] / 2, take)
        for peer in self.peers:
            self.peer(peer, take)
        return {"figures": found, "invalid": invalid, "others": others.share()}

    def side_by_side(self, ours, es256, found, take):
        """Ceilings and works in turns: how fast this machine is changes within a round, and a ratio should not be
        of two such moments."""
        def work(name):
            if name == "token_es256":
                return self.work(es256, "token", found, seconds=TURN)
            return self.work(ours, name, found, seconds=TURN)

        measures = {**self.ceilings(), **{name: lambda name=name: work(name) for name in report.WORKS}}
        seen = collections.defaultdict(list)

        def again(name):
            seen[name].append(measures[name]())
            return figures.middle(seen[name])

        for _ in range(self.options.seconds // TURN):
            for name in measures:
                take(name, lambda name=name: again(name))

    def ours(self, name, found, take):
        with self.tenensd(name) as ours:
            with self.tenensd(f"{name}-es256", *ES256) as es256:
                self.side_by_side(ours, es256, found, take)
            remove_database(es256.database)
            for work in OPEN_LOOP:
                if work in found:
                    take(f"{work}_open", lambda work=work: self.open_loop(ours, work, found[work]["rate"] * OPEN_SHARE))
            for connections in FEW_CONNECTIONS:
                take(f"create_c{connections}", lambda: self.measure(ours.server, ours.creation, connections=connections))
            found["loaded"] = ours.server.memory()
            for connections in MANY_CONNECTIONS:
                take(f"create_c{connections}", lambda: self.measure(ours.server, ours.creation, connections=connections))
        remove_database(ours.database)
        if self.server_core != self.load_core:
            both = self.server_core | self.load_core
            with self.tenensd(f"{name}-two", cores=both) as ours:
                for work in TWO_CORES:
                    take(f"{work}_two", lambda work=work: self.work(ours, work, found, cores=2, core=both))
            remove_database(ours.database)
        if self.large:
            with self.tenensd(self.large) as ours:
                for work in ("create", "redeem"):
                    take(f"{work}_large", lambda work=work: self.work(ours, work, found))

    def cleanup(self, rate, take):
        """Latency while old records are left alone, and while the same ones are removed."""
        def measure(*flags):
            for file in self.directory.glob(f"{self.old}.db*"):
                shutil.copy(file, self.directory / file.name.replace(self.old, "again", 1))
            with self.tenensd("again", *flags) as ours:
                measured = self.at_rate(ours.server, ours.creation, rate, CLEANING)
                removed = EXPIRED - (ours.count_tokens() - measured["requests"])
            remove_database(ours.database)
            if not flags and removed <= 0:
                raise load.Invalid("nothing was removed while old records were due")
            return {**measured, "removed": max(0, removed)}

        take("create_unburdened", lambda: measure("--retention", "off"))
        take("create_cleaning", measure)

    def peer(self, peer, take):
        try:
            with peer.running(self.directory, self.server_core) as (server, requests):
                for name, request in requests.items():
                    take(name, lambda request=request: self.measure(server, request))
        except (machine.DidNotStart, OSError) as failure:
            self.absent.update(dict.fromkeys(peer.figures, peers.first_reason(str(failure))))

    # ── once in a run ────────────────────────────────────────────────────────────────────────────

    def footprint(self):
        """Start and idle memory, on a database that exists and holds two users."""
        with self.tenensd("idle"):
            pass
        port = machine.free_port()
        database = f"sqlite:{self.directory / 'idle.db'}"
        command = [self.tenensd_program, "--listen", f"127.0.0.1:{port}", "--database", database]
        starts = [machine.time_to_first_answer(command, self.directory, port, ENV) for _ in range(15)]
        with machine.Server([*command[:2], "127.0.0.1:0", *command[3:]], self.directory, self.server_core, ENV) as server:
            time.sleep(1.5)  # what starting needed has been given back by then; what serving needs comes back
            load.run_wrk(self.load_core, server.port, load.Request("/v1/health"), 1, connections=1)
            time.sleep(0.5)
            idle = server.memory()
        remove_database(self.directory / "idle.db")
        return {"start": {"ms": figures.percentile(starts, 0.5), "all_ms": starts}, "idle": idle}

    def make_large(self):
        """Fills one file step by step, and looks at the rates on the way. The last step stays for the rounds."""
        with self.tenensd("large"):
            pass
        signs, steps, have = machine.rsa_signs(self.server_core, 1), [], (0, 0)
        for share in (0.01, 0.1, 1):
            want = int(self.options.tokens * share), int(self.options.sessions * share)
            began = time.monotonic()
            self.fill("large", want[0] - have[0], want[1] - have[1])
            have = want
            step = {"tokens": want[0], "sessions": want[1], "filled_in_s": time.monotonic() - began,
                    "file_mib": (self.directory / "large.db").stat().st_size / 2**20}
            if share < 1:
                with self.tenensd("large") as ours:
                    step.update({work: self.work(ours, work, {"rsa": signs}) for work in ("create", "redeem")})
            steps.append(step)
        self.large = "large"
        return {"sizes": steps}

    def fill(self, name, tokens, sessions, age=0):
        subprocess.run([self.program("bench_fill"), str(self.directory / f"{name}.db"), str(tokens), str(sessions),
                        str(age)], check=True)

    def make_old(self):
        """A file of records that are over, for the rounds."""
        with self.tenensd("old"):
            pass
        self.old = "old"
        self.fill(self.old, EXPIRED, EXPIRED // 10, LONG_AGO)
        return {}

    def profiles(self):
        """Where the CPU time goes with 64 connections; nothing where there is no perf."""
        if not cpu_profile.is_possible():
            return {}
        found = {}
        with self.tenensd("profile") as ours:
            signs = machine.rsa_signs(self.server_core, 1)["rate"]
            for work in cpu_profile.WORKS:
                request = ours.works()[work]
                if work == "redeem":
                    request = request.with_bodies(ours.mint(self.load_core, int(signs * 2)))
                found[work] = cpu_profile.take(ours.server, self.load_core, request, 2, self.directory)
        remove_database(ours.database)
        return {"profile": found}

    def library(self):
        with machine.pinned(self.server_core):
            said = subprocess.run([self.program("bench_verify")], capture_output=True, text=True, check=True).stdout
        return report.library_figures(said)

    def run(self):
        progress, once, rounds = Progress(), {}, []
        begun = {"start and memory": self.footprint, "the large file": self.make_large,
                 "old records": self.make_old, "the library": self.library, "the profile": self.profiles}
        if self.options.quick:
            begun = {"start and memory": self.footprint}
        steps = len(begun) + self.options.rounds * self.steps_a_round()
        done = 0

        def say(what):
            nonlocal done
            progress.step(what, min(1.0, done / steps))
            done += 1

        for what, measure in begun.items():
            say(what)
            once.update(measure())
        for number in range(1, self.options.rounds + 1):
            rounds.append(self.round(number, say))
        progress.clear()
        return {"once": once, "rounds": rounds, "absent": self.absent}

    def steps_a_round(self):
        in_turns = (len(self.ceilings()) + len(report.WORKS)) * (self.options.seconds // TURN)
        ours = len(report.OPEN) + len(FEW_CONNECTIONS) + len(MANY_CONNECTIONS) + len(TWO_CORES)
        return in_turns + ours + 4 * (not self.options.quick) + sum(len(peer.figures) for peer in self.peers)


def remove_database(path):
    for file in path.parent.glob(path.name + "*"):
        file.unlink()
