#!/usr/bin/env python3
"""packaging/cluster does what docs/operations.md says of it: a redemption through HAProxy, the primary
killed, and the service goes on where it was.
"""

import contextlib
import http.client
import json
import os
import pathlib
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from skip import skipped  # noqa: E402
from tenensd import binary  # noqa: E402

SCRIPT = ROOT / "packaging/cluster/cluster.py"
NEEDED = {"haproxy": "haproxy", "patroni": "patroni", "etcd": "etcd-server"}
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Cluster:
    def __init__(self, directory):
        self.directory = directory
        self.process = subprocess.Popen([sys.executable, SCRIPT, directory, "--program", binary()],
                                        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        said = ""
        while "running until" not in said:
            line = self.lines.get(timeout=180)
            assert line is not None, f"it did not start: {said}{self.logs()}"
            said += line
        self.url = re.search(r"http://localhost:\d+", said)[0].replace("localhost", "127.0.0.1")
        self.key = re.search(r"sk_test_\w+", said)[0]
        self.settings = json.loads((directory / "settings.json").read_text(encoding="ascii"))
        self.nodes = [f"http://127.0.0.1:{port}" for name, port in self.settings["ports"].items()
                      if name.startswith("node_")]

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def logs(self):
        return "".join(f"\n== {log}\n" + log.read_text(errors="replace")[-1500:]
                       for log in sorted(self.directory.glob("*/log")))

    def request(self, path, body=None, form=None, at=None):
        """(status, parsed answer or text) of one node, or of any through HAProxy"""
        data, headers = None, {"Authorization": f"Bearer {self.key}"}
        if form is not None:
            data, headers = urllib.parse.urlencode(form).encode(), {}
        elif body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            with _opener.open(urllib.request.Request((at or self.url) + path, data, headers), timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def create(self, user, at=None):
        return self.request("/v1/actor_tokens", {"user_id": user, "actor": {"sub": "support"}}, at=at)

    def redeem(self, token):
        return self.request("/v1/client/sign_ins", form={"strategy": "ticket", "ticket": token["token"]})

    def redeem_from(self, token, address):
        """The status; the browser's machine has this address."""
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=30,
                                                source_address=(address, 0))
        with contextlib.closing(connection):
            connection.request("POST", "/v1/client/sign_ins",
                               urllib.parse.urlencode({"strategy": "ticket", "ticket": token["token"]}),
                               {"Content-Type": "application/x-www-form-urlencoded"})
            return connection.getresponse().status

    def primary(self):
        for name in ("db1", "db2"):
            port = self.settings["ports"][f"patroni_{name}"]
            try:
                with _opener.open(f"http://127.0.0.1:{port}/primary", timeout=5):
                    return name
            except OSError:
                pass
        return None

    def kill_postgres(self, name):
        pid = int((self.directory / name / "data/postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(pid, signal.SIGKILL)

    def processes(self):
        """Whatever has its working directory below ours."""
        found = []
        for link in pathlib.Path("/proc").glob("[0-9]*/cwd"):
            try:
                if os.readlink(link).startswith(str(self.directory)):
                    found.append(link.parent.name)
            except OSError:
                pass
        return found


def expect(answer, status):
    assert answer[0] == status, f"expected {status}, got {answer}"
    return answer[1]


def fail_over(cluster, user):
    """Seconds until the standby has taken over, and until the service is back: every node has found it for
    itself, and HAProxy a node.
    """
    before = cluster.primary()
    cluster.kill_postgres(before)
    killed = time.monotonic()

    def wait_until(holds, what):
        while not holds():
            assert time.monotonic() < killed + 60, f"not {what} a minute after {before} was killed{cluster.logs()}"
            time.sleep(0.1)
        return time.monotonic() - killed

    # Not the first create that succeeds: backends outlive their postmaster by some milliseconds.
    promoted = wait_until(lambda: cluster.primary() not in (None, before), "promoted")
    for at in (*cluster.nodes, cluster.url):
        written = wait_until(lambda at=at: cluster.create(user, at)[0] == 200, f"written through {at}")
    return promoted, written


def live(cluster):
    user = expect(cluster.request("/v1/users", {"username": "customer"}), 200)["id"]
    used, unused = (expect(cluster.create(user), 200) for _ in range(2))
    session = expect(cluster.redeem(used), 200)["response"]["created_session_id"]
    promoted, back = fail_over(cluster, user)
    told = expect(cluster.request(f"/v1/actor_tokens/{used['id']}"), 200)
    assert (told["status"], told["session_id"]) == ("accepted", session), told
    assert "already_used" in expect(cluster.redeem(used), 400)
    assert cluster.redeem_from(unused, "127.0.0.2") == 200
    events = expect(cluster.request(f"/v1/audit_events?actor_token_id={unused['id']}"), 200)["data"]
    redeemed = next(event for event in events if event["action"] == "actor_token.redeemed")
    assert redeemed["address"] == "127.0.0.2", redeemed
    print(f"cluster: the standby took over {promoted:.1f} s after the primary was killed, "
          f"the service was back after {back:.1f} s")


def main():
    missing = [package for program, package in NEEDED.items()
               if not shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")]
    if missing or not pathlib.Path("/usr/lib/postgresql").exists():
        return skipped(f"the cluster's packages are not installed: {' '.join(missing) or 'postgresql'}")
    # Not below a directory that only root enters.
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-cluster-"))
    cluster = Cluster(directory)
    try:
        live(cluster)
        subprocess.run([sys.executable, SCRIPT, "stop", directory], check=True, timeout=90)
        assert cluster.process.wait(timeout=10) == 0
        assert not cluster.processes(), "something is left running"
    finally:
        cluster.process.terminate()
        cluster.process.wait(timeout=90)
        shutil.rmtree(directory)
    return 0


if __name__ == "__main__":
    sys.exit(main())
