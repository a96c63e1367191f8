#!/usr/bin/env bash
# Runs every suite of the delta benchmarks on little data: that they run and agree, not how fast they are.
set -euo pipefail
cd "$(dirname "$0")/.."
export TIDEGATE_BENCHMARKS=1
swift build -c release --product DeltaBenchmarks
benchmarks="$(swift build -c release --show-bin-path)/DeltaBenchmarks"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$benchmarks" generate 100000 "$folder"
"$benchmarks" suites "$folder" 2
