/* SPDX-License-Identifier: Apache-2.0 */
/* MQTT packets: lengths, what may still come, ids, answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "protocol/mqtt_protocol.h"

static enum claim judge(struct cursor payload)
{
    return cursor_is(payload, "yes") ? CLAIM_CERTAIN : CLAIM_NO;
}

#define BYTES(literal) cursor_of((literal), sizeof(literal) - 1)

static void expect(struct cursor bytes, enum claim more, enum claim complete, size_t wanted)
{
    for (int i = 0; i < 2; i++) {
        size_t length = 0;
        struct message message = { .bytes = bytes, .complete = i == 1 };
        enum claim claim = mqtt_match(&message, &length, judge);
        if (claim != (i == 1 ? complete : more) || (claim >= CLAIM_POSSIBLE && length != wanted))
            fail_msg("%02x… of %zu bytes: %d of %zu", bytes.at[0], bytes.left, claim, length);
    }
}

static void test_publish(void **state)
{
    (void)state;
    expect(BYTES("0\x08\0\3a/byes"), CLAIM_CERTAIN, CLAIM_CERTAIN, 10);
    expect(BYTES("2\x0a\0\3a/b\0\7yes"), CLAIM_CERTAIN, CLAIM_CERTAIN, 12);
    expect(BYTES("0\x88\x80\0\0\3a/byes"), CLAIM_CERTAIN, CLAIM_CERTAIN,
           12); /* a longer length than need be */
    expect(BYTES("0\x07\0\3a/bno"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("0\x08\0\3a/by"), CLAIM_MORE, CLAIM_NO, 0);
    expect(BYTES("0\x08\0\3a\1b"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("0\x08\0\x09"
                 "a/b"),
           CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("0\x08\0\0"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("0"), CLAIM_MORE, CLAIM_NO, 0);
    expect(BYTES("0\x80"), CLAIM_MORE, CLAIM_NO, 0);
    expect(BYTES("0\xff\xff\xff\xff\1"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("012345678901234"), CLAIM_NO, CLAIM_NO, 0); /* digits of somebody else */
}

static void test_others(void **state)
{
    (void)state;
    expect(BYTES("\x10\x0f\0\4MQTT\4\2\0\x3c\0\3van"), CLAIM_POSSIBLE, CLAIM_POSSIBLE, 17);
    expect(BYTES("\x10\x1b\0\4MQTT\4\2\0\x3c\0\x0f"
                 "490154203237518"),
           CLAIM_LIKELY, CLAIM_LIKELY, 29);
    expect(BYTES("\x10\x1b\0\4MQTT\4\2\0\x3c\0\x0f"
                 "490154203237519"),
           CLAIM_POSSIBLE, CLAIM_POSSIBLE, 29);
    expect(BYTES("\x10\x0f\0\4MQT"), CLAIM_MORE, CLAIM_NO, 0);
    expect(BYTES("\x10\x0f\0\5MQT"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("\x82\x06\0\7\0\1#\1"), CLAIM_POSSIBLE, CLAIM_POSSIBLE, 8);
    expect(BYTES("\x82\x06\0\7\0\1#\3"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("\x82\x06\0\7\0\2#\1"), CLAIM_NO, CLAIM_NO, 0);
    expect(BYTES("\xc0\0"), CLAIM_POSSIBLE, CLAIM_POSSIBLE, 2);
    expect(BYTES("\xc0\0\xc0"), CLAIM_NO, CLAIM_NO, 0);
}

static void expect_answer(struct cursor bytes, struct cursor wanted)
{
    uint8_t memory[32];
    struct buffer reply = buffer_on(memory, sizeof(memory));
    struct message message = { .bytes = bytes, .complete = true };
    struct asker asker = { .device = "" };
    mqtt_answer(&message, &asker, &reply);
    assert_int_equal(reply.length, wanted.left);
    assert_true(cursor_starts(buffer_cursor(&reply), (const char *)wanted.at, wanted.left));
}

static void test_answers(void **state)
{
    (void)state;
    expect_answer(BYTES("\x10\x0f\0\4MQTT\4\2\0\x3c\0\3van"), BYTES("\x20\2\0\0"));
    expect_answer(BYTES("\x82\x0a\0\7\0\1#\2\0\1x\0"), BYTES("\x90\4\0\7\2\0"));
    expect_answer(BYTES("2\x0a\0\3a/b\1\7yes"), BYTES("\x40\2\1\7"));
    expect_answer(BYTES("0\x08\0\3a/byes"), BYTES(""));
    expect_answer(BYTES("\xc0\0"), BYTES(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_publish), cmocka_unit_test(test_others),
                                        cmocka_unit_test(test_answers) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
