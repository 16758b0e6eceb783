#!/usr/bin/env python3
"""The judge of crash.py must object to every kind of damage. The seeded builds show three of them; here
somebody edits the database of a good run, and each edit has to be found, by its name.
"""

import argparse
import pathlib
import shutil
import sqlite3
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]

from books import judge_all  # noqa: E402
from trial import Trial  # noqa: E402
from ledger import Breach  # noqa: E402

NEW_ID = "'{}_' || hex(randomblob(13)) || 'z'"
A_TOKEN = "(SELECT id FROM actor_tokens WHERE state = '{}' LIMIT 1)"


def copy_row(table, **changes):
    """INSERT of a copy of one row, with other values in some columns."""
    def sql(db, answered):
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
        where = changes["where"].format(answered=answered)
        values = ", ".join(changes.get(column, column) for column in columns)
        return f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {where} LIMIT 1"
    return sql


LAST = "(SELECT max(sequence) FROM audit_events)"

# What somebody does to the database -> as what the judge must object.
DAMAGES = [
    ("gap", "an audit row in the middle is gone", f"DELETE FROM audit_events WHERE sequence = {LAST} / 2"),
    # With the refusals behind it: one that nobody was told of leaves nothing else.
    ("unaudited", "the last audit row is gone", "DELETE FROM audit_events WHERE sequence >= (SELECT max(sequence)"
     " FROM audit_events WHERE action NOT LIKE '%refused')"),
    ("unaudited", "a redemption has two records", copy_row(
        "audit_events", sequence=f"{LAST} + 1", where="action = 'actor_token_redeemed'")),
    # Of a token whose every redemption was answered: an unanswered one may have been refused, too.
    ("unaudited", "a refusal has a record too many", copy_row(
        "audit_events", sequence=f"{LAST} + 1",
        where="action = 'actor_token_redeem_refused' AND actor_token_id IN ({answered})")),
    ("unaudited", "a record is about no token", copy_row(
        "audit_events", sequence=f"{LAST} + 1", actor_token_id="'act_none'", where="true")),
    ("unaudited", "a session was closed without a record",
     "UPDATE sessions SET state = 'revoked' WHERE id = (SELECT id FROM sessions WHERE state = 'active')"),
    ("unaudited", "a record names another session", "UPDATE audit_events SET session_id = 'sess_other'"
     f" WHERE action = 'actor_token_redeemed' AND actor_token_id = {A_TOKEN.format('accepted')}"),
    ("lost", "an accepted token is pending again", "UPDATE actor_tokens SET state = 'pending',"
     f" session_id = NULL WHERE id = {A_TOKEN.format('accepted')}"),
    ("lost", "a revoked token is pending again",
     f"UPDATE actor_tokens SET state = 'pending' WHERE id = {A_TOKEN.format('revoked')}"),
    ("lost", "a token is gone", f"DELETE FROM actor_tokens WHERE id = {A_TOKEN.format('revoked')}"),
    ("lost", "a session is gone", "DELETE FROM sessions WHERE id = (SELECT max(id) FROM sessions)"),
    ("double", "a token has two sessions", copy_row("sessions", id=NEW_ID.format("sess"), where="true")),
    ("double", "a create left two tokens", copy_row("actor_tokens", id=NEW_ID.format("act"), where="true")),
    ("phantom", "a token that nobody created", copy_row(
        "actor_tokens", id=NEW_ID.format("act"), actor_sub="'nobody'", where="true")),
    ("phantom", "a token is revoked and nobody asked for that",
     f"UPDATE actor_tokens SET state = 'revoked' WHERE id = {A_TOKEN.format('pending')}"),
    ("corrupt", "a session's client is gone", "DELETE FROM clients WHERE id = (SELECT max(id) FROM clients)"),
]


def objection(trial, copy, damage):
    answered = ", ".join(f"'{token.id}'" for token in trial.ledger.tokens.values() if not token.unknown_redeems)
    db = sqlite3.connect(copy)
    with db:
        changed = db.execute(damage(db, answered) if callable(damage) else damage).rowcount
    db.close()
    assert changed > 0, f"nothing to damage: {damage}"
    try:
        judge_all(trial.ledger, copy)
    except Breach as breach:
        return breach.kind
    return None


def main():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="tenens-judge-"))
    options = argparse.Namespace(seed=1, cycles=12, clients=16, program=None)
    trial = Trial(options, directory, directory / "ledger.jsonl")
    trial.prepare()
    for number in range(1, options.cycles + 1):
        trial.cycle(number)
    trial.finish()

    failed = 0
    for kind, what, damage in DAMAGES:
        copy = directory / "damaged.db"
        copy.unlink(missing_ok=True)
        good, damaged = sqlite3.connect(trial.database), sqlite3.connect(copy)
        good.backup(damaged)
        good.close()
        damaged.close()
        found = objection(trial, copy, damage)
        failed += found != kind
        print(f"{'ok    ' if found == kind else 'FAILED'} {what}: {found}, wanted {kind}")
    shutil.rmtree(directory)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
