"""Checkpoints of the audit: from the API, by the command line, against a verifier that shares no code with us."""

import contextlib
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import audit_log  # pylint: disable=wrong-import-position
from jwts import decode_jwt, is_signed_by, to_base64url  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd, binary, run  # pylint: disable=wrong-import-position
from wire import Browser, findings, until  # pylint: disable=wrong-import-position

# What JSON has to escape, and what it must leave alone.
AWKWARD = "\"quoted\" \\ back\b feed\f \n\r\t \x01\x1f\x7f Zoë 日本 🙂 </script> \u2028"


class AuditCheckpoints(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-audit-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.database = self.folder / "tenens.db"
        self.witness = self.folder / "witness.txt"

    def work(self, server, tokens=3, reason=AWKWARD):
        user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        for number in range(tokens):
            status, token, _ = server.request("POST", "/v1/actor_tokens", {
                "user_id": user, "reason": reason, "actor": {"sub": "agent", "n": number, "x": [1.0, 1e30, "Zoë"]}})
            self.assertEqual(status, 200, token)
            if number % 2:
                Browser(server).redeem(token["token"])
                Browser(server).redeem(token["token"])  # refused, and recorded

    def newest(self, server):
        return server.request("GET", "/v1/audit_checkpoints?limit=1")[1]["data"]

    def tenens(self, server, *arguments, key=SECRET_KEY):
        return subprocess.run([binary("tenens"), *arguments], capture_output=True, text=True, check=False,
                              env={"TENENS_URL": server.url, "CLERK_SECRET_KEY": key}, timeout=30)

    def verify(self, *flags):
        """(exit status, check -> [(level, text)])"""
        done = run("audit", "verify", "--json", "--database", f"sqlite:{self.database}", *flags)
        self.assertIn(done.returncode, (0, 1), done.stderr)
        return done.returncode, findings(json.loads(done.stdout))

    def test_before_the_first_there_is_none_to_keep(self):
        with Tenensd(directory=self.folder) as server:
            for flags, said in ((), ""), (("--json",), '{"data":[],"total_count":0}\n'):
                done = self.tenens(server, "audit", "checkpoint", *flags)
                self.assertEqual((done.returncode, done.stdout), (1, said))
                self.assertIn("there is no checkpoint yet", done.stderr)

    def test_a_running_server_covers_its_audit_within_ten_seconds(self):
        with Tenensd(directory=self.folder) as server:
            self.work(server)
            events = server.request("GET", "/v1/audit_events?paginated=true")[1]["total_count"]
            began = time.monotonic()
            newest = until(lambda: [one for one in self.newest(server) if one["size"] == events])
            self.assertTrue(newest, "no checkpoint")
            self.assertLess(time.monotonic() - began, 10)
            checkpoint = newest[0]
            self.assertEqual(set(checkpoint), {"object", "size", "root", "jws", "created_at"})

            # Who does not trust us: its signature by the public key, its root from the rows.
            self.assertTrue(is_signed_by(checkpoint["jws"], server.request("GET", "/.well-known/jwks.json")[1]))
            header, claims = decode_jwt(checkpoint["jws"])
            self.assertEqual(header["typ"], "audit-checkpoint+jwt")
            self.assertEqual((claims["size"], claims["root"]), (events, checkpoint["root"]))
            self.assertEqual(claims["iat"], checkpoint["created_at"] // 1000)
            leaves, checkpoints = audit_log.read(self.database)
            self.assertEqual(len(leaves), events)
            self.assertEqual(to_base64url(audit_log.root(leaves)), checkpoint["root"])
            for size, root in checkpoints:
                self.assertEqual(audit_log.root(leaves[:size]), root)

            # And our own, while the server runs.
            said = self.tenens(server, "audit", "checkpoint")
            self.assertEqual((said.returncode, said.stdout), (0, checkpoint["jws"] + "\n"), said.stderr)
            self.witness.write_text(said.stdout, encoding="utf-8")
            status, found = self.verify("--witness", self.witness)
            self.assertEqual(status, 0, found)
            self.assertEqual(found["witness"], [("ok", "1 checkpoint kept elsewhere agrees: it is the same"
                                                        f" history up to event {events}")])

    def test_a_server_that_stops_leaves_nothing_uncovered(self):
        for _ in range(2):
            with Tenensd(directory=self.folder) as server:
                self.work(server)
        leaves, checkpoints = audit_log.read(self.database)
        self.assertEqual(checkpoints[-1], (len(leaves), audit_log.root(leaves)))
        status, found = self.verify()
        self.assertEqual(status, 0, found)
        self.assertIn(f"cover {len(leaves)} events, 0 came after", found["checkpoints"][0][1])
        self.assertEqual(found["witness"][0][0], "warning", "without a witness it says what that is worth")

    def test_signatures_outlive_a_rotation(self):
        with Tenensd(directory=self.folder) as server:
            self.work(server)
        self.assertEqual(run("keys", "rotate", "--publish-ahead", "1s", "--database", f"sqlite:{self.database}").returncode, 0)
        time.sleep(1.1)
        with Tenensd(directory=self.folder) as server:
            self.work(server)
            kids = {key["kid"] for key in server.request("GET", "/.well-known/jwks.json")[1]["keys"]}
            self.assertEqual(len(kids), 2)
        status, found = self.verify()
        self.assertEqual(status, 0, found)
        self.assertIn("signed by this server", found["checkpoints"][0][1])

    def test_encrypted_keys_are_needed_for_the_signatures_and_for_nothing_else(self):
        key = self.folder / "key"
        key.write_text("ab" * 32 + "\n", encoding="utf-8")
        key.chmod(0o600)
        with Tenensd("--encryption-key-file", str(key), directory=self.folder) as server:
            self.work(server)
        # A second key is no second line.
        self.assertEqual(run("keys", "rotate", "--database", f"sqlite:{self.database}", "--encryption-key-file",
                             key).returncode, 0)
        status, found = self.verify()
        self.assertEqual(status, 1, "forged ones would pass")
        (level, text), = found["signatures"]
        self.assertEqual(level, "wrong")
        self.assertRegex(text, "^not checked: --encryption-key-file: .* name the file that holds it")
        self.assertRegex(found["checkpoints"][0][1], r"^\d+; they cover \d+ events, 1 came after", "the rest is looked at")
        status, found = self.verify("--encryption-key-file", key)
        self.assertEqual(status, 0, found)
        self.assertNotIn("signatures", found)

    def test_a_witness_agrees_with_what_was_recorded_not_with_what_was_edited(self):
        with Tenensd(directory=self.folder) as server:
            self.work(server)
            newest = until(lambda: self.newest(server))[0]
            self.witness.write_text(newest["jws"], encoding="utf-8")
        with contextlib.closing(sqlite3.connect(self.database)) as db:
            db.execute("UPDATE audit_events SET reason = 'another' WHERE sequence = 1")
            db.commit()
        status, found = self.verify("--witness", self.witness)
        self.assertEqual((status, found["audit"]), (1, [("wrong", "event 1 is not the one that was recorded")]))
        self.assertEqual(found["witness"], [("ok", "1 checkpoint kept elsewhere agrees with what was recorded up to event"
                                                    f" {newest['size']}; what is wrong was done since")])

    def test_a_witness_may_begin_with_a_byte_order_mark(self):
        with Tenensd(directory=self.folder) as server:
            self.work(server, tokens=1)
            newest = until(lambda: self.newest(server))[0]
        self.witness.write_text(newest["jws"] + "\r\n", encoding="utf-8-sig", newline="")
        status, found = self.verify("--witness", self.witness)
        self.assertEqual(status, 0, found)
        self.assertEqual(found["witness"][0][0], "ok")

    def test_bad_input_is_refused_in_one_line(self):
        with Tenensd(directory=self.folder) as server:
            self.work(server, tokens=1)
            self.assertEqual(server.request("GET", "/v1/audit_checkpoints?limit=0")[0], 422)
            self.assertEqual(server.request("GET", "/v1/audit_checkpoints?limit=501")[0], 422)
            self.assertEqual(server.request("GET", "/v1/audit_checkpoints?since=1")[0], 422)
            self.assertEqual(server.request("GET", "/v1/audit_checkpoints", key=False)[0], 401)
            denied = self.tenens(server, "audit", "checkpoint", key="sk_test_wrong00000000000000000000")
            self.assertNotEqual(denied.returncode, 0)
        for content, why in (("", "holds no checkpoint"), ("\n\n", "holds no checkpoint"),
                             ("nonsense\n", "line 1: not a checkpoint"), ("a.e30.b", "line 1: not a checkpoint")):
            self.witness.write_text(content, encoding="utf-8")
            done = run("audit", "verify", "--database", f"sqlite:{self.database}", "--witness", self.witness)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn(why, done.stderr)
        for database in (f"sqlite:{self.folder}/none.db", f"sqlite:{self.witness}"):
            done = run("audit", "verify", "--database", database)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"\Atenensd: error: .+\n\Z")
        self.assertFalse((self.folder / "none.db").exists())
        self.assertEqual(run("audit").returncode, 2)

    def test_a_witness_of_another_instance_is_no_witness(self):
        other = self.folder / "other"
        other.mkdir()
        for folder in (self.folder, other):
            with Tenensd(directory=folder) as server:
                self.work(server, tokens=1)
                until(lambda at=server: self.newest(at))
                self.witness.write_text(self.tenens(server, "audit", "checkpoint").stdout, encoding="utf-8")
        status, found = self.verify("--witness", self.witness)
        self.assertEqual(status, 1)
        self.assertRegex(found["witness"][0][1], re.compile("of another instance"))


if __name__ == "__main__":
    unittest.main()
