/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of libpcap over frames of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "intake/expression.h"

enum { DLT_ETHERNET = 1, DLT_RAW_IP = 12, DLT_UNHEARD_OF = 9999 };

/* UDP from 198.51.100.7:40312 to 198.51.100.2:5023, one byte. */
static const uint8_t ip[] = { 0x45, 0,   0,  29,  0, 1,    0,    0,    64,   17, 0, 0, 198, 51, 100,
                              7,    198, 51, 100, 2, 0x9d, 0x78, 0x13, 0x9f, 0,  9, 0, 0,   'x' };

static bool fits(const char *text, int type, struct cursor frame)
{
    char error[256];
    struct expression *expression = expression_new(text, error, sizeof(error));
    if (!expression)
        fail_msg("%s: %s", text, error);
    bool is_fitting = expression_fits(expression, type, frame, frame.left);
    assert_int_equal(expression_fits(expression, type, frame, frame.left), is_fitting); /* compiled once */
    expression_free(expression);
    return is_fitting;
}

static void frames_of_any_link_type(void **state)
{
    uint8_t ethernet[14 + sizeof(ip)] = { [12] = 8 };
    (void)state;
    memcpy(ethernet + 14, ip, sizeof(ip));
    struct cursor raw = cursor_of(ip, sizeof(ip)), framed = cursor_of(ethernet, sizeof(ethernet));
    assert_true(fits("host 198.51.100.7", DLT_RAW_IP, raw));
    assert_true(fits("host 198.51.100.7 and udp port 5023", DLT_ETHERNET, framed));
    assert_false(fits("host 198.51.100.9", DLT_RAW_IP, raw));
    assert_false(fits("tcp", DLT_ETHERNET, framed));
    assert_false(fits("not port 5023", DLT_RAW_IP, raw));
}

static void frames_for_which_it_makes_no_sense(void **state)
{
    (void)state;
    assert_false(fits("ether host 02:00:00:00:00:01", DLT_RAW_IP, cursor_of(ip, sizeof(ip))));
    assert_false(fits("udp", DLT_UNHEARD_OF, cursor_of(ip, sizeof(ip))));
    assert_false(fits("udp port 5023", DLT_RAW_IP, cursor_of(ip, 0)));
}

static void errors_are_told_as_libpcap_tells_them(void **state)
{
    char error[256] = "";
    (void)state;
    assert_null(expression_new("hots 198.51.100.7", error, sizeof(error)));
    assert_non_null(strstr(error, "syntax error"));
    expression_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_of_any_link_type),
        cmocka_unit_test(frames_for_which_it_makes_no_sense),
        cmocka_unit_test(errors_are_told_as_libpcap_tells_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
