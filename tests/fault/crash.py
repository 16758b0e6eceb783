#!/usr/bin/env python3
"""Kills a busy tenensd with SIGKILL, again and again, and compares what it had said with what is left.
How, says trial.py.
"""

import argparse
import os
import pathlib
import sys
import tempfile

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parent)]

from trial import Trial, add_options, ledger_directory, parse, run  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add_options(parser, cycles=int(os.environ.get("TENENS_CRASH_CYCLES", 200)), clients=32)
    options = parse(parser)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-crash-"))
    trial = Trial(options, directory, pathlib.Path(ledger_directory()) / "ledger.jsonl")
    return run(trial, options.cycles)


if __name__ == "__main__":
    sys.exit(main())
