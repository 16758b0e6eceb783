#!/usr/bin/env bash
# Fuzzes each target, or the ones named, beginning with the kept inputs:
#   tests/fuzz/run.sh [--seconds N] [--record] [TARGET…]
# Inputs that break something are left in build/fuzz/found; fix it, then keep the input in corpus/.
# --record adds what was run to executions.tsv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=60
record=false
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
    --seconds) seconds=$2; shift ;;
    --record) record=true ;;
    -*) echo "fuzz: no option '$1'" >&2; exit 2 ;;
    *) targets+=("$1") ;;
  esac
  shift
done
all=(jwt jwk models json urls http toml tickets)
[ ${#targets[@]} -gt 0 ] || targets=("${all[@]}")
for name in "${targets[@]}"; do
  [ -e "tests/fuzz/fuzz_$name.cpp" ] || { echo "fuzz: no target '$name'; there are ${all[*]}" >&2; exit 2; }
done

clang=
for candidate in clang++-19 clang++-18 clang++-17 clang++-16 clang++; do  # 14 has no C++20 coroutines
  if command -v "$candidate" >/dev/null &&
    echo '#include <coroutine>
          extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
      "$candidate" -x c++ -std=c++20 -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
    clang=$candidate
    break
  fi
done
if [ -z "$clang" ]; then
  echo "fuzz: skipped: no clang++ of 16 or later with the runtime of libFuzzer (packages clang-16, libclang-rt-16-dev)" >&2
  exit 77
fi

flags='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1'
cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER="$clang" -DCMAKE_CXX_FLAGS="$flags" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTENENS_TESTS=ON -DTENENS_FUZZ=ON >/dev/null
cmake --build build/fuzz -j "$(nproc)" --target "${targets[@]/#/fuzz_}"

commit=$(git rev-parse --short HEAD 2>/dev/null || echo unknown)
for name in "${targets[@]}"; do
  mkdir -p "build/fuzz/found/$name"
  log=build/fuzz/$name.log
  if ! "build/fuzz/bin/fuzz_$name" "build/fuzz/found/$name" "tests/fuzz/corpus/$name" \
    -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$name-" >"$log" 2>&1; then
    grep -vE '^#[0-9]+\s+(NEW|REDUCE|pulse)' "$log" | tail -40 >&2
    echo "fuzz: $name found something; see build/fuzz/found" >&2
    exit 1
  fi
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  printf '%s: %s executions in %s s\n' "$name" "$executions" "$seconds"
  if $record; then
    printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%F)" "$commit" "$name" "$seconds" "$executions" >>tests/fuzz/executions.tsv
  fi
done
if $record; then
  awk -F'\t' 'NR > 1 { n[$3] += $5; all += $5 } END { for (t in n) print t ": " n[t] " so far"; print "all: " all }' \
    tests/fuzz/executions.tsv
fi
