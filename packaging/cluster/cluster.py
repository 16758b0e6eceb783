#!/usr/bin/env python3
"""HAProxy, three tenensd, a PostgreSQL primary and its synchronous standby under Patroni, and etcd: on one
machine, to look at and to break.

  cluster.py DIRECTORY        starts all of it there, says where it is, and runs until Ctrl-C; what an
                              earlier run left in DIRECTORY is used again
  cluster.py stop DIRECTORY   ends all that a run which is gone, or another terminal's, has there

Debian's packages: haproxy, patroni, etcd-server, postgresql. Everything listens on 127.0.0.1, on ports that
are free, and runs as you; started by root, the databases run as the user postgres, who must be able to reach DIRECTORY. A production has three etcd on three
machines, a database on each of two, and TLS between all of them.
"""

import argparse
import contextlib
import glob
import json
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
BUILT = HERE.parent.parent / "build/release/bin"
PORTS = ("haproxy", "node_1", "node_2", "node_3", "db1", "db2", "patroni_db1", "patroni_db2", "etcd", "etcd_peer")
PASSWORDS = ("superuser", "replication", "tenens")
DATABASES = ("db1", "db2")
NODES = ("node_1", "node_2", "node_3")


class Trouble(Exception):
    pass


def find(program, *more):
    folders = [*more, *os.environ.get("PATH", "").split(":"), "/usr/sbin"]
    found = shutil.which(program, path=":".join(map(str, folders)))
    if not found:
        raise Trouble(f"there is no {program}\nhint: apt-get install haproxy patroni etcd-server postgresql;"
                      " ./dev build makes tenensd")
    return found


def postgres_programs():
    """The folder of the newest version there is."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda folder: float(folder.split("/")[4]))
    return pathlib.Path(find("initdb", *reversed(folders))).parent


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def get(port, path):
    """The status of an answer; 0 without one."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


class Cluster:
    def __init__(self, directory, program):
        self.directory = directory
        self.tenensd = program or find("tenensd", BUILT)
        self.programs = postgres_programs()
        self.running = {}  # name -> Popen
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None  # PostgreSQL refuses root
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.user:
            directory.chmod(0o711)
        self.settings = self._settings()

    def _settings(self):
        """Ports are new at each start; passwords and the secret key are made once."""
        file = self.directory / "settings.json"
        kept = json.loads(file.read_text(encoding="ascii")) if file.exists() else {}
        kept.setdefault("secret_key", "sk_test_" + secrets.token_hex(20))
        kept.setdefault("passwords", {name: secrets.token_hex(16) for name in PASSWORDS})
        # A member of etcd and a database are known by their addresses.
        kept.setdefault("ports", dict(zip(PORTS, free_ports(len(PORTS)))))
        file.touch(mode=0o600)
        file.write_text(json.dumps(kept, indent=1), encoding="ascii")
        return kept

    def port(self, name):
        return self.settings["ports"][name]

    # ── processes ────────────────────────────────────────────────────────────────────────────────

    def start(self, name, command, user=None, **environment):
        home = self.directory / name
        home.mkdir(mode=0o700, exist_ok=True)
        # What dies with this script, however that dies, cannot be left behind.
        prefix = ["setpriv", "--pdeathsig=TERM"]
        if user:
            os.chown(home, user.pw_uid, user.pw_gid)
            prefix += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        with open(home / "log", "ab") as log:
            self.running[name] = subprocess.Popen(
                [*prefix, *map(str, command)], cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env={**os.environ, **{key: str(value) for key, value in environment.items()}},
                start_new_session=True)  # Ctrl-C is for this script alone, which knows the order
        pids = {name: process.pid for name, process in self.running.items()}
        (self.directory / "pids.json").write_text(json.dumps({"cluster": os.getpid(), **pids}), encoding="ascii")

    def wait(self, what, is_there, seconds=60):
        deadline = time.monotonic() + seconds
        while not is_there():
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise Trouble(f"{name} ended with {process.returncode}\nhint: {self.directory}/{name}/log")
            if time.monotonic() > deadline:
                raise Trouble(f"{what} did not come up within {seconds} s\nhint: the logs are in {self.directory}")
            time.sleep(0.2)

    def start_etcd(self):
        client, peer = (f"http://127.0.0.1:{self.port(name)}" for name in ("etcd", "etcd_peer"))
        self.start("etcd", [
            find("etcd"), "--name=etcd1", f"--data-dir={self.directory}/etcd/data", f"--listen-client-urls={client}",
            f"--advertise-client-urls={client}", f"--listen-peer-urls={peer}",
            f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=etcd1={peer}"])
        self.wait("etcd", lambda: get(self.port("etcd"), "/health") == 200)

    def start_database(self, name):
        home, passwords = self.directory / name, self.settings["passwords"]
        at = f"127.0.0.1:{self.port(name)}"
        rest = f"127.0.0.1:{self.port(f'patroni_{name}')}"
        # A copy: whoever runs PostgreSQL may not be allowed to read this folder.
        settings = shutil.copy(HERE / "patroni.yml", self.directory)
        self.start(
            name, [find("patroni"), settings], user=self.user, PATRONI_NAME=name,
            PATRONI_ETCD3_HOSTS=f"127.0.0.1:{self.port('etcd')}", PATRONI_RESTAPI_LISTEN=rest,
            PATRONI_RESTAPI_CONNECT_ADDRESS=rest, PATRONI_POSTGRESQL_LISTEN=at,
            PATRONI_POSTGRESQL_CONNECT_ADDRESS=at, PATRONI_POSTGRESQL_DATA_DIR=home / "data",
            PATRONI_POSTGRESQL_BIN_DIR=self.programs, PATRONI_POSTGRESQL_PGPASS=home / "pgpass",
            PATRONI_SUPERUSER_USERNAME="postgres", PATRONI_SUPERUSER_PASSWORD=passwords["superuser"],
            PATRONI_REPLICATION_USERNAME="replicator", PATRONI_REPLICATION_PASSWORD=passwords["replication"])

    def start_databases(self):
        for name in DATABASES:
            self.start_database(name)
        rest = [self.port(f"patroni_{name}") for name in DATABASES]
        self.wait("the synchronous standby", lambda: any(get(port, "/primary") == 200 for port in rest)
                  and any(get(port, "/synchronous") == 200 for port in rest), seconds=120)
        self._create_database()

    def _create_database(self):
        if self._psql("SELECT 1 FROM pg_database WHERE datname = 'tenens'"):
            return
        self._psql(f"CREATE ROLE tenens LOGIN PASSWORD '{self.settings['passwords']['tenens']}'")
        self._psql("GRANT pg_read_all_stats TO tenens")  # to see whether a standby is connected
        self._psql("CREATE DATABASE tenens OWNER tenens")

    def _psql(self, sql):
        # A node asks either host, and goes on to the other only where the first has the role and the database.
        applied = {**os.environ, "PGOPTIONS": "-c synchronous_commit=remote_apply"}
        return subprocess.run(
            [self.programs / "psql", "-XAtq", self.url("postgres", "superuser", "postgres"), "-c", sql],
            check=True, capture_output=True, text=True, env=applied).stdout.strip()

    def url(self, user, password, database):
        hosts = ",".join(f"127.0.0.1:{self.port(name)}" for name in DATABASES)
        return (f"postgresql://{user}:{self.settings['passwords'][password]}@{hosts}/{database}"
                "?target_session_attrs=read-write")

    def start_nodes(self):
        for name in NODES:
            self.start(name, [self.tenensd, "--listen", f"127.0.0.1:{self.port(name)}", "--public-url",
                              f"http://localhost:{self.port('haproxy')}", "--trusted-proxy", "127.0.0.1"],
                       TENENS_DATABASE=self.url("tenens", "tenens", "tenens"),
                       TENENS_SECRET_KEY=self.settings["secret_key"])
        self.wait("tenensd", lambda: all(get(self.port(name), "/v1/health") == 200 for name in NODES))

    def start_haproxy(self):
        self.start("haproxy", [find("haproxy"), "-db", "-f", HERE / "haproxy.cfg"], PORT=self.port("haproxy"),
                   **{name.upper(): self.port(name) for name in NODES})
        self.wait("HAProxy", lambda: get(self.port("haproxy"), "/v1/health") == 200)

    def stop(self):
        """In the opposite order: nobody loses what he still needs."""
        for name, process in reversed(self.running.items()):
            process.send_signal(signal.SIGUSR1 if name == "haproxy" else signal.SIGTERM)  # its soft stop
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        (self.directory / "pids.json").unlink(missing_ok=True)

    def watch(self):
        while True:
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise Trouble(f"{name} ended with {process.returncode}\nhint: {self.directory}/{name}/log")
            time.sleep(0.5)


def is_ours(pid, directory):
    """A number may be another process's by now; ours run below the directory."""
    try:
        return str(directory) in os.readlink(f"/proc/{pid}/cwd") or b"cluster.py" in \
            pathlib.Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def stop(directory):
    file = directory / "pids.json"
    if not file.exists():
        raise Trouble(f"nothing runs in {directory}")
    pids = json.loads(file.read_text(encoding="ascii"))
    first = pids.pop("cluster")
    # The script stops its children in their order; without it, they are told one by one.
    told = [first] if is_ours(first, directory) else [*reversed(pids.values())]
    for pid in told:
        if is_ours(pid, directory):
            os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 60
    while any(is_ours(pid, directory) for pid in [*told, *pids.values()]):
        if time.monotonic() > deadline:
            raise Trouble("some of it does not end")
        time.sleep(0.1)
    file.unlink(missing_ok=True)


def run(directory, program):
    if (directory / "pids.json").exists():
        raise Trouble(f"something runs in {directory}\nhint: cluster.py stop {directory}")
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(directory, program)
    try:
        for start in (cluster.start_etcd, cluster.start_databases, cluster.start_nodes, cluster.start_haproxy):
            start()
        print(f"tenensd behind HAProxy: http://localhost:{cluster.port('haproxy')}\n"
              f"secret key:             {cluster.settings['secret_key']}\n"
              f"Patroni:                http://127.0.0.1:{cluster.port('patroni_db1')}/cluster\n"
              f"logs, data, passwords:  {directory}\n"
              "running until Ctrl-C", flush=True)
        cluster.watch()
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        cluster.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", nargs="?", choices=("start", "stop"), default="start", metavar="stop")
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--program", help="the tenensd to run; default: the build's, or the installed one")
    options = parser.parse_args(sys.argv[1:] if len(sys.argv) > 2 and sys.argv[1] in ("start", "stop")
                                else ["start", *sys.argv[1:]])
    directory = options.directory.resolve()
    try:
        if options.command == "stop":
            stop(directory)
        else:
            run(directory, options.program)
    except Trouble as trouble:
        print(f"cluster.py: error: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
