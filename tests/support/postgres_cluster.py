#!/usr/bin/env python3
"""A PostgreSQL cluster for tests: its own directory below the system's temporary one, loopback and a
socket of its own only, gone when it is no longer wanted.

  postgres_cluster.py             prints its URL, lives until its standard input ends
  postgres_cluster.py start FILE  writes the URL to FILE and returns; lives until `stop FILE`, and no
                                  longer than the process that started it (ctest)
  postgres_cluster.py stop FILE

Skips, as skip.py has it, where PostgreSQL is not installed.
"""

import glob
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from ports import free_port
from skip import skip

NOT_INSTALLED = "PostgreSQL's server is not installed (Debian: postgresql)"


def find_programs():
    """The folder with initdb and postgres of the newest version there is; None without one."""
    folders = glob.glob("/usr/lib/postgresql/*/bin")
    folders.sort(key=lambda folder: float(folder.split("/")[4]))
    for folder in [*reversed(folders), *os.environ.get("PATH", "").split(":")]:
        if os.access(f"{folder}/initdb", os.X_OK) and os.access(f"{folder}/postgres", os.X_OK):
            return folder
    return None


def require():
    """Ends a program that needs PostgreSQL where there is none."""
    if find_programs() is None:
        skip(NOT_INSTALLED)


def unprivileged():
    """What to put before a command: PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []


class Cluster:
    def __init__(self, *settings, start=True):
        self.programs = find_programs()
        if self.programs is None:
            raise FileNotFoundError(NOT_INSTALLED)
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="tenens-pg-"))
        if os.getuid() == 0:
            shutil.chown(self.home, "postgres", pwd.getpwnam("postgres").pw_gid)
        self.port = free_port()
        self.settings = settings
        self.process = None
        if start:
            self.initialise()
            self.start()

    def initialise(self, *options):
        self._run("initdb", "--pgdata", self.home / "data", "--auth=scram-sha-256", "--username=tenens",
                  "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", f"--pwfile={self._password_file()}",
                  *options)

    @property
    def url(self):
        return f"postgresql://tenens:{self.password}@127.0.0.1:{self.port}/postgres"

    password = "canaryPassword7c1e"

    def _password_file(self):
        path = self.home / "password"
        path.write_text(self.password + "\n", encoding="ascii")
        path.chmod(0o644)
        return path

    def _run(self, program, *arguments):
        subprocess.run([*unprivileged(), f"{self.programs}/{program}", *map(str, arguments)], check=True,
                       cwd=self.home, stdout=subprocess.DEVNULL)

    def start(self):
        # Nothing of this must outlive a power cut, so nothing is synced.
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.home}",
                    "fsync=off", "max_connections=200", "shared_buffers=32MB", *self.settings]
        arguments = [argument for setting in settings for argument in ("-c", setting)]
        with open(self.home / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*unprivileged(), f"{self.programs}/postgres", "-D", str(self.home / "data"), *arguments],
                cwd=self.home, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while subprocess.run([f"{self.programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)],
                             check=False).returncode != 0:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + (self.home / "log").read_text(errors="replace"))
            time.sleep(0.05)

    def stop(self, how=signal.SIGQUIT):
        """SIGQUIT is PostgreSQL's immediate shutdown: every connection breaks, as in a crash."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=30)

    def psql(self, sql, url=None):
        done = subprocess.run([f"{self.programs}/psql", "-XAtq", "-v", "ON_ERROR_STOP=1", url or self.url, "-c", sql],
                              check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def remove(self):
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)


def start_in_background(file):
    """The child holds the cluster; it ends with whoever runs this script, at the latest."""
    stop_in_background(file)
    require()
    owner = os.getppid()
    ready, tell = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.close(ready)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nowhere, stream)
        wanted = [True]
        signal.signal(signal.SIGTERM, lambda *_: wanted.clear())
        cluster = Cluster()
        try:
            file.write_text(f"{cluster.url}\n{os.getpid()}\n", encoding="ascii")
            os.write(tell, b"!")
            os.close(tell)
            while wanted and os.path.exists(f"/proc/{owner}"):
                time.sleep(0.2)
        finally:
            cluster.remove()
            file.unlink(missing_ok=True)
        os._exit(0)
    os.close(tell)
    return 0 if os.read(ready, 1) else 1


def stop_in_background(file):
    try:
        pid = int(file.read_text(encoding="ascii").split()[1])
        if b"postgres_cluster.py" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGTERM)
            while os.path.exists(f"/proc/{pid}"):
                time.sleep(0.05)
    except (FileNotFoundError, ProcessLookupError):
        pass
    file.unlink(missing_ok=True)
    return 0


def main():
    if len(sys.argv) == 3:
        act = {"start": start_in_background, "stop": stop_in_background}[sys.argv[1]]
        return act(pathlib.Path(sys.argv[2]))
    require()
    cluster = Cluster()
    try:
        print(cluster.url, flush=True)
        sys.stdin.read()
    finally:
        cluster.remove()
    return 0


if __name__ == "__main__":
    sys.exit(main())
