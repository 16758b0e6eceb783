"""Refusals of the Backend API, word for word as Clerk gives them."""

import http.client
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import SECRET_KEY  # pylint: disable=wrong-import-position
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
                         "form_param_value_invalid", "is invalid", f"{name} is not stored by tenensd.", param=name)
        self.expect(200, "POST", "/v1/users", {"first_name": "A", "skip_password_requirement": True})

    def test_an_identifier_that_is_taken_is_refused(self):
        for field, value in (("external_id", "crm-1"), ("username", "ada"),
                             ("email_address", ["ada@tenens.test"])):
            self.new_user(**{field: value})
            self.refused(self.server.request("POST", "/v1/users", {field: value}), 422, "form_identifier_exists",
                         param=field)

    def test_an_address_that_is_given_twice_is_not_said_to_be_taken(self):
        twice = {"email_address": ["twice@tenens.test", "Twice@tenens.test"]}
        self.refused(self.server.request("POST", "/v1/users", twice), 422, "form_param_value_invalid",
                     "is invalid", "email_address must not name an address twice.", param="email_address")
        self.new_user(email_address=["twice@tenens.test"])

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
