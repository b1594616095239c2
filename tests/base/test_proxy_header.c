/* SPDX-License-Identifier: Apache-2.0 */
/* PROXY headers of both forms, cut anywhere, and what only looks like one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/proxy_header.h"

#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"
#define BYTES(text) cursor_of(text, sizeof(text) - 1)

/* "" where no sender is told */
static void expect(struct cursor bytes, size_t length, const char *source)
{
    struct proxy_header header;
    char text[ENDPOINT_TEXT] = "";
    assert_int_equal(proxy_header_read(bytes, &header), PROXY_FOUND);
    assert_int_equal(header.length, length);
    if (!endpoint_same(&header.source, &(struct endpoint){ .port = 0 }))
        (void)endpoint_write(&header.source, text);
    assert_string_equal(text, source);
    for (size_t cut = 1; cut < length; cut++)
        assert_int_equal(proxy_header_read(cursor_of(bytes.at, cut), &header), PROXY_MORE);
}

static void refuse(struct cursor bytes)
{
    struct proxy_header header;
    assert_int_equal(proxy_header_read(bytes, &header), PROXY_NO);
}

static void test_text(void **state)
{
    (void)state;
    expect(BYTES("PROXY TCP4 198.51.100.7 203.0.113.1 40312 5023\r\nabc"), 48, "198.51.100.7:40312");
    expect(BYTES("PROXY TCP6 2001:db8::7 2001:db8::1 40312 5023\r\n"), 47, "[2001:db8::7]:40312");
    expect(BYTES("PROXY UNKNOWN\r\n"), 15, "");
    expect(BYTES("PROXY UNKNOWN ff ff 1 2\r\n"), 25, "");
    /* it is one, whatever it says */
    expect(BYTES("PROXY TCP4 me you 1 2\r\n"), 23, "");
    expect(BYTES("PROXY TCP4 198.51.100.7 203.0.113.1 65536 5023\r\n"), 48, "");
    expect(BYTES("PROXY \r\n"), 8, "");
}

static void test_no_text(void **state)
{
    (void)state;
    char long_one[200];
    memset(long_one, 'x', sizeof(long_one));
    memcpy(long_one, "PROXY ", 6);
    refuse(cursor_of(long_one, sizeof(long_one)));
    refuse(cursor_of(long_one, 107));
    memcpy(long_one + 106, "\r\n", 2);
    refuse(cursor_of(long_one, sizeof(long_one)));
    refuse(BYTES("PROXY TCP4 1.1.1.1 1.1.1.2 1 2\nabc"));
    refuse(BYTES("PROXYTCP"));
    refuse(BYTES("xPROXY "));
    refuse(cursor_of("", 0));
}

static void test_binary(void **state)
{
    (void)state;
    expect(BYTES(SIGNATURE "\x21\x11\0\x0c\xc6\x33\x64\x07\xcb\0\x71\x01\x9d\x78\x13\x9f"
                           "abc"),
           28, "198.51.100.7:40312");
    expect(
        BYTES(SIGNATURE
              "\x21\x21\0\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0"
              "\x01\x9d\x78\x13\x9f"),
        52, "[2001:db8::7]:40312");
    /* further fields behind the addresses */
    expect(BYTES(SIGNATURE "\x21\x12\0\x10\xc6\x33\x64\x07\xcb\0\x71\x01\x9d\x78\x13\x9f\x04\0\x01\x2a"), 32,
           "198.51.100.7:40312");
    /* the proxy looks whether somebody is there; a socket's name; no room for what it says */
    expect(BYTES(SIGNATURE "\x20\0\0\0"), 16, "");
    expect(BYTES(SIGNATURE "\x20\x11\0\x0c\xc6\x33\x64\x07\xcb\0\x71\x01\x9d\x78\x13\x9f"), 28, "");
    expect(BYTES(SIGNATURE "\x21\x31\0\x02"
                           "ab"),
           18, "");
    expect(BYTES(SIGNATURE "\x21\x11\0\x04\xc6\x33\x64\x07"), 20, "");
}

static void test_no_binary(void **state)
{
    (void)state;
    struct proxy_header header;
    refuse(BYTES(SIGNATURE "\x11\x11\0\0"));
    refuse(BYTES(SIGNATURE "\x21\x11\xff\xff"));
    refuse(BYTES("\r\n\r\n\0\r\nQUIX"));
    refuse(BYTES("\r\n\r\nabc"));
    assert_int_equal(proxy_header_read(BYTES(SIGNATURE "\x21\x11\x0f\xf0"), &header), PROXY_MORE);
    refuse(BYTES(SIGNATURE "\x21\x11\x0f\xf1"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_binary),
        cmocka_unit_test(test_no_binary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
