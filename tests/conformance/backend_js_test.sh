#!/usr/bin/env bash
# Runs backend_js.test.mjs where prepare.sh found Node and npm; else says why not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ ! -e ../../build/conformance/npm.stamp ] || ! command -v node >/dev/null; then
  echo "skipped: @clerk/backend is not installed (tests/conformance/prepare.sh; it needs Node 20 or newer and npm)"
  [ "${CI:-}" = true ] && exit 1
  exit 77
fi
export CLERK_TELEMETRY_DISABLED=1
exec node --test --test-reporter=spec backend_js.test.mjs
