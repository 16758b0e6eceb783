#!/usr/bin/env python3
"""Lets the disk of a busy tenensd fail, and compares what it had said with what is left.

  sweep  one write or sync call of each process fails, the first, the second, …, with EIO or ENOSPC
  full   the database lies on a file system of 12 MiB, which fills up, and then gets some space back
  thin   the device itself runs out of space, so that the kernel loses what it had accepted; the space
         comes back, in half of the cycles after a kill -9, and then the power is cut
  beside as thin, always after a kill -9, while a shell has the database open: what it remembers of the log
         outlives the server

What was acknowledged has to be there. While writes fail, reads are answered; five seconds after the disk is
well, writes are, too, by the same process (unless it was restarted).
"""

import argparse
import contextlib
import itertools
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from disks import Disk, Unavailable, command  # noqa: E402
from ledger import Breach  # noqa: E402
from skip import skipped  # noqa: E402
from trial import Trial, add_options, binary, kind_of, ledger_directory, parse, run  # noqa: E402

RECOVERY = 5  # seconds
PATIENCE = 60  # seconds, until something has failed
CALLS = {"write": "pwrite64", "sync": "fsync,fdatasync"}


def reason_of(server, body):
    """What the log says of a refusal; it may come after the answer."""
    trace_id = body.get("clerk_trace_id") if isinstance(body, dict) else None
    end = time.monotonic() + 1
    while trace_id and time.monotonic() < end:
        for line in list(server.log):
            if trace_id in line:
                return line
        time.sleep(0.01)
    return "the log is silent"


class DiskTrial(Trial):
    """A server that outlives its disk's failure."""

    name = "disk"
    tolerates_unavailable = True

    def cycle(self, number):
        self.make_ready(number)
        server = self.start_or_be_refused()
        if server is not None:
            with contextlib.ExitStack() as ends:
                ends.enter_context(server)
                clients = ends.enter_context(self._clients(server))
                self._ask(clients)
                self.load.start_cycle(number, self.options.clients)
                self.wait_until_it_fails(server, clients)
                if self.restarts():
                    server.kill()
                    self.make_well()
                    server = ends.enter_context(self.start_again())
                else:
                    self.make_well()
                self.expect_recovery(server)
                self.end(server)
        self.recover()
        self._judge(full=number % 50 == 0)

    def make_ready(self, number):
        """Before the server starts."""

    def restarts(self):
        """Whether somebody restarts the server before the disk is well."""
        return False

    def start_again(self):
        return self.start()

    def make_well(self):
        """The disk works again."""

    def end(self, server):
        """An orderly stop is what leaving the server's context is."""

    def start_or_be_refused(self):
        return self.start()

    def has_failed(self):
        return self.load.refused > 0

    def wait_until_it_fails(self, server, clients):
        end = time.monotonic() + PATIENCE
        while not self.has_failed():
            if time.monotonic() > end:
                raise Breach("answer", f"nothing failed within {PATIENCE} s: {self.strikes}")
            orders = self.some_orders()
            clients.run(lambda: next(orders, None), self.load.finished)
        self.expect_reads(server)

    def some_orders(self):
        """Races are not left half sent."""
        for _ in range(64):
            yield self.load.next_order()
        while self.load.queued:
            yield self.load.next_order()

    def expect_reads(self, server):
        for path in ("/.well-known/jwks.json", "/v1/users?limit=1"):
            status, body, _ = server.request("GET", path)
            if status == 200:
                continue
            why = reason_of(server, body)
            raise Breach(kind_of(why), f"{path} while writes fail: {status} {body}: {why}")

    def expect_recovery(self, server):
        end = time.monotonic() + RECOVERY
        while True:
            label = f"after-{time.monotonic_ns()}"
            status, body, _ = server.request("POST", "/v1/actor_tokens", {
                "user_id": self.load.user, "actor": {"sub": label}, "reason": "crash test"})
            if status == 200:
                self.load.pending.append(self.ledger.created(label, body))
                return
            code = body["errors"][0]["code"]
            if code == "outcome_unknown":
                self.ledger.create_unknown(label, None)
            if time.monotonic() > end:
                raise Breach("answer", f"{RECOVERY} s after the disk is well: {status} {code}")
            time.sleep(0.05)


class Sweep(DiskTrial):
    """Call after call, under strace."""

    name = "disk/sweep"

    def __init__(self, options, directory, ledger_path):
        super().__init__(options, directory, ledger_path)
        self.points = list(itertools.product(
            range(options.first, options.first + options.cycles), CALLS, ("EIO", "ENOSPC")))
        self.strikes = f"a call that fails ({' or '.join(CALLS)}, EIO or ENOSPC, from the" \
                       f" {options.first}th to the {options.first + options.cycles - 1}th)"
        self.trace = directory / "strace"
        self.wrapper = directory / "tenensd"
        self.plain = options.program or binary()
        self.refused_starts = 0

    def make_ready(self, number):
        at, call, error = self.points[number - 1]
        name = CALLS[call]
        self.wrapper.write_text(
            "#!/bin/sh\nexec strace -D -f -qq"
            f" -o {self.trace} -e trace={name} -e inject={name}:error={error}:when={at}"
            f" {shlex.quote(str(self.plain))} \"$@\"\n", encoding="utf-8")
        self.wrapper.chmod(0o700)
        self.trace.unlink(missing_ok=True)
        self.now = f"{call} {at}: {error}"

    def start(self):
        self.options.program = None if not self.wrapper.exists() else str(self.wrapper)
        return super().start()

    def start_or_be_refused(self):
        try:
            return self.start()
        except Breach as refusal:
            if not self.has_failed() or "tenensd: error: " not in str(refusal):
                raise
            self.refused_starts += 1
            return None

    def has_failed(self):
        return self.trace.exists() and "INJECTED" in self.trace.read_text(encoding="utf-8")

    def finish(self):
        self.wrapper.unlink()
        super().finish()


class Full(DiskTrial):
    """A file system that has no space, and gets some back."""

    name, strikes = "disk/full", "a full disk of 12 MiB"

    def __init__(self, options, disk, ledger_path):
        super().__init__(options, disk.mountpoint / "data", ledger_path)
        self.directory.mkdir()
        self.disk = disk
        self.ballast = disk.mountpoint / "ballast"

    def make_ready(self, number):
        free = shutil.disk_usage(self.disk.mountpoint).free
        with open(self.ballast, "wb") as ballast:
            os.posix_fallocate(ballast.fileno(), 0, max(free - (512 << 10), 4096))

    def make_well(self):
        self.ballast.unlink()

    def close(self):
        self.disk.close()


class Thin(DiskTrial):
    """A device that accepts what it cannot hold. The kernel reports it once, at a sync."""

    name, strikes = "disk/thin", "a device without space, then a power cut"

    def __init__(self, options, ledger_path):
        self.memory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-thin-"))
        command("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", self.memory)
        try:
            self.disk = Disk("ext4", folder=self.memory, honest_when_full=True)
        except Unavailable:
            self._unmount()
            raise
        super().__init__(options, self.disk.mountpoint / "data", ledger_path)
        self.directory.mkdir()
        self._lay_out_journal()

    def _lay_out_journal(self):
        """Only data shall meet the end of the space: a file system whose journal fails is lost until it has
        been checked, and shows nothing. So all of the journal is written to once.
        """
        for number in range(500):
            path = self.disk.mountpoint / f"file{number}"
            with open(path, "wb") as file:
                file.write(b"x" * 4096)
                os.fsync(file.fileno())
            path.unlink()

    def make_ready(self, number):
        command("fstrim", self.disk.mountpoint)  # or what files have left would be space for a long time
        used = int(command("du", "--block-size=1K", "-s", self.memory).split()[0])
        self.resize(used + 512)

    def restarts(self):
        return self.random.random() < 0.5

    def resize(self, kibibytes):
        command("mount", "-o", f"remount,size={kibibytes}k", self.memory)

    def make_well(self):
        self.resize(512 << 10)

    def end(self, server):
        os.kill(server.process.pid, signal.SIGSTOP)
        self.disk.cut()
        server.kill()

    def recover(self):
        self.disk.come_back()

    def _unmount(self):
        command("umount", self.memory)
        self.memory.rmdir()

    def close(self):
        self.disk.close()
        if self.memory.exists():
            self._unmount()


class Beside(Thin):
    """Another program has the database open."""

    name, strikes = "disk/beside", "a device without space beside a shell, kill -9, then a power cut"
    shell = None

    def wait_until_it_fails(self, server, clients):
        orders = self.some_orders()
        clients.run(lambda: next(orders, None), self.load.finished)
        # Only what was in the log before this can be copied meanwhile, and nobody syncs a part.
        self.shell = subprocess.Popen(["sqlite3", self.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ask_shell("BEGIN; SELECT count(*) FROM users;")
        super().wait_until_it_fails(server, clients)

    def ask_shell(self, sql):
        self.shell.stdin.write(sql.encode() + b"\n")
        self.shell.stdin.flush()
        self.shell.stdout.readline()

    def restarts(self):
        return True

    def start_again(self):
        self.ask_shell("COMMIT; SELECT 1;")
        try:
            return self.start()
        except Breach as refusal:
            if "by another program" not in str(refusal):
                raise
            self.end_shell()
            return self.start()

    def end_shell(self):
        if self.shell is None:
            return
        if self.random.random() < 0.5:
            self.shell.kill()
        self.shell.communicate()
        self.shell = None

    def recover(self):
        self.end_shell()
        super().recover()

    def close(self):
        self.end_shell()
        super().close()


def require_program(name):
    if not shutil.which(name):
        raise Unavailable(f"{name} is not installed")


def new_ledger():
    return pathlib.Path(ledger_directory()) / "ledger.jsonl"


def sweep(options):
    require_program("strace")
    if subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=False).returncode:
        raise Unavailable("strace may not trace here")
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-disk-"))
    trial = Sweep(options, directory, new_ledger())
    return run(trial, len(trial.points))


def full(options):
    return run(Full(options, Disk("ext4", 12), new_ledger()), options.cycles)


def thin(options):
    return run(Thin(options, new_ledger()), options.cycles)


def beside(options):
    require_program("sqlite3")
    return run(Beside(options, new_ledger()), options.cycles)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("sweep", "full", "thin", "beside"))
    parser.add_argument("--first", type=int, default=1, help="sweep: the call to begin with")
    add_options(parser, cycles=5)
    options = parse(parser)
    try:
        with contextlib.suppress(KeyboardInterrupt):
            return {"sweep": sweep, "full": full, "thin": thin, "beside": beside}[options.what](options)
        return 130
    except Unavailable as unavailable:
        return skipped(f"disk {options.what}: {unavailable}")


if __name__ == "__main__":
    sys.exit(main())
