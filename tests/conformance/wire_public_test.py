"""What needs no key: health and the public keys; and how connections are kept."""

import pathlib
import re
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wire import API, ServerTest, exchange, head  # pylint: disable=wrong-import-position


class Public(ServerTest):
    def test_health_needs_no_key(self):
        status, body, headers = self.server.request("GET", "/v1/health", key=False)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertIsInstance(body, dict)

    def test_the_keys_are_the_same_in_both_places(self):
        private = self.expect(200, "GET", "/v1/jwks")
        status, public, _ = self.server.request("GET", "/.well-known/jwks.json", key=False)
        self.assertEqual((status, public), (200, private))

    def test_a_key_is_what_every_official_client_needs(self):
        key, = self.expect(200, "GET", "/v1/jwks")["keys"]
        self.assertEqual((key["use"], key["kty"], key["alg"], key["e"]), ("sig", "RSA", "RS256", "AQAB"))
        self.assertRegex(key["kid"], r"^\S+$")
        self.assertTrue(re.fullmatch(r"[A-Za-z0-9_-]{342}", key["n"]))  # 2048 bits
        self.assertFalse({"d", "p", "q", "dp", "dq", "qi"} & set(key))

    def test_a_connection_is_kept_for_the_next_request(self):
        with socket.create_connection(("127.0.0.1", self.server.port), 10) as connection:
            for _ in range(3):
                connection.sendall(head("GET", "/v1/health", key=None))
                self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200"))

    def test_unknown_query_parameters_are_ignored(self):
        self.expect(200, "GET", "/v1/users?whatever=1")
        self.assertEqual(self.server.request("GET", f"/v1/client?{API}&whatever=1")[0], 200)

    def test_http_1_0_is_answered_and_closed(self):
        status, _, _ = exchange(self.server, b"GET /v1/health HTTP/1.0\r\n\r\n")
        self.assertEqual(status, 200)


if __name__ == "__main__":
    unittest.main()
