"""Refusals of the Backend API, word for word as Clerk gives them."""

import http.client
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import SECRET_KEY, Tenensd  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest, exchange, head  # pylint: disable=wrong-import-position


class WhoAsks(ServerTest):
    def test_a_request_without_authorization_is_refused(self):
        answer = self.server.request("GET", "/v1/users", key=False)
        self.refused(answer, 401, "authentication_invalid", "Invalid authentication",
                     "Unable to authenticate the request, you need to supply an active session")

    def test_an_authorization_that_is_not_bearer_is_refused(self):
        for value in ("Basic c2VjcmV0Og==", "Bearer", "Bearer ", SECRET_KEY, f"Bearer {SECRET_KEY} more"):
            with self.subTest(value):
                answer = self.server.request("GET", "/v1/users", headers={"Authorization": value}, key=False)
                error = self.refused(answer, 401, "authorization_header_format_invalid",
                                     "Invalid Authorization header format")
                self.assertTrue(error["long_message"].endswith("Must be 'Bearer <YOUR_API_KEY>'"), error)

    def test_a_wrong_secret_key_is_refused_on_every_route(self):
        text = "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct."
        for method, path in (
                ("GET", "/v1/users"), ("GET", "/v1/users/count"), ("GET", "/v1/users/user_1"),
                ("POST", "/v1/users"), ("PATCH", "/v1/users/user_1"), ("DELETE", "/v1/users/user_1"),
                ("POST", "/v1/users/user_1/ban"), ("POST", "/v1/users/user_1/unban"),
                ("GET", "/v1/sessions"), ("GET", "/v1/sessions/sess_1"),
                ("POST", "/v1/sessions/sess_1/revoke"), ("POST", "/v1/sessions/sess_1/tokens"),
                ("GET", "/v1/jwks"), ("GET", "/v1/audit_events"),
                ("GET", "/v1/audit_checkpoints"), ("GET", "/v1/actor_tokens"),
                ("POST", "/v1/actor_tokens"), ("GET", "/v1/actor_tokens/act_1"),
                ("POST", "/v1/actor_tokens/act_1/revoke"), ("POST", "/v1/actor_tokens/act_1/end")):
            with self.subTest(f"{method} {path}"):
                answer = self.server.request(method, path, {} if method in ("POST", "PATCH") else None,
                                             key="sk_test_wrong0000000000000000000000000")
                self.refused(answer, 401, "clerk_key_invalid", text, text)

    def test_a_key_that_differs_in_one_character_is_refused(self):
        for key in (SECRET_KEY[:-1], SECRET_KEY + "0", SECRET_KEY[:-1] + "9", SECRET_KEY.upper()):
            self.refused(self.server.request("GET", "/v1/jwks", key=key), 401, "clerk_key_invalid")

    def test_the_word_bearer_may_be_written_in_any_case(self):
        for scheme in ("bearer", "BEARER"):
            status, _, _ = self.server.request("GET", "/v1/jwks", key=False,
                                               headers={"Authorization": f"{scheme} {SECRET_KEY}"})
            self.assertEqual(status, 200)

    def test_the_key_is_not_taken_from_the_query_or_a_cookie(self):
        for path, headers in ((f"/v1/users?authorization=Bearer+{SECRET_KEY}", {}),
                              (f"/v1/users?access_token={SECRET_KEY}", {}),
                              ("/v1/users", {"Cookie": f"__client={SECRET_KEY}"})):
            self.refused(self.server.request("GET", path, headers=headers, key=False), 401,
                         "authentication_invalid")


class WhereItGoes(ServerTest):
    def test_an_unknown_path_is_refused_as_json(self):
        for path in ("/v1/nope", "/v1/actor_token", "/v1/actor_tokens/act_1/revoke/more", "/v2/users",
                     "/v1/users/user_1/nope", "/V1/users", "/v1/users/../jwks", "/v1//users", "/v1/organizations",
                     "/v1/agents/tasks", "/v1/testing_token", "/v1/sessions/sess_1/refresh",
                     "/v1/sessions/sess_1/verify", "/v1/email_addresses", "/v1/phone_numbers",
                     "/v1/allowlist_identifiers", "/v1/blocklist_identifiers", "/v1/redirect_urls", "/v1/domains",
                     "/v1/instance"):
            with self.subTest(path):
                self.refused(self.server.request("GET", path), 404, "resource_not_found",
                             "URL not found", "The URL was not found")

    def test_an_unknown_path_of_the_frontend_api_is_refused_as_json(self):
        for path in ("/v1/client/nope", "/v1/client/sessions/sess_1/nope", "/v1/client/sign_ups",
                     "/v1/client/verify", "/v1/client/sync", "/v1/client/link", "/v1/client/sign_ins/sia_1",
                     "/v1/dev_browser/init", "/.well-known/openid-configuration"):
            self.refused(self.server.request("POST", path, form={}, key=False), 404, "resource_not_found",
                         "URL not found", "The URL was not found")

    def test_a_method_that_a_path_does_not_know_is_refused_with_those_that_it_knows(self):
        for method, path, allowed in (
                ("DELETE", "/v1/actor_tokens", {"GET", "POST"}),
                ("PUT", "/v1/actor_tokens", {"GET", "POST"}),
                ("POST", "/v1/jwks", {"GET"}),
                ("GET", "/v1/actor_tokens/act_1/revoke", {"POST"}),
                ("DELETE", "/v1/actor_tokens/act_1", {"GET"}),
                ("POST", "/v1/users/user_1", {"GET", "PATCH", "DELETE"}),
                ("POST", "/v1/users/ban", {"GET", "PATCH", "DELETE"}),
                ("POST", "/v1/users/unban", {"GET", "PATCH", "DELETE"}),
                ("POST", "/v1/client", {"GET", "DELETE"}),
                ("PUT", "/v1/client", {"GET", "DELETE"}),
                ("GET", "/v1/client/sign_ins", {"POST"}),
                ("GET", "/v1/client/sessions/sess_1/end", {"POST"}),
                ("PUT", "/v1/health", {"GET"})):
            with self.subTest(f"{method} {path}"):
                answer = self.server.request(method, path, b"" if method != "GET" else None)
                self.refused(answer, 405, "method_not_allowed")
                named = {name.strip() for name in answer[2].get("Allow", "").split(",")}
                self.assertGreaterEqual(named, allowed)
                self.assertNotIn(method, named)

    def test_a_verb_is_not_tunnelled_into_the_backend_api(self):
        user = self.new_user()
        self.server.request("POST", f"/v1/users/{user}?_method=DELETE", b"")
        self.expect(200, "GET", f"/v1/users/{user}")

    def test_head_answers_like_get_without_the_body(self):
        for path in ("/v1/users", "/v1/jwks", "/v1/health"):
            status, headers, body = exchange(self.server, head("HEAD", path, "Connection: close"))
            self.assertEqual((status, body), (200, b""), path)
            self.assertIn("content-length", headers)

    def test_an_unknown_verb_is_refused_and_not_hung_up_on(self):
        status, headers, body = exchange(self.server, head("BREW", "/v1/users", "Content-Length: 0"))
        self.assertIn(status, (400, 405, 501))
        self.assertEqual(headers["content-type"], "application/json")
        self.assertTrue(json.loads(body)["errors"])


class WhichVersion(ServerTest):
    def test_every_version_that_clients_send_is_served(self):
        for version in ("2021-02-05", "2024-10-01", "2025-04-10", "2025-11-10", "2026-05-12", "2026-08-20",
                        "2031-01-31"):
            self.expect(200, "GET", "/v1/users", headers={"Clerk-API-Version": version})
            self.expect(200, "GET", f"/v1/users?__clerk_api_version={version}")

    def test_no_version_at_all_is_served(self):
        self.expect(200, "GET", "/v1/jwks")

    def test_a_version_in_both_places_is_refused(self):
        answer = self.server.request("GET", "/v1/users?__clerk_api_version=2026-05-12",
                                     headers={"Clerk-API-Version": "2026-05-12"})
        self.refused(answer, 400, "api_version_invalid")

    def test_a_version_that_is_no_date_is_refused(self):
        for version in ("banana", "2026", "2026-5-12", "2026-13-01", "2026-02-30", "1", "2026-05-12T00:00"):
            with self.subTest(version):
                for path, headers in (("/v1/users", {"Clerk-API-Version": version}),
                                      (f"/v1/users?__clerk_api_version={version}", {})):
                    self.refused(self.server.request("GET", path, headers=headers), 400, "api_version_invalid")


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


class OtherResources(ServerTest):
    def test_an_unknown_actor_token_is_refused(self):
        for method, path in (("POST", "/v1/actor_tokens/act_nobody/revoke"),
                             ("POST", "/v1/actor_tokens/act_nobody/end"),
                             ("GET", "/v1/actor_tokens/act_nobody")):
            self.refused(self.server.request(method, path), 404, "resource_not_found", "not found",
                         "Resource not found")

    def test_a_token_that_is_not_pending_cannot_be_revoked_and_the_refusal_says_its_status(self):
        text = ("Actor token cannot be revoked because its status is {}. "
                "Only pending tokens can be revoked.")
        revoked = self.new_token()["id"]
        self.expect(200, "POST", f"/v1/actor_tokens/{revoked}/revoke")
        self.refused(self.server.request("POST", f"/v1/actor_tokens/{revoked}/revoke"), 400,
                     "actor_token_cannot_be_revoked_code", "cannot revoke", text.format("revoked"))
        accepted = self.new_token()
        self.assertEqual(Browser(self.server).redeem(accepted["token"])[0], 200)
        self.refused(self.server.request("POST", f"/v1/actor_tokens/{accepted['id']}/revoke"), 400,
                     "actor_token_cannot_be_revoked_code", "cannot revoke", text.format("accepted"))

    def test_an_unknown_session_is_named(self):
        for method, path in (("GET", "/v1/sessions/sess_nobody"),
                             ("POST", "/v1/sessions/sess_nobody/revoke"),
                             ("POST", "/v1/sessions/sess_nobody/tokens")):
            self.refused(self.server.request(method, path), 404, "resource_not_found", "Session not found",
                         "No session was found with id sess_nobody")

    def test_an_unknown_user_is_named(self):
        for method, path, body in (("GET", "/v1/users/user_nobody", None),
                                   ("PATCH", "/v1/users/user_nobody", {"first_name": "A"}),
                                   ("DELETE", "/v1/users/user_nobody", None),
                                   ("POST", "/v1/users/user_nobody/ban", None)):
            self.refused(self.server.request(method, path, body), 404, "resource_not_found", "not found",
                         "No user was found with id user_nobody")

    def test_a_user_with_an_unknown_or_wrong_field_is_refused(self):
        self.refused(self.server.request("POST", "/v1/users", {"first_nam": "A"}), 422, "form_param_unknown",
                     "is unknown", "first_nam is not a valid parameter for this request.", param="first_nam")
        self.refused(self.server.request("POST", "/v1/users", {"first_name": 1}), 422,
                     "form_param_type_invalid", param="first_name")
        self.refused(self.server.request("POST", "/v1/users", {"email_address": ["ada"]}), 422,
                     "form_param_format_invalid", "is invalid", "email_address must be a valid email address.",
                     param="email_address")
        self.refused(self.server.request("POST", "/v1/users", b"{"), 400, "request_body_invalid")
        # Known to Clerk and not stored here: refused rather than lost.
        for name, value in (("password", "correct horse"), ("phone_number", ["+15555550100"])):
            self.refused(self.server.request("POST", "/v1/users", {"first_name": "A", name: value}), 422,
                         "form_param_value_invalid", param=name)
        self.expect(200, "POST", "/v1/users", {"first_name": "A", "skip_password_requirement": True})

    def test_an_identifier_that_is_taken_is_refused(self):
        for field, value in (("external_id", "crm-1"), ("username", "ada"),
                             ("email_address", ["ada@tenens.test"])):
            self.new_user(**{field: value})
            self.refused(self.server.request("POST", "/v1/users", {field: value}), 422, "form_identifier_exists",
                         param=field)

    def test_a_page_outside_the_limits_is_refused(self):
        user = self.new_user()
        for path in ("/v1/users?", f"/v1/sessions?user_id={user}&", "/v1/actor_tokens?", "/v1/audit_events?",
                     "/v1/audit_checkpoints?"):
            for param, value in (("limit", "0"), ("limit", "501"), ("limit", "-1"), ("limit", "ten"),
                                 ("limit", "1e2"), ("offset", "-1"), ("offset", "x"),
                                 ("offset", "99999999999999999999")):
                with self.subTest(f"{path}{param}={value}"):
                    status, body, _ = self.server.request("GET", f"{path}{param}={value}")
                    self.assertEqual(status, 422, body)
                    self.assertEqual(body["errors"][0]["meta"]["param_name"], param)
            for param, value in (("limit", "1"), ("limit", "500"), ("offset", "0"), ("offset", "1000000")):
                self.expect(200, "GET", f"{path}{param}={value}")


class Shape(ServerTest):
    def test_every_answer_of_the_backend_api_is_exactly_application_json(self):
        # @clerk/backend reads a body as text as soon as a charset follows.
        user = self.new_user()
        token = self.new_token(user)["id"]
        for method, path, body in (
                ("GET", "/v1/users", None), ("GET", "/v1/users/count", None), ("GET", f"/v1/users/{user}", None),
                ("POST", "/v1/users", {"first_name": "B"}), ("PATCH", f"/v1/users/{user}", {"first_name": "C"}),
                ("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}}),
                ("POST", f"/v1/actor_tokens/{token}/revoke", None),
                ("POST", f"/v1/actor_tokens/{token}/revoke", None), ("GET", f"/v1/actor_tokens/{token}", None),
                ("GET", "/v1/actor_tokens", None), ("POST", f"/v1/actor_tokens/{token}/end", None),
                ("GET", f"/v1/sessions?user_id={user}", None), ("GET", "/v1/sessions/sess_1", None),
                ("GET", "/v1/jwks", None), ("GET", "/v1/audit_events", None), ("GET", "/v1/nope", None),
                ("PUT", "/v1/users", b""), ("POST", "/v1/actor_tokens", b"{"),
                ("DELETE", f"/v1/users/{user}", None)):
            with self.subTest(f"{method} {path}"):
                _, _, headers = self.server.request(method, path, body)
                self.assertEqual(headers["Content-Type"], "application/json")

    def test_a_refusal_has_its_own_trace_id(self):
        first = self.server.request("GET", "/v1/nope")[1]["clerk_trace_id"]
        second = self.server.request("GET", "/v1/nope")[1]["clerk_trace_id"]
        self.assertNotEqual(first, second)

    def test_a_status_has_its_phrase(self):
        # @clerk/backend shows it as the message of its error.
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        for path, phrase in (("/v1/health", "OK"), ("/v1/users", "Unauthorized")):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.reason, phrase)
        connection.close()

    def test_answers_with_secrets_may_not_be_cached(self):
        user = self.new_user()
        _, _, headers = self.server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})
        self.assertIn("no-store", headers.get("Cache-Control", ""))


if __name__ == "__main__":
    unittest.main()
