"""Audit events: one for every act, refused ones too, in a sequence without a gap."""

import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import Browser, ServerTest, until  # pylint: disable=wrong-import-position

FIELDS = {"object", "sequence", "at", "action", "key_id", "actor", "user_id", "actor_token_id",
          "sign_in_token_id", "session_id", "address", "reason", "code"}
ACTOR = {"sub": "user_support", "iss": "https://admin.example.com"}


class AuditEvents(ServerTest):
    def tearDown(self):
        sequences = [event["sequence"] for event in self.audit()]
        self.assertEqual(sequences, list(range(sequences[0], sequences[0] + len(sequences))))

    def event(self, action, *, token=None, session=None):
        """The one event of this action for this token or session."""
        filters = {"actor_token_id": token} if token else {"session_id": session}
        found = [event for event in self.audit(**filters) if event["action"] == action]
        self.assertEqual(len(found), 1, found)
        self.assertEqual(set(found[0]), FIELDS)
        return found[0]

    def check(self, event, token, *, by_key, session=None, code=None, reason=None):
        """Who, on behalf of whom, with what, from where, when and why."""
        self.assertEqual(event["object"], "audit_event")
        self.assertEqual((event["actor"], event["user_id"]), (token["actor"], token["user_id"]))
        self.assertEqual((event["session_id"], event["code"], event["reason"]), (session, code, reason))
        self.assertEqual(event["address"], "127.0.0.1")
        self.assertLess(abs(event["at"] - time.time() * 1000), 60_000)
        if by_key:
            self.assertRegex(event["key_id"], r"^\w+_[0-9A-Za-z]{27}$")
        else:
            self.assertIsNone(event["key_id"])

    def test_a_create_is_recorded_with_its_reason(self):
        token = self.new_token(actor=ACTOR, reason="ticket 4711")
        event = self.event("actor_token.created", token=token["id"])
        self.assertEqual(event["actor_token_id"], token["id"])
        self.check(event, token, by_key=True, reason="ticket 4711")

    def test_a_redemption_is_recorded_with_its_session(self):
        _, session, token = self.signed_in(actor=ACTOR, reason="because")
        event = self.event("actor_token.redeemed", token=token["id"])
        self.check(event, token, by_key=False, session=session, reason="because")

    def test_a_ban_a_deletion_and_who_asked_are_recorded(self):
        user = self.new_user()
        for action in ("ban", "ban", "unban"):
            self.expect(200, "POST", f"/v1/users/{user}/{action}")
        self.expect(200, "DELETE", f"/v1/users/{user}")
        events = self.audit(user_id=user)
        self.assertEqual([event["action"] for event in events], ["user.banned", "user.unbanned", "user.deleted"])
        self.assertTrue(all(event["key_id"] for event in events))

    def test_it_is_filtered_by_time_and_by_sign_in_token(self):
        user = self.new_user()
        token = self.expect(200, "POST", "/v1/sign_in_tokens", {"user_id": user})
        event, = self.audit(sign_in_token_id=token["id"])
        at = event["at"]
        self.assertEqual(self.audit(user_id=user, since=at, until=at + 1), [event])
        self.assertEqual(self.audit(user_id=user, until=at), [])
        self.assertEqual(self.audit(user_id=user, since=at + 1), [])

    def test_a_filter_that_is_none_is_refused(self):
        for query, param in (("since=yesterday", "since"), ("until=-1", "until"), ("actor=x", "actor"), ("user_id=", "user_id"),
                             ("actor_sub=", "actor_sub"), ("after=4", "after")):
            self.refused(self.server.request("GET", f"/v1/audit_events?{query}"), 422,
                         "form_param_unknown" if param in ("actor", "after") else "form_param_value_invalid", param=param)
        self.expect(200, "GET", "/v1/audit_events?paginated=true&limit=1&__clerk_api_version=2025-11-10")

    def test_a_revocation_is_recorded_once(self):
        token = self.new_token(actor=ACTOR)
        for _ in range(2):
            self.server.request("POST", f"/v1/actor_tokens/{token['id']}/revoke")
        self.check(self.event("actor_token.revoked", token=token["id"]), token, by_key=True)

    def test_an_end_is_recorded_with_the_session_it_ended(self):
        _, session, token = self.signed_in(actor=ACTOR)
        for _ in range(2):
            self.expect(200, "POST", f"/v1/actor_tokens/{token['id']}/end")
        self.check(self.event("actor_token.ended", token=token["id"]), token, by_key=True, session=session)

    def test_a_session_revoked_by_the_back_end_is_recorded(self):
        _, session, token = self.signed_in(actor=ACTOR)
        self.expect(200, "POST", f"/v1/sessions/{session}/revoke")
        event = self.event("session.revoked", session=session)
        self.check(event, token, by_key=True, session=session)
        self.assertEqual(event["actor_token_id"], token["id"])

    def test_a_sign_out_is_recorded(self):
        for action, expected in (("end", "session.ended"), ("remove", "session.removed")):
            browser, session, token = self.signed_in(actor=ACTOR)
            browser.session(session, action)
            self.check(self.event(expected, session=session), token, by_key=False, session=session)
        browser, session, token = self.signed_in(actor=ACTOR)
        browser.request("POST", "/v1/client/sessions?_method=DELETE", form={})
        self.check(self.event("session.removed", session=session), token, by_key=False, session=session)

    def test_what_runs_out_by_itself_is_noted_with_its_moment(self):
        _, session, token = self.signed_in(actor=ACTOR, session_max_duration_in_seconds=1)
        ends = self.expect(200, "GET", f"/v1/sessions/{session}")["expire_at"]
        self.assertTrue(until(lambda: any(event["action"] == "session.expired" for event in self.audit(session_id=session)), 60))
        event = self.event("session.expired", session=session)
        self.assertEqual((event["at"], event["actor_token_id"], event["actor"], event["user_id"]),
                         (ends, token["id"], token["actor"], token["user_id"]))
        self.assertEqual((event["key_id"], event["address"]), (None, ""), "nobody asked for it")
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "expired")

    def refusal(self, token, code):
        events = [event for event in self.audit(actor_token_id=token["id"])
                  if event["action"] == "actor_token.redeem_refused"]
        self.assertEqual([event["code"] for event in events], [code])
        self.assertEqual((events[0]["actor"], events[0]["user_id"]), (token["actor"], token["user_id"]))
        self.assertIsNone(events[0]["key_id"])

    def test_every_refused_redemption_is_recorded_with_its_code(self):
        used = self.new_token()
        Browser(self.server).redeem(used["token"])
        revoked = self.new_token()
        self.expect(200, "POST", f"/v1/actor_tokens/{revoked['id']}/revoke")
        banned = self.new_token()
        self.expect(200, "POST", f"/v1/users/{banned['user_id']}/ban")
        deleted = self.new_token()
        self.expect(200, "DELETE", f"/v1/users/{deleted['user_id']}")
        expired = self.new_token(expires_in_seconds=1)
        time.sleep(1.1)
        for token, code in ((used, "actor_token_already_used_code"), (revoked, "actor_token_revoked_code"),
                            (banned, "user_banned"), (deleted, "actor_token_subject_not_found"),
                            (expired, "ticket_expired_code")):
            with self.subTest(code):
                self.assertEqual(Browser(self.server).redeem(token["token"])[1]["errors"][0]["code"], code)
                self.refusal(token, code)

    def test_a_chained_impersonation_is_recorded(self):
        browser, _, _ = self.signed_in()
        token = self.new_token()
        self.assertEqual(browser.redeem(token["token"])[0], 409)
        self.refusal(token, "session_creation_not_allowed")

    def test_a_forged_ticket_is_recorded_although_nobody_knows_whose_it_is(self):
        before = len(self.audit(action="actor_token.redeem_refused"))
        Browser(self.server).redeem("forged.forged.forged")
        events = self.audit(action="actor_token.redeem_refused")
        self.assertEqual(len(events), before + 1)
        self.assertEqual((events[-1]["code"], events[-1]["actor_token_id"], events[-1]["user_id"]),
                         ("ticket_invalid_code", None, None))

    def test_reading_is_not_an_act(self):
        browser, session, token = self.signed_in()
        before = len(self.audit())
        browser.client()
        browser.session(session, "tokens")
        for path in (f"/v1/sessions/{session}", f"/v1/actor_tokens/{token['id']}", "/v1/users"):
            self.expect(200, "GET", path)
        self.server.request("GET", f"/v1/tickets/accept?ticket={token['token']}", key=False)
        self.assertEqual(len(self.audit()), before)

    def test_a_refused_create_leaves_no_event(self):
        before = len(self.audit())
        self.server.request("POST", "/v1/actor_tokens", {"user_id": "user_nobody", "actor": {"sub": "a"}})
        self.server.request("POST", "/v1/actor_tokens", {})
        self.assertEqual(len(self.audit()), before)

    def test_the_list_is_filtered_and_comes_in_pages_the_newest_first(self):
        _, session, token = self.signed_in(actor={"sub": "audit_filter"})
        for filters in ({"actor_sub": "audit_filter"}, {"user_id": token["user_id"]},
                        {"actor_token_id": token["id"]}):
            self.assertEqual([event["action"] for event in self.audit(**filters)],
                             ["actor_token.created", "actor_token.redeemed"])
        self.assertEqual([event["action"] for event in self.audit(session_id=session)], ["actor_token.redeemed"])
        page = self.expect(200, "GET", "/v1/audit_events?paginated=true&actor_sub=audit_filter&limit=1")
        self.assertEqual((page["data"][0]["action"], page["total_count"]), ("actor_token.redeemed", 2))
        self.assertEqual(self.audit(actor_sub="nobody"), [])

    def test_the_sequence_has_no_gap_when_many_write_at_once(self):
        user = self.new_user()
        tokens = [self.new_token(user) for _ in range(10)]

        def race(ticket):
            Browser(self.server).redeem(ticket["token"])
            self.server.request("POST", f"/v1/actor_tokens/{ticket['id']}/revoke")

        threads = [threading.Thread(target=race, args=(token,)) for token in tokens for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for token in tokens:
            actions = [event["action"] for event in self.audit(actor_token_id=token["id"])]
            self.assertEqual(actions.count("actor_token.redeemed") + actions.count("actor_token.revoked"), 1)

    def test_a_forwarded_address_is_not_believed(self):
        token = self.new_token()
        headers = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
        self.server.request("POST", f"/v1/actor_tokens/{token['id']}/revoke", headers=headers)
        self.assertEqual(self.event("actor_token.revoked", token=token["id"])["address"], "127.0.0.1")


class Flood(ServerTest):
    def test_forged_tickets_do_not_fill_the_disk(self):
        started = time.monotonic()
        for _ in range(200):
            Browser(self.server).redeem("forged.forged.forged")
        seconds = time.monotonic() - started
        self.assertLess(len(self.audit(action="actor_token.redeem_refused")), 20 * (seconds + 2))


class Beginning(unittest.TestCase):
    def test_the_first_event_is_number_one(self):
        with Tenensd() as server:
            user = server.request("POST", "/v1/users", {"first_name": "A"})[1]["id"]
            server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})
            events = server.request("GET", "/v1/audit_events?paginated=true")[1]["data"]
        self.assertEqual([event["sequence"] for event in events], [1])


if __name__ == "__main__":
    unittest.main()
