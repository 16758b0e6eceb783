"""Sign-in tokens, and the session that comes back after an impersonation."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest  # pylint: disable=wrong-import-position

DAYS = 86_400


class SignIn(ServerTest):
    """What sign-in tokens share in the tests below."""

    def new_sign_in_token(self, user_id=None, **fields):
        return self.expect(200, "POST", "/v1/sign_in_tokens", {"user_id": user_id or self.new_user(), **fields})

    def in_person(self, user_id=None, browser=None):
        """(browser, session id) of a user who is signed in as themselves."""
        browser = browser or Browser(self.server)
        status, body, _ = browser.redeem(self.new_sign_in_token(user_id)["token"])
        self.assertEqual(status, 200, body)
        return browser, body["response"]["created_session_id"]

    def acting(self, browser, **fields):
        """The id of the impersonated session in that browser."""
        status, body, _ = browser.redeem(self.new_token(**fields)["token"])
        self.assertEqual(status, 200, body)
        return body["response"]["created_session_id"]

    def sessions_in(self, browser):
        return [session["id"] for session in browser.client()[1]["response"]["sessions"]]


class SignInTokens(SignIn):
    """POST /v1/sign_in_tokens"""

    def test_it_has_clerks_shape_and_signs_in_as_the_user_without_an_actor(self):
        user = self.new_user()
        token = self.new_sign_in_token(user)
        self.assertEqual({"object", "id", "status", "user_id", "token", "url", "created_at", "updated_at"}, set(token))
        self.assertEqual((token["object"], token["status"], token["user_id"]), ("sign_in_token", "pending", user))
        self.assertTrue(token["url"].endswith("/v1/tickets/accept?ticket=" + token["token"]))
        claims = decode_jwt(token["token"])[1]
        self.assertEqual((claims["st"], claims["sid"], claims["eis"]), ("sign_in_token", token["id"], 30 * DAYS))

        browser = Browser(self.server)
        body = browser.redeem(token["token"])[1]
        session, = body["client"]["sessions"]
        self.assertEqual((session["user"]["id"], session["actor"]), (user, None))
        self.assertNotIn("act", decode_jwt(session["last_active_token"]["jwt"])[1])
        self.refused(Browser(self.server).redeem(token["token"]), 400, "sign_in_token_already_used_code")

    def test_bad_input_is_named(self):
        user = self.new_user()
        for body, param in (({}, "user_id"), ({"user_id": ""}, "user_id"), ({"user_id": 7}, "user_id"),
                            ({"user_id": user, "expires_in_seconds": 0}, "expires_in_seconds"),
                            ({"user_id": user, "expires_in_seconds": 2**62}, "expires_in_seconds"),
                            ({"user_id": user, "org_id": "org_1"}, "org_id"),
                            ({"user_id": user, "actor": {"sub": "x"}}, "actor")):
            with self.subTest(body):
                got, answer, _ = self.server.request("POST", "/v1/sign_in_tokens", body)
                self.assertEqual((got, answer["errors"][0]["meta"]["param_name"]), (422, param), answer)
        self.expect(200, "POST", "/v1/sign_in_tokens", {"user_id": user, "what_clerk_does_not_know": 1})
        self.refused(self.server.request("POST", "/v1/sign_in_tokens", {"user_id": "user_nobody"}), 404,
                     "resource_not_found")

    def test_it_is_revoked_once_and_only_while_pending(self):
        token = self.new_sign_in_token()
        path = f"/v1/sign_in_tokens/{token['id']}/revoke"
        self.assertEqual(self.expect(200, "POST", path)["status"], "revoked")
        self.refused(self.server.request("POST", path), 400, "sign_in_token_cannot_be_revoked_code")
        self.refused(Browser(self.server).redeem(token["token"]), 400, "sign_in_token_revoked_code")
        self.refused(self.server.request("POST", "/v1/sign_in_tokens/sit_none/revoke"), 404, "resource_not_found")

    def test_a_second_sign_in_is_refused_and_spends_nothing(self):
        browser, _ = self.in_person()
        token = self.new_sign_in_token()
        self.refused(browser.redeem(token["token"]), 400, "session_exists", "Session already exists",
                     "You're already signed in.")
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)

    def test_every_step_is_in_the_audit_with_the_tokens_id(self):
        user = self.new_user()
        token = self.new_sign_in_token(user)
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)
        Browser(self.server).redeem(token["token"])
        events = self.audit(user_id=user)
        self.assertEqual([event["action"] for event in events],
                         ["sign_in_token.created", "sign_in_token.redeemed", "sign_in_token.redeem_refused"])
        self.assertEqual({event["sign_in_token_id"] for event in events}, {token["id"]})
        self.assertEqual({event["actor_token_id"] for event in events}, {None})

    def test_the_page_of_such_a_link_says_who_and_signs_in_only_by_its_button(self):
        token = self.new_sign_in_token(self.new_user(first_name="Grace", last_name="Hopper"))
        status, page, _ = self.server.request("GET", "/v1/tickets/accept?ticket=" + token["token"], key=False)
        self.assertEqual(status, 200)
        self.assertIn("Sign in as Grace Hopper", page)
        self.assertNotIn("act as", page)
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)


class RestoreSession(SignIn):
    """--dev has --restore-session on."""

    def test_ending_the_impersonation_brings_the_own_session_back(self):
        for way_out in ("end", "remove", "sign out", "revoke", "end token"):
            with self.subTest(way_out):
                browser, own = self.in_person()
                token = self.new_token()
                acting = browser.redeem(token["token"])[1]["response"]["created_session_id"]
                self.assertEqual(self.sessions_in(browser), [acting])
                if way_out == "revoke":
                    self.expect(200, "POST", f"/v1/sessions/{acting}/revoke")
                elif way_out == "end token":
                    self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/end")
                elif way_out == "sign out":
                    self.assertEqual(browser.request("DELETE", "/v1/client/sessions", form={})[0], 200)
                else:
                    self.assertEqual(browser.session(acting, way_out)[0], 200)
                self.assertEqual(self.sessions_in(browser), [own])
                self.assertEqual(browser.session(own, "tokens")[0], 200)
                self.assertEqual(self.audit(session_id=own)[-1]["action"], "session.restored")

    def test_nothing_in_a_request_names_what_comes_back(self):
        _, other = self.in_person()
        browser, own = self.in_person()
        acting = self.acting(browser)
        form = {"session_id": other, "restorable_session_id": other, "user_id": "user_x", "restore": other}
        browser.session(acting, f"end?session_id={other}&restorable_session_id={other}", form)
        self.assertEqual(self.sessions_in(browser), [own])

    def test_a_revoked_own_session_stays_away(self):
        browser, own = self.in_person()
        acting = self.acting(browser)
        self.assertEqual(self.expect(200, "POST", f"/v1/sessions/{own}/revoke")["status"], "revoked")
        browser.session(acting, "end")
        self.assertEqual(self.sessions_in(browser), [])

    def test_a_banned_owner_does_not_come_back(self):
        user = self.new_user()
        browser, _ = self.in_person(user)
        acting = self.acting(browser)
        self.expect(200, "POST", f"/v1/users/{user}/ban")
        browser.session(acting, "end")
        self.assertEqual(self.sessions_in(browser), [])

    def test_from_a_to_b_to_a(self):
        admin = self.new_user()
        browser, own = self.in_person(admin)
        acting = self.acting(browser, actor={"sub": admin})
        for chained in (self.new_token(user_id=admin), self.new_token(), self.new_sign_in_token(admin)):
            self.refused(browser.redeem(chained["token"]), 409, "session_creation_not_allowed")
        browser.session(acting, "end")
        self.assertEqual(self.sessions_in(browser), [own])


class WithoutRestore(SignIn):
    flags = ("--restore-session", "off")

    def test_the_own_session_is_gone_as_with_clerk(self):
        browser, own = self.in_person()
        browser.session(self.acting(browser), "end")
        self.assertEqual(self.sessions_in(browser), [])
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{own}")["status"], "replaced")


class OfTheUser(SignIn):
    """GET /v1/me/sessions/active, POST /v1/me/sessions/{session_id}/revoke"""

    def active(self, browser, query=""):
        status, sessions, _ = browser.request("GET", "/v1/me/sessions/active" + query)
        self.assertEqual(status, 200, sessions)
        return {session["id"]: session for session in sessions}

    def revoke(self, browser, session):
        return browser.request("POST", f"/v1/me/sessions/{session}/revoke", form={})

    def test_a_user_sees_where_they_are_signed_in_and_who_acts_for_them(self):
        ada = self.new_user()
        browser, own = self.in_person(ada)
        _, phone = self.in_person(ada)
        self.in_person()
        actor = {"sub": "user_support"}
        support = Browser(self.server)
        acting = self.acting(support, user_id=ada, actor={**actor, "note": "difficult customer"})
        seen = self.active(browser)
        self.assertEqual({id: session["actor"] for id, session in seen.items()}, {own: None, phone: None, acting: actor})
        self.assertEqual(seen, self.active(browser, f"?_clerk_session_id={own}"))
        self.assertEqual({session["latest_activity"]["object"] for session in seen.values()}, {"session_activity"})
        self.assertEqual(set(self.active(support)), {acting}, "where the user is signed in is not support's business")

        self.refused(self.revoke(support, own), 404, "resource_not_found")
        status, body, _ = self.revoke(browser, acting)
        self.assertEqual((status, body["response"]["id"], body["response"]["status"]), (200, acting, "revoked"))
        self.assertEqual([session["id"] for session in body["client"]["sessions"]], [own])
        self.assertEqual(support.session(acting, "tokens")[0], 401)
        self.assertEqual(set(self.active(browser)), {own, phone})
        self.assertNotIn("note", str(body))
        event, = self.expect(200, "GET", f"/v1/audit_events?session_id={acting}&action=session.revoked_by_user")["data"]
        self.assertEqual((event["actor"]["sub"], event["code"], event["key_id"]), (actor["sub"], own, None))
        self.assertEqual(self.revoke(browser, acting)[0], 200, "it is over already")

    def test_a_session_that_is_not_of_this_browser_does_not_ask(self):
        ada = self.new_user()
        browser, own = self.in_person(ada)
        _, phone = self.in_person(ada)
        for query in (f"?_clerk_session_id={phone}", "?_clerk_session_id=sess_nobody"):
            self.refused(browser.request("GET", "/v1/me/sessions/active" + query), 401, "signed_out")
        self.refused(browser.request("GET", f"/v1/me/sessions/active?_clerk_session_id={own}&_clerk_session_id={own}"), 422, "form_param_value_invalid")
        self.assertEqual(self.revoke(browser, own)[1]["client"]["sessions"], [])
        self.refused(browser.request("GET", "/v1/me/sessions/active"), 401, "signed_out")


class MultiSession(SignIn):
    flags = ("--sessions", "multi")

    def test_a_browser_holds_several_users_and_switches_between_them(self):
        ada, grace = self.new_user(), self.new_user()
        browser, first = self.in_person(ada)
        _, second = self.in_person(grace, browser)
        self.assertEqual(self.sessions_in(browser), [second, first])
        self.assertEqual(browser.session(first, "touch")[1]["client"]["last_active_session_id"], first)
        for session, user in ((first, ada), (second, grace)):
            me = browser.request("GET", f"/v1/me?_clerk_session_id={session}")[1]
            self.assertEqual(me["response"]["id"], user)
            self.assertNotIn("private_metadata", me["response"])
        self.assertEqual(browser.request("GET", "/v1/me")[1]["response"]["id"], ada)
        self.refused(browser.request("GET", "/v1/me?_clerk_session_id=sess_nobody"), 401, "signed_out")
        self.refused(browser.redeem(self.new_sign_in_token(ada)["token"]), 400, "session_exists")
        self.assertEqual(browser.session(first, "remove")[0], 200)
        self.assertEqual(self.sessions_in(browser), [second])
        environment = browser.request("GET", "/v1/environment")[1]
        self.assertIs(environment["auth_config"]["single_session_mode"], False)

    def test_an_impersonation_is_alone(self):
        browser, first = self.in_person()
        self.in_person(browser=browser)
        browser.session(first, "touch")
        acting = self.acting(browser)
        self.assertEqual(self.sessions_in(browser), [acting])
        browser.session(acting, "end")
        self.assertEqual(self.sessions_in(browser), [first])


if __name__ == "__main__":
    unittest.main()
