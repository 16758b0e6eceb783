"""Signing keys that rotate."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, is_signed_by  # pylint: disable=wrong-import-position
from tenensd import Tenensd, run  # pylint: disable=wrong-import-position
from wire import Browser, InFolder, create, signed_in  # pylint: disable=wrong-import-position


class KeyRotation(InFolder):
    def rotate(self, ahead, *flags, env=None):
        done = run("keys", "rotate", "--publish-ahead", ahead, "--database",
                           f"sqlite:{self.folder}/tenens.db", *flags, env=env)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def kids(self, server):
        return {key["kid"] for key in server.request("GET", "/v1/jwks")[1]["keys"]}

    def jwt_of(self, browser, session):
        status, body, _ = browser.session(session, "tokens")
        self.assertEqual(status, 200, body)
        return body["jwt"]

    def kid_of(self, browser, session):
        return decode_jwt(self.jwt_of(browser, session))[0]["kid"]

    def test_the_kid_stays_over_a_restart(self):
        seen = set()
        for _ in range(2):
            with Tenensd(directory=self.folder) as server:
                seen |= self.kids(server)
        self.assertEqual(len(seen), 1)

    def test_a_new_key_is_published_before_it_is_used(self):
        with Tenensd(directory=self.folder) as server:
            old, = self.kids(server)
        self.rotate("1h")
        with Tenensd(directory=self.folder) as server:
            self.assertEqual(len(self.kids(server)), 2)
            self.assertIn(old, self.kids(server))
            self.assertEqual(self.kid_of(*signed_in(server)), old)

    def test_when_its_time_comes_the_new_key_signs_and_the_old_one_still_verifies(self):
        with Tenensd(directory=self.folder) as server:
            old, = self.kids(server)
            browser, session = signed_in(server)
            earlier = self.jwt_of(browser, session)
        self.rotate("2s")
        rotated = time.monotonic()
        with Tenensd(directory=self.folder) as server:
            browser.server = server
            time.sleep(max(0.0, 2.2 - (time.monotonic() - rotated)))  # while it runs: no restart is needed
            new, = self.kids(server) - {old}
            self.assertEqual(self.kid_of(browser, session), new)
            jwks = server.request("GET", "/v1/jwks")[1]
            self.assertTrue(is_signed_by(earlier, jwks))
            self.assertTrue(is_signed_by(self.jwt_of(browser, session), jwks))

    def test_a_key_of_the_other_algorithm_takes_over_and_both_verify(self):
        encrypted = {"TENENS_ENCRYPTION_KEY": "5d" * 32}
        jwts = []
        with Tenensd(directory=self.folder, env=encrypted) as server:
            browser, session = signed_in(server)
            jwts.append(self.jwt_of(browser, session))
        for algorithm in ("ES256", "RS256"):
            self.assertIn(f"signs {algorithm} from", self.rotate("1s", "--jwt-algorithm", algorithm, env=encrypted))
            time.sleep(1.1)
            with Tenensd(directory=self.folder, env=encrypted) as server:
                browser.server = server
                create(server)  # an event for a checkpoint
                jwts.append(self.jwt_of(browser, session))
                jwks = server.request("GET", "/v1/jwks")[1]
        # Each key has signed a checkpoint at its server's end.
        done = run("audit", "verify", "--database", f"sqlite:{self.folder}/tenens.db", env=encrypted)
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stdout, " [3-9], signed by this server")
        self.assertEqual([decode_jwt(jwt)[0]["alg"] for jwt in jwts], ["RS256", "ES256", "RS256"])
        self.assertEqual([key["alg"] for key in jwks["keys"]], ["RS256", "ES256", "RS256"])
        for jwt in jwts:
            self.assertTrue(is_signed_by(jwt, jwks))

    def test_the_algorithm_is_of_keys_to_come_and_says_so(self):
        with Tenensd(directory=self.folder) as server:
            self.assertNotIn("session JWTs", "".join(server.log))
        with Tenensd("--jwt-algorithm", "ES256", directory=self.folder) as server:
            self.assertIn("session JWTs     RS256; tenensd keys rotate makes a key for ES256", "".join(server.log))
            self.assertEqual(decode_jwt(self.jwt_of(*signed_in(server)))[0]["alg"], "RS256")

    def test_a_first_key_may_be_for_es256_and_no_other(self):
        with Tenensd("--jwt-algorithm", "ES256", directory=self.folder) as server:
            jwt = self.jwt_of(*signed_in(server))
            jwks = server.request("GET", "/.well-known/jwks.json")[1]
        key, = jwks["keys"]
        self.assertEqual((key["kty"], key["crv"], key["alg"], key["use"]), ("EC", "P-256", "ES256", "sig"))
        self.assertEqual({len(key["x"]), len(key["y"])}, {43})
        self.assertNotIn("d", key)
        self.assertEqual(decode_jwt(jwt)[0], {"alg": "ES256", "cat": "cl_B7d4PD111AAA", "kid": key["kid"], "typ": "JWT"})
        self.assertTrue(is_signed_by(jwt, jwks))
        self.assertFalse(is_signed_by(jwt[:-4] + "AAAA", jwks))
        for wrong in ("es256", "HS256", "none", "ES384", ""):
            done = run("--dev", "--listen", "127.0.0.1:0", "--jwt-algorithm", wrong, cwd=self.folder)
            self.assertEqual(done.returncode, 2, wrong)
            self.assertIn("--jwt-algorithm", done.stderr)

    def test_tickets_outlive_a_rotation(self):
        with Tenensd(directory=self.folder) as server:
            token = create(server)[1]
        self.rotate("1s")
        with Tenensd(directory=self.folder) as server:
            self.assertEqual(Browser(server).redeem(token["token"])[0], 200)

    def test_rotation_is_refused_while_a_server_runs(self):
        with Tenensd(directory=self.folder):
            done = run("keys", "rotate", "--database", f"sqlite:{self.folder}/tenens.db")
        self.assertNotEqual(done.returncode, 0)

    def test_the_keys_can_be_listed_without_their_secrets(self):
        with Tenensd(directory=self.folder) as server:
            kid, = self.kids(server)
        done = run("keys", "list", "--database", f"sqlite:{self.folder}/tenens.db")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(kid, done.stdout)
        self.assertNotIn("PRIVATE", done.stdout)


if __name__ == "__main__":
    unittest.main()
