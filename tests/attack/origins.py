#!/usr/bin/env python3
"""Pages of other origins: none may call the Frontend API, none may read an answer, no form of theirs is taken."""

import argparse
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from tenensd import Tenensd  # noqa: E402
from wire import Browser  # noqa: E402

APP = "https://app.example.com"
FOREIGN = [
    "null", "*", "https://evil.example", "http://app.example.com", "https://app.example.com.evil.example",
    "https://evilapp.example.com", "https://app.example.com.", "https://app.example.com:8443", "https://app.example.com:443",
    "https://APP.example.com", "https://sub.app.example.com", "https://example.com", "https://app-example.com",
    "https://appxexample.com", "https://app.example.comevil.example", "https://app.example.com@evil.example",
    "https://evil.example@app.example.com", "https://evil.example/https://app.example.com", "https://app.example.com/",
    "https://app.example.com/x", "https://app.example.com?x", "https://app.example.com#x", "https://evil.example#app.example.com",
    "https://app.example.com\\.evil.example", "https://app.example.com%2eevil.example", "https://app.example.com%00.evil.example",
    "https://app.example.com%0d%0aX: y", "https://app.example.com_.evil.example", "https://app.example.com`.evil.example",
    "https://app.example.com{.evil.example", "https://app.example.com!.evil.example", "https://app.example.com;.evil.example",
    "https://app.example.com,https://evil.example", "https://app.example.com https://evil.example", "https:app.example.com",
    "https//app.example.com", "//app.example.com", "app.example.com", "https://", "https:", "://", "file://", "file:///etc/passwd",
    "data:text/html,x", "javascript:alert(1)", "chrome-extension://abcdef", "ws://app.example.com", "wss://app.example.com",
    "ftp://app.example.com", "https://[::1]", "http://localhost", "http://localhost:3000", "http://127.0.0.1", "http://127.1",
    "http://0.0.0.0", "http://[::ffff:127.0.0.1]", "http://2130706433", "http://localhost.evil.example", "http://clerk.localhost",
    "https://xn--pp-yia.example.com", "https://\u0430pp.example.com", "https://app\u3002example.com", "x" * 5000]
ROUTES = [("GET", "/v1/client"), ("GET", "/v1/environment"), ("POST", "/v1/client/sign_ins"), ("DELETE", "/v1/client/sessions"),
          ("POST", "/v1/client/sessions/{session}/tokens"), ("POST", "/v1/client/sessions/{session}/touch"),
          ("POST", "/v1/client/sessions/{session}/end"), ("OPTIONS", "/v1/client"), ("OPTIONS", "/v1/client/sign_ins")]
PAGES = [("POST", "/v1/tickets/accept"), ("POST", "/v1/tickets/session")]


def allowed(headers):
    return {name: value for name, value in headers.items() if name.lower().startswith("access-control-allow-")}


def faults_of(server, browser, session, origin):
    cookie = {"Cookie": f"__client={browser.cookies['__client']}"}
    headers = {**cookie, "Origin": origin.encode().decode("latin-1")}
    for method, path in [*ROUTES, *PAGES]:
        form = {"strategy": "ticket", "ticket": "x", "csrf": "x"} if method == "POST" else None
        status, body, answered = server.request(method, path.format(session=session), form=form, headers=headers, key=False)
        if (granted := allowed(answered)) and granted.get("Access-Control-Allow-Origin") != APP:
            yield f"{method} {path}: {granted}"
        if status not in (400, 403):
            yield f"{method} {path}: {status} {body}"
        if "Origin" not in (answered.get("Vary") or "") and (method, path) in ROUTES:
            yield f"{method} {path}: a cache may give the answer to another origin"
    for method, path in (("GET", "/v1/health"), ("GET", "/v1/users"), ("GET", "/v1/tickets/session"), ("GET", "/v1/jwks")):
        if granted := allowed(server.request(method, path, headers=headers, key=False)[2]):
            yield f"{method} {path}: {granted}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    options = parser.parse_args()
    faults = []
    with Tenensd("--app-url", APP, "--public-url", "https://clerk.example.com", program=options.program, dev=False) as server:
        user = server.request("POST", "/v1/users", {"first_name": "Ada"})[1]["id"]
        ticket = server.request("POST", "/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})[1]["token"]
        browser = Browser(server, origin=APP)
        status, body, headers = browser.redeem(ticket)
        session = body["response"]["created_session_id"]
        # The one that may, so that the refusals below mean something.
        if status != 200 or allowed(headers).get("Access-Control-Allow-Origin") != APP:
            faults.append((APP, f"is not served: {status} {body}"))
        for origin in FOREIGN:
            faults += [(origin, fault) for fault in faults_of(server, browser, session, origin)]
        if browser.session(session, "touch")[0] != 200:
            faults.append(("one of them", "has ended the session"))
    for origin, fault in faults:
        print(f"breach origin: {origin:.60}: {fault}")
    print(f"{len(FOREIGN)} foreign origins, {len(ROUTES) + len(PAGES) + 4} routes each, {len(faults)} not as they should be")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
