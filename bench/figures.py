"""The arithmetic of the bench: ceilings, ratios within a round, their spread, and which goal holds.

Nothing here measures. A round is {name: figure}, a figure {"rate": a second, "cpu_us": …, "p99_ms": …};
what was not measured is absent.
"""

import dataclasses
import statistics

# What one request of a work cannot do without, each measured alone.
PARTS = {
    "create": ("echo", "commit_create", "hmac"),
    "redeem": ("echo", "commit_redeem", "rsa"),
    "token": ("echo", "rsa"),
    "token_es256": ("echo", "ecdsa"),
}
SEPARATOR = " / "


def ceiling(round_, work):
    """Requests a second of one core that does only the parts, one after the other; None if one is missing."""
    parts = [round_.get(part, {}).get("cpu_us") for part in PARTS[work]]
    return None if None in parts else 1e6 / sum(parts)


def rate(round_, name):
    """Of a figure, or of `NAME's ceiling`."""
    if name.endswith("'s ceiling"):
        return ceiling(round_, name.removesuffix("'s ceiling"))
    return round_.get(name, {}).get("rate")


def ratio(round_, name):
    """`A / B`: rates of one round, so that both saw the same machine. `A p99_ms`: that field of A. None if
    either is missing."""
    if SEPARATOR in name:
        over, under = (value(round_, part) for part in name.split(SEPARATOR))
        return over / under if over is not None and under else None
    return value(round_, name)


def value(round_, name):
    figure, _, field = name.rpartition(" ")
    if figure in round_ and field in round_[figure]:
        return round_[figure][field]
    return rate(round_, name)


def cpu_ratio(round_, name):
    """As ratio(), of CPU times instead of rates: what others do on the machine hardly reaches it. None where
    a rate is not bound by the processor."""
    work, separator, under = name.partition(SEPARATOR)
    if not separator:
        return None
    own = round_.get(work, {}).get("cpu_us")
    if under.endswith("'s ceiling"):
        top = ceiling(round_, under.removesuffix("'s ceiling"))
        return 1e6 / top / own if top and own else None
    least = round_.get(under, {}).get("cpu_us")
    return least / own if least and own else None


@dataclasses.dataclass(frozen=True)
class Spread:
    median: float
    least: float
    most: float

    def text(self, form="{:.2f}"):
        if self.least == self.most:
            return form.format(self.median)
        return f"{form.format(self.median)} [{form.format(self.least)}–{form.format(self.most)}]"


def spread(values):
    """None of nothing."""
    known = [value for value in values if value is not None]
    return Spread(statistics.median(known), min(known), max(known)) if known else None


def middle(seen):
    """Of figures of one kind: field by field the median."""
    return {field: statistics.median(one[field] for one in seen) for field in seen[0]}


def percentile(values, share):
    """The value that `share` of the values do not exceed; None of nothing."""
    ordered = sorted(values)
    return ordered[int((len(ordered) - 1) * share)] if ordered else None


# ── noise ────────────────────────────────────────────────────────────────────────────────────────

NOISY = 0.05  # of the machine, used by others


def counted(rounds):
    """The rounds that figures are taken from: quiet ones, or all if there is none."""
    quiet = [round_ for round_ in rounds if round_["others"] <= NOISY]
    return quiet or rounds


def is_noisy(rounds):
    return all(round_["others"] > NOISY for round_ in rounds)


# ── goals ────────────────────────────────────────────────────────────────────────────────────────


@dataclasses.dataclass(frozen=True)
class Goal:
    what: str
    ratio: str  # see ratio()
    least: float = None
    most: float = None
    noise_matters: bool = True

    def limit(self):
        return f"≥ {self.least:g}" if self.least is not None else f"≤ {self.most:g}"

    def verdict(self, found):
        """Of a Spread, or of None."""
        if found is None:
            return "not measured"
        held = found.median >= self.least if self.least is not None else found.median <= self.most
        return "holds" if held else "MISSED"


GOALS = [
    Goal("create, of its ceiling", "create / create's ceiling", least=0.7),
    Goal("create, of nginx `return 200`", "create / nginx", least=0.4),
    Goal("create, of hand-rolled Node, group commit", "create / node_group", least=2.5),
    Goal("create, of better-auth impersonate", "create / better_auth", least=100),
    Goal("create, p99.9 ms, closed loop", "create p999_ms", most=10),
    Goal("redeem, of its ceiling", "redeem / redeem's ceiling", least=0.85),
    Goal("session token RS256, of openssl speed", "token / rsa", least=0.9),
    Goal("session token ES256, of its ceiling", "token_es256 / token_es256's ceiling", least=0.7),
    Goal("session read, of HTTP alone", "read / echo", least=0.8),
    Goal("JWKS, of HTTP alone", "jwks / echo", least=0.8),
    Goal("health, of HTTP alone", "health / echo", least=0.8),
    Goal("create at 70 %, p99 in fsyncs", "create_open p99_ms / sync p50_ms", most=5),
    Goal("redeem at 70 %, p99 ms", "redeem_open p99_ms", most=10),
    Goal("session token at 70 %, p99 ms", "token_open p99_ms", most=10),
    Goal("session read at 70 %, p99 ms", "read_open p99_ms", most=10),
    Goal("session token, two cores of one", "token_two / token", least=1.7),
    Goal("redeem, two cores of one", "redeem_two / redeem", least=1.7),
    Goal("create, two cores of one", "create_two / create", least=1),
    Goal("create, largest file of an empty one", "create_large / create", least=0.8),
    Goal("redeem, largest file of an empty one", "redeem_large / redeem", least=0.8),
    Goal("p99 of create while cleaning up, of without", "create_cleaning p99_ms / create_unburdened p99_ms",
         most=1.5),
    Goal("idle memory, MiB", "idle rss_mib", most=8, noise_matters=False),
    Goal("memory at 64 connections, MiB", "loaded peak_mib", most=32, noise_matters=False),
    Goal("exec to first answer, ms", "start ms", most=10),
    Goal("verify_token RS256, of openssl speed", "verify_rs256 / verify_rs256_openssl", least=0.9),
    Goal("verify_token ES256, of openssl speed", "verify_es256 / verify_es256_openssl", least=0.9),
]


def judged(record):
    """[(goal, Spread or None, the same by CPU time, verdict)]. What is measured once joins every round."""
    rounds = [{**record.get("once", {}), **round_["figures"]} for round_ in counted(record["rounds"])]
    result = []
    for goal in GOALS:
        found = spread([ratio(round_, goal.ratio) for round_ in rounds])
        # Of a server that did not get to answer there is CPU time, but of nothing.
        by_cpu = spread([cpu_ratio(round_, goal.ratio) for round_ in rounds]) if found else None
        verdict = goal.verdict(found)
        if found and goal.noise_matters and is_noisy(record["rounds"]):
            verdict = "noisy"  # neither held nor missed
        result.append((goal, found, by_cpu, verdict))
    return result
