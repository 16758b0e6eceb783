"""A SQLite database with something in every table, made by a real tenensd."""

import pathlib
from dataclasses import dataclass, field

from tenensd import Tenensd, run
from wire import Browser


@dataclass
class Filled:
    """What the database must still know."""
    path: pathlib.Path
    pending: dict = field(default_factory=dict)   # an actor token that nobody has redeemed
    spent: dict = field(default_factory=dict)
    browser: Browser = None                       # with a session
    session_id: str = ""
    jwks: dict = field(default_factory=dict)
    audit: list = field(default_factory=list)
    idempotent: tuple = ()                        # body, headers, the token they made


def audit_of(server):
    return server.request("GET", "/v1/audit_events?paginated=true&limit=500")[1]["data"]


def fill(directory, users=2, env=None):
    """Fills directory/tenens.db and stops the server."""
    with Tenensd(directory=directory, env=env) as server:
        made = Filled(server.database)

        def post(path, body=None, headers=None):
            status, answer, _ = server.request("POST", path, body or {}, headers)
            assert status == 200, answer
            return answer

        people = [post("/v1/users", {"first_name": "Zoë", "username": f"user_{i}", "external_id": f"ext {i}",
                                     "email_address": [f"a{i}@example.com", f"b{i}@example.com"],
                                     "private_metadata": {"level": i}})["id"] for i in range(users)]
        token = {"user_id": people[0], "actor": {"sub": "agent", "level": 3}}
        made.spent = post("/v1/actor_tokens", token)
        made.browser = Browser(server)
        status, answer, _ = made.browser.redeem(made.spent["token"])
        assert status == 200, answer
        made.session_id = answer["response"]["created_session_id"]
        Browser(server).redeem(made.spent["token"])  # refused, and in the audit
        post(f"/v1/actor_tokens/{post('/v1/actor_tokens', token)['id']}/revoke")
        made.pending = post("/v1/actor_tokens", token)
        Browser(server).redeem(post("/v1/sign_in_tokens", {"user_id": people[1]})["token"])
        body, headers = {**token, "user_id": people[1]}, {"Idempotency-Key": "once"}
        made.idempotent = (body, headers, post("/v1/actor_tokens", body, headers)["id"])
        removed = post("/v1/users", {"first_name": "Eve"})["id"]
        server.request("DELETE", f"/v1/users/{removed}")
        made.audit = audit_of(server)
        made.jwks = server.request("GET", "/.well-known/jwks.json")[1]
    done = run("keys", "rotate", "--database", f"sqlite:{made.path}", env=env)
    assert done.returncode == 0, done.stderr
    return made
