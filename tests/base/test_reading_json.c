/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values in readings, and their marks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/reading_json.h"

static void test_reading(void **state)
{
    (void)state;
    static const char text[] =
        "{\"id\":\"a\\/7\",\"at\":{\"lat\":47.51,\"lon\":\"-19.09\"},\"t\":1769933350123,"
        "\"iso\":\"2026-02-01T08:09:10Z\",\"n\":7,\"old\":-1,\"date\":\"1 February\"}";
    struct cursor json = cursor_of_text(text);
    struct reading reading;
    struct marks marks = { 0 };
    struct fix fix = { 0 };
    reading_start(&reading, json, &marks);
    assert_false(reading_json_device(&reading, json, "n") || reading_json_device(&reading, json, "gone"));
    assert_true(reading_json_device(&reading, json, "id"));
    assert_string_equal(reading.device, "a/7");
    assert_false(reading_json_place(&reading, json, "at.lat", "at.gone", &fix));
    assert_true(reading_json_place(&reading, json, "at.lat", "at.lon", &fix));
    assert_true(fix.lat == (double)47.51 && fix.lon == (double)-19.09 && !fix.has_time);
    assert_false(reading_json_unix(&reading, json, "old", &fix) ||
                 reading_json_iso(&reading, json, "date", &fix));
    assert_false(fix.has_time);
    assert_true(reading_json_unix(&reading, json, "t", &fix) && fix.time == 1769933350);
    assert_true(reading_json_unix(&reading, json, "n", &fix) && fix.time == 7);
    assert_true(reading_json_iso(&reading, json, "iso", &fix) && fix.time == 1769933350);
    static const struct {
        const char *name, *field, *value;
    } expected[] = { { "device", "a\\/7", "a/7" },
                     { "latitude", "47.51", "47.510000" },
                     { "longitude", "-19.09", "-19.090000" },
                     { "time", "1769933350123", "2026-02-01 08:09:10" } };
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        const struct mark *mark = &marks.list[i];
        struct cursor field;
        assert_true(i < marks.count);
        assert_string_equal(mark->name, expected[i].name);
        assert_string_equal(mark->value, expected[i].value);
        assert_true(cursor_slice(json, mark->offset, mark->length, &field) &&
                    cursor_is(field, expected[i].field));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_reading) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
