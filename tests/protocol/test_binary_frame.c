/* SPDX-License-Identifier: Apache-2.0 */
/* Binary frames by their numbers: lengths, ends, check values, cut and edited ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/binary_frame.h"

/* 2 head | L | content | XOR | 0d 0a */
static const struct binary_frame plain = { .length_at = 2,
                                           .length_size = 1,
                                           .plus = 3,
                                           .shortest = 6,
                                           .longest = 40,
                                           .end = "\r\n",
                                           .end_size = 2,
                                           .check = CHECK_XOR,
                                           .check_at = -3,
                                           .check_size = 1 };

/* L 2 little endian | sum 2 little endian | content that it covers */
static const struct binary_frame front = { .length_size = 2,
                                           .length_le = true,
                                           .plus = 4,
                                           .shortest = 4,
                                           .check = CHECK_SUM_16,
                                           .check_at = 2,
                                           .check_size = 2,
                                           .check_le = true,
                                           .covered = 4 };

static enum claim match(const struct binary_frame *frame, const char *bytes, size_t size, bool complete,
                        size_t *length)
{
    struct message message = { .bytes = cursor_of(bytes, size), .complete = complete };
    *length = 0;
    return binary_match(frame, &message, length);
}

#define MATCH(frame, literal, complete) match(&(frame), literal, sizeof(literal) - 1, complete, &length)

static void test_whole(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x36\r\n", false), CLAIM_CERTAIN);
    assert_int_equal(length, 8);
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x36\r\nAB", true), CLAIM_CERTAIN);
    assert_int_equal(length, 8);
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x37\r\n", true), CLAIM_LIKELY);
    assert_int_equal(MATCH(front, "\x02\x00\x05\x01\x07\xfe", true), CLAIM_CERTAIN);
    assert_int_equal(MATCH(front, "\x02\x00\x01\x05\x07\xfe", true), CLAIM_LIKELY);
    assert_int_equal(length, 6);
}

static void test_cut(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(MATCH(plain, "AB", false), CLAIM_MORE);
    assert_int_equal(MATCH(plain, "AB", true), CLAIM_NO);
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x36\r", false), CLAIM_MORE);
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x36\r", true), CLAIM_POSSIBLE);
    assert_int_equal(length, 7);
}

static void test_lengths_that_cannot_be(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(MATCH(plain, "AB\x02\x10\x20", false), CLAIM_NO);
    assert_int_equal(MATCH(plain, "AB\x26\x10\x20", false), CLAIM_NO);
    assert_int_equal(MATCH(plain, "AB\x25\x10\x20", false), CLAIM_MORE);
    assert_int_equal(MATCH(plain, "AB\x05\x10\x20\x36\r\r\n", false), CLAIM_NO);
}

/* the length is wrong: what is pasted whole is judged by its end and its check value */
static void test_edited(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(MATCH(plain, "AB\x01\x10\x20\x33\r\n", true), CLAIM_POSSIBLE);
    assert_int_equal(MATCH(plain, "AB\x01\x10\x20\x32\r\n", true), CLAIM_LIKELY);
    assert_int_equal(MATCH(plain, "AB\x15\x10\x20\x33\r\n", true), CLAIM_POSSIBLE);
    assert_int_equal(length, 8);
    assert_int_equal(MATCH(plain, "AB\x04\x10\x20\x33\r\n", true), CLAIM_POSSIBLE);
    assert_int_equal(MATCH(plain, "AB\x04\x10\x20\x33\r\n", false), CLAIM_NO);
    assert_int_equal(MATCH(plain, "AB\x04\x10\x20\x33\rn", true), CLAIM_NO);
    assert_int_equal(MATCH(front, "\x01\x00\x05\x01", true), CLAIM_POSSIBLE);
}

static void test_marks(void **state)
{
    static const char bytes[] = "AB\x05\x10\x20\x37\r\n";
    struct reading reading;
    struct marks marks;
    (void)state;
    reading_start(&reading, cursor_of(bytes, sizeof(bytes) - 1), &marks);
    binary_mark(&plain, &reading);
    assert_int_equal(marks.count, 2);
    assert_int_equal(marks.list[0].offset, 2);
    assert_string_equal(marks.list[0].value, "5");
    assert_int_equal(marks.list[1].offset, 5);
    assert_true(marks.list[1].is_wrong);
    assert_string_equal(marks.list[1].value, "wrong: 36 would be right");
    reading_start(&reading, cursor_of(bytes, 1), &marks);
    binary_mark(&plain, &reading);
    assert_int_equal(marks.count, 0);
}

static void test_ends_answers(void **state)
{
    uint8_t memory[12];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    (void)state;
    buffer_put_text(&reply, "xAB\x05\x10\x20");
    binary_put_end(&plain, &reply, 1);
    assert_false(reply.full);
    assert_int_equal(reply.length, 9);
    assert_true(binary_is_proven(&plain, cursor_of(memory + 1, 8)));
    reply = buffer_on(memory, 7);
    buffer_put_text(&reply, "AB\x05\x10\x20");
    binary_put_end(&plain, &reply, 0);
    assert_true(reply.full);
}

/* A zero is the sum of zeros whatever the sum is. */
static void test_zeros_prove_nothing(void **state)
{
    size_t length;
    (void)state;
    assert_int_equal(match(&front, "\x02\0\x01\0\0\x01", 6, true, &length), CLAIM_CERTAIN);
    assert_int_equal(match(&front, "\x02\0\0\0\0\0", 6, true, &length), CLAIM_LIKELY);
    assert_int_equal(match(&front, "\0\0\0\0", 4, true, &length), CLAIM_CERTAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_lengths_that_cannot_be),
        cmocka_unit_test(test_edited),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_ends_answers),
        cmocka_unit_test(test_zeros_prove_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
