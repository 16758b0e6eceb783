#!/usr/bin/env python3
"""apply_patch.py PATCH SOURCES INTO: writes the files that PATCH changes, patched, below INTO.

A hunk has to be found word for word, and once; line numbers do not matter. So a patch lives through
changes elsewhere in the file, and what it no longer fits fails loudly.
"""

import pathlib
import re
import sys


def files_of(diff):
    """(path below the root, [(lines before, lines after)])"""
    for part in re.split(r"^--- a/.*\n", diff, flags=re.MULTILINE)[1:]:
        names, *hunks = re.split(r"^@@.*\n", part, flags=re.MULTILINE)
        yield re.match(r"\+\+\+ b/(\S+)", names)[1], [before_and_after(hunk) for hunk in hunks]


def before_and_after(hunk):
    # Editors strip the blank that stands before an empty line.
    lines = [line if line.strip() else " \n" for line in hunk.splitlines(keepends=True)]
    return ("".join(line[1:] for line in lines if line[0] in " -"),
            "".join(line[1:] for line in lines if line[0] in " +"))


def main(patch, sources, into):
    patch = pathlib.Path(patch)
    for name, hunks in files_of(patch.read_text(encoding="utf-8")):
        text = (pathlib.Path(sources) / name).read_text(encoding="utf-8")
        for before, after in hunks:
            if (found := text.count(before)) != 1:
                print(f"{patch.name} no longer fits {name}, where this is {found} times:\n{before}"
                      "Bring the patch up to date: it shows that the crash test notices such a bug.")
                return 1
            text = text.replace(before, after)
        target = pathlib.Path(into) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
