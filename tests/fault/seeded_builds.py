#!/usr/bin/env python3
"""Builds tenensd with each bug of seeded/ in it, and demands that crash.py notices.

A harness that has never failed proves nothing. Each patch says in its head what it breaks and as what
kind of breach it has to be caught; the build without a patch has to pass.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


class Failed(Exception):
    pass


class Seeded:
    def __init__(self, path):
        self.name = path.stem
        head = path.read_text(encoding="utf-8").partition("\n--- ")[0]
        self.title = head.splitlines()[0]
        caught = re.search(r"^Caught as: (\w+)$", head, re.MULTILINE)
        if not caught:
            raise Failed(f"{path.name} does not say 'Caught as: KIND'")
        self.breach = caught[1]


def build(folder, target):
    done = subprocess.run(["cmake", "--build", folder, "--target", target], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Failed(f"{target} does not build:\n{done.stdout[-4000:]}")
    return folder / "bin" / target


def crash(program, cycles):
    """(exit status, kind of the breach or None, all that was said)"""
    done = subprocess.run([sys.executable, HERE / "crash.py", "--program", program, "--cycles", str(cycles)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=300)
    breach = re.search(r"^breach (\w+): ", done.stdout, re.MULTILINE)
    # What it keeps is for people who look into a breach; these were ordered.
    if kept := re.search(r"^kept: (\S+) and (\S+)$", done.stdout, re.MULTILINE):
        for path in kept.groups():
            shutil.rmtree(pathlib.Path(path).parent, ignore_errors=True)
    return done.returncode, breach and breach[1], done.stdout


def must_pass(program, cycles):
    began = time.monotonic()
    status, _, said = crash(program, cycles)
    if status:
        raise Failed(f"the build without a patch does not pass:\n{said}")
    print(f"passes  without a patch: {cycles} cycles in {time.monotonic() - began:.0f} s", flush=True)


def must_be_caught(folder, seeded, cycles):
    began = time.monotonic()
    program = build(folder, f"tenensd_{seeded.name}")
    built = time.monotonic()
    status, breach, said = crash(program, cycles)
    if status != 1 or breach != seeded.breach:
        found = f"caught as '{breach}'" if breach else "not caught"
        raise Failed(f"{seeded.name} should be caught as '{seeded.breach}' and was {found}:\n{said}")
    print(f"caught  {seeded.title}: built in {built - began:.0f} s, caught in {time.monotonic() - built:.1f} s"
          f"\n        {re.search(r'^breach .*', said, re.MULTILINE)[0]}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release",
                        help="a build folder with tests")
    parser.add_argument("--cycles", type=int, default=200, help="in which a breach has to be seen")
    parser.add_argument("names", nargs="*", help="only these patches")
    options = parser.parse_args()
    folder = options.build.resolve()
    try:
        patches = [path for path in sorted((HERE / "seeded").glob("*.patch"))
                   if not options.names or path.stem in options.names]
        if not patches:
            raise Failed("there is no such patch")
        must_pass(folder / "bin/tenensd", 10)
        for path in patches:
            must_be_caught(folder, Seeded(path), options.cycles)
    except Failed as failure:
        print(f"seeded_builds: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
