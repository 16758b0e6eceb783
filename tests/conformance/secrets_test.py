"""No secret in any log, any error, any audit row, or the database: canaries, and then a search for them.

One server at its most talkative is used well and badly, with each secret also in places where it does not
belong. Then everything that left the server, and the bytes of its files, are searched.
"""

import base64
import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest
import urllib.parse

from harness import ORIGIN, SECRET_KEY, Browser, Tenensd, exchange, head, to_base64url

WRONG_KEY = "sk_test_canaryWrongKey00c0ffee0ddba11"
FORGED_TICKET = "canaryForgedHeader.canaryForgedClaims.canaryForgedSignature"
FORGED_COOKIE = "client_canaryForged.canaryForgedCookieSecret"


def spellings(secret):
    """A secret as it would look after some careless treatment."""
    whole = secret.encode()
    yield whole
    yield urllib.parse.quote(secret, safe="").encode()
    yield base64.b64encode(whole).rstrip(b"=")
    yield to_base64url(whole).encode()
    yield whole.hex().encode()
    if len(secret) > 24:
        yield whole[:-4]  # cut at the end
        yield whole[4:]   # or at the beginning
    # The proof in a JWT or a cookie is its last part.
    if "." in secret:
        yield secret.rsplit(".", 1)[1].encode()


def find_secrets(secrets, places):
    """[(secret's name, place's name)] of every secret that is in a place."""
    return [(name, place) for place, content in places.items() for name, secret in secrets.items()
            if any(spelling in content for spelling in spellings(secret))]


class TheSearchItself(unittest.TestCase):
    def test_it_finds_a_canary_that_was_planted(self):
        log = b"debug: POST /v1/users by sk_test_planted0000000000000000000000\n"
        self.assertEqual(find_secrets({"key": "sk_test_planted0000000000000000000000"}, {"log": log}), [("key", "log")])

    def test_it_finds_one_that_was_encoded_or_cut(self):
        secret = "client_1.plantedCookieSecretOfSomeLength"
        for content in (urllib.parse.quote(secret), base64.b64encode(secret.encode()).decode(), secret[:-4],
                        secret[4:], "plantedCookieSecretOfSomeLength", secret.encode().hex()):
            self.assertTrue(find_secrets({"cookie": secret}, {"log": f"x{content}y".encode()}), content)

    def test_it_does_not_find_what_is_not_there(self):
        self.assertEqual(find_secrets({"key": "sk_test_planted0000000000000000000000"}, {"log": b"sk_test_" * 9}), [])


class OneTalkativeServer(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-test-"))
        cls.secrets = {"secret key": SECRET_KEY, "wrong key": WRONG_KEY, "forged ticket": FORGED_TICKET,
                       "forged cookie": FORGED_COOKIE}
        cls.errors = []
        # Not --dev, which prints the key on purpose.
        cls.server = Tenensd("--log-level", "debug", "--app-url", ORIGIN, dev=False, directory=cls.folder)
        try:
            cls.use_it_well()
            cls.use_it_badly()
            cls.audit = cls.server.request("GET", "/v1/audit_events?paginated=true&limit=500")[1]
            cls.files_while_running = cls.read_files()
        finally:
            cls.server.stop()
        cls.log = "".join(cls.server.log).encode() + (cls.folder / "stdout").read_bytes()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    @classmethod
    def read_files(cls):
        return {str(file): file.read_bytes() for file in cls.folder.glob("tenens.db*")}

    @classmethod
    def call(cls, method, path, *body, headers=None, **more):
        """A request whose answer is kept if it is a refusal."""
        answer = cls.server.request(method, path, *body, headers=headers, **more)
        if answer[0] >= 400:
            cls.errors.append(answer[1])
        return answer

    @classmethod
    def sign_in(cls):
        user = cls.call("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        token = cls.call("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}, "reason": "why"})[1]
        browser = Browser(cls.server)
        body = browser.redeem(token["token"])[1]
        return browser, body["response"]["created_session_id"], token

    @classmethod
    def use_it_well(cls):
        browser, session, token = cls.sign_in()
        cls.ticket, cls.cookie = token["token"], browser.cookies["__client"]
        cls.jwt = browser.session(session, "tokens")[1]["jwt"]
        cls.secrets.update({"ticket": cls.ticket, "cookie": cls.cookie, "session JWT": cls.jwt})
        browser.session(session, "touch")
        cls.call("GET", f"/v1/tickets/accept?ticket={cls.ticket}", key=False)
        cls.call("POST", f"/v1/sessions/{session}/tokens")
        ended, pending = cls.sign_in()[2], cls.sign_in()[2]
        cls.call("POST", f"/v1/actor_tokens/{ended['id']}/end")
        cls.call("POST", f"/v1/actor_tokens/{pending['id']}/revoke")
        unused = cls.call("POST", "/v1/actor_tokens", {"user_id": token["user_id"], "actor": {"sub": "a"}})[1]
        cls.secrets["unused ticket"] = unused["token"]
        browser.request("POST", "/v1/client/sessions?_method=DELETE", form={})

    @classmethod
    def use_it_badly(cls):
        browser = Browser(cls.server)
        for ticket in (cls.ticket, FORGED_TICKET, cls.ticket + "x", cls.jwt, SECRET_KEY):
            cls.errors.append(browser.redeem(ticket)[1])
        stranger = Browser(cls.server)
        for cookie in (FORGED_COOKIE, cls.cookie, cls.ticket, SECRET_KEY):
            stranger.cookies["__client"] = cookie
            cls.errors.append(stranger.session("sess_nobody", "tokens")[1])
            stranger.client()
        for secret in (SECRET_KEY, WRONG_KEY, cls.ticket, cls.cookie, cls.jwt):
            cls.misplace(secret)
        cls.call("GET", "/v1/users", key=WRONG_KEY)

    @classmethod
    def misplace(cls, secret):
        """Sends a secret wherever a caller might put it by mistake."""
        basic = base64.b64encode(f"{secret}:".encode()).decode()
        for authorization in (f"Bearer {secret}x", f"Basic {basic}", secret, f"Token {secret}"):
            cls.call("GET", "/v1/users", headers={"Authorization": authorization}, key=False)
        for path in (f"/v1/{secret}", f"/{secret}", f"/v1/users?key={secret}", f"/v1/users?{secret}=1",
                     f"/v1/tickets/accept?ticket={secret}", f"/v1/tickets/accept/{secret}",
                     f"/v1/client?__clerk_api_version={secret}", f"/v1/jwks?authorization=Bearer%20{secret}"):
            cls.call("GET", path)
        cls.call("POST", f"/v1/actor_tokens/{secret}/revoke")
        cls.call("PUT", f"/v1/actor_tokens/{secret}")
        # What the caller named as an id comes back to the caller ("No user was found with id X", as with Clerk):
        # such answers are not searched, but the log is.
        for path in (f"/v1/users/{secret}", f"/v1/sessions/{secret}"):
            cls.server.request("GET", path)
        cls.server.request("POST", "/v1/actor_tokens", {"user_id": secret, "actor": {"sub": "a"}})
        for headers in ({"Origin": secret}, {"Clerk-API-Version": secret}, {"X-Forwarded-For": secret},
                        {"Idempotency-Key": secret}, {"User-Agent": secret}, {"Clerk-Proxy-Url": secret},
                        {"Cookie": f"other={secret}"}, {"Content-Type": "text/plain", "X-Key": secret}):
            cls.call("POST", "/v1/actor_tokens", {"user_id": 1, "actor": 2}, headers=headers)
        for body in (f'{{"user_id": "{secret}", '.encode(), secret.encode(), f'{{"actor": {secret}}}'.encode()):
            cls.call("POST", "/v1/actor_tokens", body)
        for form in ({"strategy": "ticket", "token": secret}, {"strategy": "password", "password": secret},
                     {secret: "x"}):
            cls.errors.append(Browser(cls.server).request("POST", "/v1/client/sign_ins", form=form)[1])
        # And as raw bytes: a head that cannot be parsed, and one that is too long.
        for raw in (f"GET /v1/users HTTP/1.1\r\n{secret}\r\n\r\n".encode(), f"{secret} / HTTP/1.1\r\n\r\n".encode(),
                    head("GET", "/v1/users", f"X-Secret: {secret * 200}")):
            cls.errors.append(exchange(cls.server, raw)[2].decode("utf-8", "replace"))

    def expect_none(self, places):
        self.assertEqual(find_secrets(self.secrets, places), [])

    def test_there_is_something_to_search(self):
        self.assertGreater(len(self.log.splitlines()), 50, "the most talkative level says less than it should")
        self.assertGreater(len(self.errors), 100)
        self.assertGreater(len(self.audit["data"]), 10)
        self.assertTrue(self.files_while_running)

    def test_the_log_holds_no_secret(self):
        self.expect_none({f"line {number}: {line[:300]!r}": line
                          for number, line in enumerate(self.log.splitlines())})

    def test_no_error_holds_a_secret(self):
        self.expect_none({f"error {number}: {error!r:.300}": json.dumps(error).encode()
                          for number, error in enumerate(self.errors)})

    def test_no_audit_event_holds_a_secret(self):
        self.expect_none({"audit": json.dumps(self.audit).encode()})

    def test_the_bytes_of_the_database_hold_no_secret(self):
        self.expect_none(self.files_while_running)
        self.expect_none(self.read_files())

    def test_a_dump_of_the_database_holds_no_secret(self):
        try:
            done = subprocess.run(["sqlite3", self.folder / "tenens.db", ".dump"], capture_output=True, check=False)
        except FileNotFoundError:
            self.skipTest("no sqlite3 program here")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"actor_token", done.stdout)
        self.expect_none({"dump": done.stdout})


if __name__ == "__main__":
    unittest.main()
