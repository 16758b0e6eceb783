"""`tenensd migrate`: everything arrives, the file stays, and what must be refused is refused."""

import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import filled  # pylint: disable=wrong-import-position
import postgres_cluster  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd, binary, run  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position

postgres_cluster.require()


def rows_of_file(path):
    """Every table as a set of rows, as PostgreSQL's row_to_json says them."""
    tables = {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"
                                              " AND name NOT LIKE 'sqlite_%' AND name <> 'lineage'")]
        for name in names:
            cursor = db.execute(f"SELECT * FROM {name}")
            columns = [column[0] for column in cursor.description]
            tables[name] = [dict(zip(columns, row)) for row in cursor]
    db.close()
    return tables


def comparable(rows):
    """Sorted; bytes as hexadecimal digits and booleans as numbers, as either database may say them."""
    def plain(value):
        if isinstance(value, bytes):
            return "\\x" + value.hex()
        return int(value) if isinstance(value, bool) else value
    return sorted(json.dumps({name: plain(value) for name, value in row.items()}, sort_keys=True) for row in rows)


class Migration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = postgres_cluster.Cluster()
        cls.addClassCleanup(cls.cluster.remove)
        cls.directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-migrate-"))
        cls.addClassCleanup(shutil.rmtree, cls.directory)
        cls.source = filled.fill(cls.directory, users=1203)  # more than two batches
        cls.number = 0

    def target(self):
        """The URL of an empty schema, and its name."""
        type(self).number += 1
        name = f"target_{self.number}"
        self.cluster.psql(f"CREATE SCHEMA {name}")
        return f"{self.cluster.url}?options=-csearch_path%3D{name}", name

    def copy(self, statements=()):
        """A source of its own, changed by these."""
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

    def migrate(self, url, source=None, status=0):
        done = run("migrate", "--from", f"sqlite:{source or self.source.path}", env={"TENENS_DATABASE": url})
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertNotIn(self.cluster.password, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def psql(self, schema, sql):
        return self.cluster.psql(f"SET search_path = {schema}; {sql}")

    def test_every_row_of_every_table_arrives_and_the_file_stays_as_it_was(self):
        before = hashlib.sha256(self.source.path.read_bytes()).hexdigest()
        url, schema = self.target()
        said = self.migrate(url)
        self.assertIn("complete; every table verified", said)
        self.assertIn("copying sessions", said, "not on a terminal: a line for each table")
        self.assertNotIn("\r", said)
        self.assertEqual(hashlib.sha256(self.source.path.read_bytes()).hexdigest(), before)
        self.assertEqual(sorted(path.name for path in self.source.path.parent.glob("tenens.db*")),
                         ["tenens.db", "tenens.db.high-water", "tenens.db.lock"])
        tables = rows_of_file(self.source.path)
        for name, rows in tables.items():
            there = json.loads(self.psql(schema, f"SELECT coalesce(json_agg(t), '[]') FROM {name} t"))
            self.assertTrue(rows, f"{name}: a test without rows proves nothing")
            self.assertEqual(comparable(rows), comparable(there), name)
        self.assertEqual(self.psql(schema, "SELECT last_sequence FROM audit_counters"),
                         str(max(row["sequence"] for row in tables["audit_events"])))
        self.assertIn("complete already", self.migrate(url))

    def test_a_server_on_the_target_goes_on_where_the_one_on_the_file_stopped(self):
        url, _ = self.target()
        self.migrate(url)
        made = self.source
        # Without TENENS_SECRET_KEY, so that the key can only be the one that was carried.
        with Tenensd(env={"TENENS_DATABASE": url}, database=False, secret_key=None) as server:
            server.secret_key = SECRET_KEY
            rotation, *rest = filled.audit_of(server)
            self.assertEqual((rotation["action"], rest), ("signing_key.rotated", made.audit))
            keys = server.request("GET", "/.well-known/jwks.json")[1]["keys"]
            self.assertEqual(len(keys), 2, "and the one that signs next")
            self.assertIn(made.jwks["keys"][0], keys)

            browser = Browser(server)
            browser.cookies = dict(made.browser.cookies)
            client = browser.client()[1]["response"]
            self.assertEqual(client["last_active_session_id"], made.session_id)
            self.assertEqual(browser.session(made.session_id, "tokens")[0], 200)

            status, answer, _ = Browser(server).redeem(made.spent["token"])
            self.assertEqual((status, answer["errors"][0]["code"]), (400, "actor_token_already_used_code"))
            self.assertEqual(Browser(server).redeem(made.pending["token"])[0], 200)
            self.assertEqual(Browser(server).redeem(made.pending["token"])[0], 400)
            body, headers, first = made.idempotent
            self.assertEqual(server.request("POST", "/v1/actor_tokens", body, headers)[1]["id"], first)
            sequences = [event["sequence"] for event in filled.audit_of(server)]
            self.assertEqual(sorted(sequences), list(range(1, len(sequences) + 1)), "the audit goes on without a gap")
        # It has moved on: what it holds now is not the file's copy any more, and nobody overwrites it.
        self.assertIn("complete already", self.migrate(url))

    def test_a_source_that_a_server_has_open_is_refused(self):
        url, schema = self.target()
        path = self.copy()
        with Tenensd(directory=path.parent) as server:
            said = self.migrate(url, path, status=1)
            self.assertIn(f"in use by another tenensd (process {server.process.pid})", said)
            self.assertEqual(server.request("GET", "/v1/health")[0], 200)
        self.assertEqual(self.psql(schema, "SELECT count(to_regclass('tenens_schema'))"), "0")

    def test_a_target_that_holds_anything_else_is_refused_and_left_alone(self):
        url, schema = self.target()
        with Tenensd(env={"TENENS_DATABASE": url}, database=False):
            pass
        users = self.psql(schema, "SELECT count(*) FROM users")
        self.assertIn("the target holds data already (table ", self.migrate(url, status=1))
        self.assertEqual(self.psql(schema, "SELECT count(*) FROM users"), users)
        url, schema = self.target()
        self.psql(schema, "CREATE TABLE users (recipe TEXT)")
        self.assertIn("tables of another program", self.migrate(url, status=1))
        url, schema = self.target()
        self.migrate(url)
        other = self.copy(["UPDATE users SET first_name = 'Eve' WHERE username = 'user_7'"])
        self.assertIn("a migration of another state was completed there", self.migrate(url, other, status=1))

    def unfinished(self):
        """A target in which a batch of rows has arrived."""
        url, schema = self.target()
        self.migrate(url)
        self.psql(schema, "UPDATE tenens_migration SET finished_at = NULL; DELETE FROM audit_counters;"
                          " DELETE FROM users WHERE id > (SELECT id FROM users ORDER BY id OFFSET 700 LIMIT 1)")
        return url, schema

    def test_an_unfinished_target_serves_nobody_and_goes_on_with_its_own_source_only(self):
        url, schema = self.unfinished()
        refused = run("--dev", "--listen", "127.0.0.1:0", env={"TENENS_DATABASE": url})
        self.assertEqual(refused.returncode, 1)
        self.assertIn("the target of a migration that has not ended", refused.stderr)
        other = self.copy(["UPDATE users SET first_name = 'Eve' WHERE username = 'user_7'"])
        self.assertIn("an unfinished migration of another database", self.migrate(url, other, status=1))
        self.assertIn("complete, after an interruption", self.migrate(url))
        self.assertEqual(self.psql(schema, "SELECT count(*) FROM users"), "1205")

    def test_a_copy_that_is_not_the_original_is_noticed(self):
        for change, found in (("UPDATE users SET banned = true WHERE username = 'user_7'", "another digest"),
                              ("DELETE FROM users WHERE username = 'user_7'", "1204 rows instead of 1205"),
                              ("UPDATE signing_keys SET retired_at = NULL", "the rows of signing_keys"),
                              ("UPDATE audit_events SET address = '::1' WHERE sequence = 1", "audit_events")):
            url, schema = self.unfinished()
            self.psql(schema, change)
            said = self.migrate(url, status=1)
            self.assertIn("the copy is not the original", said, change)
            self.assertIn(found, said)
            self.assertEqual(self.psql(schema, "SELECT count(*) FROM tenens_migration WHERE finished_at IS NULL"),
                             "1", "and it stays unfinished")

    def test_a_file_left_by_a_crash_is_read_with_its_log(self):
        path = self.copy()
        server = Tenensd(directory=path.parent)
        user = server.request("POST", "/v1/users", {"first_name": "In the log"})[1]["id"]
        server.kill()
        self.assertGreater((path.parent / "tenens.db-wal").stat().st_size, 0)
        url, schema = self.target()
        self.migrate(url, path)
        self.assertEqual(self.psql(schema, f"SELECT first_name FROM users WHERE id = '{user}'"), "In the log")

    def test_bad_input_gets_a_clear_error_and_changes_nothing(self):
        url, schema = self.target()
        missing = self.directory / "missing.db"
        self.assertIn("there is no such file", self.migrate(url, missing, status=1))
        self.assertEqual(list(self.directory.glob("missing*")), [])
        text = self.directory / "text.db"
        text.write_text("no database", encoding="ascii")
        self.assertIn("not a database", self.migrate(url, text, status=1))
        self.assertIn("another program", self.migrate(url, self.copy(["PRAGMA application_id = 7"]), status=1))
        self.assertIn("newer one", self.migrate(url, self.copy(["PRAGMA user_version = 99"]), status=1))
        self.assertIn("is an older copy", self.migrate(url, self.copy(["UPDATE lineage SET commits = 1"]), status=1))
        self.assertIn("start it on the file once", self.migrate(url, self.copy(["PRAGMA user_version = 1"]), status=1))
        zero = self.copy(["UPDATE users SET first_name = 'a' || char(0) || 'b' WHERE username = 'user_7'"])
        self.assertIn("first_name holds a zero character", self.migrate(url, zero, status=1))
        self.assertEqual(self.psql(schema, "SELECT count(*) FROM users" if self.psql(
            schema, "SELECT count(to_regclass('users'))") == "1" else "SELECT 0"), "0")
        self.migrate(url)  # and the same target still serves

        for arguments, said in ((("--to", url), "--from is required"),
                                (("--from", "sqlite::memory:", "--to", url), "--from: wants sqlite:PATH"),
                                (("--from", str(self.source.path), "--to", url), "--from: wants sqlite:PATH"),
                                (("--from", "sqlite:x", "--to", "sqlite:y"), "--to: wants postgresql://"),
                                (("--from", "sqlite:x"), "--to: wants postgresql://")):
            done = run("migrate", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)
        done = run("migrate", "--from", f"sqlite:{self.source.path}", "--to", "postgresql://u:canary@127.0.0.1:1/d")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Connection refused", done.stderr)
        self.assertNotIn("canary", done.stderr)
        self.assertIn("--from", run("migrate", "--help").stdout)

    def test_a_terminal_gets_a_bar(self):
        url, _ = self.target()
        master, slave = os.openpty()
        pid = os.fork()
        if pid == 0:
            os.dup2(slave, 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.environ["TENENS_DATABASE"] = url
            os.execv(binary(), ["tenensd", "migrate", "--from", f"sqlite:{self.source.path}"])
        os.close(slave)
        seen = b""
        try:
            while chunk := os.read(master, 4096):
                seen += chunk
        except OSError:
            pass  # the terminal's other end is closed
        os.close(master)
        self.assertEqual(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), 0, seen)
        self.assertIn(b"\r", seen)
        self.assertRegex(seen.decode(), r"copying +\[#+ *\] \d+ of \d+ rows")


if __name__ == "__main__":
    unittest.main()
