#!/bin/sh
# Compares the diff with DuckDB, Polars, and tools that only read or unpack: makes the data, installs the other tools
# into a throwaway environment, runs all in turns, checks that they find the same deltas, and prints the table of
# ratios. Needs zstd, gzip and igzip (Debian's isal).
#
#     Benchmarks/compare.sh [ROWS [RUNS]]      defaults: 10000000 5; FOLDER, OURS and PYTHON may be set
set -eu
here=$(cd "$(dirname "$0")" && pwd)
rows=${1:-10000000}
runs=${2:-5}
folder=${FOLDER:-$(mktemp -d)}
mkdir -p "$folder"
if [ -z "${OURS:-}" ]; then
    (cd "$here/.." && swift build -c release --static-swift-stdlib --product tidegate)
    OURS="$here/../.build/release/tidegate"
fi
if [ ! -e "$folder/shuffled.csv" ]; then
    [ -n "${GENERATOR:-}" ] || (cd "$here/.." && TIDEGATE_BENCHMARKS=1 swift build -c release --static-swift-stdlib --product DeltaBenchmarks)
    mkdir -p "$folder/small"
    for size in "$rows:$folder" "$((rows / 10)):$folder/small"; do
        "${GENERATOR:-$here/../.build/release/DeltaBenchmarks}" generate "${size%%:*}" "${size#*:}"
    done
fi
if [ ! -e "$folder/wide.yaml" ]; then
    for name in base next; do head -n "$((rows / 2))" "$folder/$name.ndjson" >"$folder/objects-$name.ndjson"; done
    {
        printf 'source:\n  kind: file\n  path: wide-next.csv\n  columns:\n    sku: sku\n    unit: unit\n'
        printf '    as_of: updated_at\n    location_columns:\n'
        head -n 1 "$folder/wide-base.csv" | tr , '\n' | grep -- - | sed 's/.*/      &: &/'
        printf 'oro:\n  url: https://shop.example\n'
    } >"$folder/wide.yaml"
fi
if [ -z "${PYTHON:-}" ]; then
    python3 -m venv "$folder/python"
    "$folder/python/bin/pip" install --quiet duckdb==2.0.0 polars==2.1.0
    PYTHON="$folder/python/bin/python"
fi
uname -srm
date -u +%Y-%m-%d
"$PYTHON" "$here/compare.py" "$folder" "$runs" "$OURS" "$PYTHON"
[ -n "${FOLDER:-}" ] || rm -rf "$folder"
