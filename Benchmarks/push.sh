#!/usr/bin/env bash
# Measures the push against the simulated shop, and draws the saturation surface.
#
#     Benchmarks/push.sh [FOLDER [SUITE …]]      without a folder, a new one under /tmp; without suites, all
#
# Suites: overhead memory profiles changes zeros urgent poison quiet faults settle surface. SEEDS=200 sets the
# number of fault runs. A line that misses its target says MISSED. The drawing is FOLDER/saturation.svg.
set -euo pipefail
folder=${1:-$(mktemp -d)}
shift || true
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/.."
export TIDEGATE_BENCHMARKS=1
swift build -c release --static-swift-stdlib ${SCRATCH:+--scratch-path "$SCRATCH"} --product PushBenchmarks
benchmarks="$(swift build -c release ${SCRATCH:+--scratch-path "$SCRATCH"} --show-bin-path)/PushBenchmarks"
uname -srm
date -u +%Y-%m-%d
exec "$benchmarks" suites "$folder" "$@"
