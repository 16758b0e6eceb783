"""Flags, the environment and the file: which one holds, and what is refused."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import Tenensd, run  # pylint: disable=wrong-import-position
from wire import InFolder, create  # pylint: disable=wrong-import-position


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
                           ("retention = 60", "retention: wants at least 24h"),
                           ('app_url = ""\ndev = true', "'app_url' is empty"),
                           ('allowed_origin = ["http://a.test", ""]', "'allowed_origin' is empty")):
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
                          ("--allowed-origin", "*"), ("--protected-user", "root"),
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
                     'a".test', "a'.test", "a b.test", "ä.test"):
            with self.subTest(host):
                self.refused("--frontend-host", host, mentions=("--frontend-host: wants a host name with a dot",))
        with Tenensd("--frontend-host", "Clerk-1.example.com") as server:
            self.assertEqual(create(server)[0], 200)

    def test_an_empty_variable_is_one_that_is_not_set(self):
        empty = {"TENENS_PUBLIC_URL": ""}
        self.assertEqual(self.link_of(file='public_url = "http://file.test"', env=empty), "http://file.test")

    def test_an_empty_variable_does_not_leave_the_keys_clear(self):
        empty = {"TENENS_ENCRYPTION_KEY_FILE": ""}
        self.refused(mentions=("error: TENENS_ENCRYPTION_KEY_FILE: is empty",), env=empty)
        self.link_of(env={**empty, "TENENS_ENCRYPTION_KEY": "5d" * 32})
        self.refused(mentions=("error: TENENS_ENCRYPTION_KEY: is empty",), env={"TENENS_ENCRYPTION_KEY": ""})

    def test_what_is_typed_empty_is_refused(self):
        for says, *arguments in (("--encryption-key-file", "--encryption-key-file", ""), ("--config", "--config", ""),
                                 ("--database", "--database", ""), ("--database", "--database="),
                                 ("--tls-cert", "--tls-cert", "", "--tls-key", ""),
                                 ("--witness", "audit", "verify", "--witness", ""),
                                 ("--to", "migrate", "--from", "sqlite:a.db", "--to="),
                                 ("an argument", "--database=postgresql://a:b@c", ""), ("an argument", "")):
            with self.subTest(arguments):
                self.refused(*arguments, mentions=(f"error: {says} is empty: a variable of the shell that is not set?\n"
                                                   "hint: tenensd --help\n",))
        self.assertEqual(list(self.folder.iterdir()), [], "no database")

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


if __name__ == "__main__":
    unittest.main()
