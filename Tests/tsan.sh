#!/usr/bin/env bash
# Runs the tests of the core (words and decisions, formats, delta engine) with the thread sanitizer.
#
#     Tests/tsan.sh [FILTER]      default: all of them
#
# Only these three modules start threads that share memory without an actor. TIDEGATE_CORE leaves everything
# else out of the package, which is most of what would have to be built. BUILD may say where to build.
set -euo pipefail
cd "$(dirname "$0")/.."
filter=${1:-InventoryCoreTests|SnapshotFormatsTests|DeltaEngineTests}
build=${BUILD:-.build-tsan}

# The smaller package would take the other dependencies out of the list of resolved versions.
if [ -f Package.resolved ]; then
    kept=$(mktemp)
    cp Package.resolved "$kept"
    trap 'mv "$kept" Package.resolved' EXIT
fi

# The first report ends the run: what follows a race proves nothing.
TIDEGATE_CORE=1 TSAN_OPTIONS="halt_on_error=1:history_size=4" SWIFT_BACKTRACE=enable=no \
    swift test --sanitize=thread --scratch-path "$build" --no-parallel --filter "$filter"
