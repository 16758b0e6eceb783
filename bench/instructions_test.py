#!/usr/bin/env python3
"""The guard of instructions per request notices a build that was made dearer on purpose, and no other.

usage: instructions_test.py BUILD. It counts create of this build and of seeded/judge_twice.patch on it; the
record is this build's own, so that the test holds whatever the record in the tree says.
"""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import instructions


def too_dear(found, record):
    lines = instructions.judge(found, record, record["versions"])
    instructions.report(lines)
    return any(line[-1] for line in lines)


def main(build):
    if not shutil.which("valgrind"):
        print("skipped: valgrind is not here (package valgrind)")
        return 1 if os.environ.get("CI") == "true" else 77
    subprocess.run(["cmake", "--build", build, "--target", "tenensd_judge_twice"], check=True,
                   stdout=subprocess.DEVNULL)
    programs = pathlib.Path(build).resolve() / "bin"
    record = {"versions": {}, "per_request": instructions.measure(programs / "tenensd", ["create"])}
    if too_dear(instructions.measure(programs / "tenensd", ["create"]), record):
        print("FAILED: the same program twice is not the same")
        return 1
    if not too_dear(instructions.measure(programs / "tenensd_judge_twice", ["create"]), record):
        print("FAILED: the seeded program was not noticed")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
