"""The Frontend API: redemption and its refusals, the client and its sessions."""

import concurrent.futures
import json
import pathlib
import sys
import threading
import time
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, from_base64url, to_base64url  # pylint: disable=wrong-import-position
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest  # pylint: disable=wrong-import-position


class Redeem(ServerTest):
    """POST /v1/client/sign_ins"""

    def test_a_ticket_becomes_a_session_in_clerks_envelope(self):
        token = self.new_token(actor={"sub": "user_support", "iss": "https://a.example"})
        status, body, headers = Browser(self.server).redeem(token["token"])
        self.assertEqual((status, headers.get_content_type()), (200, "application/json"))
        self.assertEqual(set(body), {"response", "client"})
        sign_in, client = body["response"], body["client"]
        self.assertEqual((sign_in["object"], sign_in["status"]), ("sign_in_attempt", "complete"))
        session_id = sign_in["created_session_id"]
        self.assertEqual((client["object"], client["last_active_session_id"]), ("client", session_id))
        session, = client["sessions"]
        self.assertEqual((session["id"], session["status"], session["actor"]),
                         (session_id, "active", token["actor"]))
        self.assertEqual((session["user"]["id"], session["user"]["first_name"]), (token["user_id"], "Ada"))
        self.assertEqual(session["public_user_data"]["first_name"], "Ada")
        claims = decode_jwt(session["last_active_token"]["jwt"])[1]
        self.assertEqual((claims["sid"], claims["act"]), (session_id, token["actor"]))

    def test_a_user_s_private_metadata_is_not_shown_to_browsers(self):
        user = self.new_user(private_metadata={"k": "privateCanary"}, public_metadata={"k": "publicNote"})
        browser = Browser(self.server)
        _, body, _ = browser.redeem(self.new_token(user)["token"])
        for shown in (body, browser.client()[1]):
            self.assertNotIn("privateCanary", json.dumps(shown))
            self.assertIn("publicNote", json.dumps(shown))

    def test_a_ticket_is_redeemed_once(self):
        token = self.new_token()["token"]
        self.assertEqual(Browser(self.server).redeem(token)[0], 200)
        for _ in range(3):
            self.refused(Browser(self.server).redeem(token), 400, "actor_token_already_used_code",
                         "actor token has already been used",
                         "This actor token has already been used. Each token can only be used once.")

    def test_of_many_browsers_at_once_exactly_one_redeems_it(self):
        for _ in range(5):
            token = self.new_token()
            start = threading.Barrier(16)

            def redeem(start=start, ticket=token["token"]):
                start.wait()
                return Browser(self.server).redeem(ticket)[0]

            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                statuses = sorted(call.result() for call in [pool.submit(redeem) for _ in range(16)])
            self.assertEqual(statuses, [200] + [400] * 15)

    def test_the_same_browser_does_not_redeem_it_twice_either(self):
        browser, session, token = self.signed_in()
        self.refused(browser.redeem(token["token"]), 400, "actor_token_already_used_code")
        self.assertEqual(browser.session(session, "tokens")[0], 200)  # and stays signed in

    def test_a_revoked_ticket_is_refused(self):
        token = self.new_token()
        self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke")
        self.refused(Browser(self.server).redeem(token["token"]), 400, "actor_token_revoked_code",
                     "actor token has been revoked",
                     "This actor token has been revoked and cannot be used anymore.")

    def test_an_expired_ticket_is_refused(self):
        token = self.new_token(expires_in_seconds=1)["token"]
        time.sleep(1.1)
        self.refused(Browser(self.server).redeem(token), 400, "ticket_expired_code", "ticket has expired",
                     "This ticket has expired and cannot be used anymore.")

    def test_a_forged_ticket_is_refused(self):
        header, claims, signature = self.new_token()["token"].split(".")
        longer = json.loads(from_base64url(claims))
        longer["exp"] += 3600
        unsigned = to_base64url(b'{"alg":"none","typ":"JWT"}')
        other = "A" if signature[0] != "A" else "B"
        for forged in (f"{header}.{to_base64url(json.dumps(longer).encode())}.{signature}",
                       f"{unsigned}.{claims}.", f"{unsigned}.{claims}.{signature}", f"{header}.{claims}.",
                       f"{header}.{claims}.{other}{signature[1:]}", f"{header}.{claims}.{signature}A",
                       f"{header}.{claims}.{signature}=", f" {header}.{claims}.{signature}",
                       f"{header}.{claims}", "a.b.c", "..", "nonsense", "a" * 4000, "ünïcode", "\x00"):
            with self.subTest(forged[:60]):
                self.refused(Browser(self.server).redeem(forged), 400, "ticket_invalid_code", "ticket is invalid",
                             "This ticket is invalid. Make sure you're using a valid ticket generated by Clerk.")

    def test_a_session_jwt_is_no_ticket(self):
        browser, session, _ = self.signed_in()
        jwt = browser.session(session, "tokens")[1]["jwt"]
        self.refused(Browser(self.server).redeem(jwt), 400, "ticket_invalid_code")

    def test_a_ticket_of_another_server_is_refused(self):
        with Tenensd() as other:
            user = other.request("POST", "/v1/users", {"first_name": "Eve"})[1]["id"]
            foreign = other.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]["token"]
        self.refused(Browser(self.server).redeem(foreign), 400, "ticket_invalid_code")

    def test_a_user_that_was_deleted_meanwhile_is_named_as_gone(self):
        token = self.new_token()
        self.expect(200, "DELETE", f"/v1/users/{token['user_id']}")
        self.refused(Browser(self.server).redeem(token["token"]), 404, "actor_token_subject_not_found",
                     "user not found",
                     "The user of the actor token no longer exists. Please request a new one.")

    def test_an_actor_who_was_a_user_and_was_deleted_meanwhile_cannot_use_the_link(self):
        agent = self.new_user()
        token = self.new_token(actor={"sub": agent})
        self.expect(200, "DELETE", f"/v1/users/{agent}")
        self.refused(Browser(self.server).redeem(token["token"]), 400, "actor_token_cannot_be_used_code",
                     "actor token cannot be used",
                     "This actor token cannot be used anymore. Please request a new one.")
        again = {"user_id": token["user_id"], "actor": {"sub": agent}}
        self.refused(self.server.request("POST", "/v1/actor_tokens", again), 404, "resource_not_found", "not found",
                     f"The user {agent}, who is to act, no longer exists")
        self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke")

    def test_a_user_that_was_banned_meanwhile_is_refused_and_the_ticket_is_not_spent(self):
        token = self.new_token()
        self.expect(200, "POST", f"/v1/users/{token['user_id']}/ban")
        status, body, _ = Browser(self.server).redeem(token["token"])
        self.assertEqual(status, 403, body)
        self.assertEqual(body["errors"][0]["code"], "user_banned")
        self.expect(200, "POST", f"/v1/users/{token['user_id']}/unban")
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)

    def test_who_acts_on_behalf_of_one_cannot_go_on_to_another(self):
        browser, session, _ = self.signed_in()
        second = self.new_token()
        self.refused(browser.redeem(second["token"]), 409, "session_creation_not_allowed",
                     "unable to create session",
                     "Unable to create new session when an impersonation session is present. "
                     "Please sign out first.")
        self.assertEqual(browser.session(session, "tokens")[0], 200)  # the first is untouched
        self.assertEqual(browser.request("POST", "/v1/client/sessions?_method=DELETE", form={})[0], 200)
        self.assertEqual(browser.redeem(second["token"])[0], 200)     # and the second not spent

    def test_a_missing_ticket_or_strategy_is_named(self):
        browser = Browser(self.server)
        for form in ({"strategy": "ticket"}, {"strategy": "ticket", "ticket": ""}):
            self.refused(browser.request("POST", "/v1/client/sign_ins", form=form), 422, "form_param_missing",
                         "is missing", "ticket must be included.", param="ticket")
        for form in ({"strategy": "password", "identifier": "a", "password": "b"}, {"identifier": "a"}, {"ticket": ""}, {}):
            status, body, _ = browser.request("POST", "/v1/client/sign_ins", form=form)
            self.assertEqual(status, 422, body)
            self.assertEqual(body["errors"][0]["meta"]["param_name"], "strategy")

    def test_a_ticket_needs_no_strategy_beside_it(self):
        for form in ({}, {"strategy": ""}):
            token = self.new_token()["token"]
            answer = Browser(self.server).request("POST", "/v1/client/sign_ins", form={**form, "ticket": token})
            self.assertEqual(answer[0], 200, answer[1])
        self.refused(Browser(self.server).request("POST", "/v1/client/sign_ins", form={
            "strategy": "password", "ticket": self.new_token()["token"]}), 422, "form_param_value_invalid")

    def test_unknown_form_fields_are_ignored(self):
        browser = Browser(self.server)
        status, body, _ = browser.redeem(self.new_token()["token"], locale="en-US", timezone="UTC", whatever="x")
        self.assertEqual(status, 200, body)
        session = body["response"]["created_session_id"]
        for action, form in (("touch", {"active_organization_id": "", "intent": "select_session", "more": "1"}),
                             ("tokens", {"organization_id": "", "tab_state": "focused", "more": "1"})):
            self.assertEqual(browser.session(session, action, form)[0], 200)

    def test_the_ticket_is_not_taken_from_the_query_or_a_get(self):
        token = self.new_token()["token"]
        query = urllib.parse.urlencode({"strategy": "ticket", "ticket": token})
        browser = Browser(self.server)
        self.assertEqual(browser.request("POST", f"/v1/client/sign_ins?{query}", form={})[0], 422)
        self.assertIn(browser.request("GET", f"/v1/client/sign_ins?{query}&_method=POST")[0], (404, 405))
        self.assertEqual(browser.redeem(token)[0], 200)


class Sessions(ServerTest):
    """/v1/client and /v1/client/sessions"""

    def test_a_new_browser_is_nobody(self):
        status, body, headers = Browser(self.server).client()
        self.assertEqual((status, body), (200, {"response": None, "client": None}))
        self.assertIsNone(headers["Set-Cookie"])

    def test_a_reload_finds_the_session_again(self):
        browser, session, _ = self.signed_in()
        body = browser.client()[1]
        self.assertEqual(set(body), {"response", "client"})
        self.assertEqual([s["id"] for s in body["response"]["sessions"]], [session])
        self.assertEqual(body["response"]["last_active_session_id"], session)

    def test_touch_answers_with_session_and_client_and_keeps_it_alive(self):
        browser, session, _ = self.signed_in()
        before = self.expect(200, "GET", f"/v1/sessions/{session}")
        time.sleep(0.01)
        status, body, _ = browser.session(session, "touch", {"active_organization_id": "", "intent": "focus"})
        self.assertEqual(status, 200, body)
        self.assertEqual((body["response"]["object"], body["response"]["id"]), ("session", session))
        self.assertEqual(body["client"]["sessions"][0]["id"], session)
        after = self.expect(200, "GET", f"/v1/sessions/{session}")
        self.assertGreater(after["abandon_at"], before["abandon_at"])
        self.assertEqual(after["expire_at"], before["expire_at"])

    def test_tokens_answers_bare(self):
        browser, session, _ = self.signed_in()
        status, body, _ = browser.session(session, "tokens", {"organization_id": "", "tab_state": "focused"})
        self.assertEqual((status, set(body), body["object"]), (200, {"object", "jwt"}, "token"))

    def test_end_and_remove_close_the_session_once(self):
        for action, status_then in (("end", "ended"), ("remove", "removed")):
            with self.subTest(action):
                browser, session, _ = self.signed_in()
                status, body, _ = browser.session(session, action)
                self.assertEqual(status, 200, body)
                self.assertEqual((body["response"]["id"], body["response"]["status"]), (session, status_then))
                self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], status_then)
                self.refused(browser.session(session, "tokens"), 401, "signed_out")
                self.refused(browser.session(session, action), 400, "invalid_action_for_session",
                             "Invalid action for user session", f"Unable to {action} session {session}")

    def test_signing_out_removes_every_session_by_the_tunnelled_and_the_real_verb(self):
        for method, path in (("POST", "/v1/client/sessions?_method=DELETE"), ("DELETE", "/v1/client/sessions"),
                             ("POST", "/v1/client?_method=DELETE"), ("DELETE", "/v1/client")):
            with self.subTest(method, path=path):
                browser, session, _ = self.signed_in()
                status, body, _ = browser.request(method, path, form={} if method == "POST" else None)
                self.assertEqual(status, 200, body)
                self.assertEqual((body["response"]["object"], body["response"]["sessions"]), ("client", []))
                self.assertIsNone(body["client"])
                self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "removed")
                self.refused(browser.session(session, "tokens"), 401, "signed_out")

    def test_a_get_never_changes_state_whatever_it_asks_for(self):
        browser, session, _ = self.signed_in()
        for path in ("/v1/client/sessions?_method=DELETE", f"/v1/client/sessions/{session}/end",
                     f"/v1/client/sessions/{session}/remove?_method=POST"):
            self.assertIn(browser.request("GET", path)[0], (404, 405))
        self.assertEqual(browser.session(session, "tokens")[0], 200)

    def test_without_the_cookie_one_is_signed_out(self):
        _, session, _ = self.signed_in()
        for action in ("touch", "tokens", "end", "remove"):
            self.refused(Browser(self.server).session(session, action), 401, "signed_out", "Signed out",
                         "You are signed out")

    def test_a_forged_cookie_is_nobody(self):
        browser, session, _ = self.signed_in()
        cookie = browser.cookies["__client"]
        for forged in (cookie[:-1], cookie + "A", cookie[:-2] + ("AA" if cookie[-2:] != "AA" else "BB"), "x", "a.b.c",
                       cookie.split(".")[0]):
            stranger = Browser(self.server)
            stranger.cookies["__client"] = forged
            self.refused(stranger.session(session, "tokens"), 401, "signed_out")
            self.assertIsNone(stranger.client()[1]["response"])

    def test_the_session_of_another_browser_is_not_mine(self):
        browser, _, _ = self.signed_in()
        _, foreign, _ = self.signed_in()
        for action in ("touch", "tokens", "end", "remove"):
            self.refused(browser.session(foreign, action), 401, "action_for_session_not_authorized",
                         "Unauthorized action for session",
                         f"Not authorized to perform requested action on session {foreign}")
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{foreign}")["status"], "active")

    def test_an_unknown_session_is_named(self):
        browser, _, _ = self.signed_in()
        for action in ("touch", "tokens", "end", "remove"):
            self.refused(browser.session("sess_nobody", action), 404, "resource_not_found", "Session not found",
                         "No session was found with id sess_nobody")

    def test_a_session_that_the_back_end_revoked_is_gone_from_the_client(self):
        browser, session, _ = self.signed_in()
        self.expect(200, "POST", f"/v1/sessions/{session}/revoke")
        self.refused(browser.session(session, "touch"), 401, "signed_out")
        client = browser.client()[1]["response"]
        self.assertEqual([s for s in (client or {}).get("sessions", []) if s["status"] == "active"], [])

    def test_the_environment_is_bare_and_answers_to_both_verbs(self):
        for method, path in (("GET", "/v1/environment"), ("POST", "/v1/environment?_method=PATCH"),
                             ("PATCH", "/v1/environment")):
            status, body, _ = Browser(self.server).request(method, path, form={} if method == "POST" else None)
            self.assertEqual(status, 200, body)
            self.assertIn("auth_config", body)
            self.assertIs(body["auth_config"]["single_session_mode"], True)


if __name__ == "__main__":
    unittest.main()
