#!/usr/bin/env python3
"""linearizable.py FILE: whether each history of the file could have been one actor token's, in one place.

A history holds all that clients asked about one token, on whatever nodes, with the moments at which each
asked and was answered. It is linearizable if each operation can be given one moment between the two at
which it took place as a whole, so that the token's own rules explain every answer. The search is complete:
it fails only when no choice of moments will do. An operation without an answer is unknown: it took place
at any moment after it was asked, or never.

The file is what `histories.py --histories FILE` writes: a JSON array a line, of operations as in
Operation.to_json().
"""

import collections
import json
import math
import sys

NANOSECONDS = 1_000_000_000
# A node reads the database's time to within a quarter of a second (tests/contract), and a ticket's own
# `exp` is in whole seconds, cut off.
CLOCKS_APART = NANOSECONDS // 2
CUT_OFF = NANOSECONDS

# A token as its rules see it. `token` and `session` are ids; UNSEEN ones exist and nobody was told.
State = collections.namedtuple("State", "token status session session_status")
ABSENT = State(None, None, None, None)
UNSEEN = "?"


class Operation:
    """`answer` is a tuple as in RULES, or None while, or for ever, unknown. Moments in ns."""

    __slots__ = ("kind", "invoked", "returned", "answer", "node")

    def __init__(self, kind, invoked, returned=math.inf, answer=None, node=None):
        self.kind = kind
        self.invoked = invoked
        self.returned = math.inf if answer is None else returned
        self.answer = answer
        self.node = node

    def __repr__(self):
        until = "…" if self.answer is None else f"{self.returned / 1e6:.3f}"
        said = "unknown" if self.answer is None else " ".join(map(str, self.answer))
        return f"{self.invoked / 1e6:.3f}–{until} ms, node {self.node}: {self.kind} → {said}"

    def to_json(self):
        return [self.kind, self.invoked, None if self.answer is None else self.returned, self.answer, self.node]

    @classmethod
    def from_json(cls, columns):
        kind, invoked, returned, answer, node = columns
        return cls(kind, invoked, returned, None if answer is None else tuple(answer), node)


# ── the rules of one token ───────────────────────────────────────────────────────────────────────
# Each takes a state and the answer, and yields the states in which that can have left the token: none if
# the answer cannot be given in that state.


def create(state, answer):
    token = UNSEEN if answer is None else answer[0]
    if state is ABSENT:
        yield State(token, "pending", None, None)
    elif UNSEEN in (token, state.token) or token == state.token:  # repeated with its Idempotency-Key
        yield state if token == UNSEEN else state._replace(token=token)


def redeem(state, answer):
    said = answer and answer[0]
    if said in ("session", None) and state.status == "pending":
        yield state._replace(status="accepted", session=answer[1] if answer else UNSEEN, session_status="active")
    elif said == "used" and state.status == "accepted":
        yield state
    elif said == "revoked" and state.status == "revoked":
        yield state
    elif said == "expired":  # judged by the moments, below
        yield state


def revoke(state, answer):
    said = answer and answer[0]
    if said in ("revoked", None) and state.status == "pending":
        yield state._replace(status="revoked")
    elif said == "final" and state.status in ("accepted", "revoked"):
        yield state


def end(state, answer):
    """Revokes a pending token, closes the session of an accepted one; the answer is the status after it."""
    if state.status == "accepted":
        after = state._replace(session_status="revoked")
    else:
        after = state._replace(status="revoked")
    if answer is None or answer[0] == after.status:
        yield after


def get(state, answer):
    """(status, id of the session or None); an unknown read tells nothing and changes nothing."""
    status, session = answer
    if status == state.status and session == state.session:
        yield state
    elif status == state.status and session and state.session == UNSEEN:
        yield state._replace(session=session)


def session(state, answer):
    """(id of the session, status)"""
    asked, status = answer
    if state.session in (asked, UNSEEN) and status == state.session_status:
        yield state._replace(session=asked)


RULES = {rule.__name__: rule for rule in (create, redeem, revoke, end, get, session)}
READS = ("get", "session")


# ── the search ───────────────────────────────────────────────────────────────────────────────────


def linearize(operations):
    """An order that explains every answer, as a list of operations; None if there is none."""
    ops = sorted((op for op in operations if op.answer is not None or op.kind not in READS),
                 key=lambda op: op.invoked)
    known = sum(1 << i for i, op in enumerate(ops) if op.answer is not None)
    seen = set()
    path = []

    def search(done, state):
        if done & known == known:
            return True
        if (done, state) in seen:
            return False
        seen.add((done, state))
        # Whoever was asked after somebody else had been answered comes after him.
        left = [i for i in range(len(ops)) if not done >> i & 1]
        first_answer = min(ops[i].returned for i in left)
        for i in left:
            op = ops[i]
            if op.invoked > first_answer:
                break  # and so are all that follow
            if state is ABSENT and op.kind != "create":
                continue
            for after in RULES[op.kind](state, op.answer):
                path.append(op)
                if search(done | 1 << i, after):
                    return True
                path.pop()
        return False

    return path if search(0, ABSENT) else None


def out_of_time(operations, life):
    """The first redemption that came too late, or was told too early that it did; None if all is well.

    `life` is the token's, in seconds. Expiry needs no place in the order: it depends on moments alone.
    """
    creates = [op for op in operations if op.kind == "create"]
    earliest = min(op.invoked for op in creates) + life * NANOSECONDS - CLOCKS_APART - CUT_OFF
    latest = min(op.returned for op in creates) + life * NANOSECONDS + CLOCKS_APART
    for op in operations:
        if op.kind != "redeem" or op.answer is None:
            continue
        if op.answer[0] == "session" and op.invoked > latest:
            return op
        if op.answer[0] == "expired" and op.returned < earliest:
            return op
    return None


def objection(operations, life):
    """What is wrong with a history, in words; None if nothing is."""
    if not operations:
        return None  # the end came before its create was sent
    wrong = out_of_time(operations, life)
    if wrong is not None:
        return f"expiry after {life} s is not where it should be: {wrong!r}"
    if linearize(operations) is None:
        return "no order of these explains every answer"
    return None


def main(path):
    count = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            life, columns = json.loads(line)
            operations = [Operation.from_json(op) for op in columns]
            count += len(operations)
            if wrong := objection(operations, life):
                print(f"{wrong}:", *sorted(operations, key=lambda op: op.invoked), sep="\n  ")
                return 1
    print(f"{count:,} operations are linearizable")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
