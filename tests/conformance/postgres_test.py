"""Two servers on one PostgreSQL, that database away and back, and what must not be printed."""

import email.utils
import os
import pathlib
import secrets
import signal
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from jwts import decode_jwt  # pylint: disable=wrong-import-position
from tenensd import Tenensd, libfaketime, run  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position

postgres_cluster.require()


def node(cluster, *flags, env=None):
    return Tenensd(*flags, env={"TENENS_DATABASE": cluster.url, **(env or {})}, database=False)


def create(server, **fields):
    user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
    return server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}, **fields})[1]


class OnOneDatabase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cluster = postgres_cluster.Cluster()
        cls.addClassCleanup(cls.cluster.remove)
        # At once: both find an empty database.
        with ThreadPoolExecutor(2) as pool:
            cls.nodes = list(pool.map(lambda _: node(cls.cluster), range(2)))
        for server in cls.nodes:
            cls.addClassCleanup(server.stop)

    def wait_until_well(self):
        deadline = time.monotonic() + 10
        while any(server.request("GET", "/v1/health")[0] != 200 for server in self.nodes):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_who_redeemed_on_one_node_may_ask_again_on_the_other(self):
        token = create(self.nodes[0])
        nonce = secrets.token_urlsafe(32)
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(
                lambda i: Browser(self.nodes[i % 2]).redeem(token["token"], redeem_nonce=nonce), range(8)))
        self.assertEqual([answer[0] for answer in answers], [200] * 8, answers)
        self.assertEqual(len({answer[1]["response"]["created_session_id"] for answer in answers}), 1)
        rows = self.cluster.psql(f"SELECT count(*) FROM sessions WHERE actor_token_id = '{token['id']}'")
        self.assertEqual(rows, "1")

    def test_a_cookie_that_is_no_text_proves_nothing(self):
        cookie = {"Cookie": "__client=\xff"}
        for method, path in (("GET", "/v1/client"), ("DELETE", "/v1/client/sessions")):
            status, answer, _ = self.nodes[0].request(method, path, headers=cookie)
            self.assertEqual((status, answer["response"]), (200, None), (method, path))

    def test_a_token_of_one_node_is_redeemed_on_the_other_once(self):
        here, there = self.nodes
        token = create(here)
        status, answer, _ = Browser(there).redeem(token["token"])
        self.assertEqual(status, 200, answer)
        for server in self.nodes:
            status, answer, _ = Browser(server).redeem(token["token"])
            self.assertEqual((status, answer["errors"][0]["code"]), (400, "actor_token_already_used_code"), answer)
        listed = here.request("GET", f"/v1/actor_tokens/{token['id']}")[1]
        self.assertEqual(listed["status"], "accepted")

    def test_a_token_raced_on_both_nodes_opens_one_session_and_the_audit_has_no_gap(self):
        token = create(self.nodes[0])
        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(lambda i: Browser(self.nodes[i % 2]).redeem(token["token"])[0], range(32)))
        self.assertEqual(sorted(answers), [200] + [400] * 31)
        gaps = self.cluster.psql("SELECT max(sequence) - count(*) FROM audit_events")
        self.assertEqual(gaps, "0")

    def test_an_idempotency_key_means_the_same_on_both_nodes(self):
        user = self.nodes[0].request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        body = {"user_id": user, "actor": {"sub": "a"}}
        with ThreadPoolExecutor(8) as pool:
            made = list(pool.map(
                lambda i: self.nodes[i % 2].request("POST", "/v1/actor_tokens", body, {"Idempotency-Key": "k"})[1],
                range(16)))
        self.assertEqual(len({answer["id"] for answer in made}), 1)

    def test_both_nodes_sign_with_the_same_keys(self):
        keys = [server.request("GET", "/.well-known/jwks.json")[1] for server in self.nodes]
        self.assertEqual(keys[0], keys[1])

    def test_a_database_that_goes_away_is_said_so_and_used_again_when_it_is_back(self):
        here = self.nodes[0]
        token = create(here)
        self.cluster.stop()
        started = time.monotonic()
        while (answer := here.request("GET", "/v1/health"))[0] == 200:
            self.assertLess(time.monotonic() - started, 2)
        self.assertEqual((answer[0], answer[1]["errors"][0]["code"]), (503, "service_unavailable"))
        status, answer, _ = Browser(here).redeem(token["token"])
        self.assertEqual((status, answer["errors"][0]["code"]), (503, "service_unavailable"))
        self.assertLess(time.monotonic() - started, 4)
        self.assertEqual(here.request("GET", "/.well-known/jwks.json")[0], 200)

        self.cluster.start()
        self.wait_until_well()
        self.assertEqual(Browser(self.nodes[1]).redeem(token["token"])[0], 200)

    def test_a_database_that_hangs_keeps_nobody_waiting_for_ever(self):
        here = self.nodes[0]
        token = create(here)
        postmaster = self.cluster.process.pid
        children = pathlib.Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text(encoding="ascii")
        frozen = [postmaster, *map(int, children.split())]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        try:
            started = time.monotonic()
            self.assertEqual(Browser(here).redeem(token["token"])[0], 503)
            self.assertLess(time.monotonic() - started, 15)
            self.assertEqual(here.request("GET", "/v1/health")[0], 503)
            self.assertEqual(here.request("GET", "/.well-known/jwks.json")[0], 200)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        self.wait_until_well()
        self.assertEqual(Browser(here).redeem(token["token"])[0], 200)

    def test_the_start_says_what_the_cluster_promises_and_no_password(self):
        said = "".join(self.nodes[0].log)
        self.assertRegex(said, r"PostgreSQL 1\d.*, synchronous_commit=on, no synchronous standby, schema \d+\n")
        self.assertIn("fsync=off", said)
        for server in self.nodes:
            self.assertNotIn(self.cluster.password, "".join(server.log))


class Clocks(unittest.TestCase):
    """Nodes whose machines' clocks are minutes apart."""

    def setUp(self):
        library = libfaketime(self)
        self.cluster = postgres_cluster.Cluster()
        self.addCleanup(self.cluster.remove)
        self.nodes = []
        for offset in ("-300", "+0", "+300"):
            faked = {"LD_PRELOAD": library, "FAKETIME": offset, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            self.nodes.append(node(self.cluster, env=faked))
            self.addCleanup(self.nodes[-1].stop)

    def test_their_own_clocks_are_indeed_apart(self):
        """Or the tests below would show nothing. The log is in the machine's time: it is for its operator."""
        dates = [email.utils.parsedate_to_datetime(server.request("GET", "/v1/health")[2]["Date"]).timestamp()
                 for server in self.nodes]
        self.assertGreater(dates[2] - dates[0], 590)

    def test_a_token_of_a_late_node_is_good_on_an_early_one_and_over_on_all_at_once(self):
        late, _, early = self.nodes
        for here, there in ((late, early), (early, late)):
            self.assertEqual(Browser(there).redeem(create(here, expires_in_seconds=60)["token"])[0], 200)
        for here, there in ((late, early), (early, late)):
            token = create(here, expires_in_seconds=1)["token"]
            time.sleep(1.1)
            status, answer, _ = Browser(there).redeem(token)
            self.assertEqual((status, answer["errors"][0]["code"]), (400, "ticket_expired_code"))

    def test_records_and_jwts_have_the_database_s_time(self):
        for server in self.nodes:
            token = create(server)
            self.assertLess(abs(token["created_at"] / 1000 - time.time()), 5)
            answer = Browser(server).redeem(token["token"])[1]
            session = answer["client"]["sessions"][0]
            claims = decode_jwt(session["last_active_token"]["jwt"])[1]
            self.assertLess(abs(claims["iat"] - time.time()), 5)
            self.assertLess(abs(session["expire_at"] / 1000 - 1800 - time.time()), 5)

    def test_a_session_lives_and_dies_on_all_alike(self):
        late, _, early = self.nodes
        browser = Browser(late)
        answer = browser.redeem(create(early, session_max_duration_in_seconds=2)["token"])[1]
        session = answer["response"]["created_session_id"]
        other = Browser(early)
        other.cookies = browser.cookies
        self.assertEqual([other.session(session, "tokens")[0], browser.session(session, "tokens")[0]], [200, 200])
        time.sleep(2.1)
        for server in self.nodes:
            self.assertEqual(server.request("GET", f"/v1/sessions/{session}")[1]["status"], "expired")


class Refused(unittest.TestCase):
    def refusal(self, url, *flags):
        done = run("--dev", "--listen", "127.0.0.1:0", *flags, env={"TENENS_DATABASE": url})
        self.assertNotEqual(done.returncode, 0)
        self.assertNotIn("canary", done.stdout + done.stderr)
        return done.stderr

    def test_a_url_is_never_quoted(self):
        for url in ("postgresql://u:canary@/d?nonsense=1", "postgresql://u:canary@[::1/d", "psotgres://u:canary@h/d",
                    "postgresql://u:canary@127.0.0.1:1/d", "postgresql://u:canary@127.0.0.1:1,127.0.0.1:2/d"):
            self.assertIn("tenensd: error: ", self.refusal(url))

    def test_a_password_that_was_not_encoded_is_not_quoted_either(self):
        for url in ("postgresql://tenens:abc/SECRET@127.0.0.1:1/tenens", "postgresql://tenens:12/SECRET@127.0.0.1:1/tenens",
                    "postgresql://tenens:abc@SECRET@127.0.0.1:1/tenens"):
            for command in ((), ("doctor",), ("keys", "list"), ("recover",), ("audit", "verify")):
                with self.subTest(url=url, command=command):
                    done = run(*command, env={"TENENS_DATABASE": url})
                    self.assertNotEqual(done.returncode, 0)
                    self.assertIn("%2F", done.stdout + done.stderr)
                    self.assertNotIn("SECRET", done.stdout + done.stderr)

    def test_other_commands_make_no_tables(self):
        cluster = postgres_cluster.Cluster()
        self.addCleanup(cluster.remove)
        for command in (("keys", "list"), ("keys", "rotate"), ("recover",)):
            done = run(*command, env={"TENENS_DATABASE": cluster.url})
            self.assertEqual(done.returncode, 1, command)
            self.assertIn("no server has started on it", done.stderr)
        self.assertEqual(cluster.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0")

    def test_a_database_that_cannot_hold_every_name_is_refused(self):
        cluster = postgres_cluster.Cluster()
        self.addCleanup(cluster.remove)
        cluster.psql("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        url = {"TENENS_DATABASE": cluster.url.removesuffix("postgres") + "latin"}
        self.assertIn("encoding is LATIN1", run("--listen", "127.0.0.1:0", env=url).stderr)
        doctor = run("doctor", env=url)
        self.assertEqual(doctor.returncode, 1)
        self.assertIn("encoding is LATIN1", doctor.stdout)

    def test_a_required_standby_that_is_not_there_refuses_to_serve(self):
        cluster = postgres_cluster.Cluster()
        self.addCleanup(cluster.remove)
        self.assertIn("--require-sync-standby", self.refusal(cluster.url, "--require-sync-standby"))
        cluster.stop(signal.SIGINT)
        cluster.settings = ("synchronous_standby_names=*",)
        cluster.start()
        # The schema is there from the start before: a commit would wait for the standby.
        self.assertIn("no synchronous standby is connected", self.refusal(cluster.url, "--require-sync-standby"))

    def test_a_schema_one_step_newer_is_served_if_that_step_only_added_something(self):
        cluster = postgres_cluster.Cluster()
        self.addCleanup(cluster.remove)
        with node(cluster) as earlier:
            cluster.psql("ALTER TABLE sessions ADD COLUMN next_note TEXT; CREATE TABLE next_things (id TEXT);"
                         "INSERT INTO tenens_schema SELECT max(version) + 1, true FROM tenens_schema")
            with node(cluster) as later:
                self.assertIn("one newer than this version's", "".join(later.log))
                for here, there in ((earlier, later), (later, earlier)):
                    token = create(here)
                    self.assertEqual(Browser(there).redeem(token["token"])[0], 200)
                    self.assertEqual(Browser(here).redeem(token["token"])[0], 400)
        cluster.psql("UPDATE tenens_schema SET expands = false WHERE version ="
                     " (SELECT max(version) FROM tenens_schema)")
        self.assertIn("this tenensd knows versions up to", self.refusal(cluster.url))

    def test_a_file_has_no_standby_to_require(self):
        self.assertIn("a file has no standby", self.refusal("sqlite::memory:", "--require-sync-standby"))

    def test_a_commit_whose_standby_is_gone_is_an_unknown_outcome(self):
        cluster = postgres_cluster.Cluster()
        self.addCleanup(cluster.remove)
        with node(cluster) as server:
            token = create(server)
            cluster.psql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            cluster.psql("SELECT pg_reload_conf()")
            time.sleep(0.5)  # until every connection has read it
            nonce = secrets.token_urlsafe(32)
            status, answer, headers = Browser(server).redeem(token["token"], redeem_nonce=nonce)
            self.assertEqual((status, answer["errors"][0]["code"]), (503, "outcome_unknown"), answer)
            self.assertEqual(headers["Retry-After"], "1")
            self.assertIsNone(headers["Set-Cookie"])
            cluster.psql("ALTER SYSTEM RESET synchronous_standby_names")
            cluster.psql("SELECT pg_reload_conf()")
            deadline = time.monotonic() + 10
            while (status := Browser(server).redeem(token["token"])[0]) == 503 and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual(status, 400, "it had taken place")
            status, answer, _ = Browser(server).redeem(token["token"], redeem_nonce=nonce)
            self.assertEqual(status, 200, answer)
            self.told_once(server, token["id"], answer["response"]["created_session_id"])
            self.assertTrue(any('"outcome_unknown"' in line and token["id"] in line for line in server.log))

    def told_once(self, server, token, session):
        """That the unknown redemption took place; though nobody writes anything else."""
        deadline = time.monotonic() + 10
        told = []
        while not told and time.monotonic() < deadline:
            events = server.request("GET", f"/v1/audit_events?paginated=true&actor_token_id={token}")[1]["data"]
            told = [event for event in events if event["code"] == "actor_token.redeemed"]
            time.sleep(0.1)
        self.assertEqual([(event["action"], event["code"], event["session_id"]) for event in told],
                         [("outcome.committed", "actor_token.redeemed", session)])


if __name__ == "__main__":
    unittest.main()
