#!/usr/bin/env python3
"""Puts a record of the bench into docs/performance.md: its tables, its plots, and the record itself.

    ./dev bench --peers --publish            measures and publishes
    python3 bench/publish.py FILE            publishes what `--json FILE` holds

What stands between `<!-- bench: NAME -->` and `<!-- /bench -->` is replaced; all else is written by hand.
"""

import datetime
import json
import pathlib
import re
import sys

import figures
import instructions
import report

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT, README = ROOT / "docs/performance.md", ROOT / "README.md"
PICTURES = ROOT / "docs/performance"
BLOCK = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- /bench -->)", re.DOTALL)


def table(head, rows):
    lines = ["| " + " | ".join(cells) + " |" for cells in rows]
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *lines]) + "\n"


def taken(record):
    when = datetime.datetime.fromtimestamp(record["taken_at"], datetime.timezone.utc)
    machine = record["machine"]
    return (f"Taken {when:%Y-%m-%d %H:%M} UTC from commit {record['commit']}: {len(record['rounds'])} rounds of"
            f" {record['seconds']} s a figure on {machine['cpu']}, {machine['cores']} cores, Linux {machine['kernel']},"
            f" {machine['compiler']}, {' '.join(machine['openssl'].split()[:2])}.\n{report.noise(record)[0].upper()}"
            f"{report.noise(record)[1:]}.\n")


def rates(record):
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]
    guarantees = {name: guarantee for name, (_, guarantee) in report.PEERS.items()}
    titles = {**report.CEILINGS, **report.WORKS, **report.TWO, **report.CONNECTIONS,
              **{name: title for name, (title, _) in report.PEERS.items()}}
    ours = {"create": "**on disk**", "redeem": "**on disk**"}
    rows = []
    for name, title in titles.items():
        found = figures.spread([figures.rate(round_, name) for round_ in rounds])
        if found is None:
            continue
        title = f"**{title}**" if name in report.WORKS else title
        rows.append((title, found.text("{:,.0f}"), report.column(rounds, name, "p50_ms"),
                     report.column(rounds, name, "p99_ms"), report.column(rounds, name, "cpu_us", "{:.1f}"),
                     guarantees.get(name) or ours.get(name, "")))
    return table(("", "a second, median [range]", "p50 ms", "p99 ms", "CPU µs", "answered when"), rows)


def open_loop(record):
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]
    fields = ("p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")
    rows = [(title, report.column(rounds, name, "asked_rate", "{:,.0f}"),
             *(report.column(rounds, name, field) for field in fields))
            for name, title in report.OPEN.items() if report.column(rounds, name, "p99_ms")]
    return table(("", "a second", "p50 ms", "p90", "p99", "p99.9", "max"), rows)


def goals(record):
    rows = [(goal.what, goal.limit(), found.text() if found else "", f"{by_cpu.median:.2f}" if by_cpu else "",
             f"**{verdict}**" if verdict == "MISSED" else verdict)
            for goal, found, by_cpu, verdict in figures.judged(record)]
    return table(("", "goal", "median [range]", "by CPU", ""), rows)


def sizes(record):
    steps = {step["tokens"]: step for step in record["once"].get("sizes", [])}
    rows = [(f"{tokens:,}", f"{sessions:,}", f"{steps[tokens]['file_mib']:,.0f}" if tokens in steps else "",
             f"{create:,.0f}", f"{redeem:,.0f}") for tokens, sessions, create, redeem in report.sizes(record)
            if create and redeem]
    return table(("tokens", "sessions", "MiB", "creates a second", "redemptions a second"), rows)


CARRIED = {"tenensd, with what it carries": "tenensd", "libc": "libc"}  # Asio, SQLite, OpenSSL are linked in


def costs(_record):
    counted = json.loads(instructions.RECORD.read_text(encoding="utf-8"))["per_request"]
    rows = []
    for work, found in counted.items():
        cells, left = [], found["instructions"] + found["signature"]
        for pattern in CARRIED.values():
            cost = sum(cost for name, cost in found["objects"].items() if re.match(pattern + r"(\b|[\d+.])", name))
            cells.append(f"{cost / 1000:,.0f} k")
            left -= cost
        rows.append((work, f"{found['instructions'] / 1000:,.0f} k", f"{found['signature'] / 1000:,.0f} k", *cells))
    return table(("", "instructions", "and in the signature", *CARRIED), rows)


def profile(record):
    taken_of = record["once"].get("profile")
    if not taken_of:
        return "perf was not there when this record was taken.\n"
    groups = {"kernel": r"\[", **CARRIED}
    rows = []
    for work, found in taken_of.items():
        cells = [sum(share for share, what in found["by_dso"] if re.match(pattern, what)) * found["cpu_us"] / 100
                 for pattern in groups.values()]
        rows.append((work, f"{found['cpu_us']:.1f}", *(f"{cell:.1f}" for cell in cells)))
    return table(("µs of CPU time", "all", *groups), rows)


def headline(record):
    """For the README: nothing of a busy machine."""
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]

    def median(name, form):
        found = figures.spread([figures.ratio(round_, name) for round_ in rounds])
        return form.format(found.median) if found else "?"
    if figures.is_noisy(record["rounds"]):
        return ""
    return (f"One core, 64 connections, an answer only when its commit is on the disk: {median('create', '{:,.0f}')}"
            f" actor tokens a second,\n{median('create / node_group', '{:.1f}')} × a hand-rolled Node server with"
            f" group commit and {median('create / better_auth', '{:,.0f}')} × better-auth; session tokens"
            f" at\n{median('token / rsa', '{:.0%}')} of what OpenSSL signs. Grey is what this machine can do at most.\n\n"
            "![Creates and tokens a second beside ceilings and peers](docs/performance/throughput.svg)\n\n")


RENEWALS = 10  # of a session's JWT
PER_TOKEN = {"create": 1, "redeem": 1, "token": RENEWALS, "token_es256": RENEWALS}


def capacity(record):
    rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]
    rows = []
    for work, times in PER_TOKEN.items():
        cpu = figures.spread([round_.get(work, {}).get("cpu_us") for round_ in rounds])
        if cpu:
            rows.append((report.WORKS[work].replace(" ES256", ", ES256 instead"), f"{1e6 / cpu.median:,.0f}",
                         f"{times * 1000:,}", f"{times * 1000 * cpu.median / 1e6:.2f}"))
    text = table(("", "a core's full second", "needed a second", "cores, busy all the time"), rows)
    if steps := record["once"].get("sizes"):
        last = steps[-1]
        kib = last["file_mib"] * 1024 / last["tokens"]
        text += (f"\nStored: {kib:.1f} KiB a token with its audit row, a tenth of them redeemed; at a thousand a"
                 f" second {kib * 86_400_000 / 2**20:.0f} GiB a day before anything is cleaned up.\n")
    return text


BLOCKS = {"taken": taken, "goals": goals, "rates": rates, "open_loop": open_loop, "sizes": sizes, "costs": costs,
          "profile": profile, "capacity": capacity, "headline": headline}


def publish(record):
    def block(match):
        return match[1] + BLOCKS[match[2]](record) + match[3]
    for document in (DOCUMENT, README):
        document.write_text(BLOCK.sub(block, document.read_text(encoding="utf-8")), encoding="utf-8")
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / "record.json").write_text(to_json(record), encoding="utf-8")


def to_json(record):
    """Five digits of each figure, one line a round: small, and a change of it can be read."""
    def rounded(value):
        if isinstance(value, float):
            return float(f"{value:.5g}")
        if isinstance(value, dict):
            return {key: rounded(inner) for key, inner in value.items()}
        return [rounded(inner) for inner in value] if isinstance(value, list) else value
    text = json.dumps(rounded(record), indent=1)
    # A figure in a line of its own is enough.
    return re.sub(r"\{\n\s+([^{}]*?)\n\s+\}", lambda m: "{" + re.sub(r"\n\s+", " ", m[1]) + "}", text) + "\n"


def main(path):
    import bench
    record = json.loads(pathlib.Path(path).read_text(encoding="utf-8"))
    publish(record)
    bench.draw(record, PICTURES)


if __name__ == "__main__":
    main(*sys.argv[1:])
