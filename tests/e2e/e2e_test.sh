#!/usr/bin/env bash
# Runs one of the *.test.mjs where prepare.sh found all that it takes; else says why not.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

if [ ! -e ../../build/e2e/ready ] || ! command -v node >/dev/null || ! command -v chromium >/dev/null; then
  echo "skipped: tests/e2e/prepare.sh has not found Node 20, npm and Chromium"
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 77
fi
export CLERK_TELEMETRY_DISABLED=1
exec node --test --test-reporter=spec "$1"
