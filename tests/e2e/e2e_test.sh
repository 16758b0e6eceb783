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

# The certificate of this run's https servers; Node must know it from its start.
if command -v openssl >/dev/null; then
  TENENS_E2E_TLS=$(mktemp -d)
  trap 'rm -rf "$TENENS_E2E_TLS"' EXIT
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,DNS:*.example.test,DNS:*.clerk.accounts.dev' \
    -keyout "$TENENS_E2E_TLS/key.pem" -out "$TENENS_E2E_TLS/cert.pem" 2>/dev/null
  export TENENS_E2E_TLS NODE_EXTRA_CA_CERTS=$TENENS_E2E_TLS/cert.pem
fi
# Moves the clock of a server, which is then in step with the one of the page.
TENENS_E2E_FAKETIME=$(ls /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null | head -1) || true
if [ -n "$TENENS_E2E_FAKETIME" ]; then export TENENS_E2E_FAKETIME; else unset TENENS_E2E_FAKETIME; fi

# Playwright waits for ever where a page goes elsewhere while it is asked or closed.
node --test --test-timeout=60000 --test-reporter=spec "$1"
