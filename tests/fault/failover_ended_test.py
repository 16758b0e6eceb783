#!/usr/bin/env python3
"""failover.py, ended from outside in the middle of a cycle, leaves neither processes nor files."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))

from postgres_cluster import require  # noqa: E402


def processes_of(session, directory):
    """Ids and names. PostgreSQL's make sessions of their own, in their data's directory."""
    found = {}
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            name, _, rest = (folder / "stat").read_text(encoding="utf-8").rpartition(")")
            home = os.readlink(folder / "cwd")
        except OSError:
            continue  # it has ended
        if int(rest.split()[3]) == session or home.startswith(directory):
            found[int(folder.name)] = name.partition("(")[2]
    return found


def is_under_way(session, directory):
    """The nodes have begun, and with them the load."""
    names = list(processes_of(session, directory).values())
    return names.count("tenensd") == 3 and names.count("postgres") > 20


def main():
    require()
    directory = tempfile.mkdtemp(prefix="tenens-ended-")
    os.chmod(directory, 0o755)  # PostgreSQL does not run as root
    process = subprocess.Popen([sys.executable, HERE / "failover.py", "--cycles", "50"], start_new_session=True,
                               env={**os.environ, "TMPDIR": directory}, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    try:
        deadline = time.monotonic() + 120
        while not is_under_way(process.pid, directory):
            assert process.poll() is None and time.monotonic() < deadline, "it did not begin"
            time.sleep(0.05)
        time.sleep(1.5)  # wherever it is then
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=60)[0]
        assert process.returncode == 128 + signal.SIGTERM, f"{process.returncode}: {said}"
        assert not (left := processes_of(process.pid, directory)), left
        assert os.listdir(directory) == [], os.listdir(directory)
    finally:
        for pid in processes_of(process.pid, directory):
            os.kill(pid, signal.SIGKILL)
        shutil.rmtree(directory, ignore_errors=True)
    print("failover.py ended by SIGTERM: nothing left")
    return 0


if __name__ == "__main__":
    sys.exit(main())
