#!/usr/bin/env python3
"""Runs every example against a real tenensd, some of them over a network that fails on purpose.

TENENS_BIN names the folder of the programs.
"""

import base64
import json
import os
import pathlib
import socket
import subprocess
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tenensd  # noqa: E402

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
ORIGIN = "http://localhost:3000"


def pem_of(jwk):
    """Of an ES256 key (RFC 5480)"""
    point = b"".join(base64.urlsafe_b64decode(jwk[name] + "=") for name in "xy")
    der = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004") + point
    return f"-----BEGIN PUBLIC KEY-----\n{base64.encodebytes(der).decode()}-----END PUBLIC KEY-----\n"


class LosesTheFirstReply:
    """A proxy that passes the first request on, and keeps the answer to itself. Or, silent, all of it."""

    def __init__(self, server, silent=False):
        self.server, self.silent, self.requests = server, silent, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client):
        with client, socket.create_connection(("127.0.0.1", self.server.port)) as server:
            while request := client.recv(65536):
                self.requests += 1
                if self.silent:
                    continue
                server.sendall(request)
                answer = server.recv(65536)
                if self.requests == 1:
                    return
                client.sendall(answer)

    def close(self):
        self.listener.close()


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = tenensd.Tenensd("--jwt-algorithm", "ES256")
        cls.user, cls.staff = (cls.post("/v1/users", {"username": name})["id"] for name in ("carla", "sam"))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def post(cls, path, body):
        status, answer, _ = cls.server.request("POST", path, body)
        assert status == 200, answer
        return answer

    def example(self, name, *arguments, url=None, expect=0, **more):
        environment = {**os.environ, "CLERK_SECRET_KEY": self.server.secret_key, "TENENS_URL": url or self.server.url,
                       **more}
        done = subprocess.run([tenensd.binary("example_" + name), *arguments], env=environment,
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, expect, done.stderr)
        self.assertNotIn(self.server.secret_key, done.stdout + done.stderr)
        return done

    def token_by(self, actor):
        return self.post("/v1/actor_tokens", {"user_id": self.user, "actor": {"sub": actor}})

    def test_create_actor_token_prints_a_link(self):
        said = json.loads(self.example("create_actor_token", self.user, self.staff).stdout)
        self.assertEqual(said["status"], "pending")
        self.assertIn("ticket=", said["url"])
        self.assertIn("not_found", self.example("create_actor_token", "user_x", "a", expect=1).stderr)

    def test_revoke_actor_token_revokes_once(self):
        token = self.token_by(self.staff)["id"]
        self.assertEqual(self.example("revoke_actor_token", token).stdout, f"{token} is revoked\n")
        self.assertNotEqual(self.example("revoke_actor_token", token, expect=1).stderr, "")

    def test_throwing_style_throws(self):
        self.assertTrue(self.example("throwing_style", self.user, self.staff).stdout.startswith("act_"))
        self.assertIn("not_found", self.example("throwing_style", "user_x", "a", expect=1).stderr)
        self.assertIn("form_param_missing", self.example("throwing_style", self.user, "", expect=1).stderr)

    def test_create_in_doubt_makes_one_token_although_the_answer_was_lost(self):
        proxy = LosesTheFirstReply(self.server)
        self.addCleanup(proxy.close)
        said = self.example("create_in_doubt", self.user, "actor_in_doubt", "4711", url=proxy.url)
        self.assertIn("in doubt", said.stderr)
        _, page, _ = self.server.request("GET", "/v1/actor_tokens?paginated=true&actor_sub=actor_in_doubt")
        self.assertEqual([token["id"] for token in page["data"]], [said.stdout.strip()])

    def test_retries_and_timeout_gets_the_user_twice(self):
        self.assertEqual(self.example("retries_and_timeout", self.user).stdout, f"{self.user}\n" * 2)

    def test_cancel_gives_up_on_a_server_that_says_nothing(self):
        proxy = LosesTheFirstReply(self.server, silent=True)
        self.addCleanup(proxy.close)
        self.assertEqual(self.example("cancel", self.user, url=proxy.url).stdout, "given up\n")
        self.assertEqual(proxy.requests, 1)

    def test_list_actor_tokens_lists_more_than_a_page(self):
        made = {self.token_by("actor_of_many")["id"] for _ in range(130)}
        lines = self.example("list_actor_tokens", "actor_of_many").stdout.splitlines()
        self.assertEqual({line.split()[0] for line in lines}, made)
        self.assertEqual(len(lines), 130)

    def test_end_sessions_ends_those_of_the_actor(self):
        ticket = self.token_by("actor_to_end")["token"]
        status, answer, _ = self.server.request("POST", "/v1/client/sign_ins", form={"strategy": "ticket", "ticket": ticket})
        self.assertEqual(status, 200, answer)
        session = answer["client"]["sessions"][0]["id"]
        self.assertEqual(self.example("end_sessions", "actor_to_end").stdout, f"{session} revoked\n")
        self.assertEqual(self.example("end_sessions", "actor_to_end").stdout, "")

    def test_verify_session_token_says_who_is_signed_in_and_who_acts(self):
        token = {"strategy": "ticket", "ticket": self.token_by(self.staff)["token"]}
        _, answer, _ = self.server.request("POST", "/v1/client/sign_ins", form=token, headers={"Origin": ORIGIN})
        jwt = answer["client"]["sessions"][0]["last_active_token"]["jwt"]
        said = f"{self.user}\nby {self.staff}\n"
        self.assertEqual(self.example("verify_session_token", jwt, ORIGIN).stdout, said)
        refused = self.example("verify_session_token", jwt, "https://evil.example", expect=1).stderr
        self.assertEqual(refused, "authorized_party_not_allowed\n")
        jwk = self.server.request("GET", "/v1/jwks")[1]["keys"][0]
        offline = {"url": "http://127.0.0.1:9", "CLERK_JWT_KEY": pem_of(jwk)}
        self.assertEqual(self.example("verify_session_token", jwt, ORIGIN, **offline).stdout, said)

    def test_create_and_find_user_finds_what_it_made(self):
        said = self.example("create_and_find_user", "found@example.com").stdout
        self.assertRegex(said, r"^(user_\w+) Customer\n\1\n$")
        self.assertIn("form_", self.example("create_and_find_user", "found@example.com", expect=1).stderr)

    def test_logging_transport_writes_a_line_for_each_attempt(self):
        self.assertEqual(self.example("logging_transport", self.user).stderr,
                         f"GET {self.server.url}/v1/users/{self.user} 200\n")

    def test_no_example_is_left_out_and_none_is_long(self):
        tested = {name.split("_", 1)[1] for name in dir(self) if name.startswith("test_")}
        for file in EXAMPLES.glob("*.cpp"):
            self.assertTrue(any(test.startswith(file.stem) for test in tested), file.name)
            self.assertLessEqual(len(file.read_text(encoding="utf-8").splitlines()), 40, file.name)


if __name__ == "__main__":
    unittest.main()
