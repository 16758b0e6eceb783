# What the `start` of every sample does first. Sourced; says what is missing and ends with 2.

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
  printf '%s: error: %s\n' "$sample" "$1" >&2
  if [ -n "${2:-}" ]; then printf '%s: hint: %s\n' "$sample" "$2" >&2; fi
  exit 2
}

# A running tenensd at TENENS_URL, and its publishable key.
need_tenens() {
  export TENENS_URL=${TENENS_URL:-http://localhost:4400}
  TENENS_URL=${TENENS_URL%/}
  # What `tenensd --dev` prints, unless it has a --frontend-host of its own.
  export CLERK_PUBLISHABLE_KEY=${CLERK_PUBLISHABLE_KEY:-pk_test_Y2xlcmsubG9jYWxob3N0JA}
  export APP_URL=${APP_URL:-http://localhost:3000}
  command -v curl >/dev/null || die "curl is not here" "apt-get install curl"
  curl -fsS --max-time 5 -o /dev/null "$TENENS_URL/v1/health" 2>/dev/null ||
    die "no tenensd answers at $TENENS_URL" \
      "start one: build/release/bin/tenensd --dev --app-url $APP_URL; or set TENENS_URL"
}

need_secret_key() {
  [ -n "${CLERK_SECRET_KEY:-}" ] || die "CLERK_SECRET_KEY is not set" \
    "tenensd shows it once, at its first start; TENENS_SECRET_KEY=sk_test_… fixes it"
  # The answer's status says whether it is the right one; the key stays out of the list of processes.
  local status
  status=$(curl -sS --max-time 5 -o /dev/null -w '%{http_code}' --config - "$TENENS_URL/v1/users/count" \
    <<<"header = \"Authorization: Bearer $CLERK_SECRET_KEY\"")
  [ "$status" = 200 ] || die "$TENENS_URL answers $status to this CLERK_SECRET_KEY" \
    "is it the key of another instance?"
}

# The npm packages of the sample, and Clerk's browser bundles if it names any.
need_packages() {
  "$repository/examples/install" "$sample" || die "npm could not install" "the lines above say why"
  export CLERK_TELEMETRY_DISABLED=1
}
