"""Several PostgreSQL hosts of one cluster on this machine: a primary, its standbys, and what is done to
them.
"""

import os
import pathlib
import random
import shutil
import signal
import socket
import subprocess
import time

from postgres_cluster import Cluster, unprivileged

SETTINGS = ("wal_level=replica", "max_wal_senders=4",
            "wal_retrieve_retry_interval=100ms", "hot_standby_feedback=off", "max_connections=100",
            "shared_buffers=16MB", "autovacuum=off")


def fixed_port():
    """Free, and below those that the system hands out by itself: it must still be free when a host that
    was away comes back.
    """
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as free:
            try:
                free.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Host(Cluster):
    """One place for a server: a port and a data directory, which may be empty."""

    def __init__(self, *settings):
        super().__init__(*SETTINGS, *settings, start=False)
        self.port = fixed_port()

    def initialise(self, *options):
        # pg_rewind wants checksums; small segments are quick to copy.
        super().initialise("--data-checksums", "--wal-segsize=1", *options)
        # pg_rewind starts a server of its own now and then, which must keep the log as well.
        with open(self.data / "postgresql.conf", "a", encoding="ascii") as file:
            file.write("wal_keep_size = 64MB\n")

    @property
    def data(self):
        return self.home / "data"

    @property
    def conninfo(self):
        return f"host=127.0.0.1 port={self.port} user=tenens password={self.password} dbname=postgres"

    def _postmaster_and_children(self):
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
        return [pid, *map(int, children.split())]

    def signal_all(self, which):
        for pid in self._postmaster_and_children():
            try:
                os.kill(pid, which)
            except ProcessLookupError:
                pass

    def kill(self):
        """As a machine that loses its power, but for what the kernel still holds."""
        self.signal_all(signal.SIGKILL)
        self.process.wait()

    def freeze_senders(self):
        """A network that takes what is sent to the standby, and delivers nothing."""
        self._signal_senders(signal.SIGSTOP)

    def thaw_senders(self):
        self._signal_senders(signal.SIGCONT)

    def _signal_senders(self, which):
        for pid in self.psql("SELECT pid FROM pg_stat_replication").split():
            os.kill(int(pid), which)

    def cancel_waits_for_standby(self):
        """How many commits were told to go on without."""
        return int(self.psql("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity"
                             " WHERE wait_event = 'SyncRep'"))

    def promote(self):
        self._run("pg_ctl", "promote", "--wait", "--pgdata", self.data)

    def follow(self, primary):
        """As a standby, another primary than before."""
        self.psql(f"ALTER SYSTEM SET primary_conninfo = '{primary.conninfo}'")
        self.psql("SELECT pg_reload_conf()")

    def received(self):
        """How far its log goes, in bytes; None while somebody still sends it more."""
        streaming, end = self.psql(
            "SELECT (SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming'),"
            " pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')").split("|")
        return int(end) if streaming == "0" else None

    def copy_from(self, primary):
        """Becomes a standby of `primary`, from nothing."""
        shutil.rmtree(self.data, ignore_errors=True)
        self._run("pg_basebackup", "--dbname", primary.conninfo, "--pgdata", self.data, "--checkpoint=fast",
                  "--wal-method=stream", "--no-sync", "--write-recovery-conf")
        self.start()

    def rewind_to(self, primary):
        """A former primary becomes a standby: what only it had is undone."""
        primary.psql("CHECKPOINT")  # or the other's timeline is not yet where this looks for it
        done = subprocess.run([*unprivileged(), f"{self.programs}/pg_rewind", "--no-sync", "--target-pgdata", self.data,
                               "--source-server", primary.conninfo, "--write-recovery-conf"],
                              cwd=self.home, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"pg_rewind: {done.stdout}{done.stderr}")
        self.start()

    def wait_for_sync_standby(self, seconds=20):
        deadline = time.monotonic() + seconds
        while self.psql("SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')") == "0":
            if time.monotonic() > deadline:
                raise RuntimeError("no standby came")
            time.sleep(0.05)


def furthest_first(standbys):
    """Of a primary that is gone. What it acknowledged is on one of them at least; the other must not be
    ahead of the one that is promoted.
    """
    while None in (ends := [standby.received() for standby in standbys]):
        time.sleep(0.02)
    return [standby for _, standby in sorted(zip(ends, standbys), key=lambda pair: -pair[0])]


def url_of(hosts):
    """As libpq takes it: the first that accepts writes."""
    places = ",".join(f"127.0.0.1:{host.port}" for host in hosts)
    return f"postgresql://tenens:{Host.password}@{places}/postgres"
