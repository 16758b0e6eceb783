# What every prepare.sh does. Sourced, with `suite`, `here` (the folder of its own files) and `target`
# (where it installs). What a machine cannot have is said in one line and the tests that need it are
# skipped; with CI=true that is a failure.

say() { printf '%s: %s\n' "$suite" "$*" >&2; }

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

from_distribution() {
  command -v apt-get >/dev/null || return 1
  local root=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || return 1
    root=(sudo)
  fi
  say "installing from the distribution: $*"
  { "${root[@]}" apt-get update -qq &&
      DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends "$@"
  } >/dev/null 2>&1
}

# The npm packages of package.json. Fails where there is no Node 20, or where npm does.
npm_packages() {
  local version
  version=$(node --version 2>/dev/null) || version=v0
  local major=${version#v}
  if [ "${major%%.*}" -lt 20 ] || ! command -v npm >/dev/null; then
    say "Node 20 or newer with npm is not here"
    return 1
  fi
  is_current npm.stamp "$version" "$here/package.json" node_modules/@clerk/backend && return 0
  say "installing the npm packages of $suite/package.json"
  rm -rf "$target/node_modules" "$target/npm.stamp"
  cp "$here/package.json" "$target/package.json"
  if ! (cd "$target" && npm install --no-audit --no-fund --no-package-lock --ignore-scripts \
          --loglevel=error >npm.log 2>&1); then
    tail -5 "$target/npm.log" >&2
    say "npm could not install"
    return 1
  fi
  mark_current npm.stamp "$version" "$here/package.json"
}
