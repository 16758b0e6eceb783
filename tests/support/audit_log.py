"""The audit of a SQLite file as anybody can check it: RFC 6962 section 2.1 by its definition, over rows as RFC 8785
would write them. Shares nothing with the program.
"""

import hashlib
import json
import sqlite3


def leaf_text(row):
    """`row` is column -> value."""
    return json.dumps({column: value for column, value in row.items() if value is not None}, sort_keys=True,
                      separators=(",", ":"), ensure_ascii=False)


def leaf(row):
    return hashlib.sha256(b"\0" + leaf_text(row).encode()).digest()


def root(leaves):
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1  # the largest power of two below their number
    return hashlib.sha256(b"\1" + root(leaves[:split]) + root(leaves[split:])).digest()


def peaks(leaves):
    """The roots of the complete subtrees, largest first."""
    found = []
    while leaves:
        split = 1 << len(leaves).bit_length() - 1
        found.append(root(leaves[:split]))
        leaves = leaves[split:]
    return found


def read(path):
    """(leaves, [(size, root)] of the checkpoints, oldest first) of the file's only instance."""
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        leaves = [leaf(dict(row)) for row in db.execute("SELECT * FROM audit_events ORDER BY sequence")]
        checkpoints = [tuple(row) for row in db.execute("SELECT size, root FROM audit_checkpoints ORDER BY size")]
        return leaves, checkpoints
    finally:
        db.close()
