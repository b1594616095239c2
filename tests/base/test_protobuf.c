/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of Protocol Buffers messages, whole and cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/protobuf.h"

#define BYTES(text) cursor_of((text), sizeof(text) - 1)

static void test_fields(void **state)
{
    (void)state;
    struct cursor c = BYTES("\x08\x96\x01" /* 1: 150 */
                            "\x12\x03"
                            "abc"                          /* 2: text */
                            "\x1d\x01\x02\x03\x84"         /* 3: 32 bits */
                            "\xa1\x06\x01\0\0\0\0\0\0\x80" /* 100: 64 bits */
                            "\x2a\x00");                   /* 5: nothing in it */
    struct protobuf_field f;
    assert_true(protobuf_next(&c, &f) && f.number == 1 && f.wire == PROTOBUF_VARINT && f.value == 150);
    assert_int_equal(f.bytes.left, 2);
    assert_true(protobuf_next(&c, &f) && f.number == 2 && f.wire == PROTOBUF_BYTES &&
                cursor_is(f.bytes, "abc"));
    assert_true(protobuf_next(&c, &f) && f.number == 3 && f.wire == PROTOBUF_FIXED32 &&
                f.value == 0x84030201);
    assert_true(protobuf_next(&c, &f) && f.number == 100 && f.wire == PROTOBUF_FIXED64 &&
                f.value == 0x8000000000000001);
    assert_true(protobuf_next(&c, &f) && f.number == 5 && f.bytes.left == 0);
    assert_false(protobuf_next(&c, &f));
    assert_int_equal(c.left, 0);
}

static void test_groups(void **state)
{
    (void)state;
    struct cursor c = BYTES("\x2b\x08\x07\x33\x10\x01\x34\x2c\x08\x01");
    struct protobuf_field f;
    assert_true(protobuf_next(&c, &f) && f.number == 5 && f.wire == PROTOBUF_GROUP && f.bytes.left == 6);
    struct cursor inside = f.bytes;
    assert_true(protobuf_next(&inside, &f) && f.number == 1 && f.value == 7);
    assert_true(protobuf_next(&inside, &f) && f.number == 6 && f.wire == PROTOBUF_GROUP && f.bytes.left == 2);
    assert_false(protobuf_next(&inside, &f));
    assert_true(protobuf_next(&c, &f) && f.number == 1 && f.value == 1 && c.left == 0);
}

static void test_no_fields(void **state)
{
    (void)state;
    static const struct cursor cases[] = {
        { (const uint8_t *)"\x08", 1 },     /* no value */
        { (const uint8_t *)"\x08\x96", 2 }, /* cut varint */
        { (const uint8_t *)"\x12\x03"
                           "ab",
          4 },                                  /* cut text */
        { (const uint8_t *)"\x1d\0\0\0", 4 },   /* cut number */
        { (const uint8_t *)"\x00\x01", 2 },     /* number 0 */
        { (const uint8_t *)"\x0e\x01", 2 },     /* a wire type that there is not */
        { (const uint8_t *)"\x0c", 1 },         /* the end of no group */
        { (const uint8_t *)"\x2b\x08\x01", 3 }, /* a group without end */
        { (const uint8_t *)"\x2b\x34", 2 },     /* the end of another group */
        { (const uint8_t *)"\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c\x0c",
          18 },                                                                  /* too deep */
        { (const uint8_t *)"\x12\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11 }, /* longer than all memory */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cursor c = cases[i];
        struct protobuf_field f = { .number = 99 };
        if (protobuf_next(&c, &f))
            fail_msg("case %zu is a field", i);
        assert_true(f.number == 99 && c.at == cases[i].at && c.left == cases[i].left);
    }
}

static void test_varints(void **state)
{
    (void)state;
    uint64_t value = 7;
    struct cursor c = BYTES("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01");
    assert_true(protobuf_varint(&c, &value) && value == UINT64_MAX && c.left == 0);
    c = BYTES("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01");
    assert_false(protobuf_varint(&c, &value));
    assert_int_equal(c.left, 11);
}

static void test_zigzag(void **state)
{
    (void)state;
    assert_true(protobuf_zigzag(0) == 0 && protobuf_zigzag(1) == -1 && protobuf_zigzag(2) == 1);
    assert_true(protobuf_zigzag(UINT64_MAX) == INT64_MIN && protobuf_zigzag(UINT64_MAX - 1) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),  cmocka_unit_test(test_groups), cmocka_unit_test(test_no_fields),
        cmocka_unit_test(test_varints), cmocka_unit_test(test_zigzag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
