"""What tests of back ends and of browsers begin with: sessions without a browser, and testing tokens."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt  # pylint: disable=wrong-import-position
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest  # pylint: disable=wrong-import-position


class Sessions(ServerTest):
    """POST /v1/sessions"""

    def create(self, user_id):
        return self.expect(200, "POST", "/v1/sessions", {"user_id": user_id})

    def test_it_is_the_users_own_and_gives_jwts(self):
        user = self.new_user()
        session = self.create(user)
        self.assertEqual(session, self.expect(200, "GET", f"/v1/sessions/{session['id']}"))
        self.assertEqual((session["object"], session["user_id"], session["status"], session["actor"]),
                         ("session", user, "active", None))
        self.assertTrue(session["client_id"].startswith("client_"))
        claims = decode_jwt(self.expect(200, "POST", f"/v1/sessions/{session['id']}/tokens")["jwt"])[1]
        self.assertEqual((claims["sub"], claims["sid"]), (user, session["id"]))
        self.assertNotIn("act", claims)

    def test_each_is_another_and_the_audit_says_which_key_made_it(self):
        user = self.new_user()
        first, second = self.create(user), self.create(user)
        self.assertNotEqual(first["client_id"], second["client_id"])
        events = self.audit(user_id=user)
        self.assertEqual([(event["action"], event["session_id"]) for event in events],
                         [("session.created", first["id"]), ("session.created", second["id"])])
        self.assertTrue(all(event["key_id"] for event in events))

    def test_it_ends_as_any_other_does(self):
        user = self.new_user()
        revoked, banned = self.create(user), self.create(user)
        self.expect(200, "POST", f"/v1/sessions/{revoked['id']}/revoke")
        self.expect(200, "POST", f"/v1/users/{user}/ban")
        for session in (revoked, banned):
            self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session['id']}")["status"], "revoked")
            self.refused(self.server.request("POST", f"/v1/sessions/{session['id']}/tokens"), 404, "resource_not_found")

    def test_no_browser_gets_at_it(self):
        session = self.create(self.new_user())
        for cookie in (session["client_id"], session["client_id"] + ".", f"{session['client_id']}.{'A' * 43}"):
            browser = Browser(self.server)
            browser.cookies["__client"] = cookie
            self.assertIsNone(browser.client()[1]["response"])

    def test_bad_input_is_named(self):
        user = self.new_user()
        for body, param in (({}, "user_id"), ({"user_id": ""}, "user_id"), ({"user_id": 7}, "user_id"),
                            ({"user_id": user, "active_organization_id": "org_1"}, "active_organization_id"),
                            ({"user_id": user, "actor": {"sub": "x"}}, "actor")):
            with self.subTest(body):
                self.refused(self.server.request("POST", "/v1/sessions", body), 422,
                             "form_param_value_invalid" if param != "user_id" else
                             "form_param_type_invalid" if body.get("user_id") == 7 else "form_param_missing",
                             param=param)
        self.expect(200, "POST", "/v1/sessions", {"user_id": user, "what_clerk_does_not_know": 1})
        self.refused(self.server.request("POST", "/v1/sessions", {"user_id": "user_nobody"}), 404, "resource_not_found")
        self.expect(200, "POST", f"/v1/users/{user}/ban")
        refused = self.server.request("POST", "/v1/sessions", {"user_id": user})
        self.refused(refused, 422, "user_banned")
        self.assertNotIn("impersonated", refused[1]["errors"][0]["long_message"])

    def test_in_production_there_are_none(self):
        with Tenensd(dev=False, secret_key="sk_live_" + "a" * 32) as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            self.refused(server.request("POST", "/v1/sessions", {"user_id": user}), 400, "request_invalid_for_environment",
                         "Invalid request for environment", "Request only valid for development instances.")
            self.assertEqual(server.request("GET", f"/v1/sessions?user_id={user}")[1], [])


class TestingTokens(ServerTest):
    """POST /v1/testing_tokens"""

    def test_it_has_clerks_shape_and_is_another_each_time(self):
        first, second = (self.expect(200, "POST", "/v1/testing_tokens") for _ in range(2))
        self.assertEqual(set(first), {"object", "token", "expires_at"})
        self.assertEqual(first["object"], "testing_token")
        self.assertAlmostEqual(first["expires_at"], time.time() + 3600, delta=60)
        self.assertNotEqual(first["token"], second["token"])

    def test_the_frontend_api_takes_it_and_lets_nobody_in_for_it(self):
        token = self.expect(200, "POST", "/v1/testing_tokens")["token"]
        status, body, _ = Browser(self.server).request("GET", f"/v1/client?__clerk_testing_token={token}")
        self.assertEqual((status, body["response"]), (200, None))
        as_ticket = Browser(self.server).redeem(token)
        self.refused(as_ticket, 400, "ticket_invalid_code")


if __name__ == "__main__":
    unittest.main()
