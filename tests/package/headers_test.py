#!/usr/bin/env python3
"""Each public header compiles alone, twice in one file, with nothing but the standard library.

    headers_test.py INCLUDE COMPILER

Ends with 77 if there is no such compiler; `clang++` also finds the one with a number.
"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys

STRICT = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion",
          "-Wsign-conversion", "-Wold-style-cast", "-Wextra-semi", "-Wundef", "-Werror"]
FOREIGN = re.compile(r'#include (<[^>]*/[^>]*>|<[^>]*\.h(pp)?>|"(?!clerk_backend_api/)[^"]*")')


def find(compiler):
    numbered = (f"{compiler}-{number}" for number in range(30, 13, -1))
    return next(filter(None, map(shutil.which, [compiler, *numbered])), None)


def faults_of(compiler, include, header):
    line = f"#include <{header.relative_to(include).as_posix()}>\n"
    said = subprocess.run([compiler, *STRICT, "-I", str(include), "-x", "c++", "-"], input=line * 2,
                          capture_output=True, text=True, check=False)
    foreign = FOREIGN.search(header.read_text(encoding="utf-8"))
    return said.stderr + (f"{header.name}: {foreign.group()}: not the standard library\n" if foreign else "")


def main(include, compiler):
    compiler = find(compiler)
    if compiler is None:
        return 77
    headers = sorted(include.rglob("*.hpp"))
    assert headers, f"no headers in {include}"
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        faults = list(pool.map(lambda header: faults_of(compiler, include, header), headers))
    print(f"{compiler}: {len(headers)} headers")
    print("".join(faults), end="")
    return 1 if any(faults) else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]), sys.argv[2]))
