"""The works of tenensd: a server of this build, people in it, and the request that each work is."""

import contextlib
import json
import pathlib
import re
import sqlite3
import urllib.request

import load
import machine
from load import Request

SECRET_KEY = "sk_test_benchmark0123456789abcdef"
UNIT = pathlib.Path(__file__).resolve().parents[1] / "packaging/systemd/tenensd.service.in"
# Memory as the service has it.
MALLOC = dict(re.findall(r"^Environment=(GLIBC_TUNABLES)=(.+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE))
ENV = {"TENENS_SECRET_KEY": SECRET_KEY, "TENENS_REQUESTS_PER_KEY": "0", **MALLOC}
BEARER = {"Authorization": f"Bearer {SECRET_KEY}"}
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

ES256 = ("--jwt-algorithm", "ES256")

EXPIRED, LONG_AGO = 200_000, 400 * 86400  # tokens to be cleaned up, and their age in seconds


class Tenensd:
    """A running server on a database of its own."""

    def __init__(self, program, directory, name, cores, *flags):
        self.program, self.directory, self.flags = program, directory, flags
        self.database = directory / f"{name}.db"
        self.server = machine.Server([program, "--listen", "127.0.0.1:0", "--database",
                                      f"sqlite:{self.database}", *flags], directory, cores, ENV)
        self.server.is_settled = self.is_audit_covered
        self.prepare()

    def is_audit_covered(self):
        """The audit's tree, which grows every five seconds, has all events in it."""
        ours = "WHERE instance_id = (SELECT id FROM instances)"
        with contextlib.closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            return database.execute(f"SELECT (SELECT max(sequence) FROM audit_events {ours})"
                                    f" IS (SELECT max(size) FROM audit_checkpoints {ours})").fetchone()[0]

    def prepare(self):
        people = [self.person(name) for name in ("ada", "grace")]
        self.creation = Request("/v1/actor_tokens", "POST", {**BEARER, **JSON},
                                json.dumps({"user_id": people[0], "actor": {"sub": people[1]}}))
        token = self.call("/v1/actor_tokens", json.loads(self.creation.body))
        answer = self.call("/v1/client/sign_ins", form=f"strategy=ticket&ticket={token['token']}")
        self.session = answer["response"]["created_session_id"]

    def person(self, name):
        found = self.call(f"/v1/users?username={name}")
        return (found or [self.call("/v1/users", {"username": name})])[0]["id"]

    def call(self, path, body=None, form=None):
        data = form.encode() if form is not None else body and json.dumps(body).encode()
        headers = FORM if form is not None else {**BEARER, **JSON}
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.port}{path}", data, headers)
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as answer:
            return json.load(answer)

    def works(self):
        return {
            "health": Request("/v1/health"),
            "jwks": Request("/.well-known/jwks.json"),
            "read": Request(f"/v1/sessions/{self.session}", headers=BEARER),
            "token": Request(f"/v1/sessions/{self.session}/tokens", "POST", BEARER),
            "create": self.creation,
            "redeem": Request("/v1/client/sign_ins", "POST", FORM),
        }

    def mint(self, core, count):
        """A file with the bodies of at least so many redemptions, each of a ticket that nobody has used."""
        path = self.directory / "redemptions"
        path.unlink(missing_ok=True)
        minted = 0
        while minted < count:
            load.run_wrk(core, self.server.port, self.creation, 1, mint=path)
            now = path.read_text(encoding="utf-8").count("\n") if path.exists() else 0
            if now == minted:
                raise load.Invalid("tenensd answers create without a ticket")
            minted = now
        return path

    def count_tokens(self):
        return self.call("/v1/actor_tokens?limit=1&paginated=true")["total_count"]

    def stop(self):
        self.server.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
