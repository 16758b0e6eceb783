#!/usr/bin/env python3
"""Checks the house: includes point down, each foreign thing has one door, files stay small.

Prints every breach as `file:line: what` and exits 1 if there is one. `--self-test` proves that each
rule can fail.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What each room may include besides itself and the standard library. See ARCHITECTURE.md.
SEES = {
    "include": {"include"},
    "base": {"include"},
    "wire": {"include", "base"},
    "crypto": {"include", "base"},
    "tasks": {"base"},
    "core": {"include", "base", "wire", "crypto", "tasks"},
    "sdk": {"include", "base", "wire", "crypto"},
    "cli": {"include", "base"},
    "store": {"include", "base", "wire", "crypto", "tasks", "core"},
    "http": {"include", "base", "wire", "crypto", "tasks", "core"},
    "server": {"include", "base", "wire", "crypto", "tasks", "core", "store", "http"},
}

# A word that may stand only behind its door.
DOORS = [
    (re.compile(r"#include <(openssl/|boost/asio/ssl)"), {"crypto", "http/tls"}, "OpenSSL outside crypto/ and http/tls*"),
    (re.compile(r"#include <boost/json"), {"wire"}, "the JSON library outside wire/"),
    (re.compile(r"#include <sqlite3\.h>"), {"store"}, "SQLite outside store/"),
    (re.compile(r"#include <libpq-fe\.h>"), {"store/postgres/"}, "libpq outside store/postgres/"),
    (re.compile(r"#include <curl/"), {"sdk"}, "libcurl outside sdk/"),
    (re.compile(r"#include <CLI/"), {"cli", "server"}, "CLI11 outside cli/ and server/"),
    (re.compile(r'"\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE)\b'), {"store"}, "SQL outside store/"),
    # Engines that speak PostgreSQL's protocol lack these, or they leave gaps and are no fences.
    (re.compile(r"pg_(try_)?advisory|\b(UN)?LISTEN \w|\bNOTIFY \w|nextval\(|\b(BIG)?SERIAL\b|\bGENERATED (ALWAYS|BY)"),
     set(), "advisory locks, LISTEN and sequences decide nothing here"),
]
COROUTINE_FILES = {"src/http/connection.cpp", "src/http/listener.cpp"}
MOST_LINES = {".hpp": 250, ".cpp": 400}

INCLUDE = re.compile(r'#include "([^"]+)"')


def room_of(path):
    parts = path.split("/")
    return "include" if parts[0] == "include" else parts[1]


def breaches_in(path, text):
    room = room_of(path)
    allowed = SEES.get(room)
    if allowed is None:
        yield 1, f"no such room: {room}"
        return
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split("//")[0]
        if match := INCLUDE.search(line):
            target = match.group(1).split("/")[0]
            target = "include" if target == "clerk_backend_api" else target
            if target != room and target not in allowed:
                yield number, f"{room} may not see {target}"
        for pattern, rooms, what in DOORS:
            admitted = room in rooms or any(path.startswith(f"src/{door}") for door in rooms if "/" in door)
            if not admitted and pattern.search(code):
                yield number, what
        if re.search(r"\bco_(await|return|yield)\b", code) and path not in COROUTINE_FILES:
            yield number, "a coroutine outside " + " and ".join(sorted(COROUTINE_FILES))
    lines = text.count("\n")
    if lines > MOST_LINES[pathlib.Path(path).suffix]:
        yield lines, f"{lines} lines; is there a second thing in it?"


def check():
    found = 0
    for top in ("include", "src"):
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix not in MOST_LINES:
                continue
            path = file.relative_to(ROOT).as_posix()
            for number, what in breaches_in(path, file.read_text()):
                print(f"{path}:{number}: {what}")
                found += 1
    return found


def self_test():
    bad = [
        ("src/core/a.cpp", '#include "http/router.hpp"\n'),
        ("src/store/a.cpp", '#include "http/router.hpp"\n'),
        ("src/cli/a.cpp", '#include "wire/json.hpp"\n'),
        ("src/http/a.cpp", "#include <openssl/evp.h>\n"),
        ("src/http/server.cpp", "#include <boost/asio/ssl.hpp>\n"),
        ("src/http/a.cpp", "#include <boost/json.hpp>\n"),
        ("src/core/a.cpp", "#include <sqlite3.h>\n"),
        ("src/store/sqlite/a.cpp", "#include <libpq-fe.h>\n"),
        ("src/store/postgres/a.cpp", 'query("SELECT pg_advisory_xact_lock($1)")\n'),
        ("src/store/schema/a.hpp", "  sequence BIGSERIAL,\n"),
        ("src/core/a.cpp", 'auto x = "SELECT 1";\n'),
        ("src/http/router.cpp", "co_await x;\n"),
        ("src/attic/a.cpp", "\n"),
        ("src/core/a.cpp", "\n" * 401),
    ]
    for path, text in bad:
        assert list(breaches_in(path, text)), f"not caught: {path}: {text[:40]!r}"
    assert not list(breaches_in("src/http/connection.cpp", "co_await x;  // why\n"))
    assert not list(breaches_in("src/core/a.cpp", '#include "wire/json.hpp"\n// SELECT\n'))


if __name__ == "__main__":
    self_test()
    if "--self-test" not in sys.argv:
        sys.exit(1 if check() else 0)
