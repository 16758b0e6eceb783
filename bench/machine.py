"""What the bench needs of the machine: cores, processes, CPU time, memory, and its ceilings."""

import contextlib
import os
import pathlib
import re
import signal
import socket
import statistics
import subprocess
import time

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


def describe():
    model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return {"cpu": model[1] if model else os.uname().machine, "cores": len(os.sched_getaffinity(0)),
            "kernel": os.uname().release}


class Server:
    """A program of ours that prints `listening on http://HOST:PORT`."""

    def __init__(self, command, directory, core, env=None):
        self.errors = pathlib.Path(directory) / f"{pathlib.Path(command[0]).name}.log"
        with open(self.errors, "w", encoding="utf-8") as log, pinned(core):
            self.process = subprocess.Popen(command, cwd=directory, stdout=log, stderr=log,
                                            env={**os.environ, **(env or {})})
        self.port = self._wait_for_port()

    def _wait_for_port(self):
        for _ in range(2000):
            if found := re.search(r"listening on http://\S+:(\d+)", self.errors.read_text(encoding="utf-8")):
                return int(found[1])
            if self.process.poll() is not None:
                break
            time.sleep(0.005)
        self.process.kill()
        raise SystemExit(f"bench: error: {self.process.args[0]} did not start:\n{self.errors.read_text()}")

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text(encoding="utf-8")
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """MiB: resident now, of that anonymous, and the most there ever was."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text(encoding="utf-8")
        return {name: int(re.search(rf"{key}:\s+(\d+) kB", status)[1]) / 1024
                for name, key in (("rss", "VmRSS"), ("anonymous", "RssAnon"), ("peak", "VmHWM"))}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


class Others:
    """How much of the machine other programs used meanwhile. Ours have to be started and ended inside."""

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
        return sum(os.times()[:4])


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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
        raise SystemExit("bench: error: tenensd did not answer within 30 s")
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


def rsa_signs(core, seconds):
    """OpenSSL's own figure. It divides by CPU time, so other work on the machine counts less."""
    with pinned(core):
        said = subprocess.run(["openssl", "speed", "-mr", "-seconds", str(seconds), "rsa2048"],
                              capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"^\+F2:\d+:2048:([\d.]+)", said, re.MULTILINE)[1])
    return {"rate": rate, "cpu_us": 1e6 / rate}
