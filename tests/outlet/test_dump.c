/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of bytes with their text, and what both sides said. */
#include "outlet/lines.h"

#include "outlet/dump.h"

static const char *row(enum direction direction, struct cursor bytes, size_t offset)
{
    static char text[DUMP_LINE + 1];
    struct buffer out = buffer_on(text, DUMP_LINE);
    dump_put_row(&out, direction, bytes, offset);
    assert_false(out.full);
    text[out.length] = '\0';
    return text;
}

static void rows(void **state)
{
    (void)state;
    static const char bytes[] = "0123456789abcdef\x00\x7f~\n";
    struct cursor all = cursor_of(bytes, 20);
    assert_string_equal(row(DIRECTION_IN, all, 0),
                        "  < 0000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef\n");
    assert_string_equal(row(DIRECTION_OUT, all, 16),
                        "    > 0010  00 7f 7e 0a                                       ..~.\n");
}

static const char *counted(const struct dump_counts *counts)
{
    static char text[256];
    struct buffer out = buffer_on(text, sizeof(text) - 1);
    dump_put_counts(&out, counts);
    text[out.length] = '\0';
    return text;
}

static void both_sides_are_counted(void **state)
{
    (void)state;
    struct dump_counts counts = { 0 };
    assert_string_equal(counted(&counts), "");
    dump_count(&counts, DIRECTION_IN, 18);
    assert_string_equal(counted(&counts), "< 1 message, 18 bytes; > 0 answers, 0 bytes; 1 turn\n");
    dump_count(&counts, DIRECTION_IN, 36);
    dump_count(&counts, DIRECTION_OUT, 1);
    dump_count(&counts, DIRECTION_IN, 36);
    assert_string_equal(counted(&counts), "< 3 messages, 90 bytes; > 1 answer, 1 byte; 3 turns\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(both_sides_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
