#!/usr/bin/env python3
"""Schemathesis reads our OpenAPI document and asks the server everything it allows, and some that it does not.

  api_fuzzer.py [--examples N] [--seed N]

All of its checks are on; what is excluded stands in api_fuzzer.toml with the reason.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "support"))
from skip import skip  # noqa: E402
from tenensd import SECRET_KEY, Tenensd  # noqa: E402
from wire import INSTALLED  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", help="the tenensd to ask")
    parser.add_argument("--examples", type=int, default=10, help="at most, for each operation and phase")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    schemathesis = pathlib.Path(os.environ.get("SCHEMATHESIS") or INSTALLED / "venv/bin/schemathesis")
    if not schemathesis.exists():
        skip("schemathesis is not installed (tests/conformance/prepare.sh)", tool_missing=True)
    with tempfile.TemporaryDirectory(prefix="tenens-test-") as folder, Tenensd(program=options.program) as server:
        done = subprocess.run(
            [schemathesis, "--config-file", HERE / "api_fuzzer.toml", "run", f"{server.url}/v1/openapi.json",
             "--max-examples", str(options.examples), "--seed", str(options.seed), "--workers", "1"],
            cwd=folder, check=False, env={**os.environ, "TENENS_KEY": SECRET_KEY, "NO_PROXY": "127.0.0.1", "NO_COLOR": "1"})
        faulty = [line for line in server.log if '"exception"' in line]
    for line in faulty:
        print(f"breach api: {line}")
    return 1 if done.returncode or faulty else 0


if __name__ == "__main__":
    sys.exit(main())
