"""What an operator relies on: limits, memory, a restored copy, start and stop, one server a file."""

import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import SECRET_KEY, Tenensd, binary, run  # pylint: disable=wrong-import-position
from wire import Browser, InFolder, create, signed_in  # pylint: disable=wrong-import-position


def on_a_full_disk(program, *arguments, env=None):
    with open("/dev/full", "w", encoding="utf-8") as full:
        return subprocess.run([binary(program), *arguments], check=False, env={**os.environ, **(env or {})},
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)


class Limits(InFolder):
    def requests_until_429(self, key, **options):
        # The helper has them off, for every other test.
        with Tenensd(dev=False, secret_key=key, env={"TENENS_REQUESTS_PER_KEY": "", **options}) as server:
            for number in range(1, 2000):
                status, body, headers = server.request("GET", "/v1/users?limit=1")
                if status == 429:
                    self.assertEqual(body["errors"][0]["code"], "too_many_requests")
                    self.assertIn(int(headers["Retry-After"]), range(1, 11))
                    self.assertEqual(server.request("GET", "/.well-known/jwks.json")[0], 200)
                    return number - 1
        return None

    def test_the_limit_of_a_key_is_that_of_its_kind(self):
        self.assertEqual(self.requests_until_429("sk_test_" + "a" * 32), 100)

    def test_the_limit_of_a_key_can_be_set(self):
        self.assertEqual(self.requests_until_429("sk_live_" + "a" * 32, TENENS_REQUESTS_PER_KEY="7"), 7)


class Memory(unittest.TestCase):
    def test_what_only_starting_needs_of_the_programs_file_is_given_back(self):
        def file_kib():
            status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text(encoding="ascii")
            return int(next(line.split()[1] for line in status.splitlines() if line.startswith("RssFile")))

        with Tenensd() as server:
            started = file_kib()
            end = time.monotonic() + 20
            while file_kib() > started * 3 / 4:
                self.assertLess(time.monotonic(), end, f"{started} KiB of files at the start, {file_kib()} now")
                time.sleep(0.05)
            self.assertEqual(create(server)[0], 200)


class Restore(InFolder):
    def test_a_restored_copy_is_refused_until_what_is_open_in_it_is_void(self):
        database, copy = self.folder / "tenens.db", self.folder / "copy.db"
        with Tenensd(directory=self.folder) as server:
            spent, kept = create(server)[1]["token"], create(server)[1]["token"]
            # As docs/operations.md has it: while it runs. `.backup` begins anew after every commit.
            subprocess.run(["sqlite3", database, f"VACUUM INTO '{copy}'"], check=True, umask=0o077, timeout=20)
        with Tenensd(directory=self.folder) as server:
            self.assertEqual(Browser(server).redeem(spent)[0], 200)
        shutil.copy(copy, database)

        with self.assertRaisesRegex(RuntimeError, "is an older copy.*tenensd recover --database sqlite:"):
            Tenensd(directory=self.folder)
        done = run("recover", "--database", f"sqlite:{database}")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("void: 2 actor tokens", done.stdout)
        with Tenensd(directory=self.folder) as server:
            for ticket in (spent, kept):
                status, body, _ = Browser(server).redeem(ticket)
                self.assertEqual((status, body["errors"][0]["code"]), (400, "actor_token_revoked_code"))
            event = server.request("GET", "/v1/audit_events?action=database.recovered")[1]["data"][0]
            self.assertEqual(event["reason"], "2 actor tokens, 0 sign-in tokens and 0 sessions are void")


class StartAndStop(InFolder):
    def test_in_memory_its_health_is_asked_for_and_it_goes_on(self):
        with Tenensd("--database", "sqlite::memory:", database=False) as server:
            for path in ("/v1/health", "/.well-known/jwks.json", "/v1/health"):
                self.assertEqual(server.request("GET", path)[0], 200)
            self.assertEqual(create(server)[0], 200)

    def test_without_a_certificate_there_is_nothing_to_read_again(self):
        with Tenensd() as server:
            server.process.send_signal(signal.SIGHUP)
            self.assertEqual(create(server)[0], 200)
        self.assertIn("tenensd: there is no --tls-cert to read again\n", server.log)

    def test_other_commands_make_no_database(self):
        for command in (("recover",), ("keys", "list"), ("keys", "rotate"), ("keys", "reencrypt")):
            with self.subTest(command):
                done = run(*command, "--database", "sqlite:mistyped.db", cwd=self.folder)
                self.assertNotEqual(done.returncode, 0)
        done = run("recover", "--database", "sqlite:mistyped.db", cwd=self.folder)
        self.assertIn("mistyped.db does not exist", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_what_cannot_be_written_is_no_success(self):
        with Tenensd(directory=self.folder) as server:
            key = {"TENENS_URL": server.url, "CLERK_SECRET_KEY": SECRET_KEY}
            for command in (("audit", "list"), ("users", "list")):
                done = on_a_full_disk("tenens", *command, env=key)
                self.assertEqual((done.returncode, done.stderr), (1, "tenens: error: the output could not be written\n"))
        done = on_a_full_disk("tenensd", "keys", "list", "--database", f"sqlite:{self.folder / 'tenens.db'}")
        self.assertEqual((done.returncode, done.stderr), (1, "tenensd: error: the output could not be written\n"))

    def test_what_is_said_is_not_written_into_the_database(self):
        """With standard error closed, the first file to be opened would have its number."""
        database = self.folder / "tenens.db"
        server = subprocess.Popen([binary(), "--listen", "127.0.0.1:0", "--database", f"sqlite:{database}"],
                                  preexec_fn=lambda: os.close(2))
        until = time.monotonic() + 20
        while time.monotonic() < until and not (self.folder / "tenens.db-wal").exists():
            time.sleep(0.05)
        time.sleep(0.5)
        said = [file.name for file in self.folder.iterdir() if b"publishable key" in file.read_bytes()]
        server.terminate()
        self.assertEqual(server.wait(timeout=30), 0)
        self.assertEqual(said, [])

    def test_a_second_server_on_the_same_file_is_refused(self):
        with Tenensd(directory=self.folder) as first:
            done = run("--dev", "--listen", "127.0.0.1:0", "--database", f"sqlite:{first.database}")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn("error", done.stderr)
            self.assertNotIn("listening on", done.stderr)
            self.assertEqual(create(first)[0], 200)  # the first is not disturbed
        with Tenensd(directory=self.folder) as again:
            self.assertEqual(create(again)[0], 200)

    def test_a_second_server_on_the_same_port_is_refused(self):
        with Tenensd() as first:
            done = run("--dev", "--listen", f"127.0.0.1:{first.port}", "--database",
                               f"sqlite:{self.folder}/other.db")
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(str(first.port), done.stderr)

    def test_sigterm_and_sigint_end_it_with_0(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = Tenensd(directory=self.folder)
            server.process.send_signal(number)
            self.assertEqual(server.process.wait(timeout=20), 0)
            server._clean()

    def test_sigterm_lets_running_requests_finish(self):
        server = Tenensd(directory=self.folder)
        user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        wanted = {"user_id": user, "actor": {"sub": "a"}}
        acknowledged = []

        def load():
            while True:
                try:
                    status, body, _ = server.request("POST", "/v1/actor_tokens", wanted)
                except OSError:
                    return  # it no longer takes connections
                if status == 200:
                    acknowledged.append(body["id"])

        threads = [threading.Thread(target=load) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        server.stop()
        for thread in threads:
            thread.join(timeout=20)
        self.assertTrue(acknowledged)
        with Tenensd(directory=self.folder) as again:
            for token in acknowledged:
                self.assertEqual(again.request("GET", f"/v1/actor_tokens/{token}")[0], 200)

    def test_everything_is_there_after_a_restart(self):
        with Tenensd(directory=self.folder) as server:
            browser, session = signed_in(server)
            pending = create(server)[1]
        with Tenensd(directory=self.folder) as server:
            browser.server = server
            self.assertEqual(browser.session(session, "tokens")[0], 200)
            self.assertEqual(Browser(server).redeem(pending["token"])[0], 200)

    def test_the_database_is_for_its_owner_alone(self):
        old = os.umask(0)
        try:
            with Tenensd(directory=self.folder) as server:
                create(server)
                for file in self.folder.glob("tenens.db*"):
                    self.assertEqual(stat.S_IMODE(file.stat().st_mode) & 0o077, 0, file)
        finally:
            os.umask(old)

    def test_a_key_is_made_at_the_first_start_and_shown_once(self):
        shown = []
        for _ in range(2):
            with Tenensd(directory=self.folder, dev=False, secret_key=None, env={"TENENS_SECRET_KEY": ""}) as server:
                pass
            text = "".join(server.log) + (self.folder / "stdout").read_text(encoding="utf-8")
            shown.append([word.strip("'\",") for word in text.replace("=", " ").split() if word.startswith("sk_")])
        self.assertEqual((len(shown[0]), shown[1]), (1, []))
        with Tenensd(directory=self.folder, dev=False, secret_key=None, env={"TENENS_SECRET_KEY": ""}) as server:
            self.assertEqual(server.request("GET", "/v1/users", key=shown[0][0])[0], 200)

    def test_the_key_that_the_operator_names_replaces_the_earlier_one(self):
        with Tenensd(directory=self.folder):
            pass
        other = "sk_test_" + "b" * 32
        with Tenensd(directory=self.folder, secret_key=other) as server:
            self.assertEqual(server.request("GET", "/v1/users")[0], 200)
            self.assertEqual(server.request("GET", "/v1/users", key=SECRET_KEY)[0], 401)

    def test_a_live_key_does_not_open_a_development_instance(self):
        with Tenensd(directory=self.folder):
            pass
        with self.assertRaises(RuntimeError):
            Tenensd(directory=self.folder, secret_key="sk_live_" + "b" * 32)

    def test_development_with_a_production_instance_is_warned_about(self):
        warning = "tenensd: warning: --dev with a production instance (sk_live_): Clerk's browser packages"
        for flags in ({"secret_key": "sk_live_" + "b" * 32}, {"secret_key": None, "env": {"TENENS_SECRET_KEY": ""}}):
            with Tenensd(directory=self.folder, **flags) as server:
                self.assertIn(warning, "".join(server.log))
        with Tenensd() as server:
            self.assertNotIn("warning", "".join(server.log))

    def test_development_is_for_this_machine_only(self):
        done = run("--dev", "--listen", "0.0.0.0:0", cwd=self.folder)
        self.assertEqual(done.returncode, 2)


if __name__ == "__main__":
    unittest.main()
