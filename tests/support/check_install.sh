#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs into a folder of its own, twice, and takes it away again: an edited configuration is kept, and nothing else is left.
# Arguments: cmake, the build folder.
set -eu
cmake=$1 build=$2
DESTDIR=$(mktemp -d /tmp/hexwatch-install-XXXXXX)
export DESTDIR
manifest=$(mktemp /tmp/hexwatch-manifest-XXXXXX)
[ ! -e "$build/install_manifest.txt" ] || cp "$build/install_manifest.txt" "$manifest"
trap 'rm -rf "$DESTDIR"; if [ -s "$manifest" ]; then mv "$manifest" "$build/install_manifest.txt"; else rm -f "$manifest"; fi' EXIT

fail() {
    echo "$*"
    find "$DESTDIR"
    exit 1
}

files() {
    find "$DESTDIR" -type f -name "$1"
}

"$cmake" --install "$build" >/dev/null
for name in hexwatch hexwatch.1 hexwatch.conf.5 hexwatch.service hexwatch.rules.yml hexwatch.json LICENSE _hexwatch hexwatch.fish; do
    [ -n "$(files "$name")" ] || fail "$name was not installed"
done
conf=$(find "$DESTDIR" -path '*/hexwatch/hexwatch.conf' -not -path '*/doc/*')
[ -n "$conf" ] || fail "hexwatch.conf was not installed"
"$cmake" --build "$build" --target uninstall >/dev/null
[ -z "$(files '*')" ] || fail "uninstall has left files"

"$cmake" --install "$build" >/dev/null
echo '# edited' >>"$conf"
"$cmake" --install "$build" >/dev/null
grep -q '^# edited$' "$conf" || fail "the edited configuration was overwritten"
"$cmake" --build "$build" --target uninstall >/dev/null
[ "$(files '*')" = "$conf" ] || fail "uninstall must leave the edited configuration, and nothing else"
echo "installed twice, an edited configuration was kept, uninstalled"
