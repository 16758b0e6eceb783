"""Actor tokens where the Backend API says yes, and what is ours beside Clerk's."""

import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest, ids_in  # pylint: disable=wrong-import-position

BODIES_WITHOUT_PARAMETERS = (
    (b"", {"Content-Type": "application/json"}),  # as @clerk/backend
    (None, {}),                                   # as clerk-backend-api
    ({}, {}),
    (b"null", {}),                                # as clerk-sdk-go
)


class ActorTokens(ServerTest):
    def test_a_token_has_every_field_that_the_contract_names_and_no_other(self):
        user = self.new_user()
        before = time.time() * 1000
        token = self.new_token(user, {"sub": "user_support", "iss": "https://admin.example.com"})
        self.assertEqual(set(token), {"object", "id", "status", "user_id", "actor", "token", "url",
                                      "created_at", "updated_at"})
        self.assertEqual(token["object"], "actor_token")
        self.assertRegex(token["id"], r"^act_[0-9A-Za-z]{27}$")
        self.assertEqual(token["status"], "pending")
        self.assertEqual(token["user_id"], user)
        self.assertEqual(token["actor"], {"sub": "user_support", "iss": "https://admin.example.com"})
        self.assertGreaterEqual(token["created_at"], int(before))
        self.assertLessEqual(token["created_at"], time.time() * 1000)
        self.assertEqual(token["updated_at"], token["created_at"])

    def test_the_url_leads_to_the_frontend_api_with_the_ticket(self):
        token = self.new_token()
        base = f"http://localhost:{self.server.port}"
        self.assertEqual(token["url"], f"{base}/v1/tickets/accept?ticket={token['token']}")

    def test_the_ticket_is_a_jwt_with_clerks_claims(self):
        token = self.new_token(expires_in_seconds=36000)
        header, claims = decode_jwt(token["token"])
        self.assertEqual(header, {"alg": "HS256", "typ": "JWT"})  # only this server reads it
        self.assertEqual(set(claims), {"eis", "exp", "iid", "sid", "st"})
        self.assertEqual((claims["eis"], claims["sid"], claims["st"]), (36000, token["id"], "actor_token"))
        self.assertEqual(claims["exp"], token["created_at"] // 1000 + 36000)
        self.assertRegex(claims["iid"], r"^ins_[0-9A-Za-z]{27}$")

    def test_the_defaults_are_an_hour_for_the_token_and_half_an_hour_for_its_session(self):
        token = self.new_token()
        self.assertEqual(decode_jwt(token["token"])[1]["eis"], 3600)
        browser = Browser(self.server)
        session = browser.redeem(token["token"])[1]["client"]["sessions"][0]
        self.assertEqual(session["expire_at"] - session["created_at"], 1800 * 1000)

    def test_two_tokens_differ_in_id_and_ticket(self):
        user = self.new_user()
        first, second = self.new_token(user), self.new_token(user)
        self.assertNotEqual(first["id"], second["id"])
        self.assertNotEqual(first["token"], second["token"])
        self.assertLess(first["id"], second["id"])  # ids are ordered by time

    def test_a_pending_token_is_revoked_whatever_way_the_client_spells_no_body(self):
        for body, headers in BODIES_WITHOUT_PARAMETERS:
            with self.subTest(body):
                token = self.new_token()
                revoked = self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke", body, headers)
                self.assertEqual(revoked["status"], "revoked")
                self.assertEqual((revoked["id"], revoked["actor"], revoked["created_at"]),
                                 (token["id"], token["actor"], token["created_at"]))
                self.assertGreaterEqual(revoked["updated_at"], token["updated_at"])
                self.assertNotIn(token["token"], str(revoked))

    def test_the_other_routes_without_parameters_take_every_spelling_too(self):
        for body, headers in BODIES_WITHOUT_PARAMETERS:
            with self.subTest(body):
                _, session, token = self.signed_in()
                user = token["user_id"]
                for path in (f"/v1/sessions/{session}/tokens", f"/v1/sessions/{session}/revoke",
                             f"/v1/actor_tokens/{token['id']}/end", f"/v1/users/{user}/ban",
                             f"/v1/users/{user}/unban"):
                    self.expect(200, "POST", path, body, headers)


class OurListOfTokens(ServerTest):
    def test_a_token_can_be_read_without_its_ticket(self):
        token = self.new_token(reason="ticket 4711")
        read = self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")
        self.assertEqual((read["id"], read["status"], read["reason"]), (token["id"], "pending", "ticket 4711"))
        self.assertEqual(read["expires_at"], token["created_at"] + 3600 * 1000)
        self.assertFalse({"token", "url"} & set(read))

    def test_an_accepted_token_names_its_session(self):
        _, session, token = self.signed_in()
        read = self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")
        self.assertEqual((read["status"], read["session_id"]), ("accepted", session))

    def test_an_expired_token_stays_pending(self):
        token = self.new_token(expires_in_seconds=1)
        time.sleep(1.1)
        self.assertEqual(self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")["status"], "pending")
        self.assertEqual(self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke")["status"], "revoked")

    def listed(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.expect(200, "GET", f"/v1/actor_tokens?paginated=true&{query}")

    def test_the_list_is_filtered_by_user_actor_and_status(self):
        one, two = self.new_user(), self.new_user()
        a = self.new_token(one, {"sub": "filter_a"})["id"]
        b = self.new_token(one, {"sub": "filter_b"})["id"]
        c = self.new_token(two, {"sub": "filter_a"})["id"]
        self.expect(200, "POST", f"/v1/actor_tokens/{a}/revoke")
        self.assertEqual(ids_in(self.listed(user_id=one)["data"]), [b, a])  # the newest first
        self.assertEqual(ids_in(self.listed(actor_sub="filter_a")["data"]), [c, a])
        self.assertEqual(ids_in(self.listed(actor_sub="filter_a", status="pending")["data"]), [c])
        self.assertEqual(ids_in(self.listed(user_id=one, status="revoked")["data"]), [a])
        self.assertEqual(self.listed(user_id=one, actor_sub="nobody"), {"data": [], "total_count": 0})
        self.assertEqual(self.server.request("GET", "/v1/actor_tokens?status=expired")[0], 422)

    def test_a_filter_that_is_none_is_refused(self):
        for query, param in (("user_id=", "user_id"), ("actor_sub=", "actor_sub"), ("status=", "status"),
                             ("user=x", "user"), ("foo=1", "foo")):
            self.refused(self.server.request("GET", f"/v1/actor_tokens?{query}"), 422,
                         "form_param_unknown" if param in ("user", "foo") else "form_param_value_invalid", param=param)
        self.expect(200, "GET", "/v1/actor_tokens?paginated=true&limit=1&__clerk_api_version=2025-11-10")

    def test_the_list_comes_in_pages(self):
        user = self.new_user()
        made = [self.new_token(user)["id"] for _ in range(12)][::-1]
        self.assertEqual(ids_in(self.listed(user_id=user)["data"]), made[:10])
        page = self.listed(user_id=user, limit=5, offset=10)
        self.assertEqual((ids_in(page["data"]), page["total_count"]), (made[10:], 12))
        self.assertEqual(self.listed(user_id=user, offset=50), {"data": [], "total_count": 12})

    def test_no_list_shows_a_ticket(self):
        token = self.new_token()
        for answer in (self.listed(user_id=token["user_id"]), self.audit(actor_token_id=token["id"])):
            self.assertNotIn(token["token"], str(answer))


class Ending(ServerTest):
    def end(self, token):
        return self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/end")

    def test_ending_a_pending_token_revokes_it_and_may_be_repeated(self):
        token = self.new_token()
        for _ in range(3):
            self.assertEqual(self.end(token)["status"], "revoked")
        self.refused(Browser(self.server).redeem(token["token"]), 400, "actor_token_revoked_code")

    def test_ending_a_revoked_token_changes_nothing(self):
        token = self.new_token()
        self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke")
        self.assertEqual(self.end(token)["status"], "revoked")

    def test_ending_an_accepted_token_ends_its_session_and_may_be_repeated(self):
        browser, session, token = self.signed_in()
        for _ in range(3):
            self.assertEqual(self.end(token)["status"], "accepted")
        self.assertNotEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "active")
        self.refused(browser.session(session, "tokens"), 401, "signed_out", "Signed out", "You are signed out")
        self.refused(browser.session(session, "touch"), 401, "signed_out")
        self.assertNotIn(session, [s["id"] for s in (browser.client()[1]["response"] or {}).get("sessions", [])
                                   if s["status"] == "active"])
        self.assertIn(self.server.request("POST", f"/v1/sessions/{session}/tokens")[0], (401, 404))

    def test_ending_an_expired_token_leaves_it_unusable(self):
        token = self.new_token(expires_in_seconds=1)
        time.sleep(1.1)
        self.end(token)
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 400)

    def test_ending_a_token_whose_session_is_over_succeeds(self):
        browser, session, token = self.signed_in()
        browser.session(session, "end")
        self.end(token)


class IdempotencyKeys(ServerTest):
    def create(self, key, user, **fields):
        return self.server.request("POST", "/v1/actor_tokens",
                                   {"user_id": user, "actor": {"sub": "a"}, **fields}, {"Idempotency-Key": key})

    def test_the_same_key_and_body_give_the_same_token_with_its_ticket(self):
        user = self.new_user()
        _, first, _ = self.create("retry-1", user)
        for _ in range(3):
            status, again, _ = self.create("retry-1", user)
            self.assertEqual((status, again), (200, first))
        events = self.audit(actor_token_id=first["id"])
        self.assertEqual([event["action"] for event in events], ["actor_token.created"])

    def test_the_same_key_with_another_body_is_refused_and_creates_nothing(self):
        user = self.new_user()
        self.create("retry-2", user)
        for fields in ({"expires_in_seconds": 60}, {"reason": "x"}):
            self.refused(self.create("retry-2", user, **fields), 409, "idempotency_key_conflict")
        self.assertEqual(self.expect(200, "GET", f"/v1/actor_tokens?paginated=true&user_id={user}")["total_count"], 1)

    def test_other_keys_and_no_key_give_other_tokens(self):
        user = self.new_user()
        made = {self.create("retry-3", user)[1]["id"], self.create("retry-4", user)[1]["id"],
                self.new_token(user)["id"], self.new_token(user)["id"]}
        self.assertEqual(len(made), 4)

    def test_a_refused_create_does_not_use_up_its_key(self):
        user = self.new_user()
        self.assertEqual(self.create("retry-5", "user_nobody")[0], 404)
        self.assertEqual(self.create("retry-5", user)[0], 200)

    def test_the_answer_shows_what_has_become_of_the_token_meanwhile(self):
        user = self.new_user()
        _, token, _ = self.create("retry-6", user)
        self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/revoke")
        status, again, _ = self.create("retry-6", user)
        self.assertEqual((status, again["id"], again["status"]), (200, token["id"], "revoked"))


if __name__ == "__main__":
    unittest.main()
