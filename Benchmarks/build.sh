#!/usr/bin/env bash
# Builds the programs and the benchmarks for release, in one build folder, so that shared modules are built once.
#
#     Benchmarks/build.sh      SCRATCH, a build folder, may be set
set -euo pipefail
cd "$(dirname "$0")/.."
export TIDEGATE_BENCHMARKS=1
for product in tidegate oro-simulator DeltaBenchmarks PushBenchmarks AllocationBenchmarks PipelineBenchmarks \
    HistoryBenchmarks ServiceBenchmarks; do
    swift build -c release --static-swift-stdlib ${SCRATCH:+--scratch-path "$SCRATCH"} --product "$product"
done
