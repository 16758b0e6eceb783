#!/usr/bin/env python3
"""Comparing a secret takes the same time wherever it is wrong: measured, and shown by valgrind."""

import argparse
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from skip import skipped  # noqa: E402
from tenensd import binary  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=binary("attack_timing"), help="timing.cpp, built")
    options = parser.parse_args()
    measured = subprocess.run([options.program], check=False).returncode
    valgrind = shutil.which("valgrind")
    if not valgrind:
        return measured or skipped("no valgrind here: measured only")
    shown = subprocess.run([valgrind, "--quiet", options.program], check=False).returncode
    return 1 if measured or shown else 0


if __name__ == "__main__":
    sys.exit(main())
