#!/usr/bin/env python3
"""The long runs, in slices, each with a seed of its own. What has been done is kept in build/soak.json, so that
a run that was interrupted goes on where it was; a breach ends it and is shown.

  soak.py                 everything that is not finished
  soak.py crash power     only these
  soak.py --show          what has been done
  soak.py --minutes 60    ends after the slice that is under way then
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
STATE = ROOT / "build/soak.json"


class Run:
    def __init__(self, target, slice_, *command, unit="cycles", seeded=True):
        self.target, self.slice, self.command = target, slice_, command
        self.unit, self.seeded = unit, seeded

    def arguments(self, done, seed):
        count = min(self.slice, self.target - done)
        script, *arguments = (part.format(count=count, first=done + 1) for part in self.command)
        return count, [sys.executable, HERE / script, *arguments, *(["--seed", str(seed)] if self.seeded else [])]


RUNS = {
    "crash": Run(10_000, 250, "crash.py", "--clients", "32", "--cycles", "{count}", unit="kills"),
    "power_ext4": Run(1000, 50, "power.py", "--filesystem", "ext4", "--cycles", "{count}", unit="cuts"),
    "power_xfs": Run(1000, 50, "power.py", "--filesystem", "xfs", "--cycles", "{count}", unit="cuts"),
    "disk_sweep": Run(500, 10, "disk.py", "sweep", "--first", "{first}", "--cycles", "{count}",
                      unit="calls, each as write and as sync, with EIO and ENOSPC"),
    "disk_full": Run(100, 10, "disk.py", "full", "--cycles", "{count}", unit="times"),
    "disk_thin": Run(200, 10, "disk.py", "thin", "--cycles", "{count}", unit="times"),
    "disk_beside": Run(200, 20, "disk.py", "beside", "--cycles", "{count}", unit="times"),
    "tamper": Run(10_000, 500, "tamper.py", "--events", "2000", "--cycles", "{count}", unit="edits of the audit"),
    "clock": Run(200, 5, "clock.py", "--cycles", "{count}", unit="rounds of four jumps"),
    "front_proxies": Run(5, 1, "../attack/front_proxies.py", "--proxies", "all", unit="rounds", seeded=False),
    "slow_clients": Run(5, 1, "../attack/slow_clients.py", "--connections", "1000", "--seconds", "20", unit="rounds",
                        seeded=False),
    "api_fuzzer": Run(2000, 200, "../attack/api_fuzzer.py", "--examples", "{count}", unit="examples each"),
    "failover": Run(200, 20, "failover.py", "--cycles", "{count}", unit="failovers"),
    "overload": Run(10, 1, "overload.py", "--strict", "--seconds", "10", unit="storms", seeded=False),
    "histories": Run(1_000_000, 100_000, "histories.py", "--operations", "{count}", unit="operations"),
}


def read_state():
    return json.loads(STATE.read_text(encoding="utf-8")) if STATE.exists() else {}


def write_state(state):
    following = STATE.with_suffix(".new")
    following.write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    following.rename(STATE)


def commit():
    done = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True,
                          check=False)
    return done.stdout.strip()


def show(state):
    for name, run in RUNS.items():
        one = state.get(name, {})
        done = one.get("done", 0)
        bound = f"fewer than {3 / done:.2g} each (95 %)" if done else ""
        print(f"{name:12} {done:>6,} of {run.target:,} {run.unit}, {one.get('breaches', 0)} breaches"
              f"  {bound}  {one.get('when', '')} {one.get('commit', '')}")


def run_to_its_end(command):
    """Whoever ends this program ends the harness as well, which takes down what it started."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          env={"TENENS_BIN": str(ROOT / "build/release/bin"), **os.environ}) as process:
        try:
            said = process.communicate()[0]
        except (KeyboardInterrupt, SystemExit):
            process.terminate()
            process.communicate()
            raise
    return subprocess.CompletedProcess(command, process.returncode, said)


def run_slice(name, run, state):
    """The exit status of the harness."""
    one = state.setdefault(name, {"done": 0, "breaches": 0, "seconds": 0})
    count, command = run.arguments(one["done"], random.SystemRandom().randrange(1_000_000_000))
    began = time.monotonic()
    done = run_to_its_end(command)
    took = time.monotonic() - began
    if done.returncode == 77:
        print(f"{name}: {done.stdout.strip()}", flush=True)
        return 77
    if done.returncode:
        one["breaches"] += 1
        print(done.stdout, flush=True)
    else:
        one["done"] += count
        one["seconds"] = round(one["seconds"] + took)
        left = (run.target - one["done"]) * one["seconds"] / one["done"] / 60
        said = re.sub(r"\s*\n\s*", "; ", done.stdout.strip())
        print(f"{name}: {one['done']:,} of {run.target:,}, about {left:.0f} min left; {said}", flush=True)
    one["when"], one["commit"] = datetime.date.today().isoformat(), commit()
    write_state(state)
    return done.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(RUNS)}")
    parser.add_argument("--show", action="store_true")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--anew", action="store_true", help="forget what has been done")
    options = parser.parse_args()
    if unknown := set(options.names) - RUNS.keys():
        parser.error(f"no run {', '.join(unknown)}; there are {', '.join(RUNS)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    state = {} if options.anew else read_state()
    if options.show:
        show(state)
        return 0
    end = time.monotonic() + options.minutes * 60
    open_ = [name for name in options.names or RUNS
             if state.get(name, {}).get("done", 0) < RUNS[name].target]
    # In turn, so that each has had a share when the time is over.
    while open_ and time.monotonic() < end:
        name = open_.pop(0)
        status = run_slice(name, RUNS[name], state)
        if status == 77:
            continue
        if status:
            return 1
        if state[name]["done"] < RUNS[name].target:
            open_.append(name)
    show(state)
    return 0


if __name__ == "__main__":
    sys.exit(main())
