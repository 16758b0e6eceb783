#!/usr/bin/env python3
"""Where the CPU time of one work goes, by perf: kernel and libraries, threads, and the dearest functions.

    python3 bench/cpu_profile.py create     (needs perf: package linux-perf; and leave to use it, as root has)
"""

import argparse
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import load
import machine
from tenensd import Tenensd

ROOT = pathlib.Path(__file__).resolve().parent.parent
WORKS = ("health", "read", "create", "redeem", "token")
KEYS = {"by_dso": "dso", "by_tid": "pid", "by_symbol": "symbol"}  # perf calls by the process what it does by the thread


def is_possible():
    return shutil.which("perf") is not None and subprocess.run(
        ["perf", "record", "-q", "-e", "cpu-clock", "-o", "/dev/null", "true"], capture_output=True).returncode == 0


def shares(data, key):
    """[(per cent of the samples, what)], the largest first."""
    said = subprocess.run(["perf", "report", "-i", data, "--stdio", "--sort", key], capture_output=True, text=True)
    # perf ends the line of a symbol with columns that are empty here.
    found = re.findall(r"^\s+([\d.]+)%\s+(.*?)(?:\s+-)*\s*$", said.stdout, re.MULTILINE)
    if not found:  # perf ends with 0 all the same
        raise SystemExit(f"profile: error: perf report --sort {key} says nothing\n{said.stderr}")
    return [(float(share), what) for share, what in found]


def take(server, core, request, seconds, directory):
    data = str(directory / "perf.data")
    # By the clock: a virtual machine counts no cycles.
    recorder = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-o", data, "-p",
                                 str(server.process.pid)], stderr=subprocess.DEVNULL)
    figure = load.closed_loop(core, server, request, seconds)
    recorder.send_signal(signal.SIGINT)
    recorder.wait()
    return {"rate": figure["rate"], "cpu_us": figure["cpu_us"],
            **{name: [list(it) for it in shares(data, key)[:25]] for name, key in KEYS.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=WORKS)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--program", type=pathlib.Path, default=ROOT / "build/release/bin/tenensd")
    options = parser.parse_args()
    if not is_possible():
        raise SystemExit("profile: error: perf is not here, or may not be used\nhint: package linux-perf, as root")
    server_core, load_core = machine.cores()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="profile-"))
    try:
        with Tenensd(str(options.program.resolve()), directory, "profile", server_core) as ours:
            request = ours.works()[options.work]
            if options.work == "redeem":
                request = request.with_bodies(ours.mint(load_core, options.seconds * 5000))
            found = take(ours.server, load_core, request, options.seconds, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{options.work}: {found['rate']:,.0f} a second, {found['cpu_us']:.1f} µs of CPU time each")
    for key in KEYS:
        print(key.replace("_", " "))
        for share, what in found[key]:
            print(f"  {share:5.1f} %  {found['cpu_us'] * share / 100:7.2f} µs  {what}")


if __name__ == "__main__":
    sys.exit(main())
