"""Clerk's own clerk-backend-api from PyPI, unmodified, against a running tenensd."""

import base64
import os
import pathlib
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, to_base64url  # pylint: disable=wrong-import-position
from skip import skip  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd  # pylint: disable=wrong-import-position
from wire import INSTALLED, ORIGIN, ServerTest  # pylint: disable=wrong-import-position

try:
    import clerk_backend_api
except ImportError:
    venv = INSTALLED / "venv/bin/python"
    if venv.exists() and sys.prefix != str(INSTALLED / "venv"):
        os.execv(venv, [str(venv), *sys.argv])
    skip("clerk-backend-api is not installed (tests/conformance/prepare.sh; it needs python3 with venv and pip)",
         tool_missing=True)

import httpx
from clerk_backend_api import models, utils
from clerk_backend_api.security import VerifyTokenOptions, verify_token
from clerk_backend_api.security.types import (AuthenticateRequestOptions, TokenVerificationError,
                                              TokenVerificationErrorReason)
from cryptography.hazmat.primitives import serialization
from jwt.algorithms import RSAAlgorithm

# By default this SDK repeats a 5xx for up to an hour; a test wants to know at once.
ONCE = utils.RetryConfig("backoff", utils.BackoffStrategy(1, 1, 1, 1), False)


def client(server, key=SECRET_KEY):
    return clerk_backend_api.Clerk(bearer_auth=key, server_url=f"{server.url}/v1", retry_config=ONCE)


class SdkTest(ServerTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = client(cls.server)

    def create(self, user_id=None, actor=None, **fields):
        return self.clerk.actor_tokens.create(request={
            "user_id": user_id or self.new_user(), "actor": actor or {"sub": "user_support"}, **fields})

    def refusal(self, kind, status, code, call, *arguments, **named):
        """The SDK's own typed error of a call that must fail."""
        with self.assertRaises(kind) as caught:
            call(*arguments, **named)
        error = caught.exception
        self.assertIs(type(error), kind)
        self.assertEqual(error.status_code, status)
        if kind is models.ClerkErrors:
            self.assertEqual(error.data.errors[0].code, code)
        else:
            self.assertIn(f'"{code}"', error.body)
        return error


class ActorTokens(SdkTest):
    def test_create_gives_a_token_with_its_ticket_and_link(self):
        user = self.new_user()
        token = self.create(user, expires_in_seconds=600, session_max_duration_in_seconds=1200)
        self.assertIsInstance(token, models.ActorToken)
        self.assertTrue(token.id.startswith("act_"))
        self.assertEqual((token.object, token.status), (models.ActorTokenObject.ACTOR_TOKEN,
                                                        models.ActorTokenStatus.PENDING))
        self.assertEqual(token.user_id, user)
        self.assertTrue(token.url.endswith(f"/v1/tickets/accept?ticket={token.token}"))
        self.assertLess(abs(token.created_at - time.time() * 1000), 60_000)
        self.assertEqual(decode_jwt(token.token)[1]["eis"], 600)

    def test_revoke_makes_it_revoked_and_a_second_time_is_clerk_errors(self):
        token = self.create()
        revoked = self.clerk.actor_tokens.revoke(actor_token_id=token.id)
        self.assertEqual(revoked.status, models.ActorTokenStatus.REVOKED)
        error = self.refusal(models.ClerkErrors, 400, "actor_token_cannot_be_revoked_code",
                             self.clerk.actor_tokens.revoke, actor_token_id=token.id)
        self.assertIn("its status is revoked", error.data.errors[0].long_message)

    def test_an_accepted_token_is_read_and_cannot_be_revoked(self):
        _, _, token = self.signed_in()
        self.refusal(models.ClerkErrors, 400, "actor_token_cannot_be_revoked_code",
                     self.clerk.actor_tokens.revoke, actor_token_id=token["id"])

    def test_an_unknown_token_is_clerk_errors_404(self):
        self.refusal(models.ClerkErrors, 404, "resource_not_found", self.clerk.actor_tokens.revoke,
                     actor_token_id="act_nobody")

    def test_a_faulty_request_is_clerk_errors_422(self):
        for fields, code in (({"user_id": "", "actor": {"sub": "a"}}, "form_param_missing"),
                             ({"expires_in_seconds": 0}, "form_param_value_invalid"),
                             ({"session_max_duration_in_seconds": -1}, "form_param_value_invalid")):
            request = {"user_id": self.new_user(), "actor": {"sub": "a"}, **fields}
            error = self.refusal(models.ClerkErrors, 422, code, self.clerk.actor_tokens.create, request=request)
            self.assertTrue(error.data.errors[0].long_message)

    def test_an_actor_without_sub_is_the_error_of_the_sdks_issue_76(self):
        answer = self.server.request("POST", "/v1/actor_tokens", {"user_id": self.new_user(), "actor": {}})
        error = models.ClerkErrorsData.model_validate(answer[1]).errors[0]
        self.assertEqual((error.code, error.message, error.long_message),
                         ("form_param_missing", "is missing", "actor.sub must be included."))

    def test_a_request_that_is_not_json_is_clerk_errors_400(self):
        # The SDK cannot send one; so its body is broken on the way.
        def broken(request):
            headers = {name: value for name, value in request.headers.items() if name != "content-length"}
            with httpx.Client(trust_env=False) as way:
                return way.post(request.url, content=b"{", headers=headers)

        with httpx.Client(transport=httpx.MockTransport(broken)) as way:
            clerk = clerk_backend_api.Clerk(bearer_auth=SECRET_KEY, server_url=f"{self.server.url}/v1",
                                            retry_config=ONCE, client=way)
            self.refusal(models.ClerkErrors, 400, "request_body_invalid", clerk.actor_tokens.create,
                         request={"user_id": "user_1", "actor": {"sub": "a"}})

    def test_a_plan_without_impersonation_is_clerk_errors_402(self):
        with Tenensd("--impersonation", "off") as server:
            user = server.request("POST", "/v1/users", {"first_name": "A"})[1]["id"]
            self.refusal(models.ClerkErrors, 402, "unsupported_subscription_plan_features",
                         client(server).actor_tokens.create, request={"user_id": user, "actor": {"sub": "a"}})

    def test_what_the_page_does_not_list_is_sdk_error(self):
        request = {"user_id": "user_nobody", "actor": {"sub": "a"}}
        self.refusal(models.SDKError, 404, "resource_not_found", self.clerk.actor_tokens.create, request=request)
        stranger = client(self.server, "sk_test_wrong0000000000000000000000000")
        self.refusal(models.SDKError, 401, "clerk_key_invalid", stranger.actor_tokens.create, request=request)
        self.refusal(models.SDKError, 401, "clerk_key_invalid", stranger.actor_tokens.revoke, actor_token_id="act_1")


class Users(SdkTest):
    def test_a_user_is_created_read_changed_counted_listed_and_deleted(self):
        created = self.clerk.users.create(first_name="Ada", last_name="Lovelace", email_address=["ada@py.test"],
                                          external_id="py-1", public_metadata={"plan": "gold"})
        self.assertIsInstance(created, models.User)
        self.assertEqual(created.email_addresses[0].email_address, "ada@py.test")
        read = self.clerk.users.get(user_id=created.id)
        self.assertEqual((read.id, read.external_id, read.public_metadata), (created.id, "py-1", {"plan": "gold"}))
        self.assertEqual(self.clerk.users.update(user_id=created.id, first_name="Augusta").first_name, "Augusta")
        wanted = {"email_address": ["ada@py.test"]}
        self.assertEqual([user.id for user in self.clerk.users.list(request=wanted)], [created.id])
        self.assertEqual(self.clerk.users.count(request=wanted).total_count, 1)
        self.assertTrue(self.clerk.users.delete(user_id=created.id).deleted)
        self.refusal(models.ClerkErrors, 404, "resource_not_found", self.clerk.users.get, user_id=created.id)

    def test_the_list_is_read_whole(self):
        for _ in range(3):
            self.new_user()
        self.assertGreaterEqual(len(self.clerk.users.list()), 3)

    def test_a_user_that_is_taken_is_clerk_errors_422(self):
        self.clerk.users.create(username="taken")
        self.refusal(models.ClerkErrors, 422, "form_identifier_exists", self.clerk.users.create, username="taken")


class Sessions(SdkTest):
    def test_a_session_is_listed_read_and_revoked(self):
        _, session, token = self.signed_in()
        self.assertEqual([item.id for item in self.clerk.sessions.list(user_id=token["user_id"])], [session])
        read = self.clerk.sessions.get(session_id=session)
        self.assertIsInstance(read, models.Session)
        self.assertEqual((read.user_id, read.status.value), (token["user_id"], "active"))
        self.assertIsNotNone(read.actor)
        self.assertEqual(self.clerk.sessions.create_token(session_id=session).jwt.count("."), 2)
        self.assertEqual(self.clerk.sessions.revoke(session_id=session).status.value, "revoked")

    def test_a_test_makes_one_without_a_browser(self):
        user = self.new_user()
        session = self.clerk.sessions.create(request={"user_id": user})
        self.assertEqual((session.user_id, session.status.value, session.actor), (user, "active", None))
        self.assertEqual(self.clerk.sessions.create_token(session_id=session.id).jwt.count("."), 2)
        self.assertGreater(self.clerk.testing_tokens.create().expires_at, time.time())

    def test_every_state_of_a_session_is_read(self):
        for action in ("end", "remove"):
            browser, session, _ = self.signed_in()
            browser.session(session, action)
            self.clerk.sessions.get(session_id=session)
        _, session, _ = self.signed_in(session_max_duration_in_seconds=1)
        time.sleep(1.1)
        self.assertEqual(self.clerk.sessions.get(session_id=session).status.value, "expired")

    def test_an_unknown_session_is_clerk_errors_404(self):
        for call in (self.clerk.sessions.get, self.clerk.sessions.revoke):
            self.refusal(models.ClerkErrors, 404, "resource_not_found", call, session_id="sess_nobody")

    def test_a_wrong_key_is_clerk_errors_401_where_the_page_lists_it(self):
        stranger = client(self.server, "sk_test_wrong0000000000000000000000000")
        self.refusal(models.ClerkErrors, 401, "clerk_key_invalid", stranger.sessions.get, session_id="sess_1")


class SessionJwts(SdkTest):
    ACTOR = {"sub": "user_support", "iss": "https://admin.example.com"}

    def jwt(self, **fields):
        browser, session, token = self.signed_in(actor=self.ACTOR, **fields)
        return browser.session(session, "tokens")[1]["jwt"], session, token

    def pem(self):
        key = RSAAlgorithm.from_jwk(self.expect(200, "GET", "/v1/jwks")["keys"][0])
        return key.public_bytes(serialization.Encoding.PEM,
                                serialization.PublicFormat.SubjectPublicKeyInfo).decode()

    def refused(self, jwt, reason, **options):
        with self.assertRaises(TokenVerificationError) as caught:
            verify_token(jwt, VerifyTokenOptions(jwt_key=self.pem(), **options))
        self.assertEqual(caught.exception.reason, reason)

    def test_verify_token_accepts_one_by_the_servers_jwks_and_shows_the_actor(self):
        jwt, session, token = self.jwt()
        payload = verify_token(jwt, VerifyTokenOptions(api_url=self.server.url, secret_key=SECRET_KEY,
                                                       authorized_parties=[ORIGIN]))
        self.assertEqual((payload["act"], payload["sub"], payload["sid"]), (self.ACTOR, token["user_id"], session))

    def test_verify_token_accepts_one_by_the_pem_alone(self):
        jwt, _, _ = self.jwt()
        self.assertEqual(verify_token(jwt, VerifyTokenOptions(jwt_key=self.pem()))["act"], self.ACTOR)

    def test_verify_token_refuses_a_tampered_an_expired_and_a_foreign_one(self):
        jwt, _, _ = self.jwt()
        header, claims, signature = jwt.split(".")
        changed = to_base64url(base64.urlsafe_b64decode(claims + "==").replace(b"user_support", b"user_innocent"))
        self.refused(f"{header}.{changed}.{signature}", TokenVerificationErrorReason.TOKEN_INVALID_SIGNATURE)
        self.refused(jwt, TokenVerificationErrorReason.TOKEN_INVALID_AUTHORIZED_PARTIES,
                     authorized_parties=["https://other.example"])
        short, _, _ = self.jwt(session_max_duration_in_seconds=2)
        time.sleep(2.5)
        self.refused(short, TokenVerificationErrorReason.TOKEN_EXPIRED, clock_skew_in_ms=0)
        with Tenensd() as other, self.assertRaises(TokenVerificationError) as caught:
            foreign = VerifyTokenOptions(api_url=other.url, secret_key=SECRET_KEY)
            # The SDK keeps keys per kid for the whole process, so this kid must be one it has not seen.
            header = to_base64url(b'{"alg":"RS256","kid":"ins_unseen","typ":"JWT"}')
            verify_token(f"{header}.{claims}.{signature}", foreign)
        self.assertEqual(caught.exception.reason, TokenVerificationErrorReason.JWK_KID_MISMATCH)

    def test_authenticate_request_is_signed_in_by_bearer_header(self):
        jwt, session, token = self.jwt()
        request = httpx.Request("GET", f"{ORIGIN}/orders", headers={"Authorization": f"Bearer {jwt}"})
        state = self.clerk.authenticate_request(request, AuthenticateRequestOptions(
            jwt_key=self.pem(), authorized_parties=[ORIGIN]))
        self.assertTrue(state.is_signed_in, state.message)
        self.assertEqual((state.payload["act"], state.payload["sid"]), (self.ACTOR, session))


if __name__ == "__main__":
    unittest.main()
