#!/usr/bin/env bash
# Runs the benchmarks on little data, to see that they run and agree; says nothing about speed.
#
#     Benchmarks/smoke.sh      SCRATCH, a build folder, may be set
set -euo pipefail
cd "$(dirname "$0")/.."
Benchmarks/build.sh
release=$(swift build -c release ${SCRATCH:+--scratch-path "$SCRATCH"} --show-bin-path)
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
