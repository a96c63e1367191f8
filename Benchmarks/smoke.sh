#!/usr/bin/env bash
# Runs the benchmarks on little data, to see that they run and agree; says nothing about speed.
set -euo pipefail
cd "$(dirname "$0")/.."
export TIDEGATE_BENCHMARKS=1
for product in DeltaBenchmarks PushBenchmarks AllocationBenchmarks PipelineBenchmarks HistoryBenchmarks ServiceBenchmarks tidegate; do
    # With the same options as the programs, so that shared modules are built once.
    swift build -c release --static-swift-stdlib --product "$product"
done
release=$(swift build -c release --show-bin-path)
benchmarks="$release/DeltaBenchmarks"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$benchmarks" generate 100000 "$folder"
gzip --keep "$folder/next.csv"
"$benchmarks" suites "$folder" 2
"$release/PipelineBenchmarks" "$folder" 1
"$release/PipelineBenchmarks" "$folder" 1 orders
"$release/PushBenchmarks" suites "$folder" quiet
"$release/AllocationBenchmarks" 2000 2
"$release/HistoryBenchmarks" "$folder/year" 0.1 2000
# The soak in its short form: it fails where something is lost or an audit cannot explain a level.
export POSITIONS=20000 RATE=100 SECONDS=2 SOAK_SECONDS=120
"$release/ServiceBenchmarks" "$folder" "$release/tidegate" idle events burst soak
