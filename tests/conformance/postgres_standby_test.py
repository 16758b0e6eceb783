"""Nothing is answered that the synchronous standby does not have: neither what was just written, nor what
was only found.
"""

import pathlib
import secrets
import sys
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from postgres_hosts import Host  # pylint: disable=wrong-import-position
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import Browser  # pylint: disable=wrong-import-position

postgres_cluster.require()

WITHIN = 20  # seconds


def code_of(answer):
    return answer[1]["errors"][0]["code"] if answer[0] != 200 else None


class Standby(unittest.TestCase):
    def setUp(self):
        self.primary, standby = Host("synchronous_standby_names=*"), Host()
        for host in (self.primary, standby):
            self.addCleanup(host.remove)
        self.primary.initialise()
        self.primary.start()
        standby.copy_from(self.primary)
        self.primary.wait_for_sync_standby()
        self.node = Tenensd("--require-sync-standby", env={"TENENS_DATABASE": self.primary.url}, database=False)
        self.addCleanup(self.node.stop)
        self.user = self.node.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def create(self, **headers):
        body = {"user_id": self.user, "actor": {"sub": "a"}}
        return self.node.request("POST", "/v1/actor_tokens", body, headers)

    def test_what_was_committed_on_the_primary_alone_decides_nothing_until_the_standby_has_it(self):
        to_revoke, to_redeem = self.create()[1], self.create()[1]
        key, nonce = secrets.token_hex(16), secrets.token_urlsafe(32)

        def revoke():
            return self.node.request("POST", f"/v1/actor_tokens/{to_revoke['id']}/revoke")

        def end():
            return self.node.request("POST", f"/v1/actor_tokens/{to_revoke['id']}/end")

        def redeem():
            return Browser(self.node).redeem(to_redeem["token"], redeem_nonce=nonce)

        def create():
            return self.create(**{"Idempotency-Key": key})

        def at_once(*acts):
            return [pool.submit(act) for act in acts]

        with ThreadPoolExecutor(4) as pool:
            self.primary.freeze_senders()
            self.addCleanup(self.primary.thaw_senders)  # if this fails before it is done below
            first = at_once(revoke, redeem, create)
            until = time.monotonic() + WITHIN
            while not all(act.done() for act in first) and time.monotonic() < until:
                self.primary.cancel_waits_for_standby()
                time.sleep(0.05)
            self.assertEqual([code_of(act.result()) for act in first], ["outcome_unknown"] * 3)
            states = self.primary.psql("SELECT state FROM actor_tokens ORDER BY id").split()
            self.assertEqual(len(states), 3, states)  # it did take place, here

            again = [act.result() for act in at_once(revoke, end, redeem, create)]
            self.assertEqual([answer[0] for answer in again], [503] * 4, again)

            self.primary.thaw_senders()
            until = time.monotonic() + WITHIN
            while 503 in [(answer := act())[0] for act in (revoke, end, redeem, create)]:
                self.assertLess(time.monotonic(), until, answer)
                time.sleep(0.1)
        self.assertEqual(code_of(revoke()), "actor_token_cannot_be_revoked_code")
        self.assertEqual(end()[0], 200)
        self.assertEqual(redeem()[0], 200)
        self.assertEqual(create()[0], 200)
        self.assertEqual(self.primary.psql("SELECT count(*) FROM sessions"), "1")
        self.assertEqual(self.primary.psql("SELECT count(*) FROM actor_tokens"), "3")


if __name__ == "__main__":
    unittest.main()
