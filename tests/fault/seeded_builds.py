#!/usr/bin/env python3
"""Breaks tenensd on purpose, one patch of seeded/ at a time, and demands that crash.py notices.

A harness that has never failed proves nothing. Each patch says in its head what it breaks and as what
kind of breach it has to be caught; the unpatched copy, built with the same flags, has to pass.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NOT_COPIED = {".git", ".ci", "build", "tests", "bench", "docs", "tools", "node_modules"}


class Failed(Exception):
    pass


# ── a copy of the sources ────────────────────────────────────────────────────────────────────────


def sources():
    for top in ROOT.iterdir():
        if top.name in NOT_COPIED:
            continue
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts):
                yield path.relative_to(ROOT)


def restore(tree):
    """Makes `tree` what the sources are. A file that is right is left alone, so that it is not built again."""
    wanted = set(sources())
    for path in wanted:
        copy = tree / path
        text = (ROOT / path).read_bytes()
        if not copy.exists() or copy.read_bytes() != text:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(text)
            shutil.copymode(ROOT / path, copy)
    for copy in [copy for copy in tree.rglob("*") if copy.is_file()]:
        if copy.relative_to(tree) not in wanted:
            copy.unlink()


# ── patches ──────────────────────────────────────────────────────────────────────────────────────


class Patch:
    """A unified diff whose hunks have to be found word for word, once; line numbers do not matter."""

    def __init__(self, path):
        self.name = path.stem
        head, _, diff = path.read_text(encoding="utf-8").partition("\n--- ")
        caught = re.search(r"^Caught as: (\w+)$", head, re.MULTILINE)
        if not caught or not diff:
            raise Failed(f"{path.name} wants a line 'Caught as: KIND' and a diff")
        self.breach = caught[1]
        self.title = head.splitlines()[0]
        self.files = []
        for part in re.split(r"^--- ", "--- " + diff, flags=re.MULTILINE)[1:]:
            names, *hunks = re.split(r"^@@.*@@.*\n", part, flags=re.MULTILINE)
            self.files.append((re.search(r"^\+\+\+ b/(\S+)", names, re.MULTILINE)[1], hunks))

    def apply(self, tree):
        for name, hunks in self.files:
            text = (tree / name).read_text(encoding="utf-8")
            for hunk in hunks:
                lines = [line if line.strip() else " \n" for line in hunk.splitlines(keepends=True)]
                before = "".join(line[1:] for line in lines if line[0] in " -")
                after = "".join(line[1:] for line in lines if line[0] in " +")
                if text.count(before) != 1:
                    raise Failed(f"{self.name}.patch no longer fits {name}: this is there"
                                 f" {text.count(before)} times:\n{before}")
                text = text.replace(before, after)
            (tree / name).write_text(text, encoding="utf-8")


# ── building and crashing ────────────────────────────────────────────────────────────────────────


def run(command, what):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise Failed(f"{what}:\n{done.stdout[-4000:]}")


def build(work, name):
    tree, into = work / "tree", work / "build"
    run(["cmake", "-S", tree, "-B", into, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
         "-DTENENS_TESTS=OFF", "-DTENENS_BENCH=OFF"], "cmake failed")
    run(["cmake", "--build", into, "--target", "tenensd"], f"{name} does not build")
    program = work / "bin" / name
    program.parent.mkdir(exist_ok=True)
    shutil.copy2(into / "bin/tenensd", program)
    return program


def crash(program, cycles):
    """(exit status, kind of the breach or None, all it said)"""
    done = subprocess.run([sys.executable, HERE / "crash.py", "--program", program, "--cycles", str(cycles)],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
                          timeout=300)
    breach = re.search(r"^breach (\w+): ", done.stdout, re.MULTILINE)
    # What it kept is for people who look into a breach; these were ordered.
    if kept := re.search(r"^kept: (\S+) and (\S+)$", done.stdout, re.MULTILINE):
        for path in kept.groups():
            shutil.rmtree(pathlib.Path(path).parent, ignore_errors=True)
    return done.returncode, breach and breach[1], done.stdout


def try_patch(work, patch, cycles):
    restore(work / "tree")
    if patch is not None:
        patch.apply(work / "tree")
    name = patch.name if patch else "unpatched"
    began = time.monotonic()
    program = build(work, name)
    built = time.monotonic() - began
    status, breach, said = crash(program, cycles)
    took = f"built in {built:.0f} s, judged in {time.monotonic() - began - built:.0f} s"
    if patch is None:
        if status:
            raise Failed(f"the unpatched build does not pass:\n{said}")
        print(f"passes   unpatched, {cycles} cycles ({took})", flush=True)
        return
    if status != 1 or breach != patch.breach:
        raise Failed(f"{name} should be caught as '{patch.breach}' and was"
                     f" {f'caught as {breach}' if breach else 'not caught'}:\n{said}")
    print(f"caught   {patch.title} ({took})\n         {re.search(r'^breach .*', said, re.MULTILINE)[0]}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build/seeded")
    parser.add_argument("--cycles", type=int, default=60, help="most cycles until a breach has to be seen")
    parser.add_argument("names", nargs="*", help="only these patches")
    options = parser.parse_args()
    work = options.work.resolve()
    (work / "tree").mkdir(parents=True, exist_ok=True)
    try:
        patches = [Patch(path) for path in sorted((HERE / "seeded").glob("*.patch"))
                   if not options.names or path.stem in options.names]
        if not patches:
            raise Failed("there is no such patch")
        try_patch(work, None, 10)
        for patch in patches:
            try_patch(work, patch, options.cycles)
    except Failed as failure:
        print(f"seeded_builds: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
