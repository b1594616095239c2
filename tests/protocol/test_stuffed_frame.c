/* SPDX-License-Identifier: Apache-2.0 */
/* Frames with byte stuffing: whole, cut, glued, escaped, with a wrong check value; where marks stand; answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/stuffed_frame.h"

/* f8 | content | sum | f8, f7 00 is f7, f7 0f is f8 */
static const struct escape escape = { .pairs = { ESCAPE("\xf7\x00", "\xf7"), ESCAPE("\xf7\x0f", "\xf8") } };
static const struct stuffed_frame frame = { .start = "\xf8",
                                            .end = "\xf8",
                                            .start_size = 1,
                                            .end_size = 1,
                                            .escape = &escape,
                                            .shortest = 3,
                                            .check = CHECK_SUM_8,
                                            .check_size = 1 };

/* the start may be missing, there is no check value */
static const struct stuffed_frame bare = {
    .start = "(", .end = ")", .start_size = 1, .end_size = 1, .bare = true, .escape = &escape, .shortest = 1
};

static struct stuffed opened;
static size_t length;

static enum claim match(const struct stuffed_frame *kind, const char *bytes, size_t size, bool complete)
{
    struct message message = { .bytes = cursor_of(bytes, size), .complete = complete };
    length = 0;
    return stuffed_match(kind, &message, &opened, &length);
}

#define MATCH(kind, literal, complete) match(&(kind), literal, sizeof(literal) - 1, complete)

static void test_whole(void **state)
{
    (void)state;
    assert_int_equal(MATCH(frame, "\xf8\x10\x20\x30\xf8", false), CLAIM_CERTAIN);
    assert_int_equal(length, 5);
    assert_int_equal(opened.content.left, 3);
    assert_true(opened.is_whole);
    assert_int_equal(MATCH(frame, "\xf8\x10\x20\x30\xf8\xf8\x10", true), CLAIM_CERTAIN);
    assert_int_equal(length, 5);
    assert_int_equal(MATCH(frame, "\xf8\x10\x20\x31\xf8", false), CLAIM_LIKELY);
    assert_int_equal(MATCH(bare, "(a)", false), CLAIM_LIKELY);
    assert_int_equal(length, 3);
    assert_int_equal(MATCH(bare, "a)", false), CLAIM_LIKELY);
    assert_int_equal(length, 2);
}

/* the sum covers what is meant, not what is sent */
static void test_escaped(void **state)
{
    (void)state;
    assert_int_equal(MATCH(frame, "\xf8\xf7\x0f\xf7\x00\xef\xf8", false), CLAIM_CERTAIN);
    assert_int_equal(length, 7);
    assert_int_equal(opened.content.left, 3);
    assert_memory_equal(opened.content.at, "\xf8\xf7\xef", 3);
    assert_int_equal(opened.raw.left, 5);
}

static void test_cut(void **state)
{
    (void)state;
    assert_int_equal(MATCH(frame, "\xf8\x10\x20\x30", false), CLAIM_MORE);
    assert_int_equal(MATCH(frame, "\xf8\x10\x20\x30", true), CLAIM_POSSIBLE);
    assert_int_equal(length, 4);
    assert_false(opened.is_whole);
    assert_int_equal(opened.content.left, 3);
}

static void test_none(void **state)
{
    static uint8_t endless[STUFFED_MAX + 1] = { 0xf8 };
    (void)state;
    assert_int_equal(MATCH(frame, "\xf7\x10\x20\x30\xf8", true), CLAIM_NO);
    assert_int_equal(MATCH(frame, "\xf8\xf8\x10\x20\x30", true), CLAIM_NO);
    assert_int_equal(MATCH(frame, "\xf8\x10\x10\xf8", true), CLAIM_NO);
    struct message message = { .bytes = cursor_of(endless, STUFFED_MAX) };
    assert_int_equal(stuffed_match(&frame, &message, &opened, &length), CLAIM_MORE);
    message.bytes.left++;
    assert_int_equal(stuffed_match(&frame, &message, &opened, &length), CLAIM_NO);
}

/* a field behind an escape is marked where it was sent */
static void test_open(void **state)
{
    static const char bytes[] = "\xf8\xf7\x0f\x10\x08\xf8";
    struct message message = { .bytes = cursor_of(bytes, sizeof(bytes) - 1) };
    struct reading reading;
    struct marks marks;
    struct cursor field = { 0 };
    (void)state;
    reading_start(&reading, message.bytes, &marks);
    assert_true(stuffed_open(&frame, &message, &reading, &opened));
    assert_int_equal(opened.content.left, 2);
    assert_int_equal(opened.all.left, 3);
    assert_true(cursor_slice(opened.content, 1, 1, &field));
    reading_mark(&reading, "field", field);
    assert_int_equal(marks.count, 2);
    assert_string_equal(marks.list[0].name, "checksum");
    assert_false(marks.list[0].is_wrong);
    assert_int_equal(marks.list[0].offset, 4);
    assert_int_equal(marks.list[1].offset, 3);
    assert_int_equal(marks.list[1].length, 1);
}

static void test_put(void **state)
{
    uint8_t memory[16];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    (void)state;
    stuffed_put(&frame, cursor_of("\xf8\xff", 2), &reply);
    assert_int_equal(reply.length, 7);
    assert_memory_equal(memory, "\xf8\xf7\x0f\xff\xf7\x00\xf8", 7);
    reply = buffer_on(memory, sizeof(memory));
    stuffed_put(&bare, cursor_of("a", 1), &reply);
    assert_int_equal(reply.length, 3);
    assert_memory_equal(memory, "(a)", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole), cmocka_unit_test(test_escaped), cmocka_unit_test(test_cut),
        cmocka_unit_test(test_none),  cmocka_unit_test(test_open),    cmocka_unit_test(test_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
