"""No secret in any log, any error, any audit row, or the database: canaries, and then a search for them.

One server at its most talkative is used well and badly, with each secret also in places where it does not
belong. Then everything that left the server, and the bytes of its files, are searched. Two more have keys
that are encrypted in their database, and a database with a password.

What is in a browser's history, tests/e2e/link.test.mjs looks; that no core is dumped, package/host_test.
"""

import base64
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import postgres_cluster  # pylint: disable=wrong-import-position
from jwts import to_base64url  # pylint: disable=wrong-import-position
from tenensd import SECRET_KEY, Tenensd, run  # pylint: disable=wrong-import-position
from wire import ORIGIN, Browser, exchange, head  # pylint: disable=wrong-import-position

WRONG_KEY = "sk_test_canaryWrongKey00c0ffee0ddba11"
FORGED_TICKET = "canaryForgedHeader.canaryForgedClaims.canaryForgedSignature"
FORGED_COOKIE = "client_canaryForged.canaryForgedCookieSecret"


def spellings(secret):
    """A secret as it would look after some careless treatment."""
    whole = secret if isinstance(secret, bytes) else secret.encode()
    yield whole
    yield urllib.parse.quote(whole, safe="").encode()
    yield base64.b64encode(whole).rstrip(b"=")
    yield to_base64url(whole).encode()
    yield whole.hex().encode()
    if len(whole) > 24:
        yield whole[:-4]  # cut at the end
        yield whole[4:]   # or at the beginning
    # The proof in a JWT or a cookie is its last part.
    if isinstance(secret, str) and "." in secret:
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


def use(server):
    """An impersonation from its beginning to its end."""
    user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
    token = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]
    browser = Browser(server)
    session = browser.redeem(token["token"])[1]["response"]["created_session_id"]
    browser.session(session, "tokens")
    server.request("POST", f"/v1/actor_tokens/{token['id']}/end")


def files_below(*folders):
    return {str(file): file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()}


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
        return files_below(cls.folder)

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


class KeysThatAreEncrypted(unittest.TestCase):
    """What signs was clear once and is encrypted now: no byte of it is left, and none is said or written anywhere."""

    def setUp(self):
        self.folder, self.elsewhere = (pathlib.Path(tempfile.mkdtemp(prefix="tenens-test-")) for _ in range(2))
        for folder in (self.folder, self.elsewhere):
            self.addCleanup(shutil.rmtree, folder)
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        self.env = {"TMPDIR": str(self.temporary)}
        self.key = self.elsewhere / "encryption.key"
        self.key.write_text(os.urandom(32).hex() + "\n", encoding="utf-8")
        self.key.chmod(0o600)
        self.said = []

    def serve(self, *flags):
        server = Tenensd("--log-level", "debug", "--app-url", ORIGIN, *flags, dev=False, directory=self.folder,
                         env=self.env)
        use(server)
        server.stop()
        self.said.append("".join(server.log))

    def command(self, *words):
        done = run(*words, "--database", f"sqlite:{self.folder}/tenens.db", env=self.env)
        self.said += [done.stdout, done.stderr]
        return done

    def clear_keys(self):
        db = sqlite3.connect(self.folder / "tenens.db")
        pems = [bytes(pem).decode() for pem, in db.execute("SELECT private_pem FROM signing_keys")]
        (ticket_key,) = db.execute("SELECT ticket_key FROM instances").fetchone()
        db.close()
        # The first lines hold what is public, too.
        secrets = {f"line {number} of the signing key": line for pem in pems
                   for number, line in enumerate(pem.splitlines()[7:-1])}
        secrets["ticket key"] = bytes(ticket_key)
        return secrets

    def test_they_are_nowhere(self):
        self.serve()
        secrets = self.clear_keys()
        self.assertGreater(len(secrets), 15)
        leaks = {name for name, _ in find_secrets(secrets, files_below(self.folder))}
        self.assertIn("line 3 of the signing key", leaks, "the search finds it while it is clear")
        self.assertIn("ticket key", leaks)
        secrets["encryption key"] = self.key.read_text(encoding="utf-8").strip()

        encrypted = ("--encryption-key-file", str(self.key))
        self.serve(*encrypted)
        wrong = self.elsewhere / "wrong.key"
        wrong.write_text("cd" * 32 + "\n", encoding="utf-8")
        wrong.chmod(0o600)
        for command in (("doctor",), ("keys", "list"), ("keys", "rotate"), ("keys", "reencrypt"), ("audit", "verify")):
            self.assertEqual(self.command(*command, *encrypted).returncode, 0, self.said[-1])
        for command in (("doctor",), ("keys", "rotate"), ("audit", "verify")):
            self.command(*command, "--encryption-key-file", str(wrong))
            self.command(*command)
        self.serve(*encrypted)
        places = files_below(self.folder)
        places.update((f"output {number}", text.encode()) for number, text in enumerate(self.said))
        self.assertGreater(len(places), 20)
        self.assertEqual(find_secrets(secrets, places), [])


@unittest.skipIf(postgres_cluster.find_programs() is None, postgres_cluster.NOT_INSTALLED)
class ADatabaseWithAPassword(unittest.TestCase):
    OTHER = "canaryOtherPassword77aa0b"

    def setUp(self):
        self.cluster = postgres_cluster.Cluster()
        self.addCleanup(self.cluster.remove)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tenens-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.said = []

    def url(self, password, **changes):
        parts = urllib.parse.urlsplit(self.cluster.url)
        host = changes.get("host", parts.netloc.rpartition("@")[2])
        user = changes.get("user", parts.username)
        return parts._replace(netloc=f"{user}:{password}@{host}").geturl()

    def command(self, url, *words):
        done = run(*words, "--listen", "127.0.0.1:0", env={"TENENS_DATABASE": url})
        self.said += [done.stdout, done.stderr]
        return done

    def test_it_is_nowhere(self):
        with Tenensd("--log-level", "debug", "--app-url", ORIGIN, dev=False, directory=self.folder, database=False,
                     env={"TENENS_DATABASE": self.cluster.url}) as server:
            use(server)
            answers = [server.request("GET", "/v1/health")[1]]
            self.cluster.stop()
            answers += [server.request("GET", path)[1] for path in ("/v1/health", "/v1/users", "/v1/users")]
            self.cluster.start()
            for command in (("doctor",), ("doctor", "--json"), ("keys", "list"), ("audit", "verify")):
                self.command(self.cluster.url, *command)
        self.said += server.log + [json.dumps(answers)]
        # What cannot be reached, is nobody, or is no URL at all: each has an error of its own.
        for url in (self.url(self.OTHER, host="127.0.0.1:1"), self.url(self.OTHER, user="nobody"),
                    self.url(self.OTHER, host="no.such.host"), self.url(self.OTHER) + "?sslmode=nonsense",
                    self.url(self.OTHER) + "?nonsense=1", f"postgresql://u:{self.OTHER}@[::1"):
            for command in ((), ("doctor",), ("audit", "verify"), ("keys", "list")):
                self.assertNotEqual(self.command(url, *command).returncode, 0, url)
        done = run("migrate", "--from", f"sqlite:{self.folder}/none.db", env={"TENENS_DATABASE": self.url(self.OTHER)})
        self.said += [done.stdout, done.stderr]
        places = files_below(self.folder, self.cluster.home / "data")
        places["PostgreSQL's log"] = (self.cluster.home / "log").read_bytes()
        places.update((f"output {number}: {text[:200]!r}", text.encode()) for number, text in enumerate(self.said))
        self.assertGreater(len(places), 100)
        self.assertEqual(find_secrets({"password": self.cluster.password, "other password": self.OTHER}, places), [])


if __name__ == "__main__":
    unittest.main()
