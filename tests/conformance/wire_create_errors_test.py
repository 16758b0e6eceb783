"""Refusals of a create, word for word as Clerk gives them; and of a plan."""

import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest  # pylint: disable=wrong-import-position


class Create(ServerTest):
    """POST /v1/actor_tokens"""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]

    def create(self, body=None, headers=None, **changes):
        if body is None:
            body = {"user_id": self.user, "actor": {"sub": "user_support"}, **changes}
            body = {name: value for name, value in body.items() if value is not ...}
        return self.server.request("POST", "/v1/actor_tokens", body, headers)

    def test_a_body_that_is_not_json_is_refused(self):
        for body in (b"{", b"nope", b"{'a':1}", b'{"a":1,}', b'{"a":1}{"b":2}', b"\xff\xfe", b"[]", b'"text"', b"1",
                     b'{"user_id":"a","user_id":"b"}'):
            with self.subTest(body):
                self.refused(self.create(body), 400, "request_body_invalid", "Request body invalid",
                             "The request body is invalid. Please consult the API documentation for more "
                             "information.")

    def test_a_content_type_that_is_not_json_is_refused(self):
        for given in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
            with self.subTest(given):
                self.refused(self.create(headers={"Content-Type": given}), 415, "unsupported_content_type",
                             "Content-Type is unsupported",
                             f"Content-Type {given} is unsupported. You should use application/json instead.")

    def test_the_content_type_of_json_may_have_parameters_and_any_case(self):
        for given in ("application/json; charset=utf-8", "application/json;charset=UTF-8", "Application/JSON"):
            status, body, _ = self.create(headers={"Content-Type": given})
            self.assertEqual(status, 200, body)

    def test_no_body_in_any_spelling_means_no_parameters(self):
        for body, headers in ((b"", {}), (None, {}), ({}, {}), (b"null", {}), (b" \r\n", {})):
            with self.subTest(body):
                answer = self.server.request("POST", "/v1/actor_tokens", body, headers)
                self.refused(answer, 422, "form_param_missing", "is missing", "user_id must be included.",
                             param="user_id")

    def test_a_missing_user_id_is_named(self):
        for value in (..., None, ""):
            with self.subTest(value):
                self.refused(self.create(user_id=value), 422, "form_param_missing", "is missing",
                             "user_id must be included.", param="user_id")

    def test_a_missing_actor_is_named(self):
        for value in (..., None):
            self.refused(self.create(actor=value), 422, "form_param_missing", "is missing",
                         "actor must be included.", param="actor")

    def test_a_missing_actor_sub_is_named(self):
        for actor in ({}, {"sub": None}, {"sub": ""}, {"iss": "https://a.example"}):
            with self.subTest(actor):
                self.refused(self.create(actor=actor), 422, "form_param_missing", "is missing",
                             "actor.sub must be included.", param="actor.sub")

    def test_white_space_around_who_acts_is_refused(self):
        for sub in (" ", "   ", f"{self.user} ", "\tstaff_7", "staff_7\u00a0"):
            for actor, param in (({"sub": sub}, "actor.sub"), ({"sub": "a", "act": {"sub": sub}}, "actor.act.sub")):
                with self.subTest(actor):
                    self.refused(self.create(actor=actor), 422, "form_param_value_invalid", "is invalid",
                                 f"{param} must not begin or end with white space.", param=param)

    def test_a_wrong_type_is_named_with_the_type_that_is_wanted(self):
        for param, wanted, change in (
                ("user_id", "string", {"user_id": 7}),
                ("user_id", "string", {"user_id": ["user_1"]}),
                ("actor", "object", {"actor": "user_support"}),
                ("actor", "object", {"actor": []}),
                ("actor.sub", "string", {"actor": {"sub": 7}}),
                ("actor.sub", "string", {"actor": {"sub": {"sub": "x"}}}),
                ("expires_in_seconds", "integer", {"expires_in_seconds": "3600"}),
                ("expires_in_seconds", "integer", {"expires_in_seconds": 1.5}),
                ("expires_in_seconds", "integer", {"expires_in_seconds": True}),
                ("session_max_duration_in_seconds", "integer", {"session_max_duration_in_seconds": []})):
            with self.subTest(change=change):
                self.refused(self.create(**change), 422, "form_param_type_invalid", "is invalid",
                             f"`{param}` must be a `{wanted}`.", param=param)

    def test_an_unknown_field_is_named(self):
        for name in ("additionalProperties", "userId", "expires_in", "_method"):
            self.refused(self.create(**{name: 1}), 422, "form_param_unknown", "is unknown",
                         f"{name} is not a valid parameter for this request.", param=name)

    def test_every_fault_of_a_body_is_reported_at_once(self):
        status, body, _ = self.create({"actor": {}, "expires_in_seconds": "x", "extra": 1})
        self.assertEqual(status, 422)
        named = {(error["code"], error["meta"]["param_name"]) for error in body["errors"]}
        self.assertEqual(named, {("form_param_missing", "user_id"), ("form_param_missing", "actor.sub"),
                                 ("form_param_type_invalid", "expires_in_seconds"),
                                 ("form_param_unknown", "extra")})

    def test_an_unknown_user_is_named(self):
        self.refused(self.create(user_id="user_nobody"), 404, "resource_not_found", "not found",
                     "No user was found with id user_nobody")

    def test_a_banned_user_is_refused(self):
        user = self.new_user()
        self.expect(200, "POST", f"/v1/users/{user}/ban")
        status, body, _ = self.create(user_id=user)
        self.assertEqual(status, 422, body)
        self.assertEqual(body["errors"][0]["code"], "user_banned")
        self.expect(200, "POST", f"/v1/users/{user}/unban")
        self.assertEqual(self.create(user_id=user)[0], 200)

    def test_a_banned_user_cannot_act_on_behalf_of_others(self):
        staff = self.new_user()
        self.expect(200, "POST", f"/v1/users/{staff}/ban")
        status, body, _ = self.create(actor={"sub": staff})
        self.assertEqual(status, 422, body)
        self.assertEqual(body["errors"][0]["code"], "actor_banned")

    def test_a_deleted_user_is_refused(self):
        user = self.new_user()
        self.assertEqual(self.expect(200, "DELETE", f"/v1/users/{user}"),
                         {"id": user, "object": "user", "deleted": True})
        self.refused(self.create(user_id=user), 404, "resource_not_found", "not found",
                     f"No user was found with id {user}")

    def test_an_idempotency_key_that_stands_for_another_body_is_refused(self):
        key = {"Idempotency-Key": "one"}
        self.assertEqual(self.create(headers=key)[0], 200)
        self.refused(self.create(headers=key, expires_in_seconds=60), 409, "idempotency_key_conflict")


    def test_a_zero_character_is_refused_where_a_database_may_not_hold_it(self):
        user = self.new_user()
        zero = "a" + chr(0)
        for path, body, param in (("/v1/users", {"first_name": zero}, "first_name"),
                                  ("/v1/actor_tokens", {"user_id": user, "actor": {"sub": zero}}, "actor.sub"),
                                  ("/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}, "reason": zero}, "reason"),
                                  ("/v1/sign_in_tokens", {"user_id": zero}, "user_id")):
            self.refused(self.server.request("POST", path, body), 422, "form_param_value_invalid", param=param)
        for query in ("users?query=%00", "users?user_id=a%00", "sessions?user_id=%00", "audit_events?actor_sub=%00"):
            self.refused(self.server.request("GET", f"/v1/{query}"), 422, "form_param_value_invalid")
        self.expect(200, "POST", "/v1/users", {"public_metadata": {"a": zero}})

    def test_an_address_that_is_none_is_no_failure_of_the_network_to_a_page(self):
        origin = {"Origin": "http://localhost:3000"}
        _, _, headers = self.server.request("GET", "/v1/me/organization_memberships", headers=origin, key=False)
        self.assertEqual(headers["Access-Control-Allow-Origin"], "http://localhost:3000")
        _, _, headers = self.server.request("GET", "/v1/nope", headers={"Origin": "https://evil.example"}, key=False)
        self.assertIsNone(headers["Access-Control-Allow-Origin"])


class Plans(unittest.TestCase):
    def setUp(self):
        self.refused = ServerTest.refused.__get__(self)

    def test_an_instance_without_impersonation_answers_402(self):
        with Tenensd("--impersonation", "off") as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            answer = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})
            self.refused(answer, 402, "unsupported_subscription_plan_features", "Unsupported plan features")

    def test_a_protected_user_is_refused_before_the_link_and_behind_it(self):
        with tempfile.TemporaryDirectory() as directory:
            with Tenensd(directory=directory) as server:
                user = server.request("POST", "/v1/users", {"first_name": "Root"})[1]["id"]
                body = {"user_id": user, "actor": {"sub": "a"}}
                token = server.request("POST", "/v1/actor_tokens", body)[1]
            flags = "--protected-user", "user_nobody", "--protected-user", user
            with Tenensd(*flags, directory=directory) as server:
                self.assertIn("tenensd: warning: --protected-user user_nobody: there is no such user\n", server.log)
                error = self.refused(server.request("POST", "/v1/actor_tokens", body), 422, "user_protected")
                self.assertIn(user, error["long_message"])
                self.refused(Browser(server).redeem(token["token"]), 403, "user_protected")
                other = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
                self.assertEqual(server.request("POST", "/v1/actor_tokens", {**body, "user_id": other})[0], 200)

    def test_nobody_acts_on_behalf_of_themselves(self):
        with Tenensd() as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            body = {"user_id": user, "actor": {"sub": user}}
            error = self.refused(server.request("POST", "/v1/actor_tokens", body), 422, "impersonating_oneself")
            self.assertIn(user, error["long_message"])

    def test_a_month_that_is_used_up_answers_422(self):
        with Tenensd("--monthly-limit", "2") as server:
            user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
            body = {"user_id": user, "actor": {"sub": "a"}}
            for _ in range(2):
                self.assertEqual(server.request("POST", "/v1/actor_tokens", body)[0], 200)
            self.refused(server.request("POST", "/v1/actor_tokens", body), 422, "impersonation_limit_exceeded")
            self.assertEqual(server.request("GET", "/v1/actor_tokens?paginated=true")[1]["total_count"], 2)


if __name__ == "__main__":
    unittest.main()
