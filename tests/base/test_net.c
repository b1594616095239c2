/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as text. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/net.h"

static const uint8_t documentation[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

static void expect_text(const struct endpoint *endpoint, const char *expected)
{
    char out[ENDPOINT_TEXT];
    unsigned length = endpoint_write(endpoint, out);
    assert_string_equal(out, expected);
    assert_int_equal(length, strlen(expected));
}

static void test_v4(void **state)
{
    (void)state;
    struct endpoint endpoint = endpoint_of_v4((const uint8_t[]){ 203, 0, 113, 7 }, 40312);
    expect_text(&endpoint, "203.0.113.7:40312");
    endpoint.port = 0;
    expect_text(&endpoint, "203.0.113.7");
    endpoint = endpoint_of_v4((const uint8_t[]){ 255, 255, 255, 255 }, 65535);
    expect_text(&endpoint, "255.255.255.255:65535");
    endpoint = endpoint_of_v4((const uint8_t[]){ 0, 0, 0, 0 }, 1);
    expect_text(&endpoint, "0.0.0.0:1");
}

static void test_v6(void **state)
{
    (void)state;
    struct endpoint endpoint = endpoint_of_v6(documentation, 40312);
    expect_text(&endpoint, "[2001:db8::1]:40312");
    endpoint.port = 0;
    expect_text(&endpoint, "2001:db8::1");
    uint8_t longest[16];
    memset(longest, 0xff, sizeof(longest));
    endpoint = endpoint_of_v6(longest, 65535);
    expect_text(&endpoint, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535");
}

/* an IPv4 address is the same whichever way it came */
static void test_mapped(void **state)
{
    (void)state;
    static const uint8_t mapped[16] = { [10] = 0xff, [11] = 0xff, 192, 0, 2, 1 };
    struct endpoint v6 = endpoint_of_v6(mapped, 5), v4 = endpoint_of_v4((const uint8_t[]){ 192, 0, 2, 1 }, 5);
    assert_true(endpoint_same(&v4, &v6));
    expect_text(&v6, "192.0.2.1:5");
}

static void test_same(void **state)
{
    (void)state;
    struct endpoint a = endpoint_of_v6(documentation, 5), b = a;
    assert_true(endpoint_same(&a, &b));
    b.port = 6;
    assert_false(endpoint_same(&a, &b));
    b = a;
    b.address[0]++;
    assert_false(endpoint_same(&a, &b));
}

static void test_read(void **state)
{
    static const char *const bad[] = { "",
                                       "null",
                                       "unknown",
                                       "203.0.113",
                                       "203.0.113.7:5023",
                                       "%eth0",
                                       "11111111111111111111111111111111111111111111111111" };
    struct endpoint endpoint;
    (void)state;
    assert_true(endpoint_read(cursor_of_text("203.0.113.7"), &endpoint));
    expect_text(&endpoint, "203.0.113.7");
    assert_true(endpoint_read(cursor_of_text("2001:db8:0:0:0:0:0:1"), &endpoint));
    expect_text(&endpoint, "2001:db8::1");
    assert_true(endpoint_read(cursor_of_text("2001:db8::1%eth0"), &endpoint));
    expect_text(&endpoint, "2001:db8::1");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(endpoint_read(cursor_of_text(bad[i]), &endpoint));
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(transport_name(TRANSPORT_TCP), "tcp");
    assert_string_equal(transport_name(TRANSPORT_UDP), "udp");
}

static struct endpoint endpoint_at(const char *text)
{
    uint8_t v6[16], v4[4];
    if (inet_pton(AF_INET, text, v4) == 1)
        return endpoint_of_v4(v4, 0);
    assert_int_equal(inet_pton(AF_INET6, text, v6), 1);
    return endpoint_of_v6(v6, 0);
}

static void test_scopes(void **state)
{
    static const struct {
        const char *address;
        enum scope scope;
    } cases[] = {
        { "0.0.0.0", SCOPE_NONE },           { "0.1.2.3", SCOPE_NONE },
        { "9.255.255.255", SCOPE_PUBLIC },   { "10.0.0.0", SCOPE_PRIVATE },
        { "10.255.255.255", SCOPE_PRIVATE }, { "11.0.0.0", SCOPE_PUBLIC },
        { "100.63.255.255", SCOPE_PUBLIC },  { "100.64.0.0", SCOPE_SHARED },
        { "100.127.255.255", SCOPE_SHARED }, { "100.128.0.0", SCOPE_PUBLIC },
        { "127.0.0.1", SCOPE_LOOPBACK },     { "127.255.255.255", SCOPE_LOOPBACK },
        { "169.254.0.1", SCOPE_LINK },       { "169.255.0.1", SCOPE_PUBLIC },
        { "172.15.255.255", SCOPE_PUBLIC },  { "172.16.0.0", SCOPE_PRIVATE },
        { "172.31.255.255", SCOPE_PRIVATE }, { "172.32.0.0", SCOPE_PUBLIC },
        { "192.167.255.255", SCOPE_PUBLIC }, { "192.168.0.0", SCOPE_PRIVATE },
        { "192.169.0.0", SCOPE_PUBLIC },     { "203.0.113.7", SCOPE_PUBLIC },
        { "223.255.255.255", SCOPE_PUBLIC }, { "224.0.0.1", SCOPE_NONE },
        { "255.255.255.255", SCOPE_NONE },   { "::", SCOPE_NONE },
        { "::1", SCOPE_LOOPBACK },           { "::2", SCOPE_PUBLIC },
        { "fbff::1", SCOPE_PUBLIC },         { "fc00::1", SCOPE_PRIVATE },
        { "fdff::1", SCOPE_PRIVATE },        { "fe80::1", SCOPE_LINK },
        { "febf::1", SCOPE_LINK },           { "fec0::1", SCOPE_PUBLIC },
        { "ff02::1", SCOPE_NONE },           { "2001:db8::1", SCOPE_PUBLIC },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct endpoint endpoint = endpoint_at(cases[i].address);
        if (endpoint_scope(&endpoint) != cases[i].scope)
            fail_msg("%s is %d", cases[i].address, endpoint_scope(&endpoint));
    }
}

static void test_any(void **state)
{
    (void)state;
    struct endpoint v4 = endpoint_at("0.0.0.0"), v6 = endpoint_at("::"), one = endpoint_at("::1");
    assert_true(endpoint_is_any(&v4) && endpoint_is_v4(&v4));
    assert_true(endpoint_is_any(&v6) && !endpoint_is_v4(&v6));
    assert_false(endpoint_is_any(&one));
    v4.port = 7;
    assert_true(endpoint_is_any(&v4));
}

static void test_within(void **state)
{
    (void)state;
    struct endpoint host = endpoint_at("192.0.2.130"), net = endpoint_at("192.0.2.128");
    assert_true(endpoint_is_within(&host, &net, 0));
    assert_true(endpoint_is_within(&host, &net, 24));
    assert_true(endpoint_is_within(&host, &net, 30));
    assert_false(endpoint_is_within(&host, &net, 31));
    struct endpoint host6 = endpoint_at("2001:db8:0:f::1"), net6 = endpoint_at("2001:db8::");
    assert_true(endpoint_is_within(&host6, &net6, 60));
    assert_false(endpoint_is_within(&host6, &net6, 61));
    assert_false(endpoint_is_within(&host6, &net, 0)); /* IPv4's all is not IPv6's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v4),   cmocka_unit_test(test_v6),     cmocka_unit_test(test_mapped),
        cmocka_unit_test(test_same), cmocka_unit_test(test_names),  cmocka_unit_test(test_scopes),
        cmocka_unit_test(test_any),  cmocka_unit_test(test_within), cmocka_unit_test(test_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
