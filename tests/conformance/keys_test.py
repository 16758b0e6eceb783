"""Keys in the database: encrypted by the operator's key, and rotated while servers run."""

import contextlib
import os
import pathlib
import secrets
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from jwts import decode_jwt, is_signed_by  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd, run  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position

POSTGRES = postgres_cluster.find_programs() is not None
CLEAR = b"PRIVATE KEY"


def new_key():
    return secrets.token_hex(32)


class InAFile(unittest.TestCase):
    """One SQLite file, opened by servers with and without a key."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-keys-"))
        self.addCleanup(shutil.rmtree, self.directory)
        self.key_file = self.directory / "encryption.key"

    @property
    def database(self):
        return self.directory / "tenens.db"

    def write_keys(self, *keys):
        self.key_file.write_text("\n".join(keys) + "\n", encoding="ascii")
        self.key_file.chmod(0o600)
        return ("--encryption-key-file", str(self.key_file))

    def jwks(self, *flags, env=None):
        with Tenensd(*flags, directory=self.directory, env=env) as server:
            self.said = "".join(server.log)
            return server.request("GET", "/.well-known/jwks.json")[1]

    def refused(self, *flags, env=None):
        """What a start says that must fail and change nothing."""
        before = self.database.read_bytes()
        done = run("--dev", "--listen", "127.0.0.1:0", "--database", f"sqlite:{self.database}", *flags, env=env)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(self.stored(), self.stored(before))
        return done.stderr

    def stored(self, image=None):
        path = self.database
        if image is not None:
            path = self.directory / "image.db"
            path.write_bytes(image)
        with sqlite3.connect(f"file:{path}?immutable=1", uri=True) as db:
            rows = (db.execute("SELECT ticket_key FROM instances").fetchall(),
                    db.execute("SELECT private_pem FROM signing_keys ORDER BY kid").fetchall())
        db.close()
        return rows

    def test_a_new_database_never_holds_a_clear_key(self):
        key = new_key()
        first = self.jwks(*self.write_keys(key))
        self.assertNotIn(CLEAR, self.database.read_bytes())
        self.assertEqual(self.jwks(env={"TENENS_ENCRYPTION_KEY": key}), first, "from the environment as well")

    def test_a_clear_database_is_upgraded_and_leaves_no_trace_in_the_file(self):
        first = self.jwks()
        (ticket_key,), = self.stored()[0]
        self.assertIn(CLEAR, self.database.read_bytes())
        with Tenensd(directory=self.directory) as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            token = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]
        flags = self.write_keys(new_key())
        with Tenensd(*flags, directory=self.directory) as server:
            self.assertIn("2 keys that were clear", "".join(server.log))
            self.assertEqual(server.request("GET", "/.well-known/jwks.json")[1], first)
            status, answer, _ = Browser(server).redeem(token["token"])
            self.assertEqual(status, 200, "a ticket of before: " + str(answer))
        image = self.database.read_bytes()
        self.assertNotIn(CLEAR, image)
        self.assertNotIn(ticket_key, image)
        self.assertEqual(self.jwks(*flags), first)
        self.assertNotIn("were clear", self.said)

    def test_a_missing_or_wrong_key_is_said_and_changes_nothing(self):
        right = new_key()
        first = self.jwks(*self.write_keys(right))
        self.assertIn("are encrypted with the key", self.refused())
        said = self.refused(*self.write_keys(new_key()))
        self.assertIn("which is not the one given", said)
        for bad in ("", "short", right[:-1], right[:-1] + "g", right + "00"):
            flags = self.write_keys(bad)
            done = run("--dev", "--database", f"sqlite:{self.database}", *flags)
            self.assertEqual(done.returncode, 2, bad)
            self.assertIn("--encryption-key-file", done.stderr)
            self.assertNotIn(right[:16], done.stderr)
        done = run("--dev", "--encryption-key-file", self.directory / "missing")
        self.assertIn("cannot read", done.stderr)
        done = run("--dev", *self.write_keys(right), env={"TENENS_ENCRYPTION_KEY": right})
        self.assertIn("set, and so is TENENS_ENCRYPTION_KEY", done.stderr)
        for arguments in (("rotate",), ("reencrypt", *self.write_keys(new_key()))):
            done = run("keys", *arguments, "--database", f"sqlite:{self.database}")
            self.assertEqual(done.returncode, 1)
            self.assertIn("are encrypted with the key", done.stderr)
        self.assertIn("wants --encryption-key-file",
                      run("keys", "reencrypt", "--database", f"sqlite:{self.database}").stderr)
        self.assertEqual(self.jwks(*self.write_keys(right)), first)

    def test_a_key_is_published_for_as_long_as_a_token_that_it_signed_may_live(self):
        self.jwks()
        self.assertEqual(run("keys", "rotate", "--database", f"sqlite:{self.database}").returncode, 0)
        with contextlib.closing(sqlite3.connect(self.database)) as db:
            (published,) = db.execute("SELECT max(retired_at) - max(active_from) FROM signing_keys").fetchone()
        own_session = 7 * 86400
        self.assertGreater(published / 1000, own_session)

    def test_an_encrypted_key_is_good_for_nothing_in_another_place_or_changed(self):
        flags = self.write_keys(new_key())
        self.jwks(*flags)
        self.assertEqual(run("keys", "rotate", "--database", f"sqlite:{self.database}", *flags).returncode, 0)
        rows = self.stored()[1]
        for change in (lambda db: db.execute("UPDATE signing_keys SET private_pem = ? WHERE private_pem = ?",
                                             (rows[0][0], rows[1][0])),
                       lambda db: db.execute("UPDATE signing_keys SET private_pem = ? WHERE private_pem = ?",
                                             (rows[0][0][:-1] + bytes([rows[0][0][-1] ^ 1]), rows[0][0]))):
            image = self.database.read_bytes()
            with sqlite3.connect(self.database) as db:
                change(db)
            db.close()
            self.assertIn("was changed or moved: signing_key/ins_", self.refused(*flags))
            self.database.write_bytes(image)
            for suffix in ("-wal", "-shm"):
                pathlib.Path(str(self.database) + suffix).unlink(missing_ok=True)
        self.assertEqual(len(self.jwks(*flags)["keys"]), 2)

    def test_the_encryption_key_itself_is_rotated(self):
        old, new = new_key(), new_key()
        first = self.jwks(*self.write_keys(old))
        before = self.stored()
        # Each server may still have either: the old one first, then the new one.
        self.assertEqual(self.jwks(*self.write_keys(old, new)), first)
        self.assertEqual(self.stored(), before)
        done = run("keys", "reencrypt", "--database", f"sqlite:{self.database}", *self.write_keys(new, old))
        self.assertEqual((done.returncode, done.stdout), (0, "2 keys encrypted anew\n"), done.stderr)
        self.assertNotEqual(self.stored(), before)
        self.assertEqual(self.jwks(*self.write_keys(new)), first)
        self.assertIn("not the one given", self.refused(*self.write_keys(old)))


@unittest.skipUnless(POSTGRES, postgres_cluster.NOT_INSTALLED)
class OnThreeNodes(unittest.TestCase):
    """Nodes learn of keys while they run."""

    def setUp(self):
        self.cluster = postgres_cluster.Cluster()
        self.addCleanup(self.cluster.remove)
        self.key = new_key()
        self.nodes = [self.node() for _ in range(3)]
        self.addCleanup(lambda: [server.stop() for server in self.nodes])
        self.done = threading.Event()
        self.failures = []
        self.verified = {}  # (kid, node that signed, node whose JWKS it was): how many

    def environment(self):
        return {"TENENS_DATABASE": self.cluster.url, "TENENS_ENCRYPTION_KEY": self.key}

    def node(self, **options):
        return Tenensd(env=self.environment(), database=False, **options)

    def session(self, server):
        user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        token = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]
        browser = Browser(server)
        status, answer, _ = browser.redeem(token["token"])
        self.assertEqual(status, 200, answer)
        return browser, answer["response"]["created_session_id"]

    def keep(self, caches, node):
        """A verifier's cache of one node's JWKS, as old as half a second."""
        while not self.done.wait(0.5):
            caches[node] = self.nodes[node].request("GET", "/.well-known/jwks.json")[1]

    def sign_and_verify(self, node, caches):
        browser, session_id = self.session(self.nodes[node])
        while not self.done.is_set():
            status, answer, _ = browser.session(session_id, "tokens")
            if status != 200:
                self.failures.append((node, status, answer))
                continue
            kid = decode_jwt(answer["jwt"])[0]["kid"]
            for other, jwks in list(caches.items()):
                if not is_signed_by(answer["jwt"], jwks):
                    self.failures.append((node, other, kid))
                key = (kid, node, other)
                self.verified[key] = self.verified.get(key, 0) + 1
            time.sleep(0.01)

    def rotate(self, algorithm="RS256"):
        done = run("keys", "rotate", "--publish-ahead", "3s", "--jwt-algorithm", algorithm, env=self.environment())
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.split()[0]

    def wait_until_signed_everywhere(self, kid):
        deadline = time.monotonic() + 30
        wanted = {(kid, node, other) for node in range(3) for other in range(3)}
        while not wanted <= self.verified.keys():
            self.assertLess(time.monotonic(), deadline, f"not signed with {kid} on every node")
            time.sleep(0.1)

    def test_rotations_under_load_fail_no_verification_on_any_node(self):
        frozen = self.nodes[0].request("GET", "/.well-known/jwks.json")[1]
        caches = {node: frozen for node in range(3)}
        threads = [threading.Thread(target=self.keep, args=(caches, node)) for node in range(3)]
        threads += [threading.Thread(target=self.sign_and_verify, args=(node, caches)) for node in range(3)]
        for thread in threads:
            thread.start()
        try:
            kids = [self.rotate()]
            self.wait_until_signed_everywhere(kids[-1])
            kids.append(self.rotate("ES256"))
            self.wait_until_signed_everywhere(kids[-1])
        finally:
            self.done.set()
            for thread in threads:
                thread.join()
        self.assertEqual(self.failures, [])
        count = sum(self.verified.values())
        print(f"{count} verifications over {len({kid for kid, _, _ in self.verified})} keys, 0 failures", flush=True)
        # The control: who never looks again does fail.
        browser, session_id = self.session(self.nodes[1])
        jwt = browser.session(session_id, "tokens")[1]["jwt"]
        self.assertEqual([decode_jwt(jwt)[0][name] for name in ("kid", "alg")], [kids[-1], "ES256"])
        self.assertFalse(is_signed_by(jwt, frozen))
        self.assertNotIn("PRIVATE", self.cluster.psql("SELECT encode(private_pem, 'escape') FROM signing_keys"))

    def test_another_secret_key_replaces_the_earlier_one_on_every_node(self):
        other = "sk_test_anotherKey5d0c8e17b3a94f62"
        self.nodes.append(self.node(secret_key=other))
        deadline = time.monotonic() + 10
        for server in self.nodes:
            while server.request("GET", "/v1/users", key=other)[0] != 200 or \
                    server.request("GET", "/v1/users", key=SECRET_KEY)[0] != 401:
                self.assertLess(time.monotonic(), deadline)
                time.sleep(0.1)

    def test_a_node_that_cannot_open_a_new_key_says_so_and_goes_on_with_the_old_ones(self):
        first = self.nodes[0].request("GET", "/.well-known/jwks.json")[1]
        hasty = run("keys", "rotate", "--publish-ahead", "2s", env=self.environment())
        self.assertEqual((hasty.returncode, "less than 3s" in hasty.stderr), (1, True))
        other = new_key()
        done = run("keys", "reencrypt", env={"TENENS_DATABASE": self.cluster.url,
                                             "TENENS_ENCRYPTION_KEY": f"{other}\n{self.key}"})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.key = f"{other} {self.key}"
        self.rotate()
        deadline = time.monotonic() + 10
        while not all("new keys cannot be used" in "".join(server.log) for server in self.nodes):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)
        for server in self.nodes:
            self.assertEqual(server.request("GET", "/.well-known/jwks.json")[1], first)
            self.assertEqual(server.request("GET", "/v1/users")[0], 200)
            self.assertEqual("".join(server.log).count("new keys cannot be used"), 1, "once, not every second")


if __name__ == "__main__":
    if not POSTGRES and os.environ.get("CI") == "true":
        sys.exit(postgres_cluster.NOT_INSTALLED)
    unittest.main()
