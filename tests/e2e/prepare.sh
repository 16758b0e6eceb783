#!/usr/bin/env bash
# Installs what the browser tests need: the npm packages of package.json into build/e2e, the samples'
# packages with Clerk's browser bundles beside the samples, and from the distribution Chromium and
# libfaketime, which moves a server's clock. Quick when all is there.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
target=$here/../../build/e2e
mkdir -p "$target"
suite=e2e
source "$here/../support/prepare.sh"

samples() {
  "$here/../../examples/install" express react >"$target/samples.log" 2>&1 && return 0
  tail -5 "$target/samples.log" >&2
  return 1
}

rm -f "$target/ready"
if ! { npm_packages && samples; } || ! { command -v chromium >/dev/null || from_distribution chromium; }; then
  missing "the browser tests are skipped: they need Node 20 with npm and its registry, and Chromium"
  exit 0
fi
touch "$target/ready"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || from_distribution libfaketime ||
  missing "the tests that move a server's clock are skipped: libfaketime is not here"
