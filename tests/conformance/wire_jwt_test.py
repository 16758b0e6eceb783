"""Session JWTs: every claim, the signature, and how long they may live."""

import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from jwts import decode_jwt, from_base64url, is_signed_by, to_base64url  # pylint: disable=wrong-import-position
from tenensd import Tenensd  # pylint: disable=wrong-import-position
from wire import ORIGIN, Browser, ServerTest  # pylint: disable=wrong-import-position

CLAIMS = {"act", "azp", "exp", "fva", "iat", "iss", "jti", "nbf", "sid", "sts", "sub", "v"}


class SessionJwt(ServerTest):
    def jwt_of(self, browser, session):
        status, body, _ = browser.session(session, "tokens")
        self.assertEqual(status, 200, body)
        return body["jwt"]

    def test_the_header_is_clerks(self):
        browser, session, _ = self.signed_in()
        header, _ = decode_jwt(self.jwt_of(browser, session))
        keys = self.expect(200, "GET", "/v1/jwks")["keys"]
        self.assertEqual(header, {"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": keys[0]["kid"], "typ": "JWT"})
        # Its RFC 7638 thumbprint, so that two keys never share a name.
        members = json.dumps({name: keys[0][name] for name in ("e", "kty", "n")}, separators=(",", ":"))
        self.assertEqual(header["kid"], to_base64url(hashlib.sha256(members.encode()).digest()))

    def test_the_claims_are_these_and_no_others(self):
        actor = {"sub": "user_support", "iss": "https://admin.example.com", "sid": "sess_admin",
                 "act": {"sub": "agent_1"}, "exotic": [1, {"a": None}]}
        browser, session, token = self.signed_in(actor=actor)
        before = int(time.time())
        _, claims = decode_jwt(self.jwt_of(browser, session))
        self.assertEqual(set(claims), CLAIMS)
        self.assertEqual(claims["act"], actor)
        self.assertEqual(claims["azp"], ORIGIN)
        self.assertEqual(claims["iss"], "https://clerk.localhost")
        self.assertEqual((claims["sid"], claims["sub"]), (session, token["user_id"]))
        self.assertIn(claims["iat"], (before, before + 1))
        self.assertEqual((claims["exp"] - claims["iat"], claims["iat"] - claims["nbf"]), (60, 10))
        self.assertEqual((claims["sts"], claims["v"], claims["fva"]), ("active", 2, [0, -1]))
        self.assertIsInstance(claims["jti"], str)

    def test_nothing_in_the_actor_reaches_the_claims_outside_act(self):
        actor = {"sub": "user_support", "iss": "https://evil.example", "sid": "sess_evil", "azp": "https://evil.example",
                 "role": "admin", "org_id": "org_evil", "iat": 1, "v": 1, "sts": "pending"}
        browser, session, token = self.signed_in(actor=actor)
        _, claims = decode_jwt(self.jwt_of(browser, session))
        self.assertEqual(set(claims), CLAIMS)
        self.assertEqual((claims["sub"], claims["sid"], claims["iss"], claims["azp"], claims["v"], claims["sts"]),
                         (token["user_id"], session, "https://clerk.localhost", ORIGIN, 2, "active"))
        self.assertEqual(claims["act"], actor)

    def test_two_jwts_of_one_session_have_names_of_their_own(self):
        browser, session, _ = self.signed_in()
        first, second = (decode_jwt(self.jwt_of(browser, session))[1]["jti"] for _ in range(2))
        self.assertNotEqual(first, second)

    def test_the_signature_is_that_of_the_published_key(self):
        browser, session, _ = self.signed_in()
        jwt = self.jwt_of(browser, session)
        jwks = self.expect(200, "GET", "/v1/jwks")
        self.assertTrue(is_signed_by(jwt, jwks))
        header, claims, signature = jwt.split(".")
        forged = to_base64url(from_base64url(claims).replace(b'"v":2', b'"v":3'))
        self.assertFalse(is_signed_by(f"{header}.{forged}.{signature}", jwks))

    def test_openssl_agrees(self):
        browser, session, _ = self.signed_in()
        jwt = self.jwt_of(browser, session)
        signed, signature = jwt.rsplit(".", 1)
        key = self.expect(200, "GET", "/v1/jwks")["keys"][0]
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder) / name for name in ("key", "signed", "signature")}
            files["key"].write_bytes(public_key_der(from_base64url(key["n"]), from_base64url(key["e"])))
            files["signed"].write_text(signed, encoding="ascii")
            files["signature"].write_bytes(from_base64url(signature))
            try:
                done = subprocess.run(
                    ["openssl", "dgst", "-sha256", "-verify", files["key"], "-keyform", "DER",
                     "-signature", files["signature"], files["signed"]], capture_output=True, text=True, check=False)
            except FileNotFoundError:
                self.skipTest("no openssl program here")
        self.assertEqual((done.returncode, done.stdout.strip()), (0, "Verified OK"), done.stderr)

    def test_azp_is_never_lost(self):
        token = self.new_token()
        browser = Browser(self.server)
        _, body, _ = browser.redeem(token["token"])
        session = body["response"]["created_session_id"]
        jwt = body["client"]["sessions"][0]["last_active_token"]["jwt"]
        self.assertEqual(decode_jwt(jwt)[1]["azp"], ORIGIN)
        _, body, _ = browser.session(session, "touch")
        jwt = body["response"]["last_active_token"]["jwt"]
        self.assertEqual(decode_jwt(jwt)[1]["azp"], ORIGIN)
        # A same-origin GET through a proxy carries no Origin.
        for headers, azp in (({"Clerk-Proxy-Url": f"{ORIGIN}/__clerk"}, ORIGIN),
                             ({}, f"http://localhost:{self.server.port}")):
            _, body, _ = browser.client(headers=headers)
            jwt = body["response"]["sessions"][0]["last_active_token"]["jwt"]
            self.assertEqual(decode_jwt(jwt)[1]["azp"], azp)

    def test_a_jwt_never_outlives_its_session(self):
        browser, session, _ = self.signed_in(session_max_duration_in_seconds=20)
        end = self.expect(200, "GET", f"/v1/sessions/{session}")["expire_at"]
        made = [self.jwt_of(browser, session),
                self.expect(200, "POST", f"/v1/sessions/{session}/tokens")["jwt"],
                browser.client()[1]["response"]["sessions"][0]["last_active_token"]["jwt"]]
        for jwt in made:
            self.assertLessEqual(decode_jwt(jwt)[1]["exp"] * 1000, end)

    def test_the_issuer_follows_the_frontend_host(self):
        with Tenensd("--frontend-host", "clerk.example.com") as server:
            user = server.request("POST", "/v1/users", {"first_name": "A"})[1]["id"]
            token = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]["token"]
            jwt = Browser(server).redeem(token)[1]["client"]["sessions"][0]["last_active_token"]["jwt"]
        self.assertEqual(decode_jwt(jwt)[1]["iss"], "https://clerk.example.com")


class Lifetimes(ServerTest):
    flags = ("--idle-limit", "1s")

    def test_a_session_dies_at_the_end_of_its_maximum_duration_whatever_happens(self):
        browser, session, _ = self.signed_in(session_max_duration_in_seconds=1)
        deadline = time.monotonic() + 1.1
        while time.monotonic() < deadline:
            browser.session(session, "touch")
            time.sleep(0.1)
        self.refused(browser.session(session, "tokens"), 401, "signed_out")
        self.refused(browser.session(session, "touch"), 401, "signed_out")
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "expired")
        self.assertIn(self.server.request("POST", f"/v1/sessions/{session}/tokens")[0], (401, 404))

    def test_a_session_dies_when_nothing_happens(self):
        browser, session, _ = self.signed_in()
        time.sleep(1.1)
        self.refused(browser.session(session, "touch"), 401, "signed_out")
        self.refused(browser.session(session, "tokens"), 401, "signed_out")
        self.assertEqual(self.expect(200, "GET", f"/v1/sessions/{session}")["status"], "abandoned")
        listed = self.expect(200, "GET", f"/v1/sessions?client_id={self.client_of(session)}&status=active")
        self.assertEqual(listed, [])

    def client_of(self, session):
        return self.expect(200, "GET", f"/v1/sessions/{session}")["client_id"]

    def test_touches_keep_it_alive(self):
        browser, session, _ = self.signed_in()
        for _ in range(5):
            time.sleep(0.3)
            self.assertEqual(browser.session(session, "touch")[0], 200)

    def test_tokens_keep_it_alive(self):
        browser, session, _ = self.signed_in()
        for _ in range(5):
            time.sleep(0.3)
            self.assertEqual(browser.session(session, "tokens")[0], 200)

    def test_reading_does_not_keep_it_alive(self):
        browser, session, _ = self.signed_in()
        for _ in range(4):
            time.sleep(0.3)
            browser.client()
            self.expect(200, "GET", f"/v1/sessions/{session}")
        self.refused(browser.session(session, "tokens"), 401, "signed_out")


def public_key_der(modulus, exponent):
    """SubjectPublicKeyInfo of an RSA key (RFC 8017, appendix A.1.1; RFC 5280, section 4.1)."""
    def tlv(tag, content):
        size = len(content)
        length = bytes([size]) if size < 128 else bytes([0x82]) + size.to_bytes(2, "big")
        return bytes([tag]) + length + content

    def integer(data):
        return tlv(0x02, (b"\x00" if data[0] & 0x80 else b"") + data)

    algorithm = tlv(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    return tlv(0x30, algorithm + tlv(0x03, b"\x00" + tlv(0x30, integer(modulus) + integer(exponent))))


if __name__ == "__main__":
    unittest.main()
