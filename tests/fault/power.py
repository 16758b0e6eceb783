#!/usr/bin/env python3
"""Cuts the power of a busy tenensd, again and again, and compares what it had said with what is left.

The database lies on ext4 or XFS in an image. At a random moment the process is stopped where it is, the
file system is shut down without a flush of its journal, so that nothing reaches the device any more, and
the process is killed. The image is mounted anew: there is what had reached the device, and nothing else.
The ledger lies elsewhere.
"""

import argparse
import contextlib
import os
import pathlib
import signal
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from disks import Disk, Unavailable  # noqa: E402
from skip import skipped  # noqa: E402
from trial import Trial, add_options, ledger_directory, parse, run  # noqa: E402


def freeze(pid):
    """Returns when no thread of the process runs any more. One that is in the kernel, syncing, stays there."""
    os.kill(pid, signal.SIGSTOP)
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        while (task / "stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] not in "TtDZX":
            time.sleep(0.0001)


class PowerTrial(Trial):
    name = "power"

    def __init__(self, options, disk, kind, ledger_path):
        super().__init__(options, disk.mountpoint / "data", ledger_path)
        self.directory.mkdir()
        self.strikes = f"power cuts on {kind}"
        self.disk = disk

    def strike(self, pid):
        # A power cut ends everything at once. Without this an fsync that is under way may still return, with
        # success, because the ioctl and the journal's commit race, and be reported to a client.
        freeze(pid)
        self.disk.cut()
        os.kill(pid, signal.SIGKILL)

    def recover(self):
        self.disk.come_back()

    def close(self):
        self.disk.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--filesystem", choices=("ext4", "xfs", "both"), default="both")
    add_options(parser, cycles=10)
    options = parse(parser)
    kinds = ("ext4", "xfs") if options.filesystem == "both" else (options.filesystem,)
    status = 0
    with contextlib.ExitStack() as stack:
        try:
            disks = [(stack.enter_context(contextlib.closing(Disk(kind))), kind) for kind in kinds]
        except Unavailable as unavailable:
            return skipped(f"power cuts: {unavailable}")
        for disk, kind in disks:
            ledger = pathlib.Path(ledger_directory()) / "ledger.jsonl"
            status = run(PowerTrial(options, disk, kind, ledger), options.cycles) or status
    return status


if __name__ == "__main__":
    sys.exit(main())
