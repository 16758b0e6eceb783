"""Two servers on one PostgreSQL, that database away and back, and what must not be printed."""

import os
import pathlib
import signal
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from harness import Browser, Tenensd, run  # pylint: disable=wrong-import-position

if postgres_cluster.find_programs() is None:
    print(postgres_cluster.NOT_INSTALLED)
    sys.exit(77)


def node(cluster, *flags):
    return Tenensd(*flags, env={"TENENS_DATABASE": cluster.url}, database=False)


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
        status, answer, _ = here.request("GET", "/v1/health")
        self.assertLess(time.monotonic() - started, 2)
        self.assertEqual((status, answer["errors"][0]["code"]), (503, "service_unavailable"))
        status, answer, _ = Browser(here).redeem(token["token"])
        self.assertEqual((status, answer["errors"][0]["code"]), (503, "service_unavailable"))
        self.assertLess(time.monotonic() - started, 4)
        self.assertEqual(here.request("GET", "/.well-known/jwks.json")[0], 200)

        self.cluster.start()
        for server in self.nodes:
            self.assertEqual(server.request("GET", "/v1/health")[0], 200)
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
            with ThreadPoolExecutor(2) as pool:
                health = pool.submit(lambda: here.request("GET", "/v1/health")[0])
                redeemed = pool.submit(lambda: Browser(here).redeem(token["token"])[0])
                self.assertEqual((health.result(), redeemed.result()), (503, 503))
            self.assertLess(time.monotonic() - started, 15)
            self.assertEqual(here.request("GET", "/.well-known/jwks.json")[0], 200)
        finally:
            for pid in frozen:
                os.kill(pid, signal.SIGCONT)
        self.assertEqual(here.request("GET", "/v1/health")[0], 200)
        self.assertEqual(Browser(here).redeem(token["token"])[0], 200)

    def test_the_start_says_what_the_cluster_promises_and_no_password(self):
        said = "".join(self.nodes[0].log)
        self.assertRegex(said, r"PostgreSQL 1\d.*, synchronous_commit=on, no synchronous standby, schema 1\n")
        self.assertIn("fsync=off", said)
        for server in self.nodes:
            self.assertNotIn(self.cluster.password, "".join(server.log))


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
            status, answer, _ = Browser(server).redeem(token["token"])
            self.assertEqual((status, answer["errors"][0]["code"]), (503, "outcome_unknown"), answer)
            cluster.psql("ALTER SYSTEM RESET synchronous_standby_names")
            cluster.psql("SELECT pg_reload_conf()")
            deadline = time.monotonic() + 10
            while (status := Browser(server).redeem(token["token"])[0]) == 503 and time.monotonic() < deadline:
                time.sleep(0.1)
            self.assertEqual(status, 400, "it had taken place")


if __name__ == "__main__":
    unittest.main()
