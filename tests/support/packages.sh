# What has to be installed, and how. Sourced by daemon/start and tests/run.
LIBRARIES="libpcre2-dev libjansson-dev libevent-dev libpcap-dev libconfig-dev libexpat1-dev libmnl-dev libsqlite3-dev libsystemd-dev zlib1g-dev libncurses-dev"
BUILD_PACKAGES="gcc libc6-dev make cmake pkg-config $LIBRARIES"
TEST_PACKAGES="$BUILD_PACKAGES ninja-build clang clang-format clang-tidy libcmocka-dev python3 iproute2 nftables iptables procps mandoc"

# Those of the page's tests that are missing: a browser, where the distribution has one as a package and not as a snap.
web_packages() {
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v chromium >/dev/null || ! grep -q '^ID=debian' /etc/os-release || echo chromium
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Installs those of the named packages that are missing; asks nothing, and does nothing when all are there.
need_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    echo "Installing:$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing >/dev/null
}

# The package with the sanitizers' and the fuzzer's runtime for the clang that is installed.
clang_runtime() {
    echo "libclang-rt-$(clang --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p')-dev"
}
