"""What tests share that speak to a running server: a server for each class, a browser, refusals, raw bytes."""

import base64
import hashlib
import http.cookies
import os
import pathlib
import socket
import tempfile
import time
import unittest
import urllib.parse

from tenensd import SECRET_KEY, Tenensd

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
INSTALLED = REPOSITORY / "build/conformance"  # by prepare.sh
ORIGIN = "http://localhost:3000"
API = "__clerk_api_version=2026-08-20&_clerk_js_version=6.40.0"  # as clerk-js sends it


def shared(path):
    """A file or folder of the project's shared reference material, or None. It is not in the repository."""
    found = pathlib.Path(os.environ.get("TENENS_SHARED") or REPOSITORY.parent / "shared") / path
    return found if found.exists() else None


def until(happened, seconds=20):
    """What `happened` says, asked again and again until that is true or the time is over."""
    give_up = time.monotonic() + seconds
    while not (found := happened()) and time.monotonic() < give_up:
        time.sleep(0.05)
    return found


def ids_in(items):
    return [item["id"] for item in items]


def findings(report):
    """check -> its findings, each (level, text), of what `doctor --json` and `audit verify --json` say."""
    found = {}
    for finding in report["findings"]:
        found.setdefault(finding["check"], []).append((finding["level"], finding["text"]))
    return found


# ── a server for each class ──────────────────────────────────────────────────────────────────────

class ServerTest(unittest.TestCase):
    """Its tests share one server and never each other's users."""

    flags = ()
    options = {}

    @classmethod
    def setUpClass(cls):
        cls.server = Tenensd(*cls.flags, **cls.options)

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def expect(self, status, *request, **options):
        """The body of an answer that must have this status."""
        got, body, _ = self.server.request(*request, **options)
        self.assertEqual(got, status, f"{request[0]} {request[1]}: {body}")
        return body

    def new_user(self, **fields):
        return self.expect(200, "POST", "/v1/users", {"first_name": "Ada", **fields})["id"]

    def new_token(self, user_id=None, actor=None, **fields):
        body = {"user_id": user_id or self.new_user(), "actor": actor or {"sub": "user_support"}, **fields}
        return self.expect(200, "POST", "/v1/actor_tokens", body)

    def signed_in(self, user_id=None, **fields):
        """A browser with an impersonation session: (browser, session id, actor token)."""
        token = self.new_token(user_id, **fields)
        browser = Browser(self.server)
        status, body, _ = browser.redeem(token["token"])
        self.assertEqual(status, 200, body)
        return browser, body["response"]["created_session_id"], token

    def refused(self, answer, status, code, message=None, long_message=None, param=None):
        """Checks a refusal, its shape included, and returns its first error."""
        got, body, headers = answer
        self.assertEqual(got, status, body)
        self.assertIsInstance(body, dict, f"not JSON: {body!r}")
        self.assertEqual(headers.get_content_type(), "application/json")
        self.assertTrue(body["errors"])
        for error in body["errors"]:
            self.assertGreaterEqual(error.keys(), {"message", "long_message", "code", "meta"})
        self.assertTrue(body.get("clerk_trace_id"), body)
        error = body["errors"][0]
        self.assertEqual(error["code"], code, error)
        if message is not None:
            self.assertEqual(error["message"], message)
        if long_message is not None:
            self.assertEqual(error["long_message"], long_message)
        if param is not None:
            self.assertEqual(error["meta"].get("param_name"), param, error)
        return error

    def audit(self, **filters):
        """Audit events, oldest first."""
        query = urllib.parse.urlencode({"paginated": "true", "limit": 500, **filters})
        return self.expect(200, "GET", f"/v1/audit_events?{query}")["data"][::-1]


class InFolder(unittest.TestCase):
    """Its tests start servers themselves, each in a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="tenens-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)


def create(server, **fields):
    """The answer to a create for a new user."""
    user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
    return server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}, **fields})


def signed_in(server):
    """A browser with an impersonation session, and that session's id."""
    browser = Browser(server)
    session = browser.redeem(create(server)[1]["token"])[1]["response"]["created_session_id"]
    return browser, session


# ── a browser ────────────────────────────────────────────────────────────────────────────────────

class Browser:
    """Keeps the cookies it is given and names the page it is on."""

    def __init__(self, server, origin=ORIGIN):
        self.server = server
        self.origin = origin
        self.cookies = {}

    def request(self, method, path, form=None, headers=None):
        headers = dict(headers or {})
        if self.origin and method != "GET":  # a same-origin GET carries none
            headers.setdefault("Origin", self.origin)
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        separator = "&" if "?" in path else "?"
        answer = self.server.request(method, f"{path}{separator}{API}", form=form, headers=headers, key=False)
        for name, morsel in set_cookies(answer[2]).items():
            if morsel["max-age"] == "0" or not morsel.value:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value
        return answer

    def redeem(self, ticket, **more):
        return self.request("POST", "/v1/client/sign_ins",
                            form={"strategy": "ticket", "ticket": ticket, **more})

    def client(self, headers=None):
        return self.request("GET", "/v1/client", headers=headers)

    def session(self, session_id, action, form=None):
        return self.request("POST", f"/v1/client/sessions/{session_id}/{action}", form=form or {})


def set_cookies(headers):
    """Name -> http.cookies.Morsel of every Set-Cookie."""
    cookies = {}
    for line in headers.get_all("Set-Cookie") or []:
        cookies.update(http.cookies.SimpleCookie(line))
    return cookies


def cookie_suffix(publishable_key):
    digest = hashlib.sha1(publishable_key.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:8]


def publishable_key(kind="test", host="clerk.localhost"):
    encoded = base64.b64encode(f"{host}$".encode()).decode().rstrip("=")
    return f"pk_{kind}_{encoded}"


# ── raw bytes, for what no HTTP client would send ────────────────────────────────────────────────

def exchange(server, *parts, timeout=10):
    """Sends bytes on one connection and returns (status, headers, body) of the answer, status 0 for none."""
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout) as connection:
        try:
            for part in parts:
                connection.sendall(part)
        except OSError:
            pass  # the server may refuse before it has read everything; its answer is what counts
        try:
            while chunk := connection.recv(65536):
                received += chunk
                if _is_whole(received):
                    break
        except OSError:
            pass
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return 0, {}, b""
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return int(first.split(" ")[1]), headers, body


def _is_whole(received):
    head, found, body = received.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return False


def head(method, path, *lines, key=SECRET_KEY):
    """A request's head, to the empty line."""
    authorization = [f"Authorization: Bearer {key}"] if key else []
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *authorization, *lines, "", ""]).encode()
