#!/usr/bin/env bash
# Installs Clerk's official clients into build/conformance, at the exact versions of package.json and
# requirements.txt. Quick when they are there. What a machine cannot have is said in one line and its
# tests are skipped; with CI=true that is a failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../build/conformance
mkdir -p "$target"

say() { printf 'conformance: %s\n' "$*" >&2; }

missing() {
  say "$*"
  [ "${CI:-}" != true ] || exit 1
}

# Is `result` there, made by this tool from this version of `file`?
is_current() {
  local stamp=$1 tool=$2 file=$3 result=$4
  [ -e "$target/$result" ] && [ "$(cat "$target/$stamp" 2>/dev/null)" = "$tool $(sha256sum <"$file")" ]
}

mark_current() {
  local stamp=$1 tool=$2 file=$3
  echo "$tool $(sha256sum <"$file")" >"$target/$stamp"
}

prepare_node() {
  local version
  version=$(node --version 2>/dev/null) || version=v0
  local major=${version#v}
  if [ "${major%%.*}" -lt 20 ] || ! command -v npm >/dev/null; then
    missing "Node 20 or newer with npm is not here: the tests with @clerk/backend are skipped"
    return 0
  fi
  is_current npm.stamp "$version" "$here/package.json" node_modules/@clerk/backend && return 0
  say "installing the npm packages of tests/conformance/package.json"
  rm -rf "$target/node_modules" "$target/npm.stamp"
  cp "$here/package.json" "$target/package.json"
  if ! (cd "$target" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts \
          --loglevel=error >npm.log 2>&1); then
    tail -5 "$target/npm.log" >&2
    missing "npm could not install: the tests with @clerk/backend are skipped"
    return 0
  fi
  mark_current npm.stamp "$version" "$here/package.json"
}

# Debian and Ubuntu keep `python3 -m venv` in a package of its own.
install_venv() {
  command -v apt-get >/dev/null || return 1
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || return 1
    root=(sudo)
  fi
  say "installing from the distribution: python3-venv"
  { "${root[@]}" apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends python3-venv
  } >/dev/null 2>&1
}

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
  if ! make_venv && ! { install_venv && make_venv; }; then
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

prepare_node
prepare_python
