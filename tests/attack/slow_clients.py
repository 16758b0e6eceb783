#!/usr/bin/env python3
"""Many clients that are slow on purpose, and one that is not: it must not notice much.

  slow_clients.py [--connections N] [--seconds N]

slowhttptest's three ways to be slow (headers, body, reading); without the program, our own of the first two.
"""

import argparse
import contextlib
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from tenensd import SECRET_KEY, Tenensd  # noqa: E402

GOOD = b"GET /v1/users/count HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + SECRET_KEY.encode() + b"\r\n\r\n"
MEMORY = 64 * 1024  # KiB more, at most
SLACK = 0.005       # seconds, below which a ratio says nothing
WAYS = {"headers": ["-H"], "body": ["-B"], "read": ["-X", "-w", "10", "-y", "20", "-n", "2", "-z", "32", "-k", "3"]}


def percentile(times, share):
    return sorted(times)[int(len(times) * share)]


def good_requests(server, seconds):
    """Seconds each, on one connection."""
    times = []
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.monotonic()
            connection.sendall(GOOD)
            answer = connection.recv(65536)
            times.append(time.monotonic() - began)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise AssertionError(f"the good client gets {answer[:80]!r}")
            time.sleep(0.005)
    return times


def memory(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])


class Slow:
    """slowhttptest, or threads of ours that send a byte now and then."""

    def __init__(self, way, server, connections, seconds):
        self.process = None
        if shutil.which("slowhttptest"):
            self.process = subprocess.Popen(
                ["slowhttptest", *WAYS[way], "-c", str(connections), "-r", str(max(50, connections // 3)), "-i", "2", "-l",
                 str(seconds), "-t", "GET" if way != "body" else "POST", "-s", "8192", "-p", "3",
                 "-u", f"{server.url}/v1/openapi.json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            return
        self.stopped = threading.Event()
        self.sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(connections)]
        self.thread = threading.Thread(target=self.trickle, args=(way,))
        self.thread.start()

    def trickle(self, way):
        first = {"headers": b"GET / HTTP/1.1\r\nX", "body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999\r\n\r\n"}
        for connection in self.sockets:
            with contextlib.suppress(OSError):
                connection.sendall(first.get(way, GOOD * 20))
        while not self.stopped.wait(1):
            for connection in self.sockets:
                with contextlib.suppress(OSError):
                    if way != "read":
                        connection.sendall(b"a")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.communicate(timeout=30)
            return
        self.stopped.set()
        self.thread.join()
        for connection in self.sockets:
            connection.close()


def attacked(way, server, options):
    """What is wrong, or None."""
    baseline = percentile(good_requests(server, options.seconds / 2), 0.99)
    before = memory(server)
    slow = Slow(way, server, options.connections, options.seconds)
    try:
        time.sleep(min(3, options.seconds / 2))
        times = good_requests(server, options.seconds / 2)
        more = memory(server) - before
    finally:
        slow.stop()
    p99 = percentile(times, 0.99)
    print(f"slow {way}, {options.connections} connections: p99 of {len(times)} good requests {p99 * 1000:.2f} ms, "
          f"before {baseline * 1000:.2f} ms; memory {more / 1024:+.1f} MiB", flush=True)
    if more > MEMORY:
        return f"slow {way}: {more / 1024:.0f} MiB more"
    if p99 > 2 * baseline + SLACK:
        return f"slow {way}: p99 is {p99 / baseline:.1f} times what it was"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=6, help="for each way")
    options = parser.parse_args()
    faults = []
    for way in WAYS:
        for _ in range(3):  # a busy machine is no breach three times
            with Tenensd(program=options.program) as server:
                fault = attacked(way, server, options)
            if not fault:
                break
        else:
            faults.append(fault)
    for fault in faults:
        print(f"breach slow: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
