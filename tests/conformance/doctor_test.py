"""`tenensd doctor` on databases that are broken on purpose: each breach is found, and nothing is changed."""

import hashlib
import json
import pathlib
import secrets
import shutil
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import filled  # pylint: disable=wrong-import-position
import postgres_cluster  # pylint: disable=wrong-import-position
from tenensd import Tenensd, libfaketime, run  # pylint: disable=wrong-import-position
from wire import findings  # pylint: disable=wrong-import-position

POSTGRES = postgres_cluster.find_programs() is not None
FINE = {"ok"}


class DoctorTest(unittest.TestCase):
    def examine(self, database, *flags, env=None):
        """check -> its findings, each (level, text)."""
        done = run("doctor", "--json", *flags, env={**(env or {}), "TENENS_DATABASE": database})
        said = json.loads(done.stdout)
        self.assertEqual(done.returncode, 0 if said["ok"] else 1, done.stderr)
        self.assertEqual(said["ok"], all(finding["level"] != "wrong" for finding in said["findings"]))
        return findings(said)

    def expect(self, found, level, check, text):
        self.assertTrue(any(at == level and text in said for at, said in found.get(check, [])),
                        f"no {level} of {check} with '{text}' in {found}")

    def levels(self, found):
        return {level for told in found.values() for level, _ in told}


class OfAFile(DoctorTest):
    @classmethod
    def setUpClass(cls):
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-doctor-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.key = secrets.token_hex(32)
        cls.env = {"TENENS_ENCRYPTION_KEY": cls.key}
        cls.source = filled.fill(cls.directory, env=cls.env)

    def broken(self, *statements):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="copy-", dir=self.directory))
        path = folder / "tenens.db"
        for suffix in ("", ".high-water"):
            shutil.copy(f"{self.source.path}{suffix}", f"{path}{suffix}")
        with sqlite3.connect(path) as db:
            for statement in statements:
                db.execute(statement)
        db.close()
        path.chmod(0o600)
        return path

    def of(self, path, env=None):
        before = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in path.parent.glob("tenens.db*")}
        found = self.examine(f"sqlite:{path}", env=self.env if env is None else env)
        after = {file.name: hashlib.sha256(file.read_bytes()).digest() for file in path.parent.glob("tenens.db*")}
        self.assertEqual(before, after, "it only looks")
        return found

    def test_a_sound_database_has_no_finding_but_good_ones(self):
        found = self.of(self.source.path)
        self.assertEqual(self.levels(found), FINE, found)
        self.assertGreaterEqual(found.keys(), {"reachable", "file_mode", "integrity", "schema", "audit_sequence",
                                               "sessions", "redemptions", "single_use", "accepted_tokens", "keys",
                                               "encryption"})
        text = run("doctor", "--database", f"sqlite:{self.source.path}", env=self.env)
        self.assertEqual(text.returncode, 0)
        self.assertIn("ok       audit_sequence      the audit's sequence has no gap", text.stdout)

    def test_each_broken_row_is_found(self):
        for statement, check, text in (
                ("DELETE FROM audit_events WHERE sequence = 2", "audit_sequence", "1 numbers are missing"),
                ("DELETE FROM audit_events WHERE action = 'actor_token_redeemed'", "sessions",
                 "1 sessions have no redemption"),
                ("DELETE FROM sessions WHERE actor_sub IS NULL", "redemptions", "1 redemptions"),
                ("DELETE FROM sessions WHERE actor_sub IS NULL", "accepted_tokens", "1 accepted tokens"),
                ("INSERT INTO audit_events SELECT instance_id, 100, at, action, key_id, actor_sub, actor_payload,"
                 " user_id, actor_token_id, session_id, address, reason, code, sign_in_token_id"
                 " FROM audit_events WHERE action = 'actor_token_redeemed'", "single_use", "redeemed more than once"),
                ("UPDATE lineage SET commits = commits - 1", "high_water", "is an older copy"),
                ("UPDATE lineage SET id = 'x'", "high_water", "not the database that was last open here"),
                ("DELETE FROM secret_keys", "keys", "no secret key"),
                ("DELETE FROM signing_keys", "keys", "no key that signs now"),
                ("UPDATE signing_keys SET private_pem = x'00'", "keys", "is not one of RSA or P-256"),
                ("UPDATE instances SET ticket_key = CAST(substr(ticket_key, 1, 71) || x'00' AS BLOB)", "keys", "changed or moved"),
                ("PRAGMA user_version = 99", "schema", "newer one"),
                ("PRAGMA application_id = 7", "schema", "another program")):
            with self.subTest(statement):
                self.expect(self.of(self.broken(statement)), "wrong", check, text)
        self.expect(self.of(self.broken("PRAGMA user_version = 1")), "warning", "schema", "version 1")
        self.expect(self.of(self.broken("UPDATE audit_events SET at = at + 3600000")), "warning", "clock",
                    "of the future")

    def test_each_broken_file_is_found(self):
        path = self.broken()
        path.chmod(0o644)
        self.expect(self.of(path), "wrong", "file_mode", "mode 0644")
        path = self.broken()
        image = bytearray(path.read_bytes())
        for page in range(4, len(image) // 4096):  # the schema stays
            image[page * 4096 + 2048:page * 4096 + 2200] = b"\xa5" * 152
        path.write_bytes(image)
        found = self.of(path)
        self.assertIn("wrong", self.levels(found))
        path = self.broken()
        path.write_text("no database at all, but long enough to be taken for one" * 100, encoding="ascii")
        self.expect(self.of(path), "wrong", "reachable", "not a database")
        self.expect(self.examine(f"sqlite:{self.directory}/missing.db"), "wrong", "reachable", "does not exist")
        self.assertFalse((self.directory / "missing.db").exists())

    def test_an_index_that_lost_a_row_is_found(self):
        path = self.broken("PRAGMA writable_schema = ON",
                           "UPDATE sqlite_schema SET sql = 'CREATE INDEX sessions_by_client ON sessions"
                           " (instance_id, user_id)' WHERE name = 'sessions_by_client'")
        self.expect(self.of(path), "wrong", "integrity", "sessions_by_client")

    def test_keys_that_the_given_key_does_not_open_are_found(self):
        self.expect(self.of(self.source.path, env={}), "wrong", "keys", "are encrypted with the key")
        self.expect(self.of(self.source.path, env={"TENENS_ENCRYPTION_KEY": secrets.token_hex(32)}), "wrong", "keys",
                    "not the one given")
        both = f"{secrets.token_hex(32)} {self.key}"
        self.expect(self.of(self.source.path, env={"TENENS_ENCRYPTION_KEY": both}), "warning", "encryption",
                    "keys reencrypt")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="clear-", dir=self.directory))
        with Tenensd(directory=folder):
            pass
        self.expect(self.of(folder / "tenens.db", env={}), "warning", "encryption", "2 keys are stored clear")

    def test_a_server_at_work_is_not_disturbed(self):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="live-", dir=self.directory))
        with Tenensd(directory=folder) as server:
            found = self.examine(f"sqlite:{folder}/tenens.db")
            self.expect(found, "ok", "reachable", "a tenensd has it open")
            self.assertNotIn("wrong", self.levels(found))
            self.assertEqual(server.request("POST", "/v1/users", {"first_name": "Ada"})[0], 200)


@unittest.skipUnless(POSTGRES, postgres_cluster.NOT_INSTALLED)
class OfACluster(DoctorTest):
    @classmethod
    def setUpClass(cls):
        directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-doctor-"))
        cls.addClassCleanup(shutil.rmtree, directory)
        source = filled.fill(directory)
        cls.cluster = postgres_cluster.Cluster()
        cls.addClassCleanup(cls.cluster.remove)
        done = run("migrate", "--from", f"sqlite:{source.path}", env={"TENENS_DATABASE": cls.cluster.url})
        assert done.returncode == 0, done.stderr
        cls.cluster.psql("CREATE DATABASE sound TEMPLATE postgres")
        cls.number = 0

    def broken(self, *statements, user=None):
        """A database of its own with these changes; its URL."""
        type(self).number += 1
        name = f"broken_{self.number}"
        # A template must not be in use; the backend of the last command may be on its way out.
        deadline = time.monotonic() + 10
        while self.cluster.psql("SELECT count(*) FROM pg_stat_activity WHERE datname = 'sound'") != "0":
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        self.cluster.psql(f"CREATE DATABASE {name} TEMPLATE sound")
        url = self.cluster.url.replace("/postgres", f"/{name}")
        for statement in statements:
            self.psql(name, statement)
        return url.replace("//tenens:", f"//{user}:") if user else url

    def psql(self, name, sql):
        before = type(self.cluster).url
        database = self.cluster.url.replace("/postgres", f"/{name}")
        try:
            type(self.cluster).url = property(lambda _: database)
            return self.cluster.psql(sql)
        finally:
            type(self.cluster).url = before

    def test_a_sound_database_says_what_its_cluster_promises(self):
        found = self.examine(self.broken())
        self.assertNotIn("wrong", self.levels(found), found)
        self.expect(found, "warning", "fsync", "off")  # as the tests' cluster runs
        self.expect(found, "ok", "synchronous_commit", "on")
        self.expect(found, "ok", "sync_standby", "none: a failover can forget")
        self.expect(found, "ok", "schema", "version ")
        self.expect(found, "ok", "privileges", "may read, write and migrate")
        self.expect(found, "ok", "clock", "ms ahead")
        self.expect(found, "ok", "audit_counter", "last audit event")
        self.assertNotIn(self.cluster.password, str(found))

    def test_each_broken_row_is_found(self):
        for statement, check, text in (
                ("DELETE FROM audit_events WHERE sequence = 2", "audit_sequence", "1 numbers are missing"),
                ("DELETE FROM audit_events WHERE action = 'actor_token_redeemed'", "sessions",
                 "1 sessions have no redemption"),
                ("DELETE FROM sessions WHERE actor_sub IS NULL", "redemptions", "1 redemptions"),
                ("DELETE FROM sessions WHERE actor_sub IS NULL", "accepted_tokens", "1 accepted tokens"),
                ("UPDATE audit_counters SET last_sequence = last_sequence - 1", "audit_counter", "does not count"),
                ("DELETE FROM audit_counters", "audit_counter", "does not count"),
                ("DELETE FROM secret_keys", "keys", "no secret key"),
                ("UPDATE signing_keys SET retired_at = 0", "keys", "no key that signs now"),
                ("UPDATE signing_keys SET kid = kid || 'x'", "keys", "not the one that its kid names"),
                ("UPDATE tenens_migration SET finished_at = NULL", "migration", "has not ended"),
                ("INSERT INTO tenens_schema SELECT max(version) + 2, true FROM tenens_schema", "schema",
                 "newer one")):
            with self.subTest(statement):
                self.expect(self.examine(self.broken(statement)), "wrong", check, text)
        self.expect(self.examine(self.broken("INSERT INTO tenens_schema SELECT max(version) + 1, true"
                                             " FROM tenens_schema")), "ok", "schema", "used by both")
        found = self.examine(self.broken("UPDATE tenens_schema SET version = version - (SELECT max(version) FROM tenens_schema)"))
        self.expect(found, "warning", "schema", "none yet")

    def test_what_the_cluster_lacks_is_found(self):
        self.expect(self.examine(self.broken(), "--require-sync-standby"), "wrong", "sync_standby",
                    "without a second host")
        url = self.broken("ALTER DATABASE sound SET synchronous_commit = on")
        name = url.rsplit("/", 1)[1]
        self.psql(name, f"ALTER DATABASE {name} SET synchronous_commit = off")
        self.expect(self.examine(url), "warning", "synchronous_commit", "tenensd turns it on")
        self.expect(self.examine("postgresql://u:canary@127.0.0.1:1/d"), "wrong", "reachable", "Connection refused")
        wrong_password = url.replace(self.cluster.password, "canary")
        found = self.examine(wrong_password)
        self.expect(found, "wrong", "reachable", "password authentication failed")
        self.assertNotIn("canary", str(found))

    def test_a_clock_that_goes_wrong_is_found(self):
        library = libfaketime(self)
        found = self.examine(self.broken(), env={"LD_PRELOAD": library, "FAKETIME": "-120"})
        self.expect(found, "warning", "clock", "the database's clock is 1")

    def test_missing_privileges_are_found(self):
        url = self.broken("DROP ROLE IF EXISTS reader", f"CREATE ROLE reader LOGIN PASSWORD '{self.cluster.password}'",
                          "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", user="reader")
        self.expect(self.examine(url), "wrong", "privileges", "may not read and write: actor_tokens, ")
        name = url.rsplit("/", 1)[1]
        self.psql(name, "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO reader")
        self.expect(self.examine(url), "warning", "privileges", "may not create tables")
        self.psql(name, "REVOKE SELECT ON sessions FROM reader")
        self.expect(self.examine(url), "wrong", "sessions", "cannot be examined: permission denied")


if __name__ == "__main__":
    unittest.main()
