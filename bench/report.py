"""What was measured, as text: ceilings, works, peers, and which goal holds."""

import datetime
import re

import figures
from peers import FIGURES as PEERS

CEILINGS = {
    "echo": "HTTP alone: same server, empty handler",
    "nginx": "nginx, one process: return 200",
    "commit_create": "the rows of create, 64 a commit",
    "commit_redeem": "the rows of redeem, 64 a commit",
    "look_up": "the row of a session, 64 a snapshot",
    "hmac": "openssl speed: HMAC-SHA256, 200 bytes",
    "rsa": "openssl speed: RSA-2048 signs",
    "ecdsa": "openssl speed: P-256 signs",
    "sync": "4 KiB + fdatasync, one at a time",
}
WORKS = {
    "health": "GET /v1/health",
    "jwks": "GET /.well-known/jwks.json",
    "read": "GET /v1/sessions/{id}",
    "create": "POST /v1/actor_tokens",
    "token": "POST /v1/sessions/{id}/tokens RS256",
    "token_es256": "POST /v1/sessions/{id}/tokens ES256",
    "redeem": "POST /v1/client/sign_ins",
}
OPEN = {"echo_open": "HTTP alone at 70 %", "create_open": "create at 70 %", "redeem_open": "redeem at 70 %",
        "token_open": "session token at 70 %", "read_open": "session read at 70 %"}
CONNECTIONS = {"create_c1": "create, 1 connection", "create_c8": "create, 8 connections",
               "create_c256": "create, 256 connections"}
TWO = {"create_two": "create, two cores", "token_two": "session token, two cores", "redeem_two": "redeem, two cores"}


def column(rounds, name, field, form="{:.2f}"):
    found = figures.spread([round_.get(name, {}).get(field) for round_ in rounds])
    return form.format(found.median) if found else ""


def row(rounds, name, title, note=""):
    rates = figures.spread([figures.rate(round_, name) for round_ in rounds])
    if rates is None:
        return None
    return (f"  {title:<40}{rates.text('{:,.0f}'):>28}{column(rounds, name, 'p50_ms'):>9}"
            f"{column(rounds, name, 'p99_ms'):>9}{column(rounds, name, 'p999_ms'):>9}"
            f"{column(rounds, name, 'cpu_us', '{:.1f}'):>9}  {note}").rstrip()


def table(record):
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]
    yield f"  {'':<40}{'a second, median [range]':>28}{'p50 ms':>9}{'p99 ms':>9}{'p99.9':>9}{'CPU µs':>9}"
    for head, names, note in (
            ("ceilings of this machine, now", CEILINGS, {}),
            ("tenensd", WORKS, dict.fromkeys(("create", "redeem"), "on disk")),
            ("tenensd, at a fixed rate (latency counts from when a request was due)", OPEN, {}),
            ("tenensd, other numbers of connections and cores", {**CONNECTIONS, **TWO}, {}),
            ("peers", {name: title for name, (title, _) in PEERS.items()}, {n: g for n, (_, g) in PEERS.items()})):
        lines = [row(rounds, name, title, note.get(name, "")) for name, title in names.items()]
        if any(lines):
            yield head
            yield from filter(None, lines)
    for name, why in record["absent"].items():
        yield f"  not here: {name}: {why}"


def sizes(record):
    """[(tokens, sessions, create's rate, redeem's rate)], the empty file first."""
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]

    def median(name):
        found = figures.spread([figures.rate(round_, name) for round_ in rounds])
        return found.median if found else None

    steps = record["once"].get("sizes", [])
    if not steps:
        return []
    found = [(0, 0, median("create"), median("redeem"))]
    for step in steps[:-1]:
        found.append((step["tokens"], step["sessions"], step["create"]["rate"], step["redeem"]["rate"]))
    found.append((steps[-1]["tokens"], steps[-1]["sessions"], median("create_large"), median("redeem_large")))
    return found


def goals(record):
    yield f"  {'goals (a ratio is taken within a round)':<46}{'':>8}{'median [range]':>22}{'by CPU':>8}"
    for goal, found, by_cpu, verdict in figures.judged(record):
        shown, cpu = found.text() if found else "", f"{by_cpu.median:.2f}" if by_cpu else ""
        yield f"  {goal.what:<46}{goal.limit():>8}{shown:>22}{cpu:>8}  {verdict}"


def noise(record):
    shares = ", ".join(f"{round_['others']:.0%}" for round_ in record["rounds"])
    left_out = len(record["rounds"]) - len(figures.counted(record["rounds"]))
    said = f"other programs used {shares} of this machine, round by round"
    if figures.is_noisy(record["rounds"]):
        return f"NOISY: {said}: none of it is a figure, repeat it on an idle machine"
    return said + (f"; {left_out} noisy left out" if left_out else "")


def text(record):
    when = datetime.datetime.fromtimestamp(record["taken_at"], datetime.timezone.utc)
    machine = record["machine"]
    lines = [f"{when:%Y-%m-%d %H:%M} UTC, commit {record['commit']}, {machine['cpu']}, {machine['cores']} cores,"
             f" {machine['openssl']}",
             f"{len(record['rounds'])} rounds of {record['seconds']} s a figure, {record['connections']} connections,"
             " SQLite with synchronous=FULL, server on one core, load on another"
             + (" (there is one core only: they share it)" if record["one_core"] else ""),
             *table(record)]
    if found := sizes(record):
        lines.append("rate against the size of the file")
        lines += [f"  {tokens:>12,} tokens {sessions:>10,} sessions: create {create or 0:>8,.0f}/s  redeem"
                  f" {redeem or 0:>8,.0f}/s" for tokens, sessions, create, redeem in found]
    lines += [*goals(record), noise(record)]
    for round_ in record["rounds"]:
        lines += [f"NOT VALID: {name}: {why}" for name, why in round_["invalid"].items()]
    return "\n".join(lines)


def library_figures(said):
    """From the table of bench_verify."""
    found = {}
    for key, name in (("verify_rs256", "verify_token RS256 (2048)"), ("verify_es256", "verify_token ES256")):
        if match := re.search(rf"^{re.escape(name)}\s+([\d.]+)/s\s+([\d.]+)/s", said, re.MULTILINE):
            found[key], found[f"{key}_openssl"] = {"rate": float(match[1])}, {"rate": float(match[2])}
    return found
