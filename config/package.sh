#!/usr/bin/env bash
# Builds a Debian package from a built program: tidegate_VERSION_ARCHITECTURE.deb.
#
#     config/package.sh [FOLDER [PROGRAM]]
#
# FOLDER is where the package goes (default: the current one), PROGRAM a release build (default: the one below .build).
# Needs python3, and dpkg-dev for the dependencies. The same commit and program give the same bytes.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(cd "${1:-.}" && pwd)
program=${2:-$root/.build/release/tidegate}

fail() {
    printf 'package: %s\n' "$1" >&2
    exit 66
}

[ -x "$program" ] || fail "there is no program at $program: build it with swift build -c release --static-swift-stdlib --product tidegate"
for tool in dpkg-deb dpkg-shlibdeps python3 strip; do
    command -v "$tool" >/dev/null 2>&1 || fail "$tool is missing: apt-get install dpkg-dev python3 binutils"
done

version=$("$program" --version)
architecture=$(dpkg --print-architecture)
SOURCE_DATE_EPOCH=$(git -C "$root" log -1 --format=%ct)
export SOURCE_DATE_EPOCH

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
share=$tree/usr/share
umask 022

# The program, its unit, and the configuration that an installation starts with.
install -D -m 755 "$program" "$tree/usr/bin/tidegate"
strip --strip-unneeded "$tree/usr/bin/tidegate"
mkdir -p "$tree/lib/systemd/system"
sed 's|/usr/local/bin/tidegate|/usr/bin/tidegate|' "$root/config/tidegate.service" \
    > "$tree/lib/systemd/system/tidegate.service"
install -d -m 755 "$tree/etc/tidegate"
install -m 644 "$root/config/debian/tidegate.yaml" "$tree/etc/tidegate/tidegate.yaml"

# What people read.
install -D -m 644 "$root/README.md" "$share/doc/tidegate/README.md"
install -m 644 "$root/config/debian/copyright" "$share/doc/tidegate/copyright"
install -m 644 "$root/config/tidegate.yaml" "$share/doc/tidegate/reference.yaml"
mkdir -p "$share/doc/tidegate/examples"
install -m 644 "$root"/config/examples/*.yaml "$root/config/prometheus-rules.yaml" \
    "$root/config/grafana-dashboard.json" "$share/doc/tidegate/examples/"
printf 'tidegate (%s) stable; urgency=medium\n\n  * Version %s.\n\n -- Tidegate <tidegate@localhost>  %s\n' \
    "$version" "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n > "$share/doc/tidegate/changelog.gz"
mkdir -p "$share/man/man1"
"$program" --experimental-dump-help | python3 "$root/config/debian/manual.py" "$version" | gzip -9n \
    > "$share/man/man1/tidegate.1.gz"

# Completion, as each shell looks for it.
mkdir -p "$share/bash-completion/completions" "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
"$program" --generate-completion-script bash > "$share/bash-completion/completions/tidegate"
"$program" --generate-completion-script zsh > "$share/zsh/vendor-completions/_tidegate"
"$program" --generate-completion-script fish > "$share/fish/vendor_completions.d/tidegate.fish"

# What it depends on, as its dynamic section says; ca-certificates and tzdata are read at run time.
mkdir -p "$work/debian" "$tree/DEBIAN"
printf 'Source: tidegate\n\nPackage: tidegate\nArchitecture: any\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O -e"$tree/usr/bin/tidegate" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$depends" ] || fail 'dpkg-shlibdeps found no dependencies'
cat > "$tree/DEBIAN/control" <<CONTROL
Package: tidegate
Version: $version
Architecture: $architecture
Maintainer: Tidegate <tidegate@localhost>
Section: net
Priority: optional
Depends: $depends, ca-certificates, tzdata, passwd
Installed-Size: $(du -sk --exclude DEBIAN "$tree" | cut -f 1)
Description: keeps an OroCommerce storefront's stock true to the ERP
 Reads the ERP's stock snapshots and events, finds what changed per SKU and
 location, sets stock apart for customer groups, and writes only the changed
 inventory levels to OroCommerce.
CONTROL
echo /etc/tidegate/tidegate.yaml > "$tree/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 755 "$root/config/debian/$script" "$tree/DEBIAN/$script"; done

find "$tree" -print0 | xargs -0 touch --no-dereference --date="@$SOURCE_DATE_EPOCH"
package=$folder/tidegate_${version}_$architecture.deb
dpkg-deb --root-owner-group --build -Zzstd "$tree" "$package" >/dev/null
printf '%s\n' "$package"
