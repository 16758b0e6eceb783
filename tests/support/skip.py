"""How a test ends that cannot run here, so that ctest calls it skipped: with one line that says why."""

import os
import sys

SKIPPED = 77


def skipped(reason, *, tool_missing=True):
    """The exit status. A missing tool is the machine's fault; where CI promises to have it, a failure."""
    print(f"skipped: {reason}", flush=True)
    return 1 if tool_missing and os.environ.get("CI") == "true" else SKIPPED


def skip(reason, *, tool_missing=True):
    """Ends the program."""
    sys.exit(skipped(reason, tool_missing=tool_missing))
