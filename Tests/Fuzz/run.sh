#!/usr/bin/env bash
# Fuzzes the snapshot readers or the baseline file, with the address sanitizer.
#
#     Tests/Fuzz/run.sh ReaderFuzz|BaselineFuzz [SECONDS [CORPUS]]      default: 600 seconds, a new corpus
#
# What it finds is written beside the corpus as crash-…; the same file as the only argument of the program runs
# it once more. BUILD and ONLY_BUILD=1 may be set: where to build, and to do nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
name=$1
seconds=${2:-600}
corpus=${3:-$(mktemp -d)/corpus}
build=${BUILD:-$here/../../.build-fuzz}
cd "$here/../.."
runtime=$(dirname "$(find "$(dirname "$(readlink -f "$(command -v swift)")")/.." \
    -name 'libclang_rt.fuzzer_no_main-x86_64.a' | head -1)")
# Coverage is what the fuzzer is led by; C that is compiled within Swift is checked too.
TIDEGATE_FUZZ=1 swift build -c release --scratch-path "$build" --product "$name" --sanitize address \
    -Xswiftc -enable-testing -Xswiftc -Xfrontend -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=address \
    -Xlinker "$runtime/libclang_rt.fuzzer_no_main-x86_64.a" -Xlinker -lstdc++
[ -z "${ONLY_BUILD:-}" ] || exit 0
mkdir -p "$corpus"
program="$build/release/$name"
case $name in
ReaderFuzz)
    cp -n "$here"/seeds/reader-* "$corpus" || true
    options=(-dict="$here/reader.dict" -max_len=2000)
    ;;
BaselineFuzz)
    "$program" --seeds "$corpus"
    options=(-max_len=200000)
    ;;
esac
# Its own trace of a crash is the one wanted.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS="detect_leaks=0:quarantine_size_mb=32"
cd "$corpus/.."
# Memory for what the sanitizer keeps; none of it is the program's own.
"$program" "${options[@]}" -max_total_time="$seconds" -timeout=20 -rss_limit_mb=3000 -print_final_stats=1 "$corpus"
