"""plots.py RECORD DIRECTORY: draws what `bench.py --json RECORD` measured, as SVG.

Small files, text as text, no background and middle tones: they stand on a light and on a dark page.
"""

import json
import pathlib
import sys

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

import figures
import report

INK, CEILING, OURS, PEER = "#768390", "#8b949e", "#2f81f7", "#d29922"
LINES = {"echo": CEILING, "create": OURS, "redeem": "#d29922", "token": "#3fb950", "read": "#a371f7"}
NAMES = {"echo": "our HTTP alone", "create": "create", "redeem": "redeem", "token": "session token", "read": "session read"}
plt.rcParams.update({
    "svg.fonttype": "none", "svg.hashsalt": "tenens", "font.family": "sans-serif", "font.size": 10,
    "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK, "ytick.color": INK, "axes.edgecolor": INK,
    "axes.titlesize": 10, "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
    "axes.linewidth": 0.5, "axes.axisbelow": True, "grid.color": INK, "grid.alpha": 0.25, "grid.linewidth": 0.6,
    "legend.frameon": False, "savefig.transparent": True, "figure.constrained_layout.use": True})
WIDTH = 7.2

# (figure, what to call it, colour), in the order in which they are drawn.
CREATE = [("nginx", "nginx, return 200", CEILING), ("echo", "our HTTP alone", CEILING),
          ("create's ceiling", "ceiling of create", CEILING), ("create", "tenensd create", OURS),
          ("node_group", "hand-rolled Node, group commit", PEER), ("emulate_session", "emulate session (memory)", PEER),
          ("better_auth", "better-auth impersonate", PEER)]
TOKEN = [("rsa", "openssl speed, RSA-2048", CEILING), ("token", "tenensd session token", OURS),
         ("node_token", "hand-rolled Node", PEER), ("emulate_token", "emulate", PEER),
         ("oidc_exchange", "oidc-provider exchange (memory)", PEER), ("glewlwyd", "glewlwyd", PEER)]


class Record:
    def __init__(self, record):
        self.record = record
        self.rounds = [round_["figures"] for round_ in figures.counted(record["rounds"])]

    def spread(self, name, field=None):
        take = (lambda round_: figures.rate(round_, name)) if field is None else (
            lambda round_: round_.get(name, {}).get(field))
        return figures.spread([take(round_) for round_ in self.rounds])


def bars(axes, record, rows, title):
    rows = [(record.spread(name), text, colour) for name, text, colour in rows if record.spread(name)]
    medians = [found.median for found, _, _ in rows]
    reach = [[found.median - found.least for found, _, _ in rows], [found.most - found.median for found, _, _ in rows]]
    axes.barh([text for _, text, _ in rows], medians, color=[colour for _, _, colour in rows], height=0.62,
              xerr=reach, error_kw={"ecolor": INK, "elinewidth": 0.8})
    for at, (found, _, _) in enumerate(rows):
        axes.annotate(f"{found.median:,.0f}", (found.most, at), (4, 0), textcoords="offset points", va="center")
    axes.invert_yaxis()
    axes.set_title(title)
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(left=False)
    axes.xaxis.set_major_locator(NullLocator())
    axes.margins(x=0.16)


def throughput(record):
    heights = [sum(record.spread(name) is not None for name, _, _ in rows) for rows in (CREATE, TOKEN)]
    figure, axes = plt.subplots(2, 1, figsize=(WIDTH, 0.3 * sum(heights) + 1),
                                gridspec_kw={"height_ratios": heights})
    bars(axes[0], record, CREATE, "Durable creates a second: one core, 64 connections")
    bars(axes[1], record, TOKEN, "RS256 tokens a second: one core, 64 connections")
    return figure


def latency(record):
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2))
    fields = {"p50_ms": "p50", "p90_ms": "p90", "p99_ms": "p99", "p999_ms": "p99.9", "max_ms": "max"}
    for name, colour in LINES.items():
        found = [record.spread(f"{name}_open", field) for field in fields]
        if None in found:
            continue
        axes.plot(range(len(fields)), [it.median for it in found], color=colour, marker="o", markersize=3, label=NAMES[name])
        axes.fill_between(range(len(fields)), [it.least for it in found], [it.most for it in found], color=colour, alpha=0.12,
                          linewidth=0)
    axes.set_yscale("log")
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_minor_locator(NullLocator())
    plain(axes.yaxis)
    axes.set_xticks(range(len(fields)), fields.values())
    axes.grid(axis="y")
    axes.set_title("Latency in ms at 70 % of the reached rate, from when a request was due")
    axes.legend(ncols=2, loc="upper left", handlelength=1.2)
    return figure


def size(record):
    found = report.sizes(record.record)
    if not found:
        return None
    figure, axes = plt.subplots(figsize=(WIDTH, 2.8))
    for at, name in ((2, "create"), (3, "redeem")):
        axes.plot(range(len(found)), [step[at] / found[0][at] for step in found], color=LINES[name], marker="o",
                  markersize=3, label=f"{NAMES[name]} (empty: {found[0][at]:,.0f}/s)")
    axes.axhline(0.8, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.annotate("goal", (0, 0.8), (0, -11), textcoords="offset points")
    axes.set_ylim(0, 1.25)
    axes.set_xticks(range(len(found)), [f"{short(step[0])} tokens\n{short(step[1])} sessions" if step[0] else "empty"
                                        for step in found])
    axes.grid(axis="y")
    axes.set_title("Rate against the size of the file, as a share of an empty one's")
    axes.legend(ncols=2, loc="lower right", handlelength=1.2)
    return figure


def connections(record):
    points = [(int(name.removeprefix("create_c")), record.spread(name)) for name in report.CONNECTIONS]
    points = sorted([(many, it) for many, it in [*points, (record.record["connections"], record.spread("create"))] if it])
    figure, axes = plt.subplots(figsize=(WIDTH, 2.8))
    many = [it for it, _ in points]
    axes.plot(many, [it.median for _, it in points], color=OURS, marker="o", markersize=3)
    axes.fill_between(many, [it.least for _, it in points], [it.most for _, it in points], color=OURS, alpha=0.12, linewidth=0)
    for at, it in points:
        axes.annotate(f"{it.median:,.0f}", (at, it.median), (0, 6), textcoords="offset points", ha="center")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(many))
    axes.xaxis.set_minor_locator(NullLocator())
    plain(axes.xaxis)
    axes.set_ylim(0, max(it.most for _, it in points) * 1.2)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:g} k"))
    axes.grid(axis="y")
    axes.set_title("Durable creates a second against connections")
    return figure


def plain(axis):
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))


def short(number):
    for unit, name in ((10**6, " M"), (10**3, " k")):
        if number >= unit:
            return f"{number / unit:g}{name}"
    return f"{number}"


def draw(record, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for make in (throughput, latency, size, connections):
        figure = make(Record(record))
        if figure is None:
            continue
        path = directory / f"{make.__name__}.svg"
        if figures.is_noisy(record["rounds"]):
            figure.suptitle("taken on a busy machine: not a figure", color="#f85149")
        # Without a date, so that one record gives one file.
        figure.savefig(path, metadata={"Date": None, "Creator": None})
        plt.close(figure)
        print(f"drawn: {path}")


if __name__ == "__main__":
    draw(json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")), pathlib.Path(sys.argv[2]))
