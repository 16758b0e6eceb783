"""Limits, each just below, at and just above; and input that nobody should send."""

import json
import pathlib
import socket
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import ServerTest, exchange, head, shared  # pylint: disable=wrong-import-position

HEADER_LIMIT = 16 * 1024
BODY_LIMIT = 64 * 1024
ACTOR_LIMIT = 4 * 1024
ACTOR_DEPTH = 8
MONTH_OF_SECONDS = 30 * 24 * 3600
DAY_OF_SECONDS = 24 * 3600


class Sizes(ServerTest):
    def tearDown(self):
        # Whatever was sent: the next caller is served.
        self.expect(200, "GET", "/v1/health")

    def head_of(self, size):
        """A request head of exactly so many bytes, from the method to the empty line."""
        filler = "X-Filler: "
        bare = len(head("GET", "/v1/jwks", "Connection: close", filler))
        return head("GET", "/v1/jwks", "Connection: close", filler + "a" * (size - bare))

    def test_a_head_may_have_16_KiB_and_not_one_byte_more(self):
        for size, expected in ((HEADER_LIMIT - 1, 200), (HEADER_LIMIT, 200), (HEADER_LIMIT + 1, 431),
                               (10 * HEADER_LIMIT, 431)):
            with self.subTest(size=size):
                sent = self.head_of(size)
                self.assertEqual(len(sent), size)
                status, headers, body = exchange(self.server, sent)
                self.assertEqual(status, expected)
                self.assertEqual(headers["content-type"], "application/json")
                if expected == 431:
                    self.assertEqual(json.loads(body)["errors"][0]["code"], "request_header_too_large")

    def test_a_request_line_beyond_the_limit_is_refused_too(self):
        status, _, body = exchange(self.server, head("GET", "/v1/" + "a" * HEADER_LIMIT))
        self.assertIn(status, (414, 431))
        self.assertTrue(json.loads(body)["errors"])

    def body_of(self, size):
        bare = len(b'{"first_name":"Ada","extra":""}')
        return b'{"first_name":"Ada","extra":"' + b"a" * (size - bare) + b'"}'

    def test_a_body_may_have_64_KiB_and_not_one_byte_more(self):
        # An unknown field is refused with 422, which shows that the body was read and understood.
        for size, expected in ((BODY_LIMIT - 1, 422), (BODY_LIMIT, 422), (BODY_LIMIT + 1, 413),
                               (16 * BODY_LIMIT, 413)):
            with self.subTest(size=size):
                body = self.body_of(size)
                self.assertEqual(len(body), size)
                status, headers, answer = exchange(self.server, head(
                    "POST", "/v1/users", "Content-Type: application/json", f"Content-Length: {size}"), body)
                self.assertEqual(status, expected)
                self.assertEqual(headers["content-type"], "application/json")
                if expected == 413:
                    self.assertEqual(json.loads(answer)["errors"][0]["code"], "request_body_too_large")

    def test_a_chunked_body_has_the_same_limit(self):
        for size, expected in ((BODY_LIMIT, 422), (BODY_LIMIT + 1, 413)):
            with self.subTest(size=size):
                body = self.body_of(size)
                chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in
                                  (body[at:at + 4096] for at in range(0, size, 4096)))
                status, _, _ = exchange(self.server, head(
                    "POST", "/v1/users", "Content-Type: application/json", "Transfer-Encoding: chunked"),
                    chunks + b"0\r\n\r\n")
                self.assertEqual(status, expected)

    def test_a_body_that_only_announces_its_size_is_refused_before_it_comes(self):
        started = time.monotonic()
        status, _, _ = exchange(self.server, head(
            "POST", "/v1/users", "Content-Type: application/json", "Content-Length: 99999999999"))
        self.assertEqual(status, 413)
        self.assertLess(time.monotonic() - started, 5)

    def test_an_endless_stream_of_chunks_is_cut_off(self):
        endless = b"1\r\na\r\n" * (2 * BODY_LIMIT)
        status, _, _ = exchange(self.server, head(
            "POST", "/v1/users", "Content-Type: application/json", "Transfer-Encoding: chunked"), endless)
        self.assertEqual(status, 413)

    def test_chunk_extensions_are_no_way_around_the_limit(self):
        # Some 200 bytes of body, and 32 times the limit on the wire.
        body = b'{"first_name":"%s"}' % (b"a" * 240)
        padding = b"x" * (32 * BODY_LIMIT // len(body))
        flood = b"".join(b"1;%s\r\n%c\r\n" % (padding, byte) for byte in body)
        status, _, _ = exchange(self.server, head(
            "POST", "/v1/users", "Content-Type: application/json", "Transfer-Encoding: chunked"),
            flood + b"0\r\n\r\n")
        self.assertIn(status, (400, 413))

    def test_a_client_that_asks_before_it_sends_its_body_is_told_to_go_on(self):
        body = b'{"first_name":"Ada"}'
        with socket.create_connection(("127.0.0.1", self.server.port), 5) as connection:
            connection.sendall(head("POST", "/v1/users", "Content-Type: application/json", "Connection: close",
                                    f"Content-Length: {len(body)}", "Expect: 100-continue"))
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 100"))
            connection.sendall(body)
            self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200"))

    def test_a_reason_may_have_1_KiB_and_not_one_byte_more(self):
        body = {"user_id": self.new_user(), "actor": {"sub": "a"}}
        self.expect(200, "POST", "/v1/actor_tokens", {**body, "reason": "r" * 1024})
        self.refused(self.server.request("POST", "/v1/actor_tokens", {**body, "reason": "r" * 1025}), 422,
                     "form_param_value_invalid", param="reason")

    def test_an_idempotency_key_has_a_limit(self):
        body = {"user_id": self.new_user(), "actor": {"sub": "a"}}
        self.expect(200, "POST", "/v1/actor_tokens", body, {"Idempotency-Key": "k" * 255})
        for key in ("", "k" * 256):
            self.assertEqual(self.server.request("POST", "/v1/actor_tokens", body, {"Idempotency-Key": key})[0], 400)


class Malformed(ServerTest):
    """None of these may be served, hang, or spoil the server for the next caller."""

    def refused_on_the_wire(self, *parts):
        status, headers, body = exchange(self.server, *parts)
        self.assertIn(status, (400, 411, 413, 431, 501, 505), parts)
        self.assertEqual(headers["content-type"], "application/json")
        self.assertTrue(json.loads(body)["errors"])
        self.expect(200, "GET", "/v1/health")

    def test_junk_is_refused(self):
        for junk in (b"hello\r\n\r\n", b"GET\r\n\r\n", b"GET /v1/health\r\n\r\n", b"GET  /v1/health HTTP/1.1\r\n\r\n",
                     b"GET /v1/health HTTP/9.9\r\nHost: a\r\n\r\n",
                     b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
                     b"GET /v1/health HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n",
                     b"GET /v1/health HTTP/1.1\r\nHost: a\r\nA b: c\r\n\r\n"):
            with self.subTest(junk):
                self.refused_on_the_wire(junk)

    def test_a_length_that_is_no_length_is_refused(self):
        for length in ("-1", "1x", "0x10", "18446744073709551616", ""):
            with self.subTest(length):
                self.refused_on_the_wire(head("POST", "/v1/users", f"Content-Length: {length}"), b"{}")

    def test_two_framings_of_one_body_are_refused(self):
        # A proxy before us might choose the other one: request smuggling.
        for lines in (("Content-Length: 2", "Content-Length: 3"),
                      ("Content-Length: 2", "Transfer-Encoding: chunked"),
                      ("Transfer-Encoding: gzip",), ("Transfer-Encoding: xchunked",)):
            with self.subTest(lines):
                self.refused_on_the_wire(
                    head("POST", "/v1/users", "Content-Type: application/json", *lines), b"2\r\n{}\r\n0\r\n\r\n")

    def test_a_connection_that_says_nothing_does_not_stop_the_others(self):
        silent = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(50)]
        self.expect(200, "GET", "/v1/health")
        for connection in silent:
            connection.close()

    def test_half_a_request_is_not_carried_out(self):
        before = self.expect(200, "GET", "/v1/users/count")["total_count"]
        with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
            connection.sendall(head("POST", "/v1/users", "Content-Type: application/json",
                                    "Content-Length: 100") + b'{"first_name":"Half"}')
        self.assertEqual(self.expect(200, "GET", "/v1/users/count")["total_count"], before)

    def test_two_requests_in_one_packet_get_two_answers(self):
        two = head("GET", "/v1/health", key=None) + head("GET", "/v1/health", "Connection: close", key=None)
        with socket.create_connection(("127.0.0.1", self.server.port), 10) as connection:
            connection.sendall(two)
            received = b""
            while chunk := connection.recv(65536):
                received += chunk
        self.assertEqual(received.count(b"HTTP/1.1 200 OK\r\n"), 2)

    def test_strange_paths_are_refused_and_not_followed(self):
        for path in ("/v1/users/%00", "/v1/users/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/%",
                     "/v1/users/%zz", "/v1/users/a%0d%0aSet-Cookie:%20a=b", "/v1/users/" + "a" * 5000,
                     "/v1/users?limit=%", "/v1/users?%00=1"):
            with self.subTest(path):
                status, headers, body = exchange(self.server, head("GET", path, "Connection: close"))
                self.assertIn(status, (200, 400, 404, 422))
                self.assertEqual(headers["content-type"], "application/json")
                self.assertNotIn("set-cookie", headers)
                self.assertNotIn(b"root:", body)

    def test_the_parsing_vectors_are_judged_as_the_standard_says(self):
        folder = shared("vectors/json/test_parsing")
        if folder is None:
            self.skipTest("no shared/vectors beside the repository (TENENS_SHARED names another place)")
        for file in sorted(folder.iterdir()):
            body = file.read_bytes()
            with self.subTest(file.name):
                status, answer, _ = self.server.request("POST", "/v1/actor_tokens", body)
                self.assertIn(status, (400, 413, 422), answer)
                # The empty text is "no parameters" here, and the large ones meet the body's limit.
                if file.name.startswith("n_") and body.strip() and status != 413:
                    self.assertEqual(answer["errors"][0]["code"], "request_body_invalid", answer)


class Actors(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def create(self, actor, **fields):
        return self.server.request("POST", "/v1/actor_tokens", {"user_id": self.user, "actor": actor, **fields})

    def actor_of(self, size):
        bare = len('{"sub":"a","note":""}')
        return {"sub": "a", "note": "n" * (size - bare)}

    def test_an_actor_may_have_4_KiB_and_not_one_byte_more(self):
        for size, expected in ((ACTOR_LIMIT - 1, 200), (ACTOR_LIMIT, 200)):
            actor = self.actor_of(size)
            self.assertEqual(len(json.dumps(actor, separators=(",", ":"))), size)
            status, body, _ = self.create(actor)
            self.assertEqual(status, expected, body)
            self.assertEqual(body["actor"], actor)
        self.refused(self.create(self.actor_of(ACTOR_LIMIT + 1)), 422, "form_param_value_invalid", param="actor")

    def test_the_size_is_that_of_the_serialised_actor_and_not_of_the_text_that_came(self):
        wide = json.dumps({"user_id": self.user, "actor": {"sub": "a"}}).replace("{", "{" + " " * ACTOR_LIMIT)
        self.assertEqual(self.server.request("POST", "/v1/actor_tokens", wide.encode())[0], 200)

    def nested(self, depth):
        value = {}
        for _ in range(depth - 2):
            value = {"a": value}
        return {"sub": "a", "nest": value}

    def test_an_actor_may_be_8_levels_deep_and_not_one_more(self):
        for depth in (ACTOR_DEPTH - 1, ACTOR_DEPTH):
            self.assertEqual(self.create(self.nested(depth))[0], 200, depth)
        self.refused(self.create(self.nested(ACTOR_DEPTH + 1)), 422, "form_param_value_invalid", param="actor")

    def test_an_actor_that_is_absurdly_deep_is_refused_and_not_followed(self):
        deep = b'{"user_id":"u","actor":{"sub":"a","x":' + b"[" * 20000 + b"]" * 20000 + b"}}"
        self.assertIn(self.server.request("POST", "/v1/actor_tokens", deep)[0], (400, 422))

    def test_an_actor_is_kept_as_it_was_written(self):
        actor = {"zulu": 1, "sub": "a", "Alpha": [1, 2.5, -0.0, 1e300, 9007199254740993, None, True, {"ü": "\u2028</"}],
                 "iss": "https://admin.example.com", "sid": "sess_admin", "additionalProperties": {"a": 1},
                 "empty": {}, "act": {"sub": "first", "act": {"sub": "before that"}}}
        status, body, _ = self.create(actor)
        self.assertEqual(status, 200, body)
        self.assertEqual(json.dumps(body["actor"]), json.dumps(actor))  # the order too

    def test_an_actor_that_would_look_like_more_than_it_is_is_refused(self):
        # A time limit that nobody applies, a chain without a name, and JavaScript's traps.
        for extra in ({"exp": 1}, {"nbf": 1}, {"aud": "x"}, {"act": "first"}, {"act": {}},
                      {"__proto__": {"admin": True}}, {"a": [{"constructor": 1}]}, {"prototype": 1}):
            with self.subTest(extra):
                status, body, _ = self.create({"sub": "a", **extra})
                self.assertEqual(status, 422, body)

    def test_the_sub_may_be_any_text_without_white_space_around(self):
        for sub in ("cli:ada@tenens.test", "user_nobody", "a b", "ü" * 100, "<script>", "a\nb", "0"):
            status, body, _ = self.create({"sub": sub})
            self.assertEqual((status, body["actor"]["sub"]), (200, sub))


class Durations(ServerTest):
    BOTH = (("expires_in_seconds", MONTH_OF_SECONDS), ("session_max_duration_in_seconds", DAY_OF_SECONDS))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def create(self, **fields):
        return self.server.request("POST", "/v1/actor_tokens",
                                   {"user_id": self.user, "actor": {"sub": "a"}, **fields})

    def test_a_duration_is_at_least_one_second(self):
        for name, _ in self.BOTH:
            for value in (0, -1, -(2**63)):
                with self.subTest(name=name, value=value):
                    error = self.refused(self.create(**{name: value}), 422, "form_param_value_invalid",
                                         "is invalid", param=name)
                    self.assertTrue(error["long_message"].startswith(f"{name} is invalid"), error)
            self.assertEqual(self.create(**{name: 1})[0], 200)

    def test_a_duration_has_a_maximum_and_the_refusal_says_it(self):
        for name, most in self.BOTH:
            self.assertEqual(self.create(**{name: most})[0], 200)
            for value in (most + 1, 2**31, 2**32, 2**63 - 1):
                with self.subTest(name=name, value=value):
                    error = self.refused(self.create(**{name: value}), 422, "form_param_value_invalid",
                                         "is invalid", param=name)
                    self.assertIn(str(most), error["long_message"])

    def test_a_duration_is_a_whole_number(self):
        for name, _ in self.BOTH:
            for text in ("1.5", "1.0", "1e3", '"3600"', "true", "{}", "[60]", "9223372036854775808", "1" + "0" * 30,
                         "1e400"):
                with self.subTest(name=name, value=text):
                    body = json.dumps({"user_id": self.user, "actor": {"sub": "a"}, name: "HERE"})
                    answer = self.server.request("POST", "/v1/actor_tokens",
                                                 body.replace('"HERE"', text).encode())
                    self.assertIn(answer[0], (400, 422), answer[1])
                    self.assertIn(answer[1]["errors"][0]["code"], (
                        "form_param_type_invalid", "form_param_value_invalid", "request_body_invalid"))

    def test_null_means_the_default(self):
        status, body, _ = self.create(expires_in_seconds=None, session_max_duration_in_seconds=None)
        self.assertEqual(status, 200, body)

    def test_the_operator_may_lower_the_maximum(self):
        with Tenensd("--max-token-life", "10m", "--max-session-life", "60s") as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            body = {"user_id": user, "actor": {"sub": "a"}}
            self.assertEqual(server.request("POST", "/v1/actor_tokens", body)[0], 200)
            for name, most in (("expires_in_seconds", 600), ("session_max_duration_in_seconds", 60)):
                self.assertEqual(server.request("POST", "/v1/actor_tokens", {**body, name: most})[0], 200)
                error = self.refused(server.request("POST", "/v1/actor_tokens", {**body, name: most + 1}), 422,
                                     "form_param_value_invalid", param=name)
                self.assertIn(str(most), error["long_message"])


if __name__ == "__main__":
    unittest.main()
