#!/usr/bin/env bash
# Fuzzes each target for so many seconds, beginning with the kept inputs:  tests/fuzz/run.sh [SECONDS]
# Inputs that break something are left in build/fuzz/found; fix it, then keep the input in corpus/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=${1:-60}

clang=
for candidate in clang++-19 clang++-16 clang++-14 clang++; do
  if command -v "$candidate" >/dev/null &&
    echo 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }' |
      "$candidate" -x c++ -fsanitize=fuzzer,address,undefined -o /dev/null - 2>/dev/null; then
    clang=$candidate
    break
  fi
done
if [ -z "$clang" ]; then
  echo "fuzz: skipped: no clang++ with the runtime of libFuzzer (packages clang and libclang-rt-dev)" >&2
  exit 77
fi

flags='-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g1'
cmake -S . -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER="$clang" -DCMAKE_CXX_FLAGS="$flags" \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTENENS_FUZZ=ON >/dev/null
cmake --build build/fuzz -j "$(nproc)" --target fuzz_jwt fuzz_jwk fuzz_models

mkdir -p build/fuzz/found
for name in jwt jwk models; do
  mkdir -p "build/fuzz/found/$name"
  printf '── %s, %s s\n' "$name" "$seconds"
  "build/fuzz/bin/fuzz_$name" "build/fuzz/found/$name" "tests/fuzz/corpus/$name" \
    -max_total_time="$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
    -artifact_prefix=build/fuzz/found/ 2>&1 | grep -E 'ERROR|SUMMARY|stat::(number|average|peak)|DONE' ||
    { echo "fuzz: $name found something; see build/fuzz/found" >&2; exit 1; }
done
