#!/bin/sh
# tidy.sh BUILD: runs clang-tidy over the daemon's files, as BUILD compiles them.
set -eu
build=$1

# tidy OPTIONS…: the files named on standard input
tidy() {
    xargs -n 4 -P "$(nproc)" clang-tidy --quiet -p "$build" "$@" 2>/dev/null
}

find daemon -name '*.c' -not -path '*/protocols/*' | tidy
# hundreds of small functions that nobody else calls: the analyser need not follow them into the helpers
find daemon/protocols -name '*.c' |
    tidy --extra-arg=-Xclang --extra-arg=-analyzer-config --extra-arg=-Xclang --extra-arg=mode=shallow
