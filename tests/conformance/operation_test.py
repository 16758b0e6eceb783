"""What an operator relies on: configuration, start and stop, one server a file, keys that rotate."""

import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, is_signed_by  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd, binary, run  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position


def create(server, **fields):
    user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
    return server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}, **fields})


def signed_in(server):
    browser = Browser(server)
    session = browser.redeem(create(server)[1]["token"])[1]["response"]["created_session_id"]
    return browser, session


def on_a_full_disk(program, *arguments, env=None):
    with open("/dev/full", "w", encoding="utf-8") as full:
        return subprocess.run([binary(program), *arguments], check=False, env={**os.environ, **(env or {})},
                              stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tenens-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


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


class Configuration(InFolder):
    def link_of(self, *flags, file=None, env=None):
        """Where links begin, as --public-url says."""
        if file is not None:
            path = self.folder / "tenens.toml"
            path.write_text(file, encoding="utf-8")
            flags = ("--config", str(path), *flags)
        with Tenensd(*flags, env=env) as server:
            return create(server)[1]["url"].split("/v1/")[0]

    def test_a_flag_beats_the_environment_which_beats_the_file(self):
        file = 'public_url = "http://file.test"'
        env = {"TENENS_PUBLIC_URL": "http://env.test"}
        flag = ("--public-url", "http://flag.test")
        self.assertEqual(self.link_of(file=file), "http://file.test")
        self.assertEqual(self.link_of(env=env), "http://env.test")
        self.assertEqual(self.link_of(*flag), "http://flag.test")
        self.assertEqual(self.link_of(file=file, env=env), "http://env.test")
        self.assertEqual(self.link_of(*flag, file=file), "http://flag.test")
        self.assertEqual(self.link_of(*flag, file=file, env=env), "http://flag.test")
        self.assertEqual(self.link_of("--public-url=http://flag.test", file=file), "http://flag.test")

    def test_the_file_may_be_named_by_the_environment(self):
        path = self.folder / "tenens.toml"
        path.write_text('public_url = "http://file.test"\nimpersonation = "off"\n', encoding="utf-8")
        with Tenensd(env={"TENENS_CONFIG": str(path)}) as server:
            self.assertEqual(create(server)[0], 402)

    def test_durations_and_numbers_may_be_written_as_toml_has_them(self):
        path = self.folder / "tenens.toml"
        path.write_text('max_token_life = "10m"\nmax_session_life = 60\nmonthly_limit = 1\n', encoding="utf-8")
        with Tenensd("--config", str(path)) as server:
            self.assertEqual(create(server, expires_in_seconds=601)[0], 422)
            self.assertEqual(create(server, session_max_duration_in_seconds=61)[0], 422)
            self.assertEqual(create(server, expires_in_seconds=600, session_max_duration_in_seconds=60)[0], 200)
            self.assertEqual(create(server)[0], 422)

    def refused(self, *arguments, mentions, env=None):
        # --dev and a file of its own: should it start after all, it harms nothing.
        done = run("--dev", "--listen", "127.0.0.1:0", *arguments, env=env, cwd=self.folder)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("tenensd: error: ", done.stderr)
        for text in mentions:
            self.assertIn(text, done.stderr)

    def test_an_unknown_key_in_the_file_is_refused_with_its_place(self):
        path = self.folder / "tenens.toml"
        path.write_text('listen = "127.0.0.1:0"\npublic_ulr = "http://typo.test"\n', encoding="utf-8")
        self.refused("--config", path, mentions=("public_ulr", "tenens.toml", "line 2"))

    def test_a_command_that_does_not_exist_is_named(self):
        for words, hint in ((("audit", "list"), "tenens audit list shows the audit; tenensd audit --help"),
                            (("keys", "frob"), "tenensd keys --help"), (("frob",), "tenensd --help")):
            done = run(*words, cwd=self.folder)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr,
                             f"tenensd: error: there is no command {' '.join(words)}\nhint: {hint}\n")
        for words, says in ((("keys",), "A subcommand is required\nhint: tenensd keys --help"),
                            (("keys", "--bogus"), "A subcommand is required\nhint: tenensd keys --help"),
                            (("migrate",), "--from is required\nhint: tenensd migrate --help"),
                            (("migrate", "sqlite:a.db"), "--from is required\nhint: tenensd migrate --help")):
            self.assertEqual(run(*words, cwd=self.folder).stderr, f"tenensd: error: {says}\n")

    def test_a_wrong_value_is_blamed_on_where_it_stands(self):
        path = self.folder / "tenens.toml"
        for line, says in (("max_session_life = -5", "max_session_life: wants a duration"),
                           ('threads = "abc"', "threads: Value abc"), ('dev = "maybe"', "dev = maybe"),
                           ('allowed_origin = ["http://a.test", "b"]', "allowed_origin: wants http"),
                           ("retention = 60", "retention: wants at least 24h")):
            path.write_text(f"# why\n{line}\n", encoding="utf-8")
            done = run("--config", path, cwd=self.folder)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(f"{path}, line 2: {says}", done.stderr)
        variable = {"TENENS_MAX_TOKEN_LIFE": "abc"}
        self.refused(mentions=("error: TENENS_MAX_TOKEN_LIFE: wants a duration",), env=variable)
        self.refused("--max-token-life", "0", mentions=("error: --max-token-life: wants",), env=variable)

    def test_a_file_that_is_not_there_or_not_toml_is_refused(self):
        self.refused("--config", self.folder / "none.toml", mentions=("none.toml",))
        path = self.folder / "broken.toml"
        for text in ("listen = \n", "listen = Ёлка\n", "listen Ё= 'x'\n", "listen = 'a' é\n"):
            with self.subTest(text):
                path.write_text(text, encoding="utf-8")
                self.refused("--config", path, mentions=("broken.toml", "line 1"))

    def test_wrong_flags_are_refused(self):
        for arguments in (("--no-such-flag",), ("--impersonation", "maybe"), ("--monthly-limit", "-1"),
                          ("--idle-limit", "0s"), ("--idle-limit", "soon"), ("--log-level", "loud"),
                          ("--listen", "nowhere"), ("--listen", "127.0.0.1:70000"), ("--listen", "0.0.0.0:0"),
                          ("--frontend-host", "localhost"), ("--public-url", "ftp://a.test"),
                          ("--database", "mysql://a"), ("--public-url", "https://"), ("--app-url", "https:///a"),
                          ("--public-url", "https://a.test:99999"), ("--allowed-origin", "admin.example.com"),
                          ("--allowed-origin", "*"), ("--allowed-origin", ""), ("--protected-user", "root"),
                          ("--trusted-proxy", "localhost"), ("--requests-per-key", "-1"),
                          ("--retention", "150000000000d"), ("--idle-limit", "106751991168d"),
                          ("--max-token-life", "9223372036854775807"), ("--config", self.folder)):
            with self.subTest(arguments):
                self.refused(*arguments, mentions=())

    def test_a_number_out_of_range_is_refused_in_plain_words(self):
        self.refused("--monthly-limit", "-1", mentions=("--monthly-limit: wants at least 0, got -1",))

    def test_a_duration_is_written_as_for_the_command_line(self):
        wanted = "wants a duration such as 90s, 10m, 2h or 7d, "
        for text in ("0", "-5", "soon", "1h30", "1.5h"):
            self.refused("--max-token-life", text, mentions=(f"--max-token-life: {wanted}got {text}\n",))
        for text in ("never", "-1d"):
            self.refused("--retention", text, mentions=(f"--retention: {wanted}or off, got {text}\n",))
        for flag in ("--max-token-life", "--retention"):
            self.refused(flag, "40000d", mentions=(f"{flag}: a hundred years are the most, got 40000d\n",))
        with Tenensd("--max-token-life", "1m30s") as server:
            self.assertEqual(create(server, expires_in_seconds=90)[0], 200)
            self.assertEqual(create(server, expires_in_seconds=91)[0], 422)

    def test_a_frontend_host_is_the_name_of_a_host(self):
        for host in ("localhost", "..", ".example.com", "clerk.example.com.", "clerk..com", "a.test:80", "a.test?",
                     'a".test', "a'.test", "a b.test", "ä.test", ""):
            with self.subTest(host):
                self.refused("--frontend-host", host, mentions=("--frontend-host: wants a host name with a dot",))
        with Tenensd("--frontend-host", "Clerk-1.example.com") as server:
            self.assertEqual(create(server)[0], 200)

    def test_an_empty_variable_is_one_that_is_not_set(self):
        empty = {"TENENS_PUBLIC_URL": ""}
        self.assertEqual(self.link_of(file='public_url = "http://file.test"', env=empty), "http://file.test")

    def test_what_may_be_repeated_stands_in_a_variable_with_commas_between(self):
        env = {"TENENS_ALLOWED_ORIGIN": "https://a.test,https://b.test", "TENENS_TRUSTED_PROXY": "127.0.0.1,::1"}
        with Tenensd(env=env, dev=False) as server:
            for origin, status in (("https://a.test", 200), ("https://b.test", 200), ("https://c.test", 400)):
                answer = server.request("GET", "/v1/client", headers={"Origin": origin})
                self.assertEqual(answer[0], status, origin)

    def test_help_and_version_go_to_stdout(self):
        for flag, text in (("--help", "--listen"), ("--version", "tenensd")):
            done = run(flag)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn(text, done.stdout)


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

    def test_development_is_for_this_machine_only(self):
        done = run("--dev", "--listen", "0.0.0.0:0", cwd=self.folder)
        self.assertEqual(done.returncode, 2)


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
