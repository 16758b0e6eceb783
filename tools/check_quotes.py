#!/usr/bin/env python3
"""Every C++ block of README.md and docs/library is a piece of a program that is compiled and run.

A quote is a code block below `<!-- quote: FILE NAME -->`; in FILE it stands between `[NAME]` and
`[NAME end]` in comments of their own. Prints what differs and exits 1; `--fix` writes the sources' text
into the documents. A block that is no quote says why: `<!-- not quoted: WHY -->`. `--self-test` proves
that each rule can fail.
"""

import pathlib
import re
import sys
import textwrap

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(?P<above>[^\n]*)\n```(?P<language>\w*)\n(?P<text>.*?)```", re.DOTALL)
QUOTE = re.compile(r"<!-- quote: (\S+) (.+?) -->")
EXCUSE = re.compile(r"<!-- not quoted: .+ -->")
MARKER = re.compile(r"^\s*(?://|#) \[[^\]]+\]\n", re.MULTILINE)


def region(source, name):
    found = re.search(rf"^\s*(?://|#) \[{re.escape(name)}\]\n(.*?)^\s*(?://|#) \[{re.escape(name)} end\]",
                      source, re.DOTALL | re.MULTILINE)
    return textwrap.dedent(MARKER.sub("", found.group(1))) if found else None


def faults_of(document, read):
    """(line, what, the block's text, what it should be) for each fault."""
    for block in BLOCK.finditer(document):
        line = document.count("\n", 0, block.start("text"))
        quote = QUOTE.search(block["above"])
        if quote is None:
            if block["language"] == "cpp" and not EXCUSE.search(block["above"]):
                yield line, "a C++ block that quotes nothing", block, None
            continue
        source = read(quote[1])
        text = source and region(source, quote[2])
        if text is None:
            yield line, f"there is no [{quote[2]}] in {quote[1]}", block, None
        elif text != block["text"]:
            yield line, f"differs from [{quote[2]}] in {quote[1]}", block, text


def read(path):
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else None


def check(fix):
    left = 0
    for file in [ROOT / "README.md", *sorted((ROOT / "docs/library").glob("*.md"))]:
        document = file.read_text(encoding="utf-8")
        for line, what, block, text in reversed(list(faults_of(document, read))):
            if fix and text is not None:
                document = document[:block.start("text")] + text + document[block.end("text"):]
                continue
            print(f"{file.relative_to(ROOT)}:{line}: {what}")
            left += 1
        if fix:
            file.write_text(document, encoding="utf-8")
    return left


def self_test():
    source = "  // [a]\n  // [b]\n  int y;\n  // [b end]\n  // [a end]\n"
    sources = {"x.cpp": source}.get
    good = "<!-- quote: x.cpp b -->\n```cpp\nint y;\n```\n"
    bad = [good.replace("y", "z"), good.replace("x.cpp b", "x.cpp c"), good.replace("x.cpp", "y.cpp"),
           "text\n```cpp\nint y;\n```\n"]
    assert not list(faults_of(good, sources))
    assert region(source, "a") == region(source, "b") == "int y;\n"
    assert not list(faults_of("<!-- not quoted: a shape -->\n```cpp\nT x;\n```\n", sources))
    for document in bad:
        assert list(faults_of(document, sources)), document


if __name__ == "__main__":
    self_test()
    if "--self-test" not in sys.argv:
        sys.exit(1 if check("--fix" in sys.argv) else 0)
