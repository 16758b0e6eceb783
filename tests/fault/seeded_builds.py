#!/usr/bin/env python3
"""Builds tenensd with each bug of seeded/ in it, and demands that the harness it is for notices.

A harness that has never failed proves nothing. Each patch says in its head what it breaks, by which
harness (crash.py, if it does not say) and as what kind of breach it has to be caught; the build without
a patch has to pass.
"""

import argparse
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


SKIPPED = 77
Length = collections.namedtuple("Length", "passing catching")
WHOLE = Length([], [])
# What a harness is about where that is not the server.
PROGRAMS = {"../attack/timing.py": "attack_timing"}
# How long a good build is tried, and how soon a broken one has to be caught.
LENGTHS = {
    "crash.py": Length(["--cycles", "10"], ["--cycles", "200"]),
    "power.py": Length(["--cycles", "2"], ["--cycles", "300"]),
    "disk.py thin": Length(["--cycles", "3"], ["--cycles", "60"]),
    "disk.py beside": Length(["--cycles", "3"], ["--cycles", "60"]),
    # The seed that sets the clock back first: another order meets other symptoms of the same bug.
    "clock.py": Length(["--cycles", "1"], ["--cycles", "1", "--seed", "1"]),
    "tamper.py": Length(["--cycles", "10"], ["--cycles", "10"]),
    "histories.py": Length(["--seconds", "3"], ["--seconds", "60"]),
    "failover.py": Length(["--cycles", "2"], ["--cycles", "20"]),
}


class Failed(Exception):
    pass


class Seeded:
    def __init__(self, path):
        self.name = path.stem
        head = path.read_text(encoding="utf-8").partition("\n--- ")[0]
        self.title = head.splitlines()[0]
        caught = re.search(r"^Caught as: ([\w, ]+)$", head, re.MULTILINE)
        if not caught:
            raise Failed(f"{path.name} does not say 'Caught as: KIND, …'")
        self.breaches = caught[1].split(", ")
        by = re.search(r"^Caught by: (.+)$", head, re.MULTILINE)
        self.harness = by[1] if by else "crash.py"


def target(one):
    return f"tenensd_{one.name}"


def build(folder, seeded):
    """All at once, so that every core has something to do."""
    began = time.monotonic()
    done = subprocess.run(["cmake", "--build", folder, "--target", *map(target, seeded)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Failed(f"not all of them build:\n{done.stdout[-4000:]}")
    print(f"built   {len(seeded)} in {time.monotonic() - began:.0f} s", flush=True)


def try_out(harness, program, length):
    """(exit status, kind of the breach or None, all that was said)"""
    script, *what = harness.split()
    done = subprocess.run([sys.executable, HERE / script, *what, "--program", program, *length],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=300)
    breach = re.search(r"^breach (\w+): ", done.stdout, re.MULTILINE)
    # What it keeps is for people who look into a breach; these were ordered.
    if kept := re.search(r"^kept: (\S+) and (\S+)$", done.stdout, re.MULTILINE):
        for path in kept.groups():
            shutil.rmtree(pathlib.Path(path).parent, ignore_errors=True)
    return done.returncode, breach and breach[1], done.stdout


def must_pass(harness, program):
    """False if this machine lacks what the harness needs."""
    began = time.monotonic()
    status, _, said = try_out(harness, program, LENGTHS.get(harness, WHOLE).passing)
    if status == SKIPPED:
        print(said.strip(), flush=True)
        return False
    if status:
        raise Failed(f"the build without a patch does not pass {harness}:\n{said}")
    print(f"passes  {harness} without a patch, in {time.monotonic() - began:.0f} s", flush=True)
    return True


def must_be_caught(folder, seeded):
    began = time.monotonic()
    length = LENGTHS.get(seeded.harness, WHOLE).catching
    status, breach, said = try_out(seeded.harness, folder / "bin" / target(seeded), length)
    if status == SKIPPED:
        print(said.strip(), flush=True)
        return
    if status != 1 or breach not in seeded.breaches:
        found = f"caught as '{breach}'" if breach else "not caught"
        raise Failed(f"{seeded.name} should be caught as {seeded.breaches} and was {found}:\n{said}")
    print(f"caught  {seeded.title}: in {time.monotonic() - began:.1f} s"
          f"\n        {re.search(r'^breach .*', said, re.MULTILINE)[0]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release",
                        help="a build folder with tests")
    parser.add_argument("--broken-only", action="store_true",
                        help="that the build without a patch passes is shown elsewhere")
    parser.add_argument("names", nargs="*", help="only these patches")
    options = parser.parse_args()
    folder = options.build.resolve()
    try:
        patches = [path for path in sorted((HERE / "seeded").glob("*.patch"))
                   if not options.names or path.stem in options.names]
        if not patches:
            raise Failed("there is no such patch")
        seeded = [Seeded(path) for path in patches]
        build(folder, seeded)
        for harness in dict.fromkeys(one.harness for one in seeded):
            if options.broken_only or must_pass(harness, folder / "bin" / PROGRAMS.get(harness, "tenensd")):
                for one in (one for one in seeded if one.harness == harness):
                    must_be_caught(folder, one)
    except Failed as failure:
        print(f"seeded_builds: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
