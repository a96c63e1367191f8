#!/usr/bin/env bash
# Installs, starts, upgrades, removes and purges the Debian package in a throwaway root.
#
#     Tests/Package/run.sh TIDEGATE ORO_SIMULATOR
#
# Both are release builds. Needs root, debootstrap and dpkg-dev, which it installs, and the mirror that apt uses here.
set -euo pipefail

root=$(cd "$(dirname "$0")/../.." && pwd)
tidegate=$1
simulator=$2
say() { printf '== %s\n' "$*"; }
fail() {
    printf 'package test: %s\n' "$1" >&2
    exit 1
}

command -v debootstrap >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -q debootstrap dpkg-dev >/dev/null
suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)

work=$(mktemp -d)
image=$work/root
shop=''
service=''
# Ends only what was started here.
finish() {
    if [ -n "$service" ]; then kill "$service" 2>/dev/null || true; fi
    if [ -n "$shop" ]; then kill "$shop" 2>/dev/null || true; fi
    umount "$image/proc" 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT
into=(chroot "$image" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive)
inside() { "${into[@]}" "$@"; }

say 'two versions of the package'
package=$("$root/config/package.sh" "$work" "$tidegate")
[ "$("$root/config/package.sh" "$work" "$tidegate" | xargs sha256sum)" = "$(sha256sum "$package")" ] \
    || fail 'the same commit and program gave other bytes'
dpkg-deb -R "$package" "$work/newer"
sed -i 's/^Version: .*/Version: 99.0.0/' "$work/newer/DEBIAN/control"
dpkg-deb --root-owner-group --build "$work/newer" "$work/newer.deb" >/dev/null

say 'a throwaway root'
debootstrap --variant=minbase "$suite" "$image" "$mirror" >"$work/debootstrap.log" 2>&1 \
    || { tail -n 5 "$work/debootstrap.log" >&2; fail 'debootstrap failed'; }
mount -t proc proc "$image/proc"
cp "$package" "$work/newer.deb" "$image/tmp/"

say 'install'
inside apt-get install -y -q "/tmp/$(basename "$package")" >"$work/install.log" 2>&1 \
    || { tail -n 20 "$work/install.log" >&2; fail 'it does not install'; }
inside tidegate --version
inside test -f /usr/share/man/man1/tidegate.1.gz -o -f /etc/dpkg/dpkg.cfg.d/excludes || fail 'no manual page'
inside bash -c 'source /usr/share/bash-completion/completions/tidegate && complete -p tidegate' >/dev/null \
    || fail 'no completion'
[ "$(inside stat -c '%U %a' /var/lib/tidegate)" = 'tidegate 700' ] || fail 'the state folder is not the account’s own'
inside getent passwd tidegate >/dev/null || fail 'no account'

say 'start it as its own account, against a shop'
export TIDEGATE_ORO_CLIENT_ID=package TIDEGATE_ORO_CLIENT_SECRET=package-secret
printf 'sku,unit,precision,quantity\nA,item,0,1\n' > "$work/shop.csv"
"$simulator" --port 0 --catalogue "$work/shop.csv" > "$work/shop.log" &
shop=$!
for _ in $(seq 100); do
    url=$(sed -n 's/.* \(http[^ ]*\)$/\1/p' "$work/shop.log" | head -n 1)
    [ -n "$url" ] && break
    sleep 0.1
done
[ -n "$url" ] || fail 'the shop does not say where it is'
sed -i -e "s|https://shop.example|$url|" -e 's|set-this|package|' -e 's|127.0.0.1:8080|127.0.0.1:18080|' \
    "$image/etc/tidegate/tidegate.yaml"
printf 'package-secret\n' > "$work/secret"
inside sh -c 'install -m 400 -o tidegate -g tidegate /dev/stdin /etc/tidegate/client_secret' < "$work/secret"
inside install -d -o tidegate -g tidegate /var/lib/tidegate/deliveries
printf 'sku,location,unit,on_hand\nA,WH,EA,7\n' > "$image/var/lib/tidegate/deliveries/stock.csv"
inside tidegate check --config /etc/tidegate/tidegate.yaml >"$work/check.log" 2>&1 \
    || { cat "$work/check.log" >&2; fail 'check finds fault with the configuration that was installed'; }
# Not by the function: the process to be ended has to be the service itself.
"${into[@]}" setpriv --reuid tidegate --regid tidegate --clear-groups sh -c \
    'cd /var/lib/tidegate && exec tidegate serve --config /etc/tidegate/tidegate.yaml' >"$work/service.log" 2>&1 &
service=$!
answer=''
for _ in $(seq 200); do
    answer=$(curl -s "http://127.0.0.1:18080/v1/shops/main/levels?sku=A" || true)
    case "$answer" in *'"published":"7"'* | *'"published":7'*) break ;; esac
    sleep 0.1
done
case "$answer" in
    *'"published":"7"'* | *'"published":7'*) ;;
    *) cat "$work/service.log" >&2; fail "the shop does not show 7: $answer" ;;
esac
kill -TERM "$service"
wait "$service" || fail 'it does not end well'
service=''

say 'upgrade'
inside apt-get install -y -q /tmp/newer.deb >"$work/upgrade.log" 2>&1 \
    || { tail -n 20 "$work/upgrade.log" >&2; fail 'it does not upgrade'; }
[ "$(inside dpkg-query -W -f '${Version}' tidegate)" = 99.0.0 ] || fail 'it was not upgraded'
grep -q "$url" "$image/etc/tidegate/tidegate.yaml" || fail 'the upgrade has overwritten the configuration'

say 'remove, purge'
inside apt-get remove -y -q tidegate >/dev/null 2>&1
[ ! -e "$image/usr/bin/tidegate" ] || fail 'the program is still there'
grep -q "$url" "$image/etc/tidegate/tidegate.yaml" || fail 'removing has taken the configuration along'
inside dpkg --purge tidegate >/dev/null 2>&1
[ ! -e "$image/etc/tidegate/tidegate.yaml" ] || fail 'the configuration is still there'
[ -d "$image/var/lib/tidegate/state" ] || fail 'the state is gone'
say 'passed'
