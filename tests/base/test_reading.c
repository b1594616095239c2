/* SPDX-License-Identifier: Apache-2.0 */
/* What a message tells: which position of several is kept, times, ids, marks. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/reading.h"

enum { MOMENT = 1769933350 }; /* 2026-02-01T08:09:10Z */

static struct reading fresh(const char *text, struct marks *marks)
{
    struct reading reading;
    reading_start(&reading, cursor_of_text(text), marks);
    return reading;
}

static void add(struct reading *reading, bool valid, double lat, int64_t time)
{
    struct fix fix = { .valid = valid, .lat = lat, .lon = 19, .has_time = time != 0, .time = time };
    reading_fix(reading, &fix);
}

static void test_start(void **state)
{
    (void)state;
    struct marks marks = { .count = 5 };
    struct reading reading = fresh("x", &marks);
    assert_string_equal(reading.type, "unknown");
    assert_string_equal(reading.device, "");
    assert_int_equal(reading.location, LOCATION_UNKNOWN);
    assert_int_equal(marks.count, 0);
}

static void test_best_fix_is_kept(void **state)
{
    (void)state;
    struct reading reading = fresh("", NULL);
    add(&reading, false, 1, 300);
    add(&reading, true, 2, 100);
    add(&reading, false, 3, 400);
    assert_true(reading.location == LOCATION_VALID && reading.lat == 2 && reading.time == 100);
    add(&reading, true, 4, 200);
    add(&reading, true, 5, 150);
    assert_true(reading.lat == 4 && reading.time == 200);
    /* without a time it is now */
    add(&reading, true, 6, 0);
    add(&reading, true, 7, 500);
    assert_true(reading.lat == 6 && !reading.has_time);
    reading_no_location(&reading);
    assert_int_equal(reading.location, LOCATION_VALID);
}

static void test_no_location_is_the_least(void **state)
{
    (void)state;
    struct reading reading = fresh("", NULL);
    reading_no_location(&reading);
    assert_int_equal(reading.location, LOCATION_NONE);
    add(&reading, false, 1, 0);
    assert_int_equal(reading.location, LOCATION_INVALID);
    assert_true(reading.has_coordinates);
}

static void test_off_the_earth(void **state)
{
    (void)state;
    static const double lats[] = { 90.001, -90.001, INFINITY, -INFINITY, NAN };
    for (size_t i = 0; i < sizeof(lats) / sizeof(lats[0]); i++) {
        struct reading reading = fresh("", NULL);
        add(&reading, true, lats[i], MOMENT);
        assert_int_equal(reading.location, LOCATION_INVALID);
        assert_true(!reading.has_coordinates && reading.lat == 0 && reading.lon == 0);
        assert_true(reading.has_time && reading.time == MOMENT);
    }
    struct reading reading = fresh("", NULL);
    reading_fix(&reading, &(struct fix){ .valid = true, .lat = -90, .lon = 180 });
    assert_int_equal(reading.location, LOCATION_VALID);
    reading = fresh("", NULL);
    reading_fix(&reading, &(struct fix){ .valid = true, .lat = 0, .lon = 180.1 });
    assert_int_equal(reading.location, LOCATION_INVALID);
}

static void test_devices(void **state)
{
    (void)state;
    struct marks marks;
    struct reading reading = fresh("id:12\n3;", &marks);
    struct cursor field;
    assert_true(cursor_slice(reading.message, 3, 4, &field));
    reading_device(&reading, field);
    assert_string_equal(reading.device, "12\\x0a3");
    assert_int_equal(marks.count, 1);
    assert_string_equal(marks.list[0].name, "device");
    assert_true(marks.list[0].offset == 3 && marks.list[0].length == 4);
    char long_id[200];
    memset(long_id, '7', sizeof(long_id));
    reading_device(&reading, cursor_of(long_id, sizeof(long_id)));
    assert_int_equal(strlen(reading.device), DEVICE_MAX - 1);
    assert_int_equal(marks.count, 1); /* a copy has no place in the message */
    reading_device_number(&reading, 42, 5);
    assert_string_equal(reading.device, "00042");
    reading_device_number(&reading, UINT64_MAX, 0);
    assert_string_equal(reading.device, "18446744073709551615");
}

static void test_marks_stay_inside(void **state)
{
    (void)state;
    static const char text[] = "abcdef";
    struct marks marks;
    struct reading reading;
    reading_start(&reading, cursor_of(text + 1, 3), &marks);
    reading_mark(&reading, "before", cursor_of(text, 1));
    reading_mark(&reading, "across", cursor_of(text + 2, 3));
    reading_mark(&reading, "huge", cursor_of(text + 2, SIZE_MAX));
    reading_mark(&reading, "behind", cursor_of(text + 5, 1));
    reading_mark(&reading, "none", cursor_of(NULL, 0));
    assert_int_equal(marks.count, 0);
    reading_mark(&reading, "inside", cursor_of(text + 3, 1));
    reading_mark(&reading, "again", cursor_of(text + 3, 1));
    assert_int_equal(marks.count, 1);
    assert_true(marks.list[0].offset == 2 && marks.list[0].length == 1);
    assert_string_equal(marks.list[0].name, "inside");
}

static void test_marks_are_bounded(void **state)
{
    (void)state;
    static const char text[MARKS_MAX + 5] = "";
    struct marks marks;
    struct reading reading;
    reading_start(&reading, cursor_of(text, sizeof(text)), &marks);
    for (size_t i = 0; i < sizeof(text); i++)
        reading_mark(&reading, "field", cursor_of(text + i, 1));
    assert_int_equal(marks.count, MARKS_MAX);
    assert_int_equal(marks.list[MARKS_MAX - 1].offset, MARKS_MAX - 1);
}

static bool time_of(const char *text, const char *order, int64_t expected)
{
    int64_t seconds = 0;
    return reading_time_of(cursor_of_text(text), order, &seconds) && seconds == expected;
}

static void test_times_of_digits(void **state)
{
    (void)state;
    int64_t seconds;
    assert_true(time_of("260201080910", "ymdhis", MOMENT));
    assert_true(time_of("2026-02-01 08:09:10.000", "Ymdhis", MOMENT));
    assert_true(time_of("01/02/26T08.09.10", "dmyhis", MOMENT));
    assert_true(time_of("2602010809", "ymdhis", MOMENT - 10));
    assert_true(time_of("080910", "his", 8 * 3600 + 9 * 60 + 10));
    assert_false(time_of("26020108", "ymdhis", 0) || time_of("", "ymd", 0));
    /* beyond a calendar: into the next */
    assert_true(time_of("260132080910", "ymdhis", MOMENT));
    assert_true(time_of("251401080910", "ymdhis", MOMENT));
    assert_true(time_of("260131320910", "ymdhis", MOMENT));
    assert_true(time_of("260201076910", "ymdhis", MOMENT));
    assert_false(reading_time_of(cursor_of_text("260001080910"), "ymdhis", &seconds));
    assert_false(reading_time_of(cursor_of_text("260200080910"), "ymdhis", &seconds));
    assert_false(reading_time_of(cursor_of_text("2602010809x0"), "ymdhis", &seconds));
    assert_false(reading_time_of(cursor_of_text("26020a080910"), "ymdhis", &seconds));
}

static void test_times_of_bytes(void **state)
{
    (void)state;
    int64_t seconds;
    struct cursor c =
        cursor_of("\x1a\x02\x01\x08\x09\x0a\x26\x02\x01\x08\x09\x10\x1a\x0d\x01\x08\x09\x0a\xff", 19);
    assert_true(reading_take_bytes_time(&c, "ymdhis", &seconds) && seconds == MOMENT);
    assert_true(reading_take_bcd_time(&c, "ymdhis", &seconds) && seconds == MOMENT);
    assert_false(reading_take_bytes_time(&c, "ymdhis", &seconds));
    assert_int_equal(c.left, 1); /* behind what was no date */
    assert_false(reading_take_bytes_time(&c, "ymdhis", &seconds));
    assert_int_equal(c.left, 1);
    c = cursor_of("\x2a\x02\x01\x08\x09\x0a\x64\x02\x01\x08\x09\x0a", 12);
    assert_false(reading_take_bcd_time(&c, "ymdhis", &seconds) ||
                 reading_take_bytes_time(&c, "ymdhis", &seconds));
}

static void test_times_in_any_order(void **state)
{
    (void)state;
    int64_t seconds;
    struct cursor c = cursor_of("\x0a\x09\x08\x01\x02\x07\xea\x20\x26\x02\x01\x08\x09\x10", 14);
    assert_true(reading_take_bytes_time(&c, "sihdmY", &seconds) && seconds == MOMENT);
    assert_true(reading_take_bcd_time(&c, "Ymdhis", &seconds) && seconds == MOMENT);
    assert_int_equal(c.left, 0);
}

static void test_packed_ids(void **state)
{
    (void)state;
    struct reading reading;
    struct marks marks;
    struct cursor id = cursor_of("\x01\x23\x45\x67\x89\x01\x23\x45", 8);
    reading_start(&reading, id, &marks);
    reading_device_bcd(&reading, id, 1, 0);
    assert_string_equal(reading.device, "123456789012345");
    assert_string_equal(marks.list[0].value, "123456789012345");
    reading_device_bcd(&reading, id, 0, 15);
    assert_string_equal(reading.device, "012345678901234");
    reading_device_bcd(&reading, id, 17, 0);
    assert_string_equal(reading.device, "012345678901234");
    reading_device_bcd_stripped(&reading, cursor_of("\0\0\x12", 3));
    assert_string_equal(reading.device, "12");
    reading_device_bcd_stripped(&reading, cursor_of("\0\0", 2));
    assert_string_equal(reading.device, "0");
}

static void test_marks_carry_words(void **state)
{
    (void)state;
    struct reading reading;
    struct marks marks;
    struct cursor bytes = cursor_of("ab\x01\x02gh", 6);
    reading_start(&reading, bytes, &marks);
    reading_mark(&reading, "word", cursor_of(bytes.at, 2));
    reading_mark(&reading, "raw", cursor_of(bytes.at + 2, 1));
    reading_mark_time(&reading, cursor_of(bytes.at + 3, 1), MOMENT);
    reading_mark_place(&reading, cursor_of(bytes.at + 4, 1), 47.51, cursor_of(bytes.at + 5, 1), -19.09);
    reading_mark_check(&reading, cursor_of(bytes.at, 1), false, 0x1f);
    reading_mark_check(&reading, cursor_of(bytes.at + 1, 1), true, 0x1f);
    reading_mark_fix(&reading, cursor_of(bytes.at + 1, 2), false);
    static const char *const values[] = { "ab",        "",           "2026-02-01 08:09:10",
                                          "47.510000", "-19.090000", "wrong: 1f would be right",
                                          "right",     "fix: no" };
    assert_int_equal(marks.count, 8);
    for (size_t i = 0; i < 8; i++) {
        assert_string_equal(marks.list[i].value, values[i]);
        assert_int_equal(marks.list[i].is_wrong, i == 5);
    }
}

static void test_marks_find_the_way_back(void **state)
{
    static const struct escape escape = { .pairs = { ESCAPE("\x7d\x01", "\x7d"),
                                                     ESCAPE("\x7d\x02", "\x7e") } };
    (void)state;
    uint8_t memory[16];
    struct reading reading;
    struct marks marks;
    struct cursor message = cursor_of("\x7e\x01\x7d\x02\x03\x7d\x01\x04\x7e", 9),
                  raw = cursor_of(message.at + 1, 7);
    struct cursor plain = unescape(raw, &escape, memory, sizeof(memory));
    assert_int_equal(plain.left, 5);
    reading_start(&reading, message, &marks);
    reading_unescaped(&reading, raw, plain, &escape);
    reading_mark_number(&reading, "two", cursor_of(plain.at + 1, 1), 2);
    reading_mark_number(&reading, "three", cursor_of(plain.at + 2, 2), 3);
    reading_mark_number(&reading, "outside", cursor_of(message.at, 1), 0);
    assert_int_equal(marks.count, 3);
    assert_true(marks.list[0].offset == 2 && marks.list[0].length == 2);
    assert_true(marks.list[1].offset == 4 && marks.list[1].length == 3);
    assert_true(marks.list[2].offset == 0 && marks.list[2].length == 1);
}

static void test_no_fix_has_no_place(void **state)
{
    (void)state;
    struct reading reading;
    reading_start(&reading, cursor_of("", 0), NULL);
    reading_no_fix(&reading);
    assert_int_equal(reading.location, LOCATION_INVALID);
    assert_false(reading.has_coordinates);
    reading_fix(&reading, &(struct fix){ .lat = 1, .lon = 2, .has_time = true, .time = MOMENT });
    assert_true(reading.has_coordinates && reading.has_time);
    reading_fix(&reading, &(struct fix){ .valid = true, .lat = 1, .lon = 2 });
    reading_no_fix(&reading);
    assert_int_equal(reading.location, LOCATION_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_start),
        cmocka_unit_test(test_best_fix_is_kept),
        cmocka_unit_test(test_no_location_is_the_least),
        cmocka_unit_test(test_off_the_earth),
        cmocka_unit_test(test_devices),
        cmocka_unit_test(test_marks_stay_inside),
        cmocka_unit_test(test_marks_are_bounded),
        cmocka_unit_test(test_times_of_digits),
        cmocka_unit_test(test_times_of_bytes),
        cmocka_unit_test(test_times_in_any_order),
        cmocka_unit_test(test_packed_ids),
        cmocka_unit_test(test_marks_carry_words),
        cmocka_unit_test(test_marks_find_the_way_back),
        cmocka_unit_test(test_no_fix_has_no_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
