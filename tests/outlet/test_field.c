/* SPDX-License-Identifier: Apache-2.0 */
/* Members of records: in which order they are listed, and by which address a sender goes. */
#include "outlet/field.h"
#include "support/recorder.h"

static int rank(const char *record)
{
    return field_rank(cursor_of_text(record));
}

static void those_that_need_another_port_come_first(void **state)
{
    static const char *const records[] = {
        "{\"state\":\"problem\",\"verdict\":\"wrong-port\",\"right_port\":5023}",
        "{\"state\":\"problem\",\"verdict\":\"wrong-port\"}", /* it is switched off */
        "{\"state\":\"unknown\",\"verdict\":\"wrong-port\",\"right_port\":5023}",
        "{\"state\":\"waiting\",\"verdict\":\"ok\"}",
        "{\"state\":\"ok\",\"verdict\":\"ok\"}",
    };
    (void)state;
    for (size_t i = 1; i < sizeof(records) / sizeof(records[0]); i++)
        assert_true(rank(records[i - 1]) < rank(records[i]));
    assert_int_equal(rank("{\"state\":\"problem\",\"verdict\":\"wrong-transport\",\"right_port\":5023}"),
                     rank("{\"state\":\"problem\",\"verdict\":\"ok\"}"));
    assert_int_equal(rank("{}"), rank("{\"state\":\"unknown\"}"));
}

static void addresses_go_without_the_senders_port(void **state)
{
    static const char *const cases[][2] = {
        { "{\"peer\":\"127.10.0.22:58003\"}", "127.10.0.22" },
        { "{\"peer\":\"127.10.0.22\"}", "127.10.0.22" },
        { "{\"peer\":\"[2001:db8::1]:58003\"}", "2001:db8::1" },
        { "{\"peer\":\"2001:db8::1\"}", "2001:db8::1" },
        { "{\"peer\":\":\"}", "" },
        { "{\"peer\":\"\"}", "" },
        { "{}", "" },
    };
    (void)state;
    char text[64];
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        field_address(cursor_of_text(cases[i][0]), text, sizeof(text));
        assert_string_equal(text, cases[i][1]);
    }
    field_address(cursor_of_text(cases[0][0]), text, 6);
    assert_string_equal(text, "127.1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(those_that_need_another_port_come_first),
        cmocka_unit_test(addresses_go_without_the_senders_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
