#!/usr/bin/env bash
# Installs what the browser tests need into build/e2e: the npm packages of package.json, Clerk's two
# browser bundles, and Chromium from the distribution; and what the samples in examples/ need. Quick when all is there. What a machine cannot
# have is said in one line and the tests are skipped; with CI=true that is a failure.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../build/e2e
mkdir -p "$target"

say() { printf 'e2e: %s\n' "$*" >&2; }

missing() {
  say "$*: the browser tests are skipped"
  rm -f "$target/ready"
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 0
}

version=$(node --version 2>/dev/null) || version=v0
major=${version#v}
if [ "${major%%.*}" -lt 20 ] || ! command -v npm >/dev/null; then
  missing "Node 20 or newer with npm is not here"
fi

install_chromium() {
  command -v apt-get >/dev/null || return 1
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || return 1
    root=(sudo)
  fi
  say "installing from the distribution: chromium"
  { "${root[@]}" apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends chromium
  } >/dev/null 2>&1
}

command -v chromium >/dev/null || install_chromium || missing "Chromium is not here (package chromium)"

"$here/../../examples/install" express react >"$target/samples.log" 2>&1 || {
  tail -5 "$target/samples.log" >&2
  missing "npm could not install the samples' packages"
}

now="$version $(sha256sum <"$here/package.json")"
if [ "$(cat "$target/ready" 2>/dev/null)" = "$now" ]; then exit 0; fi

say "installing the npm packages of tests/e2e/package.json"
rm -rf "$target/node_modules" "$target/assets" "$target/ready"
cp "$here/package.json" "$target/package.json"
cd "$target"

# The bundles contain what they need; their packages' dependencies are some hundred megabytes that
# nothing here would load, so the two archives alone are fetched.
unpack() {
  local name=$1 version archive
  version=$(node -p "require('./package.json').bundles['$name']") &&
    archive=$(npm pack --silent "@clerk/$name@$version") &&
    mkdir -p "assets/$name" &&
    tar -xzf "$archive" -C "assets/$name" --strip-components=1 &&
    rm -f "$archive"
}

if ! { npm install --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error &&
         unpack clerk-js && unpack ui; } >npm.log 2>&1; then
  tail -5 npm.log >&2
  missing "npm could not install"
fi
echo "$now" >ready
