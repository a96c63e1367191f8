#!/usr/bin/env bash
# Installs what a Debian machine with a Swift toolchain lacks to build Tidegate.
# Says nothing and changes nothing where everything is there.
#
#     config/bootstrap.sh [--test]
#
# --test: also what independent clients of the service need (Tests/Service/run.sh), in an environment of its own below
# .build.
set -euo pipefail

packages=(
    binutils      # the linker
    git           # the package manager fetches with it
    libc6-dev     # C headers
    libcurl4-openssl-dev # alerts by mail
    libisal-dev   # gzip, inflated at the speed of the disk
    libsqlite3-dev # the state database
    libstdc++-12-dev # C++ headers of NIO's TLS
    libzstd-dev   # zstd snapshots and the archive
    pkg-config
    tzdata        # time zones of ERP timestamps
    zlib1g-dev    # HTTP compression in NIO
)
clients=(
    standardwebhooks==1.1.0
    cloudevents==2.2.0
    schemathesis==4.32.5
    openapi-spec-validator==0.9.0
    prometheus-client==0.26.0
    aiosmtpd==1.4.6
    pyyaml==6.0.4
    playwright==1.65.2
    axe-playwright-python==0.1.8
)
tests=${1:-}
if [ "$tests" = --test ]; then
    packages+=(
        chromium      # looks at the pages
        fonts-liberation
        prometheus    # promtool
        python3-venv
    )
fi

fail() {
    printf 'bootstrap: %s\n' "$1" >&2
    exit 69
}

if ! command -v swift >/dev/null 2>&1; then
    fail 'no Swift toolchain on the PATH: install Swift 6.2 or newer from swift.org, then run this again.'
fi
version=$(swift --version 2>/dev/null | grep -oE 'Swift version [0-9]+\.[0-9]+' | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
if [ "$(printf '%s\n' 6.2 "${version:-0}" | sort -V | head -n 1)" != 6.2 ]; then
    fail "Swift ${version:-of unknown version} is too old: install Swift 6.2 or newer from swift.org."
fi

if ! command -v dpkg-query >/dev/null 2>&1; then
    fail "this system has no dpkg. Install the counterparts of these Debian packages yourself, then build: ${packages[*]}"
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
install_clients() {
    [ "$tests" = --test ] || return 0
    local folder
    folder=$(cd "$(dirname "$0")/.." && pwd)/.build/service-clients
    [ "$(cat "$folder/installed" 2>/dev/null)" != "${clients[*]}" ] || return 0
    printf 'bootstrap: installing %s\n' "${clients[*]}" >&2
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "${clients[@]}" ||
        fail "pip could not install ${clients[*]}: see its message above."
    printf '%s' "${clients[*]}" >"$folder/installed"
}

if [ ${#missing[@]} -eq 0 ]; then
    install_clients
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 ||
        fail "these packages are missing and you are not root: apt-get install ${missing[*]}"
    as_root=(sudo)
fi
printf 'bootstrap: installing %s\n' "${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
    fail "apt-get could not install ${missing[*]}: see its message above; the package names are Debian 12's."
install_clients
