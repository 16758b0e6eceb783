#!/usr/bin/env python3
"""Comparing a secret takes the same time wherever it is wrong: measured, and shown by valgrind."""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from tenensd import binary  # noqa: E402

SKIPPED = 77


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=binary("attack_timing"), help="timing.cpp, built")
    options = parser.parse_args()
    measured = subprocess.run([options.program], check=False).returncode
    valgrind = shutil.which("valgrind")
    if not valgrind:
        print("skipped: no valgrind here: measured only")
        return measured or (1 if os.environ.get("CI") == "true" else SKIPPED)
    shown = subprocess.run([valgrind, "--quiet", options.program], check=False).returncode
    return 1 if measured or shown else 0


if __name__ == "__main__":
    sys.exit(main())
