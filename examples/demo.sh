#!/usr/bin/env bash
# The whole main job on real input: a server, two users, a token minted through the C++ library,
# redeemed once, refused twice, another one revoked, and the audit that tells it all.
# --once ends it there; otherwise the server stays up with a link for your browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=build/release/bin

once=false
case "${1:-}" in
  --once) once=true ;;
  "") ;;
  *) echo "demo: error: only --once is understood, not '$1'" >&2; exit 2 ;;
esac

step() { printf '\n\033[1;36m%s\033[0m\n' "$*"; }
note() { printf '\033[2m%s\033[0m\n' "$*"; }
run() { printf '\033[2m$ %s\033[0m\n' "$*" >&2; "$@"; }

place=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null || true; }
  rm -rf "$place"
}
trap finish EXIT
trap 'exit 130' INT TERM

# ── 1 ────────────────────────────────────────────────────────────────────────────────────────────
step "1. A development server: one process, one SQLite file"
export CLERK_SECRET_KEY=sk_test_$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
TENENS_SECRET_KEY=$CLERK_SECRET_KEY "$bin/tenensd" --dev --listen 127.0.0.1:"${TENENS_DEMO_PORT:-0}" \
  --database "sqlite:$place/demo.db" --log-level warning 2>"$place/log" &
server=$!
for _ in $(seq 200); do
  grep -q '^listening on ' "$place/log" && break
  kill -0 "$server" 2>/dev/null || { cat "$place/log" >&2; exit 1; }
  sleep 0.05
done
cat "$place/log"
TENENS_URL=$(sed -n 's/^listening on //p' "$place/log")
export TENENS_URL

# ── 2 ────────────────────────────────────────────────────────────────────────────────────────────
step "2. Two people: a customer, and the support engineer who must see what the customer sees"
customer=$(run "$bin/tenens" users create --email carla@customer.example --first-name Carla --last-name Customer --json | jq -r .id)
agent=$(run "$bin/tenens" users create --email sam@support.example --first-name Sam --last-name Support --json | jq -r .id)
"$bin/tenens" users list

# ── 3 ────────────────────────────────────────────────────────────────────────────────────────────
step "3. An actor token, minted through the C++ library (examples/create_actor_token.cpp)"
token=$(run "$bin/example_create_actor_token" "$customer" "$agent")
jq '.url |= .[0:70] + "…"' <<<"$token"

# ── 4 ────────────────────────────────────────────────────────────────────────────────────────────
step "4. Redeemed: the ticket becomes a session, and the session's JWT says who acts (act)"
ticket_of() { jq -r '.url | split("ticket=")[1]' <<<"$1"; }
redeem() {
  curl -sS -X POST "$TENENS_URL/v1/client/sign_ins" -H 'Origin: http://localhost:3000' \
    --data-urlencode strategy=ticket --data-urlencode "ticket=$(ticket_of "$1")"
}
decode() { jq -rR 'split(".")[1] | gsub("-";"+") | gsub("_";"/") | @base64d | fromjson'; }
answer=$(redeem "$token")
jq -r '.client.sessions[0].last_active_token.jwt' <<<"$answer" | decode

# ── 5 ────────────────────────────────────────────────────────────────────────────────────────────
step "5. A second time it is refused: a ticket opens one session, ever"
redeem "$token" | jq '.errors[0] | {code, long_message}'

# ── 6 ────────────────────────────────────────────────────────────────────────────────────────────
step "6. Another token, revoked before anyone used it"
second=$("$bin/example_create_actor_token" "$customer" "$agent")
run "$bin/tenens" revoke "$(jq -r .id <<<"$second")"
redeem "$second" | jq '.errors[0] | {code, long_message}'

# ── 7 ────────────────────────────────────────────────────────────────────────────────────────────
step "7. The audit: a row for each act, written in the same commit as the act"
run "$bin/tenens" audit list

if $once; then
  step "Done."
  exit 0
fi

# ── 8 ────────────────────────────────────────────────────────────────────────────────────────────
step "8. Your turn: open this link in a browser"
"$bin/tenens" impersonate "$customer" --as "$agent" --reason "a look at the demo"
note "The server stays up until you press Ctrl-C. Its secret key is $CLERK_SECRET_KEY"
wait "$server"
