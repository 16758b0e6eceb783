"""Users where the Backend API says yes."""

import pathlib
import re
import string
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from wire import ServerTest, ids_in  # pylint: disable=wrong-import-position


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


if __name__ == "__main__":
    unittest.main()
