"""Load on a server: as much as it takes (a closed loop, wrk) or at a fixed rate (an open loop, ours)."""

import contextlib
import json
import os
import pathlib
import subprocess
import time

import machine

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS = 64


class Request:
    """What one request is. `bodies`: a file with one body a line, each used once."""

    def __init__(self, path, method="GET", headers=None, body="", bodies=None, keys=None):
        self.path, self.method, self.body, self.bodies, self.keys = path, method, body, bodies, keys
        self.headers = headers or {}

    def with_bodies(self, bodies):
        return Request(self.path, self.method, self.headers, bodies=bodies)


class Invalid(Exception):
    """Answers that were not what was asked for: the rate would be of something else."""


def figure(said, cpu_seconds=None):
    found = {"rate": said["requests"] / said["seconds"], **said}
    if cpu_seconds is not None:
        found["cpu_us"] = cpu_seconds * 1e6 / max(1, said["requests"])
    return found


def run_wrk(core, port, request, seconds, connections=CONNECTIONS, mint=None):
    environment = {"BENCH_METHOD": request.method, "BENCH_BODY": request.body, "BENCH_MINT": str(mint or ""),
                   "BENCH_BODIES": str(request.bodies or ""), "BENCH_KEYS": str(request.keys or ""),
                   "BENCH_HEADERS": "\n".join(f"{name}: {text}" for name, text in request.headers.items())}
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / "wrk.lua"),
               f"http://127.0.0.1:{port}{request.path}"]
    with machine.pinned(core) if core else contextlib.nullcontext():
        said = subprocess.run(command, env={**os.environ, **environment}, capture_output=True, text=True,
                              check=True, timeout=seconds + 60).stdout
    return json.loads(said.strip().splitlines()[-1])


def settle(server):
    """Until it has done with what it was left: what still waits and, of ours, the audit's tree."""
    until, before = time.monotonic() + 180, server.cpu_seconds()
    while time.monotonic() < until:
        time.sleep(0.03)
        now = server.cpu_seconds()
        if now == before and server.is_settled():
            return
        before = now


def closed_loop(core, server, request, seconds, connections=CONNECTIONS):
    """After the caller has warmed up. CPU time is the server's, with what it does later for these requests; the
    load's is not in it."""
    settle(server)
    before = server.cpu_seconds()
    said = run_wrk(core, server.port, request, seconds, connections)
    settle(server)
    found = figure(said, server.cpu_seconds() - before)
    # wrk counts what it cut off at the end as broken, one a connection at most.
    if found["not_2xx"] > found["requests"] * 0.001 or found["broken"] > connections:
        raise Invalid(f"{server.name} {request.method} {request.path}: {found['not_2xx']} answers were not"
                      f" 2xx, {found['broken']} connections broke")
    return found


def open_loop(core, program, server, request, rate, seconds, connections=CONNECTIONS):
    settle(server)
    lines = pathlib.Path(request.bodies).read_text(encoding="utf-8") if request.bodies else request.body + "\n"
    command = [program, str(server.port), f"{rate:.1f}", str(seconds), str(connections), request.method,
               request.path, *(f"{name}: {text}" for name, text in request.headers.items())]
    with machine.pinned(core):
        said = subprocess.run(command, input=lines if lines.strip() else "", capture_output=True, text=True,
                              check=True, timeout=seconds + 60).stdout
    found = {**figure(json.loads(said)), "asked_rate": rate}
    if found["not_2xx"] or found["broken"]:
        raise Invalid(f"{server.name} {request.method} {request.path} at {rate:.0f}/s: {found['not_2xx']}"
                      f" answers were not 2xx, {found['broken']} connections broke")
    return found
