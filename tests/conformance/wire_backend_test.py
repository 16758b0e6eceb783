"""The Backend API where it says yes: actor tokens, users, sessions, keys, and what is ours beside them."""

import pathlib
import re
import socket
import string
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, is_signed_by  # pylint: disable=wrong-import-position
from wire import API, Browser, ServerTest, exchange, head  # pylint: disable=wrong-import-position

BODIES_WITHOUT_PARAMETERS = (
    (b"", {"Content-Type": "application/json"}),  # as @clerk/backend
    (None, {}),                                   # as clerk-backend-api
    ({}, {}),
    (b"null", {}),                                # as clerk-sdk-go
)


def ids_in(items):
    return [item["id"] for item in items]


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


class Users(ServerTest):
    def test_users_are_found_by_address_id_and_part_of_a_name(self):
        ada = self.new_user(email_address=["ada@find.test", "lovelace@find.test"], first_name="Adelaide",
                            external_id="crm-find-1")
        bob = self.new_user(email_address=["bob@find.test"], username="bobthefirst")
        for query, found in (("email_address=bob@find.test", {bob}),
                             ("email_address=lovelace@find.test", {ada}),
                             ("email_address=ada@find.test&email_address=bob@find.test", {ada, bob}),
                             (f"user_id={ada}&user_id={bob}", {ada, bob}), (f"user_id={ada}", {ada}),
                             ("external_id=crm-find-1", {ada}), ("username=bobthefirst", {bob}),
                             ("query=delaid", {ada}), ("query=bobthe", {bob}), ("email_address=no@find.test", set())):
            with self.subTest(query):
                self.assertEqual(set(ids_in(self.expect(200, "GET", f"/v1/users?{query}"))), found)
                count = self.expect(200, "GET", f"/v1/users/count?{query}")
                self.assertEqual(count, {"object": "total_count", "total_count": len(found)})

    def test_a_list_in_brackets_is_the_same_filter(self):
        ada = self.new_user(email_address=["ada@brackets.test"], external_id="brackets-1")
        bob = self.new_user(email_address=["bob@brackets.test"], username="brackets")
        self.new_user()
        for query, found in (("email_address[]=ada@brackets.test&email_address[]=bob@brackets.test", {ada, bob}),
                             ("email_address%5B0%5D=ada@brackets.test", {ada}), (f"user_id[]={ada}", {ada}),
                             ("external_id[]=brackets-1", {ada}), ("username%5B%5D=brackets", {bob})):
            with self.subTest(query):
                self.assertEqual(set(ids_in(self.expect(200, "GET", f"/v1/users?{query}"))), found)
                self.assertEqual(self.expect(200, "GET", f"/v1/users/count?{query}")["total_count"], len(found))

    def test_an_empty_filter_does_not_find_everybody(self):
        self.new_user()
        for name in ("email_address", "user_id", "external_id", "username", "email_address[]"):
            for path in ("/v1/users", "/v1/users/count"):
                with self.subTest(path + name):
                    self.refused(self.server.request("GET", f"{path}?{name}="), 422, "form_param_value_invalid",
                                 param=name.removesuffix("[]"))

    def test_users_come_in_pages_the_newest_first(self):
        made = [self.new_user(first_name="Paged") for _ in range(12)][::-1]
        self.assertEqual(ids_in(self.expect(200, "GET", "/v1/users?query=Paged")), made[:10])
        self.assertEqual(ids_in(self.expect(200, "GET", "/v1/users?query=Paged&limit=5&offset=10")), made[10:])
        self.assertEqual(ids_in(self.expect(200, "GET", "/v1/users?query=Paged&order_by=%2Bcreated_at&limit=2")),
                         made[:-3:-1])

    def test_a_page_follows_the_user_that_it_starts_after(self):
        made = [self.new_user(first_name="Cursor") for _ in range(5)][::-1]
        for order, users in (("", made), ("&order_by=created_at", made[::-1])):
            seen, last = [], ""
            while page := ids_in(self.expect(200, "GET", f"/v1/users?query=Cursor&limit=2{order}{last}")):
                seen += page
                last = f"&starting_after={page[-1]}"
            self.assertEqual(seen, users)
        self.expect(200, "GET", f"/v1/users?starting_after={made[0]}&offset=0")
        self.refused(self.server.request("GET", f"/v1/users?starting_after={made[0]}&offset=1"), 422,
                     "form_param_value_invalid", param="starting_after")

    def test_a_hundred_ids_can_be_asked_for_beside_the_page_and_the_order(self):
        user = self.new_user()
        ids = "".join(f"&user_id=user_{number:027}" for number in range(99)) + f"&user_id={user}"
        found = self.expect(200, "GET", f"/v1/users?limit=100&offset=0&order_by=-created_at{ids}")
        self.assertEqual(ids_in(found), [user])
        self.refused(self.server.request("GET", f"/v1/users?limit=100{ids}&user_id=user_1"), 422,
                     "form_param_value_invalid", param="user_id")

    def test_a_filter_that_is_none_here_is_not_passed_over(self):
        for query in ("phone_number=%2B15550000000", "banned=true", "name_query=a", "created_at_before=1",
                      "phone_number[]=%2B15550000000", "organization_id[0]=org_1", "phone_number="):
            for path in ("/v1/users", "/v1/users/count"):
                with self.subTest(path + query):
                    self.refused(self.server.request("GET", f"{path}?{query}"), 422, "form_param_value_invalid",
                                 param=re.split(r"[=\[]", query)[0])
        for name in ("user_id", "external_id"):
            for value in ("-x_1", "%2Bx_1", "+x_1"):
                self.refused(self.server.request("GET", f"/v1/users?{name}={value}"), 422, "form_param_value_invalid",
                             param=name)
        self.expect(200, "GET", "/v1/users?what_clerk_does_not_know=1")

    def test_a_user_is_changed_field_by_field(self):
        user = self.new_user(last_name="L", public_metadata={"a": 1}, email_address=["change@tenens.test"])
        changed = self.expect(200, "PATCH", f"/v1/users/{user}", {"first_name": "Eve", "last_name": None})
        self.assertEqual((changed["first_name"], changed["last_name"], changed["public_metadata"]),
                         ("Eve", None, {"a": 1}))
        self.assertEqual(self.expect(200, "GET", f"/v1/users/{user}"), changed)
        self.assertEqual(changed["email_addresses"][0]["email_address"], "change@tenens.test")

    def test_an_update_takes_metadata_under_every_version(self):
        changed = self.expect(200, "PATCH", f"/v1/users/{self.new_user()}", {"public_metadata": {"a": 1}},
                              {"Clerk-API-Version": "2026-05-12"})
        self.assertEqual(changed["public_metadata"], {"a": 1})

    def test_a_username_is_removed_by_null_and_by_the_blank_string(self):
        user = self.new_user()
        for none in (None, ""):
            named = self.expect(200, "PATCH", f"/v1/users/{user}", {"username": "blanked"})
            self.assertEqual(named["username"], "blanked")
            self.assertIsNone(self.expect(200, "PATCH", f"/v1/users/{user}", {"username": none})["username"])
        self.refused(self.server.request("POST", "/v1/users", {"username": ""}), 422, "form_param_value_invalid",
                     param="username")

    def test_metadata_is_merged_level_by_level_or_replaced(self):
        user = self.new_user(public_metadata={"a": 1, "deep": {"b": 1, "c": {"d": 1}}}, private_metadata={"p": 1})
        path = f"/v1/users/{user}/metadata"
        merged = self.expect(200, "PATCH", path, {"public_metadata": {
            "a": None, "new": [1], "deep": {"b": 2, "c": {"d": None, "e": None}}}})
        self.assertEqual(merged["public_metadata"], {"new": [1], "deep": {"b": 2, "c": {}}})
        self.assertEqual(merged["private_metadata"], {"p": 1})
        # A text takes the place of an object, and an object that of a text; null inside a new one is left out.
        merged = self.expect(200, "PATCH", path, {"public_metadata": {"deep": "x", "new": {"n": None, "m": 1}}})
        self.assertEqual(merged["public_metadata"], {"deep": "x", "new": {"m": 1}})
        self.assertEqual(self.expect(200, "PATCH", path, {})["public_metadata"], merged["public_metadata"])
        replaced = self.expect(200, "PUT", path, {"public_metadata": {"only": None}, "unsafe_metadata": {"u": 1}})
        self.assertEqual([replaced[name] for name in ("public_metadata", "private_metadata", "unsafe_metadata")],
                         [{"only": None}, {"p": 1}, {"u": 1}])
        self.expect(200, "PATCH", path, {"private_metadata": {"a": "x" * 5000}})
        self.refused(self.server.request("PATCH", path, {"private_metadata": {"b": "x" * 5000}}), 422,
                     "form_param_value_invalid", param="private_metadata")
        self.assertEqual(self.expect(200, "GET", f"/v1/users/{user}")["private_metadata"], {"p": 1, "a": "x" * 5000})
        self.refused(self.server.request("PATCH", path, {"first_name": "a"}), 422, "form_param_unknown")
        # Short enough, but with more names than are read back.
        names = [first + second for first in string.ascii_letters for second in string.ascii_letters]
        self.expect(200, "PATCH", path, {"unsafe_metadata": dict.fromkeys(names[:1000], 1)})
        self.refused(self.server.request("PATCH", path, {"unsafe_metadata": dict.fromkeys(names[1000:1100], 1)}), 422,
                     "form_param_value_invalid", param="unsafe_metadata")
        for method in ("PATCH", "PUT"):
            self.refused(self.server.request(method, "/v1/users/user_nobody/metadata", {}), 404, "resource_not_found")

    def test_a_ban_ends_the_sessions_of_the_user(self):
        browser, session, token = self.signed_in()
        banned = self.expect(200, "POST", f"/v1/users/{token['user_id']}/ban")
        self.assertIs(banned["banned"], True)
        self.refused(browser.session(session, "tokens"), 401, "signed_out")
        self.expect(200, "POST", f"/v1/users/{token['user_id']}/unban")
        self.refused(browser.session(session, "tokens"), 401, "signed_out")

    def test_deleting_a_user_ends_its_sessions(self):
        browser, session, token = self.signed_in()
        self.expect(200, "DELETE", f"/v1/users/{token['user_id']}")
        self.refused(browser.session(session, "tokens"), 401, "signed_out")
        self.refused(self.server.request("GET", f"/v1/users/{token['user_id']}"), 404, "resource_not_found")


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


class Public(ServerTest):
    def test_health_needs_no_key(self):
        status, body, headers = self.server.request("GET", "/v1/health", key=False)
        self.assertEqual((status, headers["Content-Type"]), (200, "application/json"))
        self.assertIsInstance(body, dict)

    def test_the_keys_are_the_same_in_both_places(self):
        private = self.expect(200, "GET", "/v1/jwks")
        status, public, _ = self.server.request("GET", "/.well-known/jwks.json", key=False)
        self.assertEqual((status, public), (200, private))

    def test_a_key_is_what_every_official_client_needs(self):
        key, = self.expect(200, "GET", "/v1/jwks")["keys"]
        self.assertEqual((key["use"], key["kty"], key["alg"], key["e"]), ("sig", "RSA", "RS256", "AQAB"))
        self.assertRegex(key["kid"], r"^\S+$")
        self.assertTrue(re.fullmatch(r"[A-Za-z0-9_-]{342}", key["n"]))  # 2048 bits
        self.assertFalse({"d", "p", "q", "dp", "dq", "qi"} & set(key))

    def test_a_connection_is_kept_for_the_next_request(self):
        with socket.create_connection(("127.0.0.1", self.server.port), 10) as connection:
            for _ in range(3):
                connection.sendall(head("GET", "/v1/health", key=None))
                self.assertTrue(connection.recv(65536).startswith(b"HTTP/1.1 200"))

    def test_unknown_query_parameters_are_ignored(self):
        self.expect(200, "GET", "/v1/users?whatever=1")
        self.assertEqual(self.server.request("GET", f"/v1/client?{API}&whatever=1")[0], 200)

    def test_http_1_0_is_answered_and_closed(self):
        status, _, _ = exchange(self.server, b"GET /v1/health HTTP/1.0\r\n\r\n")
        self.assertEqual(status, 200)


if __name__ == "__main__":
    unittest.main()
