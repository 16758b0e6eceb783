#!/usr/bin/env bash
# unpack.sh INTO PACKAGE…: packages of the distribution, unpacked and not installed, so that no service of
# theirs starts and nothing of the machine's is configured.
set -euo pipefail
into=$1
shift
[ -e "$into/.unpacked" ] && exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
  { echo "no apt-get here" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"  # apt's own user writes here
(cd "$work" && apt-get download -qq "$@" >/dev/null 2>&1) ||
  { echo "the distribution has no $* to download" >&2; exit 1; }
mkdir -p "$into"
for package in "$work"/*.deb; do dpkg-deb -x "$package" "$into"; done
touch "$into/.unpacked"
