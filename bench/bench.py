#!/usr/bin/env python3
"""Requests a second of tenensd, beside what this machine could do at most, and beside its peers.

Every round measures ceilings, works and peers one after the other, the server on one core and the load on
another. Figures are medians over the rounds, with the least and the most. README.md says how to read
them.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import load
import machine
import peers
import publish
import report
import rounds

ROOT = pathlib.Path(__file__).resolve().parent.parent


def installed_peers(wanted):
    """(the peers that are here, {figure: why it is not})"""
    here, absent = [], {}
    for kind in peers.ALL if wanted else ():
        peer = kind()
        try:
            sys.stderr.write(f"bench: peer {kind.__name__}\n")
            peer.install()
            here.append(peer)
        except peers.Absent as why:
            sys.stderr.write(f"bench: {kind.__name__} is left out: {why}\n")
            absent.update({figure: str(why) for figure in kind.figures})
    return here, absent


def options_of(arguments):
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of each measurement")
    parser.add_argument("--quick", action="store_true", help="one round of 1 s, no large file: a look, not a figure")
    parser.add_argument("--peers", action="store_true", help="beside the peers, installed from npm and the distribution")
    parser.add_argument("--tokens", type=int, default=1_000_000, help="in the large file")
    parser.add_argument("--sessions", type=int, default=100_000, help="in the large file, at most as many")
    parser.add_argument("--json", metavar="FILE", type=pathlib.Path, help="everything measured, round by round")
    parser.add_argument("--plots", metavar="DIR", type=pathlib.Path, help="draw what was measured, as SVG")
    parser.add_argument("--publish", action="store_true", help="put it into docs/performance.md and draw its plots")
    parser.add_argument("--from", metavar="FILE", type=pathlib.Path, dest="record",
                        help="measure nothing: say (and draw) what a --json FILE holds")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--directory", type=pathlib.Path, help="where databases go; default: beside --bin")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = 1, 1
    if options.rounds < 1 or options.seconds < 1:
        parser.error("at least one round of one second")
    if not 0 <= options.sessions <= options.tokens or options.tokens < 100:
        parser.error("a large file has at least 100 tokens, and no more sessions than tokens")
    options.bin = options.bin.resolve()
    return options


def commit():
    def git(*arguments):
        return machine.first_line("git", "-C", str(ROOT), *arguments)
    return (git("rev-parse", "--short", "HEAD") or "unknown") + (" and changes" if git("status", "--porcelain") else "")


def measured(options):
    chosen, absent = installed_peers(options.peers)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=options.directory or options.bin.parent))
    try:
        found = rounds.Bench(options, directory, chosen).run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    return {"taken_at": int(time.time()), "commit": commit(), "machine": machine.describe(),
            "seconds": options.seconds, "connections": load.CONNECTIONS, "one_core": len(os.sched_getaffinity(0)) < 2,
            **found, "absent": {**absent, **found["absent"]}}


def draw(record, directory):
    """By the Python that has matplotlib: the distribution's package is for the distribution's own."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import matplotlib"], capture_output=True).returncode == 0:
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(record, file)
                file.flush()
                subprocess.run([python, str(ROOT / "bench/plots.py"), file.name, str(directory)], check=True)
            return
    raise SystemExit("bench: error: nothing is drawn without matplotlib\nhint: package python3-matplotlib")


def main(arguments=None):
    options = options_of(arguments)
    if options.record:
        record = json.loads(options.record.read_text(encoding="utf-8"))
    else:
        record = measured(options)
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(report.text(record))
    if options.plots:
        draw(record, options.plots)
    if options.publish:
        publish.publish(record)
        draw(record, publish.PICTURES)
    return 1 if any(round_["invalid"] for round_ in record["rounds"]) else 0


if __name__ == "__main__":
    sys.exit(main())
