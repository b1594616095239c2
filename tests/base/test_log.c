/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own messages: the rate limit, and one whole line on standard error for each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/log.h"

#define MINUTE INT64_C(60000000)
#define START (INT64_C(1769933350) * 1000000)

/* The first may be written, and then one each minute, which says how many were left out. */
static void lets_one_through_each_minute(void **state)
{
    (void)state;
    struct log_limit limit = { 0 };
    uint64_t suppressed = 99;
    assert_true(log_allow(&limit, START, MINUTE, &suppressed));
    assert_int_equal(suppressed, 0);
    assert_false(log_allow(&limit, START, MINUTE, &suppressed));
    assert_false(log_allow(&limit, START + 1, MINUTE, &suppressed));
    assert_false(log_allow(&limit, START + MINUTE - 1, MINUTE, &suppressed));
    assert_true(log_allow(&limit, START + MINUTE, MINUTE, &suppressed));
    assert_int_equal(suppressed, 3);
    assert_false(log_allow(&limit, START + MINUTE + 1, MINUTE, &suppressed));
    assert_true(log_allow(&limit, START + 5 * MINUTE, MINUTE, &suppressed));
    assert_int_equal(suppressed, 1);
    assert_true(log_allow(&limit, START + 6 * MINUTE, MINUTE, &suppressed));
    assert_int_equal(suppressed, 0);
}

static void two_limits_do_not_know_each_other(void **state)
{
    (void)state;
    struct log_limit one = { 0 }, other = { 0 };
    uint64_t suppressed;
    assert_true(log_allow(&one, START, MINUTE, &suppressed));
    assert_true(log_allow(&other, START, MINUTE, &suppressed));
    assert_false(log_allow(&one, START + 1, MINUTE, &suppressed));
}

/* Boards without a clock start in the future or the past and are put right later. */
static void a_clock_that_is_set_back_does_not_silence_it(void **state)
{
    (void)state;
    struct log_limit limit = { 0 };
    uint64_t suppressed;
    assert_true(log_allow(&limit, START, MINUTE, &suppressed));
    assert_false(log_allow(&limit, START + 1, MINUTE, &suppressed));
    assert_true(log_allow(&limit, START - 1000 * MINUTE, MINUTE, &suppressed));
    assert_int_equal(suppressed, 1);
    assert_false(log_allow(&limit, START - 999 * MINUTE - 1, MINUTE, &suppressed));
    assert_true(log_allow(&limit, START - 999 * MINUTE, MINUTE, &suppressed));
}

/* Calls with standard error in a file, and returns what stands there. */
static const char *capture(void (*call)(void), char *out, size_t size)
{
    int file = memfd_create("stderr", MFD_CLOEXEC), old = dup(STDERR_FILENO);
    assert_true(file >= 0 && old >= 0);
    fflush(stderr);
    assert_true(dup2(file, STDERR_FILENO) >= 0);
    call();
    fflush(stderr);
    assert_true(dup2(old, STDERR_FILENO) >= 0);
    ssize_t n = pread(file, out, size - 1, 0);
    assert_true(n >= 0);
    out[n] = '\0';
    close(file);
    close(old);
    return out;
}

static void write_each_level(void)
{
    log_error("port %u: %s", 5023u, "taken");
    log_warning("slow");
    log_info("ready");
}

static void write_a_long_one(void)
{
    char text[3000];
    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_error("%s", text);
}

static void one_line_each(void **state)
{
    (void)state;
    char out[4096];
    unsetenv("JOURNAL_STREAM");
    assert_string_equal(capture(write_each_level, out, sizeof(out)),
                        "hexwatch: port 5023: taken\nhexwatch: slow\nhexwatch: ready\n");
}

static void the_journal_gets_levels(void **state)
{
    (void)state;
    char out[4096];
    setenv("JOURNAL_STREAM", "8:1234", 1);
    assert_string_equal(capture(write_each_level, out, sizeof(out)),
                        "<3>hexwatch: port 5023: taken\n<4>hexwatch: slow\n<6>hexwatch: ready\n");
    unsetenv("JOURNAL_STREAM");
}

static void a_long_one_is_cut_and_still_one_line(void **state)
{
    (void)state;
    char out[4096];
    capture(write_a_long_one, out, sizeof(out));
    size_t length = strlen(out);
    assert_in_range(length, 1000, 1100);
    assert_ptr_equal(strchr(out, '\n'), out + length - 1);
    assert_non_null(strstr(out, "hexwatch: aaaa"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lets_one_through_each_minute),
        cmocka_unit_test(two_limits_do_not_know_each_other),
        cmocka_unit_test(a_clock_that_is_set_back_does_not_silence_it),
        cmocka_unit_test(one_line_each),
        cmocka_unit_test(the_journal_gets_levels),
        cmocka_unit_test(a_long_one_is_cut_and_still_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
