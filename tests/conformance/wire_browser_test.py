"""What protects a browser: cookies, origins, and a link that only a person can spend."""

import html
import pathlib
import re
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt  # pylint: disable=wrong-import-position
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import (ORIGIN, Browser, ServerTest, cookie_suffix, exchange,  # pylint: disable=wrong-import-position
                  head, publishable_key, set_cookies)

HIDDEN_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


class Cookies(ServerTest):
    def redeemed(self, server):
        user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        token = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]
        browser = Browser(server)
        status, body, headers = browser.redeem(token["token"])
        self.assertEqual(status, 200, body)
        return browser, body, headers

    def test_the_cookie_of_the_client_is_for_the_server_alone(self):
        cookie = set_cookies(self.redeemed(self.server)[2])["__client"]
        self.assertTrue(cookie["httponly"])
        self.assertEqual((cookie["path"], cookie["samesite"].lower()), ("/", "lax"))
        self.assertFalse(cookie["domain"])
        self.assertFalse(cookie["secure"])  # http://localhost
        self.assertNotEqual(cookie.value.count("."), 2)  # opaque: there is no JWT to read anything from

    def test_the_cookie_is_new_at_every_sign_in_and_the_old_one_is_dead(self):
        browser, body, _ = self.redeemed(self.server)
        old = browser.cookies["__client"]
        browser.request("POST", "/v1/client/sessions?_method=DELETE", form={})
        browser.cookies["__client"] = old  # whatever sign-out did to it
        browser.redeem(self.new_token()["token"])
        self.assertNotEqual(browser.cookies["__client"], old)
        stale = Browser(self.server)
        stale.cookies["__client"] = old
        self.assertIsNone(stale.client()[1]["response"])

    def test_a_planted_cookie_is_not_adopted(self):
        victim = Browser(self.server)
        victim.cookies["__client"] = planted = "client_planted.secretOfTheAttacker"
        victim.redeem(self.new_token()["token"])
        self.assertNotEqual(victim.cookies["__client"], planted)

    def test_behind_https_the_cookie_is_secure(self):
        with Tenensd("--public-url", "https://clerk.example.com", "--frontend-host", "clerk.example.com",
                     "--app-url", ORIGIN) as server:
            self.assertTrue(set_cookies(self.redeemed(server)[2])["__client"]["secure"])

    def test_a_production_instance_tells_the_app_when_the_client_changed(self):
        # clerk-js writes these itself for a test key, and only for that.
        suffix = cookie_suffix(publishable_key("live"))
        with Tenensd("--app-url", ORIGIN, dev=False, secret_key="sk_live_" + "a" * 32) as server:
            browser, body, headers = self.redeemed(server)
            cookies = set_cookies(headers)
            for name in ("__client_uat", f"__client_uat_{suffix}"):
                self.assertEqual(int(cookies[name].value), body["client"]["updated_at"] // 1000)
                self.assertFalse(cookies[name]["httponly"])
            _, _, headers = browser.request("POST", "/v1/client/sessions?_method=DELETE", form={})
            self.assertEqual(set_cookies(headers)["__client_uat"].value, "0")

    def test_a_development_instance_leaves_that_to_clerk_js(self):
        self.assertNotIn("__client_uat", set_cookies(self.redeemed(self.server)[2]))


class Origins(ServerTest):
    flags = ("--app-url", "https://app.example.com", "--allowed-origin", "https://other.example.com",
             "--public-url", "https://clerk.example.com", "--frontend-host", "clerk.example.com")
    options = {"dev": False}
    ALLOWED = ("https://app.example.com", "https://other.example.com", "https://clerk.example.com")
    FOREIGN = ("https://evil.example", "https://app.example.com.evil.example", "http://app.example.com",
               "https://app.example.com:444", "null", "https://", "app.example.com", "https://APP.example.com.")

    def test_an_allowed_origin_is_echoed_with_credentials(self):
        for origin in self.ALLOWED:
            browser = Browser(self.server, origin)
            for answer in (browser.redeem(self.new_token()["token"]),
                           browser.request("GET", "/v1/client", headers={"Origin": origin}),
                           browser.redeem("nonsense")):  # a refusal must be readable too
                headers = answer[2]
                self.assertEqual(headers["Access-Control-Allow-Origin"], origin)
                self.assertEqual(headers["Access-Control-Allow-Credentials"], "true")
                self.assertIn("Origin", headers.get("Vary", ""))

    def test_a_foreign_origin_is_refused_and_nothing_happens(self):
        token = self.new_token()
        for origin in self.FOREIGN:
            with self.subTest(origin):
                answer = Browser(self.server, origin).redeem(token["token"])
                self.refused(answer, 400, "origin_invalid", "Invalid HTTP Origin header")
                self.assertIsNone(answer[2]["Access-Control-Allow-Origin"])
                self.assertIsNone(answer[2]["Set-Cookie"])
        self.assertEqual(Browser(self.server, self.ALLOWED[0]).redeem(token["token"])[0], 200)

    def test_a_foreign_page_may_not_read_or_end_a_session(self):
        browser = Browser(self.server, self.ALLOWED[0])
        session = browser.redeem(self.new_token()["token"])[1]["response"]["created_session_id"]
        for origin in self.FOREIGN:
            browser.origin = origin
            for action in ("tokens", "touch", "end", "remove"):
                self.refused(browser.session(session, action), 400, "origin_invalid")
            self.refused(browser.request("POST", "/v1/client/sessions?_method=DELETE", form={}), 400, "origin_invalid")
            headers = browser.request("GET", "/v1/client", headers={"Origin": origin})[2]
            self.assertIsNone(headers["Access-Control-Allow-Origin"])
        browser.origin = self.ALLOWED[0]
        self.assertEqual(browser.session(session, "tokens")[0], 200)

    def test_a_page_that_also_sends_authorization_is_refused(self):
        status, body, headers = self.server.request(
            "GET", "/v1/client", headers={"Origin": self.ALLOWED[0], "Authorization": "Bearer x"})
        self.assertEqual((status, body["errors"][0]["code"]), (400, "origin_authorization_headers_conflict"))
        self.assertEqual(headers["Access-Control-Allow-Origin"], self.ALLOWED[0])

    def test_a_foreign_proxy_url_does_not_become_the_authorized_party(self):
        browser = Browser(self.server, self.ALLOWED[0])
        browser.redeem(self.new_token()["token"])
        status, body, _ = browser.client(headers={"Clerk-Proxy-Url": "https://evil.example/__clerk"})
        self.assertIn(status, (200, 400))
        if status == 200:
            jwt = body["response"]["sessions"][0]["last_active_token"]["jwt"]
            self.assertNotEqual(decode_jwt(jwt)[1].get("azp"), "https://evil.example")

    def test_the_backend_api_is_not_for_pages(self):
        headers = self.server.request("GET", "/v1/users", headers={"Origin": self.ALLOWED[0]})[2]
        self.assertIsNone(headers["Access-Control-Allow-Origin"])

    def test_a_star_is_never_sent(self):
        for path in ("/v1/client", "/v1/environment", "/v1/health"):
            headers = self.server.request("GET", path, headers={"Origin": self.ALLOWED[0]}, key=False)[2]
            self.assertNotEqual(headers["Access-Control-Allow-Origin"], "*")


class Link(ServerTest):
    """GET /v1/tickets/accept"""

    flags = ("--app-url", "http://localhost:3000")

    def path_of(self, token):
        return f"/v1/tickets/accept?ticket={token['token']}"

    def test_the_link_leads_to_the_application_s_sign_in_page_with_the_ticket(self):
        token = self.new_token()
        status, _, headers = self.server.request("GET", self.path_of(token), key=False)
        self.assertIn(status, (302, 303))
        place = urllib.parse.urlsplit(headers["Location"])
        self.assertEqual((place.scheme, place.netloc, place.path), ("http", "localhost:3000", "/sign-in"))
        self.assertEqual(urllib.parse.parse_qs(place.query),
                         {"__clerk_ticket": [token["token"]], "__clerk_status": ["sign_in"]})
        self.assertIn("no-store", headers.get("Cache-Control", ""))
        self.assertEqual(headers.get("Referrer-Policy"), "no-referrer")

    def test_get_and_head_a_hundred_times_do_not_spend_it(self):
        token = self.new_token()
        for _ in range(100):
            self.assertIn(self.server.request("GET", self.path_of(token), key=False)[0], (302, 303))
            status, _, body = exchange(self.server, head("HEAD", self.path_of(token), "Connection: close", key=None))
            self.assertIn(status, (302, 303))
            self.assertEqual(body, b"")
        self.assertEqual(self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")["status"], "pending")
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)
        self.assertEqual([event["action"] for event in self.audit(actor_token_id=token["id"])],
                         ["actor_token.created", "actor_token.redeemed"])

    def test_a_link_that_cannot_be_used_says_so(self):
        revoked = self.new_token()
        self.expect(200, "POST", f"/v1/actor_tokens/{revoked['id']}/revoke")
        for path in (self.path_of(revoked), "/v1/tickets/accept?ticket=nonsense", "/v1/tickets/accept",
                     "/v1/tickets/accept?ticket="):
            status, _, headers = self.server.request("GET", path, key=False)
            self.assertIn(status, (400, 404, 422), path)
            self.assertIsNone(headers["Location"])

    def test_a_redirect_url_of_the_link_s_own_is_not_followed(self):
        token = self.new_token()
        for param in ("redirect_url", "after_sign_in_url", "return_to"):
            _, _, headers = self.server.request(
                "GET", f"{self.path_of(token)}&{param}=https://evil.example/", key=False)
            self.assertTrue(headers["Location"].startswith("http://localhost:3000/sign-in?"))


class OwnPage(ServerTest):
    """The same link with no application beside the server."""

    def test_the_link_shows_a_page_that_names_both_people_and_redeems_only_by_post(self):
        customer = self.new_user(first_name="Carla", last_name="Customer")
        staff = self.new_user(first_name="Steve", last_name="Staff")
        token = self.new_token(customer, {"sub": staff})
        path = f"/v1/tickets/accept?ticket={token['token']}"
        for _ in range(100):
            status, page, headers = self.server.request("GET", path, key=False)
            self.assertEqual(status, 200)
            self.assertEqual(exchange(self.server, head("HEAD", path, "Connection: close", key=None))[0], 200)
        self.assertEqual(headers.get_content_type(), "text/html")
        for text in ("Carla", "Steve", "<form", 'method="post"'):
            self.assertIn(text, page)
        self.assertIn("no-store", headers["Cache-Control"])
        self.assertEqual(headers["Referrer-Policy"], "no-referrer")
        self.assertIn("frame-ancestors 'none'", headers["Content-Security-Policy"])
        self.assertEqual(self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")["status"], "pending")
        self.assertEqual(Browser(self.server).redeem(token["token"])[0], 200)

    def page_of(self, token):
        """The page behind the link, as a browser that has opened it: (browser, its form's fields)."""
        browser = Browser(self.server, origin=f"http://localhost:{self.server.port}")
        status, page, _ = browser.request("GET", f"/v1/tickets/accept?ticket={token['token']}")
        self.assertEqual(status, 200)
        return browser, {name: html.unescape(value) for name, value in HIDDEN_FIELD.findall(page)}

    def test_its_button_signs_in_and_shows_the_session_and_then_signs_out(self):
        token = self.new_token(self.new_user(first_name="Carla"), {"sub": self.new_user(first_name="Steve")})
        browser, fields = self.page_of(token)
        status, _, headers = browser.request("POST", "/v1/tickets/accept", form=fields)
        self.assertEqual(status, 303)
        self.assertNotIn(token["token"], headers["Location"])
        place = urllib.parse.urlsplit(headers["Location"]).path
        status, page, _ = browser.request("GET", place)
        self.assertEqual(status, 200)
        for text in ("Carla", "Steve", token["user_id"], "&quot;act&quot;"):
            self.assertIn(text, page)
        session = self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")["session_id"]
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "active")
        fields = {name: html.unescape(value) for name, value in HIDDEN_FIELD.findall(page)}
        self.assertEqual(browser.request("POST", place, form=fields)[0], 303)
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "ended")

    def test_the_button_pressed_twice_signs_in_once(self):
        token = self.new_token()
        browser, fields = self.page_of(token)
        other, others_fields = self.page_of(token)
        first, again = (browser.request("POST", "/v1/tickets/accept", form=fields) for _ in range(2))
        self.assertEqual((first[0], again[0]), (303, 303))
        self.assertEqual(first[2]["Location"], again[2]["Location"])  # the page's nonce: the same session
        self.assertEqual(other.request("POST", "/v1/tickets/accept", form=others_fields)[0], 400)
        actions = [event["action"] for event in self.audit(actor_token_id=token["id"])]
        self.assertEqual(actions, ["actor_token.created", "actor_token.redeemed", "actor_token.redeem_repeated",
                                   "actor_token.redeem_refused"])

    def test_another_site_cannot_press_the_button(self):
        # Origin "null" is no proof of another site: a form on a page without referrer sends it too.
        token = self.new_token()
        browser, fields = self.page_of(token)
        home = browser.origin
        for origin, form, cookies in (
                ("https://evil.example", fields, True),
                (home, {"ticket": token["token"]}, True),              # without the page's own secret
                (home, {**fields, "csrf": "x" * 43}, True), (home, fields, False),  # or with another's
                ("null", {**fields, "csrf": "x" * 43}, True), ("null", fields, False)):
            with self.subTest(origin=origin, form=sorted(form), cookies=cookies):
                other = Browser(self.server, origin)
                other.cookies = dict(browser.cookies) if cookies else {}
                self.assertIn(other.request("POST", "/v1/tickets/accept", form=form)[0], (400, 403))
        self.assertEqual(self.expect(200, "GET", f"/v1/actor_tokens/{token['id']}")["status"], "pending")

    def test_names_are_shown_and_not_run(self):
        customer = self.new_user(first_name="<script>alert(1)</script>", last_name="\"'&")
        token = self.new_token(customer, {"sub": "<img src=x onerror=alert(2)>"})
        _, page, _ = self.server.request("GET", f"/v1/tickets/accept?ticket={token['token']}", key=False)
        self.assertNotIn("<script>alert", page)
        self.assertNotIn("<img src=x", page)

    def test_a_link_that_cannot_be_used_is_explained_to_a_person(self):
        status, page, headers = self.server.request("GET", "/v1/tickets/accept?ticket=nonsense", key=False)
        self.assertEqual(status, 400)
        self.assertIn(headers.get_content_type(), ("text/html", "application/json"))


if __name__ == "__main__":
    unittest.main()
