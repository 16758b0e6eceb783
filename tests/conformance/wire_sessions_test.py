"""Sessions where the Backend API says yes."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, is_signed_by  # pylint: disable=wrong-import-position
from wire import ServerTest, ids_in  # pylint: disable=wrong-import-position


class Sessions(ServerTest):
    FIELDS = {"object", "id", "user_id", "client_id", "actor", "status", "last_active_organization_id",
              "last_active_at", "expire_at", "abandon_at", "updated_at", "created_at", "tasks"}

    def test_a_session_has_every_field_that_the_contract_names(self):
        _, session_id, token = self.signed_in(actor={"sub": "user_support", "iss": "https://a.example"})
        session = self.expect(200, "GET", f"/v1/sessions/{session_id}")
        self.assertGreaterEqual(set(session), self.FIELDS)
        self.assertEqual((session["object"], session["status"]), ("session", "active"))
        self.assertEqual((session["user_id"], session["actor"]), (token["user_id"], token["actor"]))
        self.assertRegex(session["id"], r"^sess_[0-9A-Za-z]{27}$")
        self.assertRegex(session["client_id"], r"^client_[0-9A-Za-z]{27}$")
        self.assertEqual(session["abandon_at"], session["last_active_at"] + 600 * 1000)
        self.assertGreater(session["created_at"], 10**12)  # milliseconds

    def test_sessions_are_listed_by_user_client_status_and_actor(self):
        user = self.new_user()
        _, first, _ = self.signed_in(user, actor={"sub": "list_a"})
        _, second, _ = self.signed_in(user, actor={"sub": "list_b"})
        self.expect(200, "POST", f"/v1/sessions/{first}/revoke")
        client = self.expect(200, "GET", f"/v1/sessions/{second}")["client_id"]
        for query, found in ((f"user_id={user}", [second, first]), (f"client_id={client}", [second]),
                             (f"user_id={user}&status=active", [second]),
                             (f"user_id={user}&status=revoked", [first]), ("actor_sub=list_a", [first]),
                             ("actor_sub=list_b&status=active", [second]), ("actor_sub=nobody", []),
                             (f"user_id={user}&limit=1", [second]), (f"user_id={user}&limit=1&offset=1", [first])):
            with self.subTest(query):
                self.assertEqual(ids_in(self.expect(200, "GET", f"/v1/sessions?{query}")), found)
        page = self.expect(200, "GET", f"/v1/sessions?user_id={user}&paginated=true&limit=1")
        self.assertEqual((ids_in(page["data"]), page["total_count"]), ([second], 2))

    def test_a_list_of_everybodys_sessions_is_refused(self):
        for query in ("", "?user_id=", "?status=active"):
            self.refused(self.server.request("GET", f"/v1/sessions{query}"), 422, "form_param_missing", param="user_id")

    def test_an_empty_filter_does_not_find_more(self):
        user = self.new_user()
        for param in ("client_id", "actor_sub", "status"):
            self.refused(self.server.request("GET", f"/v1/sessions?user_id={user}&{param}="), 422,
                         "form_param_value_invalid", param=param)
        self.refused(self.server.request("GET", "/v1/sessions?user_id=&actor_sub=a"), 422,
                     "form_param_value_invalid", param="user_id")
        self.expect(200, "GET", f"/v1/sessions?user_id={user}&foo=1&bar=&limit=")  # as Clerk

    def test_a_status_that_does_not_exist_is_refused(self):
        answer = self.server.request("GET", f"/v1/sessions?user_id={self.new_user()}&status=asleep")
        self.assertEqual(answer[0], 422)

    def test_a_revoked_session_is_dead_and_stays_readable(self):
        browser, session, _ = self.signed_in()
        for _ in range(2):  # a repeated revoke succeeds
            self.assertEqual(self.expect(200, "POST", f"/v1/sessions/{session}/revoke")["status"], "revoked")
        self.refused(browser.session(session, "tokens"), 401, "signed_out")
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "revoked")

    def test_a_token_of_a_session_can_be_made_by_the_back_end(self):
        _, session, token = self.signed_in(session_max_duration_in_seconds=3600)
        made = self.expect(200, "POST", f"/v1/sessions/{session}/tokens", {"expires_in_seconds": 30})
        self.assertEqual((made["object"], set(made)), ("token", {"object", "jwt"}))
        self.assertTrue(is_signed_by(made["jwt"], self.expect(200, "GET", "/v1/jwks")))
        claims = decode_jwt(made["jwt"])[1]
        self.assertEqual((claims["sid"], claims["act"], claims["exp"] - claims["iat"]), (session, token["actor"], 30))

    def test_the_life_of_such_a_token_is_bounded(self):
        _, session, _ = self.signed_in(session_max_duration_in_seconds=100)
        for life in (29, 0, -1, 315360001, "60", 30.5):
            self.assertEqual(self.server.request("POST", f"/v1/sessions/{session}/tokens",
                                                 {"expires_in_seconds": life})[0], 422, life)
        made = self.expect(200, "POST", f"/v1/sessions/{session}/tokens", {"expires_in_seconds": 315360000})
        end = self.expect(200, "GET", f"/v1/sessions/{session}")["expire_at"]
        self.assertLessEqual(decode_jwt(made["jwt"])[1]["exp"] * 1000, end)


if __name__ == "__main__":
    unittest.main()
