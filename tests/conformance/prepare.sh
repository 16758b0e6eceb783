#!/usr/bin/env bash
# Installs Clerk's official clients into build/conformance, at the exact versions of package.json and
# requirements.txt. Quick when they are there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../build/conformance
mkdir -p "$target"

suite=conformance
source "$here/../support/prepare.sh"

make_venv() {
  rm -rf "$target/venv" "$target/venv.stamp"
  python3 -m venv "$target/venv" >/dev/null 2>&1
}

prepare_python() {
  local version
  version=$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2] if sys.version_info >= (3, 10) else "")' 2>/dev/null) || version=
  if [ -z "$version" ]; then
    missing "Python 3.10 or newer is not here: the tests with clerk-backend-api are skipped"
    return 0
  fi
  is_current venv.stamp "$version" "$here/requirements.txt" venv/bin/python && return 0
  say "installing the PyPI packages of tests/conformance/requirements.txt"
  # Debian and Ubuntu keep `python3 -m venv` in a package of its own.
  if ! make_venv && ! { from_distribution python3-venv && make_venv; }; then
    missing "python3 -m venv does not work here (package python3-venv): the tests with clerk-backend-api are skipped"
    return 0
  fi
  if ! "$target/venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --requirement "$here/requirements.txt" >"$target/pip.log" 2>&1; then
    tail -5 "$target/pip.log" >&2
    missing "pip could not install: the tests with clerk-backend-api are skipped"
    return 0
  fi
  mark_current venv.stamp "$version" "$here/requirements.txt"
}

npm_packages || missing "the tests with @clerk/backend are skipped"
prepare_python
