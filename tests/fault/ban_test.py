#!/usr/bin/env python3
"""On PostgreSQL a ban has its turn, however many tokens that name its user are made meanwhile on two nodes.

Every create holds the user's row shared, and each commit takes as long as one that waits for a standby some
way off: there is never a moment at which nobody holds it.
"""

import pathlib
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

import postgres_cluster  # noqa: E402
from clients import Clients, Order, http  # noqa: E402
from tenensd import SECRET_KEY, Tenensd  # noqa: E402

SLOW_COMMITS = ("fsync=on", "commit_delay=20000", "commit_siblings=0")  # 20 ms
CLIENTS = 64
BANS = 6
WITHIN = 10  # seconds, for all of them; they take four or five


class Flood(threading.Thread):
    """Creates for `user` by `actor`, on all nodes, until it is told to end."""

    def __init__(self, nodes, user, actor):
        super().__init__(daemon=True)
        self.request = http("POST", "/v1/actor_tokens", key=SECRET_KEY, body={"user_id": user, "actor": {"sub": actor}})
        self.clients = Clients([node.port for node in nodes], CLIENTS)
        self.over = threading.Event()
        self.created = self.refused = 0

    def run(self):
        self.clients.run(lambda: None if self.over.is_set() else Order("create", self.request), self._finished)
        self.clients.close()

    def _finished(self, order):
        self.created += order.status == 200
        self.refused += order.status == 422
        if order.status == 503:
            time.sleep(0.005)  # a client that waits before it repeats itself


def new_user(node):
    return node.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]


def ask(node, path, until):
    """Asks again while the node has too much to do; whether the answer was a success in time."""
    while time.monotonic() < until:
        status, answer, _ = node.request("POST", path)
        if status == 200:
            return True
        assert status == 503, answer
        time.sleep(0.02)
    return False


def ban(nodes, flood, actor):
    """The seconds that each ban took."""
    took, until = [], time.monotonic() + WITHIN
    while len(took) < BANS:
        here, there = nodes[len(took) % 2], nodes[(len(took) + 1) % 2]
        created = flood.created
        while flood.created < created + CLIENTS and time.monotonic() < until:
            time.sleep(0.01)  # the flood is back
        began = time.monotonic()
        if not ask(here, f"/v1/users/{actor}/ban", until):
            break
        took.append(time.monotonic() - began)
        if not ask(there, f"/v1/users/{actor}/unban", until):
            break
    return took


def main():
    postgres_cluster.require()
    cluster = postgres_cluster.Cluster(*SLOW_COMMITS)
    nodes = []
    try:
        for _ in range(2):
            nodes.append(Tenensd("--log-level", "error", env={"TENENS_DATABASE": cluster.url}, database=False))
        user, actor = new_user(nodes[0]), new_user(nodes[0])
        flood = Flood(nodes, user, actor)
        flood.start()
        took = ban(nodes, flood, actor)
        flood.over.set()
        flood.join()
    finally:
        for node in nodes:
            node.kill()
            node.__exit__(None, None, None)
        cluster.remove()
    print(f"{len(took)} of {BANS} bans among {flood.created:,} creates, the slowest in {max(took, default=0):.2f} s;"
          f" {flood.refused:,} creates were refused meanwhile")
    return 0 if len(took) == BANS and flood.refused else 1


if __name__ == "__main__":
    sys.exit(main())
