"""Clients that keep a server busy over HTTP keep-alive, each with one request on its way at a time.

One thread and one selector serve them all: sixteen Python threads would mostly wait for each other,
and requests that are meant to race leave here within microseconds.
"""

import itertools
import json
import re
import selectors
import socket
import time

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class Order:
    """One request, and what came of it. `status` stays None while the outcome is not known. The moments
    are time.monotonic_ns(), `port` is that of the server it went to.
    """

    __slots__ = ("kind", "request", "about", "race", "sent", "status", "text", "invoked", "returned", "port",
                 "deserted")

    def __init__(self, kind, request, about=None, race=None):
        self.kind = kind
        self.request = request
        self.about = about  # whatever the sender wants to find again
        self.race = race
        self.sent = False
        self.status = None
        self.text = b""
        self.invoked = self.returned = self.port = None
        self.deserted = False  # the client hangs up as soon as it has asked

    def body(self):
        return json.loads(self.text)


class Race:
    """Orders that are sent at the same moment, by as many clients."""

    __slots__ = ("size", "ready")

    def __init__(self, size):
        self.size = size
        self.ready = []


class Client:
    __slots__ = ("socket", "buffer", "order", "port")

    def __init__(self, port):
        self.port = port
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self.buffer = b""
        self.order = None

    def send(self):
        self.order.invoked = time.monotonic_ns()
        self.order.port = self.port
        self.order.sent = True  # from here on the outcome is unknown until the answer is here
        try:
            self.socket.sendall(self.order.request)
        except OSError:
            pass  # reading will say the same

    def receive(self):
        """True when the answer is complete; raises ConnectionError when there will be none."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionResetError
        self.buffer += piece
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return False
        length = _LENGTH.search(self.buffer, 0, head_end)
        end = head_end + 4 + (int(length[1]) if length else 0)
        if len(self.buffer) < end:
            return False
        self.order.returned = time.monotonic_ns()
        self.order.status = int(self.buffer[9:12])
        self.order.text = self.buffer[head_end + 4:end]
        self.buffer = self.buffer[end:]
        return True


class Clients:
    """`count` clients, dealt out among the servers at `ports`."""

    def __init__(self, ports, count):
        self.selector = selectors.DefaultSelector()
        self.ports = itertools.cycle(ports)
        self.alive = 0
        for _ in range(count):
            self._connect()

    def _connect(self):
        client = Client(next(self.ports))
        self.selector.register(client.socket, selectors.EVENT_READ, client)
        self.alive += 1
        return client

    def _hang_up(self, client):
        self.selector.unregister(client.socket)
        client.socket.close()
        self.alive -= 1

    def run(self, next_order, finished):
        """Asks `next_order()` whenever a client is idle and hands each order back to `finished`, answered
        or not. Returns when there are no more orders, or nobody is left to carry them.
        """
        idle = [key.data for key in self.selector.get_map().values()]
        while True:
            while idle and (order := next_order()) is not None:
                for client in self._start(idle.pop(), order):
                    idle.append(self._replace(client, finished))
            if self.alive == len(idle):
                return
            for key, _ in self.selector.select(timeout=30) or _nothing_came():
                client = key.data
                try:
                    if not client.receive():
                        continue
                    idle.append(client)
                except ConnectionError:
                    self._hang_up(client)
                    if client in idle:
                        idle.remove(client)
                order, client.order = client.order, None
                if order is not None:
                    finished(order)

    def close(self):
        for key in list(self.selector.get_map().values()):
            key.data.socket.close()
        self.selector.close()

    def _replace(self, client, finished):
        """Another client for one that has hung up, whose order has no answer, then."""
        self._hang_up(client)
        finished(client.order)
        return self._connect()

    @staticmethod
    def _start(client, order):
        """Returns the clients that asked and will not wait for the answer."""
        client.order = order
        racers = [client]
        if order.race is not None:
            order.race.ready.append(client)
            if len(order.race.ready) < order.race.size:
                return []
            # One that lost its connection while it waited has handed its order back.
            racers = [racer for racer in order.race.ready if racer.order is not None]
        for racer in racers:
            racer.send()
        return [racer for racer in racers if racer.order.deserted]


def _nothing_came():
    raise TimeoutError("no client got an answer for 30 s")


def http(method, path, *, key=None, body=None, form=None, headers=()):
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    data = b""
    if body is not None:
        data = json.dumps(body).encode()
        lines.append("Content-Type: application/json")
    elif form is not None:
        data = form.encode()
        lines.append("Content-Type: application/x-www-form-urlencoded")
    if data or method == "POST":
        lines.append(f"Content-Length: {len(data)}")
    lines.extend(headers)
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data
