"""What the bench needs of the machine: cores, processes, CPU time, memory, and its own ceilings."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import sys
import time

# Last: there is another tenensd.py.
sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "tests/support"))
from ports import free_port  # noqa: E402,F401

TICKS = os.sysconf("SC_CLK_TCK")


def cores():
    """(of the server, of the load): different ones where there are two."""
    mine = sorted(os.sched_getaffinity(0))
    return {mine[-1]}, {mine[0]}


@contextlib.contextmanager
def pinned(where):
    """Children started inside inherit it, as from taskset."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, where)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def first_line(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError, IndexError):
        return None


def describe():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {"cpu": model[1] if model else os.uname().machine, "cores": len(os.sched_getaffinity(0)),
            "kernel": os.uname().release, "compiler": first_line("g++", "--version"),
            "openssl": first_line("openssl", "version")}


class Server:
    """A program that is asked over HTTP: one of ours, which prints `listening on http://HOST:PORT`, or any
    other on a port that it was told."""

    running = set()
    is_settled = staticmethod(lambda: True)  # besides using no CPU time

    def __init__(self, command, directory, core, env=None, port=None, name=None):
        self.name = name or pathlib.Path(command[0]).name
        self.errors = pathlib.Path(directory) / f"{self.name}.log"
        with open(self.errors, "w", encoding="utf-8") as log, pinned(core):
            self.process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log,
                                            env={**os.environ, **(env or {})})
        Server.running.add(self)
        self.port = port or None
        for _ in range(12000):
            if self._is_up():
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        said = self.errors.read_text(encoding="utf-8", errors="replace")
        self.stop(signal.SIGKILL)
        raise DidNotStart(f"{self.name} did not start:\n{said}")

    def _is_up(self):
        if self.port:
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0
        if found := re.search(r"listening on http://\S+:(\d+)", self.errors.read_text(encoding="utf-8")):
            self.port = int(found[1])
        return self.port is not None

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """MiB: resident now, of that anonymous, and the most there ever was."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return {name: int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) / 1024
                for name, key in (("rss_mib", "VmRSS"), ("anonymous_mib", "RssAnon"), ("peak_mib", "VmHWM"))}

    def stop(self, with_signal=signal.SIGTERM):
        Server.running.discard(self)
        self.process.send_signal(with_signal)
        try:
            return self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class DidNotStart(Exception):
    pass


class Others:
    """How much of the machine other programs used meanwhile."""

    def __init__(self):
        self.began, self.all, self.ours = time.monotonic(), self._all(), self._ours()

    def share(self):
        used = self._all() - self.all - (self._ours() - self.ours)
        return max(0.0, used / (time.monotonic() - self.began) / os.cpu_count())

    @staticmethod
    def _all():
        # Without interrupts, which nobody is charged for.
        user, nice, system = pathlib.Path("/proc/stat").read_text(encoding="utf-8").split()[1:4]
        return (int(user) + int(nice) + int(system)) / TICKS

    @staticmethod
    def _ours():
        mine = os.times()
        return mine.user + mine.system + children_cpu() + sum(server.cpu_seconds() for server in Server.running)


def children_cpu():
    """Seconds of the children that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def time_to_first_answer(command, directory, port, env):
    """Milliseconds from just before the process is made to the first answer to GET /v1/health."""
    request = b"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    began = time.perf_counter()
    process = subprocess.Popen(command, cwd=directory, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, env={**os.environ, **env})
    try:
        while time.perf_counter() - began < 30:
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                    connection.sendall(request)
                    if connection.recv(4096).startswith(b"HTTP/1.1 200"):
                        return (time.perf_counter() - began) * 1000
            except ConnectionError:
                time.sleep(0.0002)
        raise DidNotStart("tenensd did not answer within 30 s")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def disk_syncs(directory, seconds):
    """4 KiB overwritten in place, then fdatasync, one after the other."""
    path = pathlib.Path(directory) / "sync-probe"
    page, took = os.urandom(4096), []
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, bytes(4096 * 256), 0)
        os.fsync(descriptor)
        until = time.perf_counter() + seconds
        while (before := time.perf_counter()) < until:
            os.pwrite(descriptor, page, len(took) % 256 * 4096)
            os.fdatasync(descriptor)
            took.append(time.perf_counter() - before)
    finally:
        os.close(descriptor)
        path.unlink()
    took.sort()
    return {"rate": len(took) / sum(took), "p50_ms": statistics.median(took) * 1000,
            "p99_ms": took[int(len(took) * 0.99)] * 1000}


def openssl_speed(core, seconds, *what):
    with pinned(core):
        return subprocess.run(["openssl", "speed", "-mr", "-seconds", str(seconds), *what],
                              capture_output=True, text=True, check=True).stdout


def per_second(rate):
    # OpenSSL divides by CPU time, so the one follows from the other.
    return {"rate": rate, "cpu_us": 1e6 / rate}


def rsa_signs(core, seconds):
    said = openssl_speed(core, seconds, "rsa2048")
    return per_second(float(re.search(r"^\+F2:\d+:2048:([\d.]+)", said, re.MULTILINE)[1]))


def ecdsa_signs(core, seconds):
    said = openssl_speed(core, seconds, "ecdsap256")
    return per_second(float(re.search(r"^\+F4:\d+:256:([\d.]+)", said, re.MULTILINE)[1]))


def hmac_signs(core, seconds, size=200):
    said = openssl_speed(core, seconds, "-bytes", str(size), "-hmac", "sha256")
    return per_second(float(re.search(r"^\+F:\d+:hmac\(sha256\):([\d.]+)", said, re.MULTILINE)[1]) / size)
