"""What the database says, read with the server down, and the judge who compares it with the ledger."""

import collections
import contextlib
import sqlite3

from ledger import Breach

CREATED, REDEEMED, REFUSED = "actor_token_created", "actor_token_redeemed", "actor_token_redeem_refused"
REVOKED, ENDED = "actor_token_revoked", "actor_token_ended"
REPEATED = "actor_token_redeem_repeated"
ACTIONS = {CREATED, REDEEMED, REFUSED, REVOKED, ENDED, REPEATED}
RAN_OUT = {"session_expired", "session_abandoned"}  # the server's own, of a trial that takes long
OUTCOMES = {"outcome_committed", "outcome_undone"}  # of acts that perhaps never were


class Books:
    """Grows with each reading, so that a cycle costs what the cycle did; a new one reads everything."""

    def __init__(self, path):
        self.path = path
        self.states = {}  # token id -> (state, session id)
        self.labels = {}  # token id -> actor_sub, which the clients choose and never use twice
        self.tokens = {}  # actor_sub -> token id
        self.sessions = {}  # session id -> (token id, state)
        self.sessions_of = collections.defaultdict(list)  # token id -> session ids
        self.audit = collections.Counter()  # (action, token id) -> rows
        self.redeemed = collections.Counter()  # (token id, session id) -> audit rows
        self.last_token = self.last_session = ""
        self.last_sequence = 0

    @contextlib.contextmanager
    def opened(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as db:
            try:
                yield db
            except sqlite3.DatabaseError as error:
                raise Breach("corrupt", str(error)) from None

    def read(self, touched=()):
        """Reads what is new, and again the tokens in `touched`. Returns the ids of new tokens."""
        with self.opened() as db:
            (instance,) = db.execute("SELECT id FROM instances").fetchone()
            self._read_audit(db, instance)
            self._read_sessions(db, instance)
            new = self._read_tokens(db, instance)
            self._read_again(db, instance, touched)
            return new

    def _read_audit(self, db, instance):
        rows = db.execute("SELECT sequence, action, actor_token_id, session_id FROM audit_events"
                          " WHERE instance_id = ? AND sequence > ? ORDER BY sequence",
                          (instance, self.last_sequence))
        for sequence, action, token, session in rows:
            if sequence != self.last_sequence + 1:
                raise Breach("gap", f"audit row {self.last_sequence} is followed by {sequence}")
            self.last_sequence = sequence
            if action in OUTCOMES | RAN_OUT:
                continue
            if action not in ACTIONS or token is None:
                raise Breach("phantom", f"audit row {sequence}: {action} of {token}")
            self.audit[action, token] += 1
            if action == REDEEMED:
                self.redeemed[token, session] += 1

    def _read_sessions(self, db, instance):
        rows = db.execute("SELECT id, actor_token_id, state FROM sessions"
                          " WHERE instance_id = ? AND id > ? ORDER BY id", (instance, self.last_session))
        for session, token, state in rows:
            self.sessions[session] = (token, state)
            self.sessions_of[token].append(session)
            self.last_session = session

    def _read_tokens(self, db, instance):
        rows = db.execute("SELECT id, state, session_id, actor_sub FROM actor_tokens"
                          " WHERE instance_id = ? AND id > ? ORDER BY id", (instance, self.last_token))
        new = []
        for token, state, session, label in rows:
            if label in self.tokens:
                raise Breach("double", f"{label} was created as {self.tokens[label]} and as {token}")
            self.tokens[label] = token
            self.labels[token] = label
            self.states[token] = (state, session)
            self.last_token = token
            new.append(token)
        return new

    def _read_again(self, db, instance, touched):
        for token in touched:
            row = db.execute("SELECT state, session_id FROM actor_tokens WHERE instance_id = ? AND id = ?",
                             (instance, token)).fetchone()
            if row is None:
                self.states.pop(token, None)
                continue
            self.states[token] = row
            for session in self.sessions_of[token]:
                found = db.execute("SELECT actor_token_id, state FROM sessions"
                                   " WHERE instance_id = ? AND id = ?", (instance, session)).fetchone()
                if found is None:
                    raise Breach("lost", f"session {session} of {token} is gone")
                self.sessions[session] = found

    def check_file(self):
        """What only a look at the whole file shows."""
        with self.opened() as db:
            verdict = db.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok":
                raise Breach("corrupt", verdict)
            for what, sql in {
                "sessions without client": "SELECT count(*) FROM sessions s LEFT JOIN clients c"
                    " ON c.instance_id = s.instance_id AND c.id = s.client_id WHERE c.id IS NULL",
                "idempotency keys without token": "SELECT count(*) FROM idempotency i"
                    " LEFT JOIN actor_tokens t ON t.instance_id = i.instance_id AND t.id = i.actor_token_id WHERE t.id IS NULL",
            }.items():
                if count := db.execute(sql).fetchone()[0]:
                    raise Breach("corrupt", f"{count} {what}")


# ── judging ──────────────────────────────────────────────────────────────────────────────────────


def judge_all(ledger, path):
    """Everything, read anew."""
    books = Books(path)
    strangers = [token for token in books.read() if token not in ledger.tokens]
    judge(ledger, books, strangers, ledger.tokens.values())
    if orphans := {token for _, token in books.audit} - books.states.keys():
        raise Breach("unaudited", f"audit records of tokens that do not exist: {sorted(orphans)[:5]}")
    books.check_file()


def judge(ledger, books, strangers, tokens):
    """Raises Breach if the database contradicts what was said. Call with the server down. `strangers` are
    ids of tokens that the ledger does not know.
    """
    for token in tokens:
        _judge_token(books, token)
    for token in strangers:
        _judge_stranger(books, ledger, token)
    sessions, records = len(books.sessions), sum(books.redeemed.values())
    if sessions != records:
        raise Breach("unaudited", f"{sessions} sessions, {records} audit records of redemptions")


def _judge_stranger(books, ledger, token):
    """A token in the database for which no answer has arrived."""
    label = books.labels[token]
    if label not in ledger.lost_creates:
        raise Breach("phantom", f"{token} ({label}): nobody is waiting for an answer about it")
    state, _ = books.states[token]
    if state != "pending" or books.sessions_of[token]:
        raise Breach("phantom", f"{token} is {state}, and nobody has its ticket")
    _judge_audit_of_create(books, token)


def _judge_token(books, token):
    if token.id not in books.states:
        raise Breach("lost", f"create of {token.id} was acknowledged and there is no such token")
    state, session = books.states[token.id]
    sessions = books.sessions_of[token.id]

    if len(sessions) > 1:
        raise Breach("double", f"{token.id} opened {len(sessions)} sessions: {', '.join(sessions)}")
    if token.session and token.session not in sessions:
        raise Breach("lost", f"{token.id} was redeemed into {token.session}, which does not exist")
    if (state == "accepted") != bool(sessions) or session != (sessions[0] if sessions else None):
        raise Breach("lost", f"{token.id} is {state} with session {session}; its sessions: {sessions}")

    _judge_state(token, state)
    _judge_end(books, token, state, session)
    _judge_audit_of_create(books, token.id)
    _judge_audit(books, token, state, session)


def _judge_state(token, state):
    final = state != "pending"
    if token.revoked and state != "revoked":
        raise Breach("lost", f"revocation of {token.id} was acknowledged and it is {state}")
    if (token.session or token.said_used) and state != "accepted":
        raise Breach("lost", f"{token.id} was redeemed, or refused as used, and it is {state}")
    if token.said_revoked and state != "revoked":
        raise Breach("lost", f"{token.id} was refused as revoked, and it is {state}")
    if (token.said_final or token.ended) and not final:
        raise Breach("lost", f"{token.id} is pending after an end, or a refused revocation")
    if token.settled and state != token.settled:
        raise Breach("lost", f"{token.id} was {token.settled} after an earlier crash and is {state}")
    if token.settled:
        return
    if state == "accepted" and not token.session and "redeem" not in token.doubts:
        raise Breach("phantom", f"{token.id} is accepted and nobody redeemed it")
    if state == "revoked" and not (token.revoked or token.ended or token.doubts & {"revoke", "end"}):
        raise Breach("phantom", f"{token.id} is revoked and nobody asked for that")


def _judge_end(books, token, state, session):
    if token.ended and state == "accepted" and books.sessions[session][1] == "active":
        raise Breach("lost", f"end of {token.id} was acknowledged and session {session} is active")


def _judge_audit_of_create(books, token):
    if books.audit[CREATED, token] != 1:
        raise Breach("unaudited", f"{token} has {books.audit[CREATED, token]} records of its creation")


def _judge_audit(books, token, state, session):
    def count(action):
        return books.audit[action, token.id]

    accepted = state == "accepted"
    if count(REDEEMED) != accepted or (accepted and books.redeemed[token.id, session] != 1):
        raise Breach("unaudited", f"{token.id} is {state}, {count(REDEEMED)} records of its redemption")
    if not token.refusals <= count(REFUSED) <= token.refusals + token.unknown_redeems:
        raise Breach("unaudited", f"{token.id} was refused {token.refusals} times, and perhaps"
                                  f" {token.unknown_redeems} more; records: {count(REFUSED)}")
    if count(REVOKED) > 1 or token.revoked > count(REVOKED):
        raise Breach("unaudited", f"{token.id} has {count(REVOKED)} records of its revocation")
    closed = accepted and books.sessions[session][1] != "active"
    # Either act that takes a pending token away leaves one record; an end that finds nothing to do, none.
    if count(REVOKED) + count(ENDED) != (state == "revoked" or closed):
        raise Breach("unaudited", f"{token.id} is {state}{' and its session closed' if closed else ''};"
                                  f" records: {count(REVOKED)} revoked, {count(ENDED)} ended")
