#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every header compiles alone, and twice. Arguments: the source folder, the compiler, its flags for the libraries.
set -eu
root=$1 compiler=$2
shift 2
count=0
for header in $(cd "$root/include" && find . -name '*.h' | sort); do
    printf '#include "%s"\n#include "%s"\n' "${header#./}" "${header#./}" |
        "$compiler" -std=c17 -D_GNU_SOURCE -I"$root/include" -Wall -Wextra -Werror -fsyntax-only "$@" -x c - || {
        echo "$header does not compile alone"
        exit 1
    }
    count=$((count + 1))
done
echo "$count headers compile alone"
[ "$count" -gt 0 ]
