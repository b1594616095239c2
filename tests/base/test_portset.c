/* SPDX-License-Identifier: Apache-2.0 */
/* Port sets: what users write for them, and what is said of what is no port. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/portset.h"

/* What the text makes of an empty set, as "TCP ports | UDP ports". */
#define means(text, expected)                                            \
    do {                                                                 \
        struct portset set = { 0 };                                      \
        char error[200] = "";                                            \
        char shown[200];                                                 \
        if (!portset_parse(&set, text, error, sizeof(error)))            \
            fail_msg("'%s': %s", text, error);                           \
        assert_string_equal(show(&set, shown, sizeof(shown)), expected); \
    } while (0)

static const char *show(const struct portset *set, char *out, size_t size)
{
    portset_write(set, TRANSPORT_TCP, out, size / 2);
    size_t length = strlen(out);
    memcpy(out + length, " | ", 4);
    portset_write(set, TRANSPORT_UDP, out + length + 3, size - length - 3);
    return out;
}

static void what_users_write(void **state)
{
    (void)state;
    means("5001", "5001 | 5001");
    means("5001-5100", "5001-5100 | 5001-5100");
    means("5001-5001", "5001 | 5001");
    means("5001,udp:5023", "5001 | 5001,5023");
    means("tcp:5001,5003-5004,udp:1-2", "5001,5003-5004 | 1-2,5003-5004");
    means("tcp:5001-5003", "5001-5003 | ");
    means("udp:5001-5003", " | 5001-5003");
    means(" 5001 , tcp:5002 ", "5001-5002 | 5001");
    means("5003,5001,5002", "5001-5003 | 5001-5003");
    means("5001,5001,5000-5002", "5000-5002 | 5000-5002");
    means("1,65535", "1,65535 | 1,65535");
    means("1-65535", "1-65535 | 1-65535");
}

static void adds_to_what_is_there(void **state)
{
    (void)state;
    struct portset set = { 0 };
    char error[200], shown[200];
    portset_add(&set, TRANSPORT_UDP, 6000, 6001);
    assert_true(portset_parse(&set, "tcp:6001", error, sizeof(error)));
    assert_string_equal(show(&set, shown, sizeof(shown)), "6001 | 6000-6001");
}

static void no_ports(void **state)
{
    /* the text, and the part that is named */
    static const char *const wrong[][2] = {
        { "0", "'0'" },
        { "65536", "'65536'" },
        { "99999999999999999999", "'99999999999999999999'" },
        { "5001-", "'5001-'" },
        { "-5001", "'-5001'" },
        { "5002-5001", "'5002-5001'" },
        { "0-5", "'0-5'" },
        { "5001-65536", "'5001-65536'" },
        { "5001-5002-5003", "'5001-5002-5003'" },
        { "5001,five,5003", "'five'" },
        { "5001,,5003", "''" },
        { "+5001", "'+5001'" },
        { "5001.5", "'5001.5'" },
        { "0x1389", "'0x1389'" },
        { "5001;5002", "'5001;5002'" },
        { "5001,sctp:5002", "'sctp:5002'" },
        { "tcp:", "'tcp:'" },
        { "tcp:udp:5001", "'tcp:udp:5001'" },
        { "TCP:5001", "'TCP:5001'" },
        { "5001,\x1b[31m", "'\\x1b[31m'" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct portset set = { 0 };
        char error[200] = "";
        if (portset_parse(&set, wrong[i][0], error, sizeof(error)))
            fail_msg("'%s' was taken for ports", wrong[i][0]);
        if (strncmp(error, wrong[i][1], strlen(wrong[i][1])) != 0)
            fail_msg("'%s': %s", wrong[i][0], error);
        assert_non_null(strstr(error, "5001-5100"));
    }
}

static void nothing_is_no_port_either(void **state)
{
    (void)state;
    struct portset set = { 0 };
    char error[200] = "";
    assert_false(portset_parse(&set, "", error, sizeof(error)));
    assert_non_null(strstr(error, "no port in it"));
}

static void the_error_keeps_to_its_size(void **state)
{
    (void)state;
    struct portset set = { 0 };
    char error[16];
    memset(error, 'X', sizeof(error));
    assert_false(
        portset_parse(&set, "a-very-long-word-that-is-no-port-at-all-and-goes-on-and-on", error, 10));
    assert_int_equal(strlen(error), 9);
    assert_int_equal(error[10], 'X');
}

static void has_exactly_what_was_added(void **state)
{
    (void)state;
    struct portset set = { 0 };
    portset_add(&set, TRANSPORT_TCP, 0, 0);
    portset_add(&set, TRANSPORT_TCP, 5001, 5100);
    portset_add(&set, TRANSPORT_UDP, 65535, 65535);
    for (unsigned port = 0; port <= UINT16_MAX; port++) {
        assert_int_equal(portset_has(&set, TRANSPORT_TCP, (uint16_t)port),
                         port == 0 || (port >= 5001 && port <= 5100));
        assert_int_equal(portset_has(&set, TRANSPORT_UDP, (uint16_t)port), port == 65535);
    }
    assert_int_equal(portset_count(&set, TRANSPORT_TCP), 101);
    assert_int_equal(portset_count(&set, TRANSPORT_UDP), 1);
}

static void the_next_range(void **state)
{
    (void)state;
    struct portset set = { 0 };
    unsigned from = 0;
    uint16_t first = 1, last = 1;
    assert_false(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    portset_add(&set, TRANSPORT_TCP, 0, 1);
    portset_add(&set, TRANSPORT_TCP, 7, 7);
    portset_add(&set, TRANSPORT_TCP, 65000, 65535);
    from = 0;
    assert_true(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    assert_true(first == 0 && last == 1 && from == 2);
    assert_true(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    assert_true(first == 7 && last == 7 && from == 8);
    assert_true(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    assert_true(first == 65000 && last == 65535 && from == 65536);
    assert_false(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    from = 65001; /* in the middle of a range */
    assert_true(portset_next(&set, TRANSPORT_TCP, &from, &first, &last));
    assert_true(first == 65001 && last == 65535);
    from = 0;
    assert_false(portset_next(&set, TRANSPORT_UDP, &from, &first, &last));
}

/* At every size it is the start of the whole text, with "…" where something is missing. */
static void writes_what_fits(void **state)
{
    static const char whole[] = "5001,5003-5004,5006,6000-6100";
    (void)state;
    struct portset set = { 0 };
    char error[100];
    assert_true(portset_parse(&set, whole, error, sizeof(error)));
    for (size_t size = 1; size <= 64; size++) {
        char *out = malloc(size);
        assert_non_null(out);
        portset_write(&set, TRANSPORT_TCP, out, size);
        size_t length = strlen(out);
        assert_true(length < size);
        if (length > 0 && strcmp(out, whole) != 0) {
            assert_true(length >= 3);
            assert_string_equal(out + length - 3, "…");
            assert_memory_equal(out, whole, length - 3);
            assert_true(length == 3 || whole[length - 3] == ',');
        }
        assert_int_equal(length > 0, size >= sizeof("…"));
        free(out);
    }
    char out[64] = "X";
    portset_write(&set, TRANSPORT_TCP, out, 0);
    assert_string_equal(out, "X");
    portset_write(&set, TRANSPORT_TCP, out, sizeof(out));
    assert_string_equal(out, whole);
}

static void what_another_has_is_taken_out(void **state)
{
    (void)state;
    struct portset set = { 0 }, other = { 0 };
    char error[128], text[64];
    assert_true(portset_parse(&set, "5001-5010,8082", error, sizeof(error)));
    assert_true(portset_parse(&other, "tcp:5003-5004,5010,9000", error, sizeof(error)));
    portset_remove(&set, &other);
    portset_write(&set, TRANSPORT_TCP, text, sizeof(text));
    assert_string_equal(text, "5001-5002,5005-5009,8082");
    portset_write(&set, TRANSPORT_UDP, text, sizeof(text));
    assert_string_equal(text, "5001-5009,8082");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_users_write),
        cmocka_unit_test(adds_to_what_is_there),
        cmocka_unit_test(no_ports),
        cmocka_unit_test(nothing_is_no_port_either),
        cmocka_unit_test(the_error_keeps_to_its_size),
        cmocka_unit_test(has_exactly_what_was_added),
        cmocka_unit_test(the_next_range),
        cmocka_unit_test(what_another_has_is_taken_out),
        cmocka_unit_test(writes_what_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
