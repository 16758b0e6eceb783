#!/usr/bin/env python3
"""Where the CPU time of one work goes, by perf: kernel and libraries, threads, and the dearest functions.

    python3 bench/profile.py create          (needs perf: package linux-perf; and leave to use it, as root has)
"""

import argparse
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

import bench
import load
import machine
from tenensd import Tenensd


def shares(data, key, most):
    said = subprocess.run(["perf", "report", "-i", data, "--stdio", "--sort", key],
                          capture_output=True, text=True, check=True).stdout
    return re.findall(r"^\s+([\d.]+)%\s+(.*?)\s*$", said, re.MULTILINE)[:most]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("work", choices=("health", "jwks", "read", "create", "token", "redeem"))
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--program", type=pathlib.Path, default=bench.ROOT / "build/release/bin/tenensd")
    options = parser.parse_args()
    if not shutil.which("perf"):
        raise SystemExit("profile: error: perf is not here\nhint: package linux-perf")
    server_core, load_core = machine.cores()
    directory = pathlib.Path(tempfile.mkdtemp(prefix="profile-"))
    try:
        with Tenensd(str(options.program.resolve()), directory, "profile", server_core) as ours:
            request = ours.works()[options.work]
            if options.work == "redeem":
                request = request.with_bodies(ours.mint(load_core, options.seconds * 5000))
            data = str(directory / "perf.data")
            # By the clock: a virtual machine counts no cycles.
            recorder = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", "1999", "-o", data, "-p",
                                         str(ours.server.process.pid)], stderr=subprocess.PIPE, text=True)
            figure = load.closed_loop(load_core, ours.server, request, options.seconds)
            recorder.send_signal(signal.SIGINT)
            print(recorder.communicate()[1])
            print(f"{options.work}: {figure['rate']:,.0f} a second, {figure['cpu_us']:.1f} µs of CPU time each")
            for key, most in (("dso", 8), ("comm", 8), ("symbol", 25)):
                print(f"by {key}")
                for share, what in shares(data, key, most):
                    print(f"  {float(share):5.1f} %  {figure['cpu_us'] * float(share) / 100:7.2f} µs  {what}")
    finally:
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
