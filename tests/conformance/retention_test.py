"""`--retention`: what has been over for long goes while the server runs; the audit, and what lives, stays."""

import json
import pathlib
import shutil
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import Tenensd, libfaketime, run  # pylint: disable=wrong-import-position
from wire import Browser, findings, until  # pylint: disable=wrong-import-position

DAY = 86_400


class Retention(unittest.TestCase):
    """A hundred days ago a server made all that there is, but for one live session."""

    def setUp(self):
        self.library = libfaketime(self)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-retention-"))
        self.addCleanup(shutil.rmtree, self.folder)
        with self.server(days_ago=100) as server:
            self.user = self.post(server, "/v1/users", {"first_name": "Ada"})["id"]
            self.spent, self.revoked, self.expired = (self.token(server) for _ in range(3))
            self.browser = Browser(server)
            self.session = self.redeem(server, self.browser, self.spent)
            self.post(server, f"/v1/actor_tokens/{self.revoked['id']}/revoke")
            self.post(server, "/v1/sign_in_tokens", {"user_id": self.user, "expires_in_seconds": 60})
            # Longer than all others: it is not over yet.
            self.long = self.post(server, "/v1/sign_in_tokens", {"user_id": self.user, "expires_in_seconds": 300 * DAY})
            self.audit = self.audit_of(server)

    def server(self, *flags, days_ago=0):
        env = {"LD_PRELOAD": self.library, "FAKETIME": f"-{days_ago}d"} if days_ago else {}
        return Tenensd(*flags, directory=self.folder, env=env)

    def post(self, server, path, body=None):
        status, answer, _ = server.request("POST", path, body or {})
        self.assertEqual(status, 200, answer)
        return answer

    def token(self, server):
        return self.post(server, "/v1/actor_tokens", {"user_id": self.user, "actor": {"sub": "agent"}})

    def redeem(self, server, browser, token):
        status, answer, _ = browser.redeem(token["token"])
        self.assertEqual(status, 200, answer)
        return answer["response"]["created_session_id"]

    def audit_of(self, server):
        return server.request("GET", "/v1/audit_events?paginated=true&limit=500")[1]["data"]

    def status_of(self, server, path):
        status, answer, _ = server.request("GET", path)
        return status, answer["errors"][0]["code"] if status != 200 else answer["id"]

    def removed(self, server):
        """What the log says was removed, all lines together."""
        lines = [json.loads(line) for line in server.log if '"event":"removed"' in line]
        return [sum(line[kind] for line in lines) for kind in ("actor_tokens", "sign_in_tokens", "clients")]

    def expect_nothing_lost(self):
        done = run("doctor", "--json", "--database", f"sqlite:{self.folder}/tenens.db")
        told = [one for found in findings(json.loads(done.stdout)).values() for one in found]
        self.assertEqual([one for one in told if one[0] == "wrong"], [])

    def test_what_is_over_goes_and_what_lives_and_the_audit_stay(self):
        with self.server("--retention", "24h") as server:
            live = self.token(server)
            session = self.redeem(server, Browser(server), live)
            gone = (404, "resource_not_found")
            for token in (self.spent, self.revoked, self.expired):
                path = f"/v1/actor_tokens/{token['id']}"
                self.assertTrue(until(lambda path=path: self.status_of(server, path) == gone), path)
                self.assertEqual(server.request("POST", f"{path}/end")[0], 404)
                self.assertEqual(server.request("POST", f"{path}/revoke")[0], 404)
                answer = Browser(server).redeem(token["token"])
                self.assertEqual((answer[0], answer[1]["errors"][0]["code"]), (400, "ticket_expired_code"))
            self.assertEqual(self.status_of(server, f"/v1/sessions/{self.session}"), gone)
            self.assertTrue(until(lambda: self.removed(server) == [3, 1, 1]), server.log)
            self.browser.server = server
            self.assertIsNone(self.browser.client()[1]["response"], "the browser is unknown, and nothing worse")

            self.assertEqual(self.status_of(server, f"/v1/actor_tokens/{live['id']}"), (200, live["id"]))
            self.assertEqual(self.status_of(server, f"/v1/sessions/{session}"), (200, session))
            status, listed, _ = server.request("GET", "/v1/actor_tokens?paginated=true")
            self.assertEqual((status, listed["total_count"], [token["id"] for token in listed["data"]]),
                             (200, 1, [live["id"]]))
            self.redeem(server, Browser(server), self.long)
            later = self.audit_of(server)
            self.assertEqual(later[-len(self.audit):], self.audit)
            self.assertEqual([event["sequence"] for event in later], list(range(len(later), 0, -1)))
        self.expect_nothing_lost()

    def test_by_default_it_is_ninety_days(self):
        with self.server() as server:
            self.assertTrue(until(lambda: self.removed(server) == [3, 1, 1]), server.log)
        self.expect_nothing_lost()

    def test_off_and_longer_leave_everything(self):
        for flags in (("--retention", "off"), ("--retention", "101d")):
            with self.server(*flags) as server:
                time.sleep(0.3)  # long enough for what the tests above wait for
                self.assertEqual(self.removed(server), [0, 0, 0])
                for token in (self.spent, self.revoked, self.expired):
                    self.assertEqual(self.status_of(server, f"/v1/actor_tokens/{token['id']}")[0], 200)

    def test_a_time_that_breaks_a_promise_is_refused(self):
        for value, mentions in (("23h", "at least 24h"), ("1", "at least 24h"), ("-1d", "--retention"),
                                ("never", "--retention"), ("0", "or off, got 0")):
            done = run("--dev", "--listen", "127.0.0.1:0", "--retention", value, cwd=self.folder)
            self.assertEqual(done.returncode, 2, value)
            self.assertIn(mentions, done.stderr)

    def test_it_may_stand_in_the_file(self):
        path = self.folder / "tenens.toml"
        path.write_text('retention = "off"\n', encoding="utf-8")
        with self.server("--config", str(path)) as server:
            time.sleep(0.3)
            self.assertEqual(self.removed(server), [0, 0, 0])
        path.write_text('retention = "30d"\n', encoding="utf-8")
        with self.server("--config", str(path)) as server:
            self.assertTrue(until(lambda: self.removed(server) == [3, 1, 1]), server.log)


if __name__ == "__main__":
    unittest.main()
