#!/usr/bin/env python3
"""bench_open_loop against a server that stops for a while: all who would have come meanwhile are late.

usage: open_loop_test.py BENCH_OPEN_LOOP
"""

import json
import socket
import subprocess
import sys
import threading
import time
import unittest

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
STALL_MS = 400


class Stalling(threading.Thread):
    """Answers at once on one connection, but for one request."""

    def __init__(self, stalls_at):
        super().__init__(daemon=True)
        self.stalls_at, self.bodies = stalls_at, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def run(self):
        connection, _ = self.listener.accept()
        with connection, self.listener:
            buffer = b""
            while data := connection.recv(65536):
                buffer += data
                while b"\r\n\r\n" in buffer:
                    head, _, rest = buffer.partition(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    if len(rest) < length:
                        break
                    self.bodies.append(rest[:length].decode())
                    buffer = rest[length:]
                    if len(self.bodies) == self.stalls_at:
                        time.sleep(STALL_MS / 1000)
                    connection.sendall(ANSWER)


def load(stalls_at, bodies=""):
    server = Stalling(stalls_at)
    server.start()
    said = subprocess.run([sys.argv[1], str(server.port), "200", "1", "1", "POST", "/"], input=bodies,
                          capture_output=True, text=True, check=True, timeout=30).stdout
    return json.loads(said), server.bodies


class OpenLoop(unittest.TestCase):
    def test_a_stall_is_charged_to_all_who_were_due_during_it(self):
        said, _ = load(stalls_at=50)
        self.assertEqual(said["requests"], 200)
        self.assertGreaterEqual(said["max_ms"], STALL_MS)
        # 80 of the 200 were due meanwhile and waited 200 ms on average; a closed loop would see one.
        self.assertGreater(said["p90_ms"], STALL_MS / 2)
        self.assertGreater(said["late"], 0.35)

    def test_all_is_sent_at_the_rate_that_was_asked_for(self):
        said, _ = load(stalls_at=0)
        self.assertEqual(said["requests"], 200)
        self.assertGreater(said["seconds"], 0.99)
        self.assertEqual((said["not_2xx"], said["broken"]), (0, 0))

    def test_each_body_is_sent_once_and_the_last_goes_on(self):
        _, bodies = load(stalls_at=0, bodies="a=1\na=2\na=3\n")
        self.assertEqual(bodies[:4], ["a=1", "a=2", "a=3", "a=3"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
