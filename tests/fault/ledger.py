"""What the clients were told, kept outside the server's process.

An answer counts from the moment it has arrived. A request without an answer stays unknown: it may
have happened or not, and either is right, but not both, and not twice.
"""

import collections
import json


class Breach(Exception):
    """A promise that was not kept. `kind` is one of KINDS."""

    def __init__(self, kind, text):
        super().__init__(f"{kind}: {text}")
        assert kind in KINDS, kind
        self.kind = kind


KINDS = {
    "lost": "something acknowledged is not there, or a state seen after a crash went back",
    "double": "one ticket, two winners or two sessions; one create, two tokens",
    "expired": "something that had run out was accepted, or time went back",
    "late": "too much was asked, and the answers came too late or not as promised",
    "order": "no order of the operations on one token explains every answer",
    "unaudited": "an act and its audit row are apart",
    "edited": "the audit was changed, and nobody could tell, or nobody was",
    "gap": "the audit's sequence has a gap",
    "phantom": "something is there that nobody asked for",
    "answer": "an answer that no client should ever see, or a server that ended by itself",
    "slow": "service did not come back in time",
    "corrupt": "SQLite's integrity check, or rows that name rows which do not exist",
}


class Token:
    """One actor token, as far as the clients know."""

    __slots__ = ("id", "label", "ticket", "session", "revoked", "ended", "refusals", "said_used",
                 "said_revoked", "said_final", "settled", "doubts", "unknown_redeems")

    def __init__(self, token_id, label, ticket):
        self.id = token_id
        self.label = label
        self.ticket = ticket
        self.session = None  # of the acknowledged redemption
        self.revoked = False  # acknowledged
        self.ended = False
        self.refusals = 0  # acknowledged ones of redemptions: each has an audit row too
        self.said_used = self.said_revoked = self.said_final = False
        self.settled = None  # the final state that was seen in the database after a crash
        self.doubts = set()  # kinds of requests without an answer since the last crash
        self.unknown_redeems = 0  # ever

    def spent(self):
        return bool(self.session or self.revoked or self.ended or self.settled)


class Ledger:
    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8")
        self.path = path
        self.tokens = {}  # by id
        self.lost_creates = {}  # label -> Idempotency-Key or None, of creates without an answer
        self.acknowledged = collections.Counter()
        self.unknown = collections.Counter()
        self.touched = set()  # ids of tokens since the last crash

    def write(self, *columns):
        self.file.write(json.dumps(columns) + "\n")

    def end_cycle(self):
        """The file is for whoever looks into a breach: nothing here ever reads it back."""
        self.file.flush()
        touched, self.touched = self.touched, set()
        return touched

    # ── answers ──────────────────────────────────────────────────────────────────────────────────

    def created(self, label, answer):
        token = Token(answer["id"], label, answer["token"])
        self.acknowledged["create"] += 1
        self.write("create", label, token.id)
        self.touched.add(token.id)
        self.lost_creates.pop(label, None)
        if answer["actor"] != {"sub": label}:
            raise Breach("answer", f"the token created for {label} names {answer['actor']}")
        if token.id in self.tokens:
            raise Breach("double", f"{token.id} was created twice")
        self.tokens[token.id] = token
        return token

    def redeemed(self, token, session):
        self._note("redeem", token, session)
        if token.session is not None:
            raise Breach("double", f"{token.id} redeemed into {token.session} and into {session}")
        if token.revoked or token.said_revoked:
            raise Breach("double", f"{token.id} redeemed into {session} although it is revoked")
        if token.settled is not None:
            raise Breach("double", f"{token.id} redeemed into {session} although a crash before"
                                   f" left it {token.settled}")
        token.session = session

    def redeem_refused(self, token, code):
        self._note("refusal", token, code)
        token.refusals += 1
        if code == "actor_token_already_used_code":
            token.said_used = True
        elif code == "actor_token_revoked_code":
            token.said_revoked = True
        else:
            raise Breach("answer", f"redeeming {token.id} was refused with {code}")

    def token_revoked(self, token):
        self._note("revoke", token)
        if token.session is not None:
            raise Breach("double", f"{token.id} revoked although redeemed into {token.session}")
        if token.revoked:
            raise Breach("double", f"{token.id} revoked twice")
        token.revoked = True

    def revoke_refused(self, token):
        self._note("revoke_refusal", token)
        token.said_final = True

    def token_ended(self, token):
        self._note("end", token)
        token.ended = True

    def _note(self, kind, token, *more):
        self.acknowledged[kind] += 1
        self.touched.add(token.id)
        self.write(kind, token.id, *more)

    # ── no answers ───────────────────────────────────────────────────────────────────────────────

    def create_unknown(self, label, key):
        self.unknown["create"] += 1
        self.write("unknown", "create", label)
        self.lost_creates[label] = key

    def token_unknown(self, kind, token):
        self.unknown[kind] += 1
        self.touched.add(token.id)
        self.write("unknown", kind, token.id)
        token.doubts.add(kind)
        if kind == "redeem":
            token.unknown_redeems += 1
