/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses as text. */
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

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(transport_name(TRANSPORT_TCP), "tcp");
    assert_string_equal(transport_name(TRANSPORT_UDP), "udp");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_v4),   cmocka_unit_test(test_v6),    cmocka_unit_test(test_mapped),
        cmocka_unit_test(test_same), cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
