"""A node that is cut off from its database, under load: what it says, what it still does, how long anybody
waits, and what it costs.
"""

import os
import pathlib
import select
import signal
import socket
import sys
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from jwts import is_signed_by  # pylint: disable=wrong-import-position
from tenensd import SANITIZED, Tenensd  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position

postgres_cluster.require()

CLIENTS = 80  # more than the node has workers
CUT_OFF = 8  # seconds
DEADLINE = 15  # seconds, the longest that a request may take
KIB_MORE = 64 * 1024


class Proxy:
    """Stands between the node and the database. It can stop to pass anything on, as a network does that
    drops every packet, or close all and refuse.
    """

    def __init__(self, port):
        self.target = port
        self.silent = False
        self.pairs = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                inside, _ = self.listener.accept()
            except OSError:
                return
            if self.silent:
                self.pairs.append((inside, inside))
                continue
            pair = (inside, socket.create_connection(("127.0.0.1", self.target)))
            self.pairs.append(pair)
            threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, inside, outside):
        other = {inside: outside, outside: inside}
        try:
            while True:
                for source in select.select(list(other), [], [], 0.2)[0]:
                    if self.silent:
                        time.sleep(0.05)
                        continue
                    data = source.recv(65536)
                    if not data:
                        return
                    other[source].sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            inside.close()
            outside.close()

    def refuse(self):
        self.listener.close()
        for pair in self.pairs:
            for end in pair:
                end.close()

    def listen_again(self):
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, daemon=True).start()


class Load:
    """Clients that create and read, each as soon as it has its answer."""

    def __init__(self, node, user):
        self.node = node
        self.user = user
        self.stop = threading.Event()
        self.slowest = 0.0
        self.statuses = {}
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(n,)) for n in range(CLIENTS)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def _run(self, number):
        while not self.stop.is_set():
            began = time.monotonic()
            try:
                if number % 2:
                    status = self.node.request("GET", f"/v1/users/{self.user}")[0]
                else:
                    status = self.node.request("POST", "/v1/actor_tokens",
                                               {"user_id": self.user, "actor": {"sub": "a"}})[0]
            except OSError as error:
                status = str(error)
            with self.lock:
                self.slowest = max(self.slowest, time.monotonic() - began)
                self.statuses[status] = self.statuses.get(status, 0) + 1
            self.stop.wait(0.05 if status == 200 else 0.2)


class CutOff(unittest.TestCase):
    def setUp(self):
        self.cluster = postgres_cluster.Cluster()
        self.addCleanup(self.cluster.remove)
        self.proxy = Proxy(self.cluster.port)
        self.addCleanup(self.proxy.refuse)
        url = self.cluster.url.replace(f":{self.cluster.port}/", f":{self.proxy.port}/")
        self.node = Tenensd("--log-level", "off", env={"TENENS_DATABASE": url}, database=False)
        self.addCleanup(lambda: self.node.process.poll() is None and self.node.stop())
        self.user = self.node.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def memory(self):
        status = pathlib.Path(f"/proc/{self.node.process.pid}/status").read_text(encoding="ascii")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))

    def health(self):
        return self.node.request("GET", "/v1/health")[0]

    def wait_for_health(self, status, seconds):
        began = time.monotonic()
        while (said := self.health()) != status:
            self.assertLess(time.monotonic() - began, seconds, f"health still says {said}")
            time.sleep(0.02)
        self.assertLess(time.monotonic() - began, seconds, f"health says {status} only now")

    def verify(self, jwt):
        """As a verifier does that has no keys yet; returns how long it took."""
        asked = time.monotonic()
        status, keys, _ = self.node.request("GET", "/.well-known/jwks.json")
        self.assertEqual(status, 200)
        self.assertTrue(is_signed_by(jwt, keys))
        return time.monotonic() - asked

    def verify_until(self, end, jwt):
        slowest = 0
        while time.monotonic() < end:
            slowest = max(slowest, self.verify(jwt))
            time.sleep(0.05)
        return slowest

    def go_through(self, cut, mend):
        token = self.node.request("POST", "/v1/actor_tokens", {"user_id": self.user, "actor": {"sub": "a"}})[1]
        answer = Browser(self.node).redeem(token["token"])[1]
        jwt = answer["client"]["sessions"][0]["last_active_token"]["jwt"]
        with Load(self.node, self.user) as load, ThreadPoolExecutor(1) as verifier:
            time.sleep(1)
            before = self.memory()
            began = time.monotonic()
            cut()
            verified = verifier.submit(lambda: self.verify_until(began + CUT_OFF, jwt))
            self.wait_for_health(503, 2)
            while time.monotonic() < began + CUT_OFF:
                self.assertEqual(self.health(), 503)
                time.sleep(0.1)
            self.assertLess(verified.result(), 2)
            grown = self.memory() - before
            mend()
            self.wait_for_health(200, 10)
            load.statuses.clear()
            end = time.monotonic() + 10
            while load.statuses.get(200, 0) <= CLIENTS and time.monotonic() < end:
                time.sleep(0.1)
        print(f"slowest request {load.slowest:.1f} s, {grown} KiB more memory, afterwards {load.statuses}")
        self.assertLess(load.slowest, DEADLINE)
        if not SANITIZED:  # a sanitizer keeps what was freed
            self.assertLess(grown, KIB_MORE)
        self.assertGreater(load.statuses.get(200, 0), CLIENTS)
        self.assertLessEqual(set(load.statuses), {200, 503}, load.statuses)

    def test_a_database_that_is_frozen(self):
        postmaster = self.cluster.process.pid
        children = f"/proc/{postmaster}/task/{postmaster}/children"

        def signal_all(which):
            for pid in [postmaster, *map(int, pathlib.Path(children).read_text(encoding="ascii").split())]:
                os.kill(pid, which)

        self.go_through(lambda: signal_all(signal.SIGSTOP), lambda: signal_all(signal.SIGCONT))

    def test_a_network_that_drops_everything(self):
        self.go_through(lambda: setattr(self.proxy, "silent", True), lambda: setattr(self.proxy, "silent", False))

    def test_a_host_that_refuses(self):
        self.go_through(self.proxy.refuse, self.proxy.listen_again)


if __name__ == "__main__":
    unittest.main()
