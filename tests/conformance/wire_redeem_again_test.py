"""`redeem_nonce`: whoever redeemed and did not hear of it asks again, and gets that session."""

import pathlib
import secrets
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wire import Browser, ServerTest  # pylint: disable=wrong-import-position

USED = (400, "actor_token_already_used_code")


class RedeemAgain(ServerTest):
    def setUp(self):
        self.token = self.new_token()
        self.nonce = secrets.token_urlsafe(32)

    def redeem(self, browser=None, **more):
        status, body, _ = (browser or Browser(self.server)).redeem(self.token["token"], **more)
        return body["response"]["created_session_id"] if status == 200 else (status, body["errors"][0]["code"])

    def test_asking_again_gives_the_same_session_to_a_browser_without_its_cookie(self):
        lost, browser = Browser(self.server), Browser(self.server)
        session = self.redeem(lost, redeem_nonce=self.nonce)
        self.assertEqual(self.redeem(browser, redeem_nonce=self.nonce), session)
        self.assertEqual([s["id"] for s in browser.client()[1]["response"]["sessions"]], [session])
        self.assertIsNone(lost.client()[1]["response"], "the first cookie is worth nothing now")
        self.assertEqual(len(self.expect(200, "GET", f"/v1/sessions?user_id={self.token['user_id']}")), 1)
        self.assertEqual([event["action"] for event in self.audit(actor_token_id=self.token["id"])],
                         ["actor_token.created", "actor_token.redeemed", "actor_token.redeem_repeated"])

    def test_another_nonce_or_none_is_refused_and_recorded(self):
        self.redeem(redeem_nonce=self.nonce)
        self.assertEqual(self.redeem(redeem_nonce=secrets.token_urlsafe(32)), USED)
        self.assertEqual(self.redeem(), USED)
        refused = [event for event in self.audit(actor_token_id=self.token["id"])
                   if event["action"] == "actor_token.redeem_refused"]
        self.assertEqual([event["code"] for event in refused], [USED[1]] * 2)

    def test_an_ended_session_is_not_handed_out(self):
        self.redeem(redeem_nonce=self.nonce)
        self.expect(200, "POST", f"/v1/actor_tokens/{self.token['id']}/end")
        self.assertEqual(self.redeem(redeem_nonce=self.nonce), USED)

    def test_a_nonce_that_could_be_guessed_is_refused_and_spends_nothing(self):
        for nonce in ("", "x" * 21, "x" * 129, "x" * 30 + " y", "x" * 30 + "\x00", "x" * 30 + "é"):
            answer = Browser(self.server).redeem(self.token["token"], redeem_nonce=nonce)
            self.refused(answer, 422, "form_param_value_invalid", param="redeem_nonce")
        self.assertTrue(self.redeem(redeem_nonce="x" * 22).startswith("sess_"))

    def test_the_nonce_is_in_no_answer_and_not_in_the_database(self):
        answer = Browser(self.server).redeem(self.token["token"], redeem_nonce=self.nonce)
        self.assertNotIn(self.nonce, str(answer[1]) + str(answer[2]))
        for file in self.server.directory.glob("tenens.db*"):
            self.assertNotIn(self.nonce.encode(), file.read_bytes())


if __name__ == "__main__":
    unittest.main()
