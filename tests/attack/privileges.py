#!/usr/bin/env python3
"""Every route, asked with every kind of credential, against a table.

The table is the specification, not the program: a back end proves itself by its instance's secret key in
`Authorization` and by nothing else; a browser by its `__client` cookie, which opens the sessions of that
browser and no others; a ticket opens a session by being redeemed and proves nothing else; a session JWT is for
other people's back ends. A route that the table lacks, or that the server lacks, is a failure.
"""

import argparse
import functools
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from jwts import from_base64url  # noqa: E402
from tenensd import SECRET_KEY, Tenensd  # noqa: E402
from wire import Browser, publishable_key  # noqa: E402

OTHER_KEY = "sk_test_otherInstance0011223344556677"
OLD_KEY = "sk_test_replacedKey00112233445566778899"
JSON = {"Content-Type": "application/json"}

# What a route is for; the columns are CREDENTIALS below.
BACKEND, READ_CLIENT, OWN_USER, OWN_SESSION, USERS_SESSION, SIGN_OUT, REDEEM, FORM, PUBLIC = (
    "backend", "read client", "own user", "own session", "user's session", "sign out", "redeem", "form", "public")

ROUTES = {
    "POST /v1/actor_tokens": BACKEND,
    "GET /v1/actor_tokens": BACKEND,
    "GET /v1/actor_tokens/{actor_token_id}": BACKEND,
    "POST /v1/actor_tokens/{actor_token_id}/revoke": BACKEND,
    "POST /v1/actor_tokens/{actor_token_id}/end": BACKEND,
    "POST /v1/sign_in_tokens": BACKEND,
    "POST /v1/sign_in_tokens/{sign_in_token_id}/revoke": BACKEND,
    "POST /v1/users": BACKEND,
    "GET /v1/users": BACKEND,
    "GET /v1/users/count": BACKEND,
    "GET /v1/users/{user_id}": BACKEND,
    "PATCH /v1/users/{user_id}": BACKEND,
    "PATCH /v1/users/{user_id}/metadata": BACKEND,
    "PUT /v1/users/{user_id}/metadata": BACKEND,
    "DELETE /v1/users/{user_id}": BACKEND,
    "POST /v1/users/{user_id}/ban": BACKEND,
    "POST /v1/users/{user_id}/unban": BACKEND,
    "POST /v1/sessions": BACKEND,
    "POST /v1/testing_tokens": BACKEND,
    "GET /v1/sessions": BACKEND,
    "GET /v1/sessions/{session_id}": BACKEND,
    "POST /v1/sessions/{session_id}/revoke": BACKEND,
    "POST /v1/sessions/{session_id}/tokens": BACKEND,
    "GET /v1/clients/handshake_payload": BACKEND,
    "GET /v1/jwks": BACKEND,
    "GET /v1/audit_events": BACKEND,
    "GET /v1/audit_checkpoints": BACKEND,
    "GET /v1/client": READ_CLIENT,
    "GET /v1/client/handshake": READ_CLIENT,
    "GET /v1/tickets/session": READ_CLIENT,
    "GET /v1/me": OWN_USER,
    "GET /v1/me/sessions/active": OWN_USER,
    "POST /v1/me/sessions/{session_id}/revoke": USERS_SESSION,
    "GET /v1/client/sessions/{session_id}": OWN_SESSION,
    "POST /v1/client/sessions/{session_id}/touch": OWN_SESSION,
    "POST /v1/client/sessions/{session_id}/tokens": OWN_SESSION,
    "POST /v1/client/sessions/{session_id}/end": OWN_SESSION,
    "POST /v1/client/sessions/{session_id}/remove": OWN_SESSION,
    "DELETE /v1/client": SIGN_OUT,
    "DELETE /v1/client/sessions": SIGN_OUT,
    "POST /v1/client/sign_ins": REDEEM,
    "GET /v1/tickets/accept": FORM,
    "POST /v1/tickets/accept": FORM,
    "POST /v1/tickets/session": FORM,
    "GET /v1/environment": PUBLIC,
    "PATCH /v1/environment": PUBLIC,
    "POST /v1/dev_browser": PUBLIC,
    "GET /v1/health": PUBLIC,
    "GET /v1/openapi.json": PUBLIC,
    "GET /v1/banner.js": PUBLIC,
    "GET /.well-known/jwks.json": PUBLIC,
    "GET /npm/@clerk/{package}/dist/{file}": PUBLIC,
    "GET /tenens/{asset}": PUBLIC,
}

BEARERS = ("a wrong key", "the publishable key", "another instance's key", "a replaced key", "a ticket", "a used ticket",
           "a revoked ticket", "another instance's ticket", "a session JWT", "a session JWT of an ended session",
           "another instance's session JWT", "the client cookie")
COOKIES = ("no cookie's value", "another user's cookie", "another instance's cookie", "a signed-out cookie", "a forged cookie",
           "the secret key", "a ticket", "a session JWT")
CREDENTIALS = ["nothing", "the secret key as bearer", "the client cookie as cookie",
               *(f"{name} as bearer" for name in BEARERS), *(f"{name} as cookie" for name in COOKIES),
               "the client cookie as development browser", "the secret key as basic", "the secret key in the query", "the secret key in a header of its own"]

# What each credential gets: 'yes' what the route is for, otherwise the status of the refusal; 'empty' an
# answer with nothing of anybody's in it.
BY_COOKIE = {"the client cookie as cookie": "yes", "the client cookie as development browser": "yes"}
EXPECTED = {
    BACKEND: {"the secret key as bearer": "yes", "otherwise": 401},
    READ_CLIENT: {**BY_COOKIE, "otherwise": "empty"},
    OWN_USER: {**BY_COOKIE, "another user's cookie as cookie": "empty", "otherwise": 401},  # who asks, and nobody else
    OWN_SESSION: {**BY_COOKIE, "otherwise": 401},
    USERS_SESSION: {**BY_COOKIE, "another user's cookie as cookie": 404, "otherwise": 401},
    SIGN_OUT: {**BY_COOKIE, "otherwise": "empty"},
    REDEEM: {"otherwise": 400},  # without a ticket in the form that is one
    FORM: {"otherwise": (403, 422)},  # without the page's own token, or without a ticket
    PUBLIC: {"otherwise": "empty"},
}


@functools.cache
def foreign_secrets(server):
    """What another instance has handed out."""
    def create(path, body):
        return server.request("POST", path, body)[1]
    user = create("/v1/users", {"first_name": "Other"})["id"]
    token = create("/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})
    browser = Browser(server)
    session = browser.redeem(token["token"])[1]["response"]["created_session_id"]
    pending = create("/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})
    return {"ticket": pending["token"], "cookie": browser.cookies["__client"],
            "jwt": browser.session(session, "tokens")[1]["jwt"]}


class World:
    """One instance with a user who is signed in, and everything that others could try instead."""

    def __init__(self, server, other):
        self.server = server
        self.other = other
        self.user = self.create("/v1/users", {"first_name": "Own"})["id"]
        self.browser, self.session, used = self.sign_in(self.user)
        self.jwt = self.browser.session(self.session, "tokens")[1]["jwt"]
        stranger, _, _ = self.sign_in(self.create("/v1/users", {"first_name": "Strange"})["id"])
        leaver, left, _ = self.sign_in(self.create("/v1/users", {"first_name": "Left"})["id"])
        ended_jwt = leaver.session(left, "tokens")[1]["jwt"]
        leaver.session(left, "end")
        revoked = self.actor_token(self.user)
        self.create(f"/v1/actor_tokens/{revoked['id']}/revoke")
        self.token = self.actor_token(self.user)
        self.sign_in_token = self.create("/v1/sign_in_tokens", {"user_id": self.user})
        foreign = foreign_secrets(other)
        own = self.browser.cookies["__client"]
        self.secrets = {
            "a wrong key": "sk_test_wrong00112233445566778899aabb", "the publishable key": publishable_key(),
            "another instance's key": OTHER_KEY, "a replaced key": OLD_KEY, "the secret key": SECRET_KEY,
            "a ticket": self.token["token"], "a used ticket": used["token"], "a revoked ticket": revoked["token"],
            "another instance's ticket": foreign["ticket"], "a session JWT": self.jwt,
            "a session JWT of an ended session": ended_jwt, "another instance's session JWT": foreign["jwt"],
            "the client cookie": own, "no cookie's value": "x", "another user's cookie": stranger.cookies["__client"],
            "another instance's cookie": foreign["cookie"], "a signed-out cookie": leaver.cookies["__client"],
            "a forged cookie": own.partition(".")[0] + "." + stranger.cookies["__client"].partition(".")[2]}

    def create(self, path, body=None):
        status, answer, _ = self.server.request("POST", path, body)
        assert status == 200, answer
        return answer

    def actor_token(self, user):
        return self.create("/v1/actor_tokens", {"user_id": user, "actor": {"sub": "a"}})

    def sign_in(self, user):
        token = self.actor_token(user)
        browser = Browser(self.server)
        status, body, _ = browser.redeem(token["token"])
        assert status == 200, body
        return browser, body["response"]["created_session_id"], token

    def state(self):
        """All that an attack could have changed, as a back end sees it."""
        return {path: self.server.request("GET", path)[1] for path in (
            f"/v1/users/{self.user}", "/v1/users/count", f"/v1/actor_tokens/{self.token['id']}",
            "/v1/actor_tokens?limit=500", f"/v1/sessions/{self.session}", f"/v1/sessions?user_id={self.user}",
            "/v1/audit_events?limit=1&action=session.ended", "/v1/audit_events?limit=1&action=actor_token.redeemed",
            "/v1/audit_events?limit=1&action=sign_in_token.created")}

    def path(self, template):
        names = {"actor_token_id": self.token["id"], "sign_in_token_id": self.sign_in_token["id"], "user_id": self.user,
                 "session_id": self.session, "package": "clerk-js@6", "file": "a.js", "asset": "page.css"}
        query = {"/v1/sessions": f"?user_id={self.user}", "/v1/clients/handshake_payload": "?nonce=x",
                 "/v1/client/handshake": "?redirect_url=http%3A%2F%2Flocalhost%3A3000%2F"}
        return template.format(**names) + query.get(template, "")

    def body(self, method, template):
        bodies = {"/v1/actor_tokens": {"user_id": self.user, "actor": {"sub": "a"}}, "/v1/users": {"first_name": "New"},
                  "/v1/sign_in_tokens": {"user_id": self.user}, "/v1/sessions": {"user_id": self.user},
                  "/v1/users/{user_id}": {"first_name": "Changed"}}
        forms = {"/v1/client/sign_ins": {"strategy": "ticket", "ticket": "x"},
                 "/v1/tickets/accept": {"ticket": self.token["token"], "csrf": "x"}, "/v1/tickets/session": {"csrf": "x"}}
        if method not in ("POST", "PATCH"):
            return {}
        return {"form": forms[template]} if template in forms else {"body": bodies.get(template)}

    def present(self, credential):
        """(headers, query) with which a request brings a credential."""
        name, _, how = credential.rpartition(" as ")
        if credential == "nothing":
            return {}, ""
        if credential == "the secret key in the query":
            return {}, f"secret_key={SECRET_KEY}&authorization=Bearer%20{SECRET_KEY}"
        if credential == "the secret key in a header of its own":
            return {"X-Api-Key": SECRET_KEY, "Clerk-Secret-Key": SECRET_KEY, "Proxy-Authorization": f"Bearer {SECRET_KEY}"}, ""
        secret = self.secrets[name]
        if how == "bearer":
            return {"Authorization": f"Bearer {secret}"}, ""
        if how == "development browser":
            return {}, f"__clerk_db_jwt={secret}"
        if how == "basic":
            return {"Authorization": f"Basic {secret}"}, ""
        return {"Cookie": f"__client={secret}; __session={secret}"}, ""

    def ask(self, route, credential):
        method, _, template = route.partition(" ")
        headers, query = self.present(credential)
        path = self.path(template)
        if query:
            path += ("&" if "?" in path else "?") + query
        return self.server.request(method, path, headers=headers, key=False, **self.body(method, template))

    def reveals(self, route, answer):
        """What of the signed-in user is in an answer, JWTs in it and in those included."""
        _, body, headers = answer
        text = layer = json.dumps(body) + str(headers)
        while layer:
            payloads = re.findall(r"[\w-]+\.(eyJ[\w-]+)\.[\w-]+", layer)
            layer = "".join(from_base64url(payload).decode("utf-8", "replace") for payload in payloads)
            text += layer
        mine = {"user": self.user, "ticket": self.token["token"]}
        if "{session_id}" not in route:  # what the asker named may come back in the refusal
            mine["session"] = self.session
        return [name for name, secret in mine.items() if secret in text]


def fault_of(world, route, credential):
    status, body, headers = answer = world.ask(route, credential)
    row = EXPECTED[ROUTES[route]]
    expected = row.get(credential, row["otherwise"])
    refused_by_state = route == "GET /v1/clients/handshake_payload" and status == 400
    if expected == "yes":
        if status not in (200, 303, 307) and not refused_by_state:
            return f"is refused with {status}: {body}"
        # Where it shows nothing even to the right one, that it shows nothing to others says nothing.
        blind = ROUTES[route] == READ_CLIENT and not world.reveals(route, answer)
        return f"shows nothing of the session: {body}" if blind else None
    if revealed := world.reveals(route, answer):
        return f"reveals {', '.join(revealed)}"
    if expected == "empty":
        absent = route.startswith("GET /npm/") and status == 404  # no folder was given
        return None if status in (200, 303, 307) or absent else f"is refused with {status}: {body}"
    statuses = expected if isinstance(expected, tuple) else (expected,)
    return None if status in statuses else f"is answered with {status} and not {expected}: {body}"


def check(world):
    """[(route, credential, fault)], and how many cells were asked."""
    faults, cells = [], 0
    # First everything that must change nothing, and then what is allowed, which may.
    for allowed in (False, True):
        before = world.state()
        for route, kind in ROUTES.items():
            for credential in CREDENTIALS:
                if (EXPECTED[kind].get(credential) == "yes") != allowed:
                    continue
                fresh = world
                if allowed and not route.startswith("GET"):
                    fresh = World(world.server, world.other)
                cells += 1
                if fault := fault_of(fresh, route, credential):
                    faults.append((route, credential, fault))
        if not allowed and (changed := [path for path, answer in world.state().items() if answer != before[path]]):
            faults.append(("a refused request", "", f"changed {changed}"))
    return faults, cells


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    options = parser.parse_args()
    with Tenensd(program=options.program, secret_key=OTHER_KEY) as other:
        first = Tenensd(program=options.program, secret_key=OLD_KEY)
        first.owned = False
        first.stop()
        with Tenensd(program=options.program, directory=first.directory) as server:
            server.owned = True
            world = World(server, other)
            document = server.request("GET", "/v1/openapi.json", key=False)[1]
            served = {f"{method.upper()} {path}" for path, item in document["paths"].items() for method in item}
            faults, cells = check(world)
    for route in served ^ ROUTES.keys():
        faults.append((route, "", "is not in the table" if route in served else "is not served"))
    for route, credential, fault in faults:
        print(f"breach privilege: {route}, with {credential}: {fault}")
    print(f"{len(ROUTES)} routes, {len(CREDENTIALS)} credentials, {cells} cells, {len(faults)} not as they should be")
    return 1 if faults or cells != len(ROUTES) * len(CREDENTIALS) else 0


if __name__ == "__main__":
    sys.exit(main())
