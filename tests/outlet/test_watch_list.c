/* SPDX-License-Identifier: Apache-2.0 */
/* A list of the watch view: the chosen row stays the same object on the same line, whatever the others do. */
#include "support/recorder.h"

#include <stdio.h>
#include <time.h>

#include "outlet/watch_list.h"
#include "outlet/watch_row.h"

enum { WINDOW = 10 };

/* 2026-01-31T12:00:00Z, and a device seen so many seconds before. */
#define NOW INT64_C(1769860800000000)

static void put_device(struct watch_list *list, const char *id, const char *state, int seconds_ago, int rate)
{
    char record[512], seen[40];
    time_t seconds = (time_t)(NOW / 1000000 - seconds_ago);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    strftime(seen, sizeof(seen), "%Y-%m-%dT%H:%M:%S.000000Z", &tm);
    int length = snprintf(record, sizeof(record),
                          "{\"event\":\"device\",\"state\":\"%s\",\"device\":\"%s\",\"protocol\":\"gt06\","
                          "\"transport\":\"tcp\",\"port\":5023,\"peer\":\"198.51.100.7:4000\",\"rate\":%d,"
                          "\"last\":\"%s\",\"next\":\"\"}",
                          state, id, rate, seen);
    watch_list_take(list, cursor_of(record, (size_t)length));
}

/* So many devices d000, d001, … that are fine. */
static struct watch_list *list_of(int count)
{
    struct watch_list *list = watch_list_new(WATCH_DEVICES);
    assert_non_null(list);
    watch_list_begin(list);
    for (int i = 0; i < count; i++) {
        char id[16];
        snprintf(id, sizeof(id), "d%03d", i);
        put_device(list, id, "ok", 5, i);
    }
    watch_list_end(list);
    watch_list_arrange(list, false, NOW);
    return list;
}

static const char *name_at(const struct watch_list *list, size_t place)
{
    const struct watch_row *row = watch_list_at(list, place);
    return row ? row->name : "";
}

static void test_order(void **state)
{
    struct watch_list *list = watch_list_new(WATCH_DEVICES);
    (void)state;
    watch_list_begin(list);
    put_device(list, "fine", "ok", 1, 1);
    put_device(list, "waits", "waiting", 1, 2);
    put_device(list, "old", "problem", 3600, 3);
    put_device(list, "odd", "unknown", 1, 4);
    put_device(list, "bad", "problem", 1, 5);
    watch_list_end(list);
    watch_list_arrange(list, false, NOW);
    const char *const by_state[] = { "bad", "old", "odd", "waits", "fine" };
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(name_at(list, i), by_state[i]);
    assert_int_equal(watch_list_stand(list, MEANING_PROBLEM), 2);
    assert_string_equal(watch_list_sort(list), "state");
    watch_list_sort_next(list);
    assert_string_equal(watch_list_sort(list), "device");
    const char *const by_name[] = { "bad", "fine", "odd", "old", "waits" };
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(name_at(list, i), by_name[i]);
    for (int i = 0; i < 4; i++)
        watch_list_sort_next(list);
    assert_string_equal(watch_list_sort(list), "/min");
    assert_string_equal(name_at(list, 0), "bad");
    watch_list_sort_next(list);
    assert_string_equal(watch_list_sort(list), "state");
    watch_list_free(list);
}

/* Messages that come now from one, now from another do not change their places. */
static void test_steady(void **state)
{
    struct watch_list *list = list_of(5);
    (void)state;
    for (int round = 0; round < 5; round++) {
        char id[16];
        watch_list_begin(list);
        for (int i = 0; i < 5; i++) {
            snprintf(id, sizeof(id), "d%03d", i);
            put_device(list, id, "ok", i == round ? 0 : 40, 1);
        }
        watch_list_end(list);
        watch_list_arrange(list, false, NOW);
        for (int i = 0; i < 5; i++) {
            snprintf(id, sizeof(id), "d%03d", i);
            assert_string_equal(name_at(list, (size_t)i), id);
        }
    }
    watch_list_free(list);
}

static void test_chosen_keeps_its_line(void **state)
{
    struct watch_list *list = list_of(100);
    (void)state;
    assert_null(watch_list_chosen(list));
    watch_list_move(list, 1); /* the first key chooses the first row */
    watch_list_move(list, 40);
    watch_list_move(list, -3);
    assert_string_equal(watch_list_chosen(list)->name, "d037");
    size_t top = watch_list_window(list, WINDOW);
    size_t line = watch_list_chosen(list)->place - top;
    /* twenty with trouble come above it */
    watch_list_begin(list);
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof(id), "d%03d", i);
        put_device(list, id, i >= 80 ? "problem" : "ok", 5, 1);
    }
    watch_list_end(list);
    watch_list_arrange(list, false, NOW);
    assert_string_equal(watch_list_chosen(list)->name, "d037");
    assert_int_equal(watch_list_chosen(list)->place, 57);
    assert_int_equal(watch_list_window(list, WINDOW), 57 - line);
    /* a smaller window still holds it */
    size_t small = watch_list_window(list, 3);
    assert_in_range(57 - small, 0, 2);
    /* it is gone: nobody else is chosen */
    watch_list_begin(list);
    for (int i = 0; i < 100; i++) {
        char id[16];
        snprintf(id, sizeof(id), "d%03d", i);
        if (i != 37)
            put_device(list, id, "ok", 5, 1);
    }
    watch_list_end(list);
    watch_list_arrange(list, false, NOW);
    assert_null(watch_list_chosen(list));
    assert_int_equal(watch_list_count(list), 99);
    watch_list_free(list);
}

static void test_held(void **state)
{
    struct watch_list *list = list_of(5);
    (void)state;
    watch_list_begin(list);
    put_device(list, "d000", "ok", 5, 1);
    put_device(list, "d001", "ok", 5, 1);
    put_device(list, "d003", "problem", 5, 1);
    put_device(list, "d004", "ok", 5, 1);
    put_device(list, "new", "problem", 5, 1);
    watch_list_end(list);
    watch_list_arrange(list, true,
                       NOW); /* somebody has pressed a key: what goes, goes, what comes stands last */
    const char *const held[] = { "d000", "d001", "d003", "d004", "new" };
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(name_at(list, i), held[i]);
    watch_list_arrange(list, false, NOW);
    assert_string_equal(name_at(list, 0), "d003");
    assert_string_equal(name_at(list, 1), "new");
    watch_list_free(list);
}

static void test_filter_and_search(void **state)
{
    struct watch_list *list = list_of(100);
    (void)state;
    watch_list_move(list, 1);
    watch_list_move(list, 50);
    assert_string_equal(watch_list_chosen(list)->name, "d050");
    watch_list_set_filter(list, "D07");
    assert_int_equal(watch_list_count(list), 10);
    assert_int_equal(watch_list_all(list), 100);
    assert_null(watch_list_chosen(list)); /* hidden, and nobody else in its place */
    watch_list_set_filter(list, "");
    assert_string_equal(watch_list_chosen(list)->name, "d050");
    /* words of other columns too */
    watch_list_set_filter(list, "tcp 5023");
    assert_int_equal(watch_list_count(list), 100);
    watch_list_set_filter(list, "198.51.100.8");
    assert_int_equal(watch_list_count(list), 0);
    assert_null(watch_list_at(list, 0));
    watch_list_move(list, 1);
    watch_list_set_filter(list, "");
    /* round and round, forwards and backwards */
    assert_true(watch_list_search(list, "9", true, false));
    assert_string_equal(watch_list_chosen(list)->name, "d050"); /* 198.51.100.7 has one too */
    assert_true(watch_list_search(list, "d09", false, false));
    assert_string_equal(watch_list_chosen(list)->name, "d090");
    assert_true(watch_list_search(list, "d00", false, false));
    assert_string_equal(watch_list_chosen(list)->name, "d000");
    assert_true(watch_list_search(list, "d09", false, true));
    assert_string_equal(watch_list_chosen(list)->name, "d099");
    assert_false(watch_list_search(list, "nobody", false, false));
    assert_string_equal(watch_list_chosen(list)->name, "d099");
    watch_list_free(list);
}

static void test_empty(void **state)
{
    struct watch_list *list = watch_list_new(WATCH_FINDINGS);
    (void)state;
    watch_list_arrange(list, false, NOW);
    watch_list_move(list, 1);
    watch_list_move(list, -100);
    assert_null(watch_list_chosen(list));
    assert_false(watch_list_search(list, "x", true, false));
    assert_int_equal(watch_list_window(list, 10), 0);
    assert_int_equal(watch_list_window(list, 0), 0);
    watch_list_free(list);
}

/* An answer that breaks off takes nothing away. */
static void test_broken_off(void **state)
{
    struct watch_list *list = list_of(10);
    (void)state;
    watch_list_begin(list);
    put_device(list, "d001", "problem", 1, 1);
    watch_list_arrange(list, false, NOW);
    assert_int_equal(watch_list_count(list), 10);
    assert_string_equal(name_at(list, 0), "d001");
    watch_list_free(list);
}

/* Ids of any length, and addresses with and without ports. */
static void test_names(void **state)
{
    static char record[8192], id[4097];
    struct watch_list *list = watch_list_new(WATCH_DEVICES);
    (void)state;
    memset(id, '7', sizeof(id) - 1);
    watch_list_begin(list);
    put_device(list, "\\u001b[31mred", "ok", 1, 1);
    int length =
        snprintf(record, sizeof(record), "{\"event\":\"device\",\"device\":\"%s\",\"state\":\"ok\"}", id);
    watch_list_take(list, cursor_of(record, (size_t)length));
    static const char *const peers[] = { "203.0.113.9:41000", "[2001:db8::7]:41000", "203.0.113.10",
                                         "2001:db8::8" };
    for (size_t i = 0; i < 4; i++) {
        length = snprintf(record, sizeof(record),
                          "{\"event\":\"device\",\"peer\":\"%s\",\"state\":\"unknown\",\"port\":5001,"
                          "\"transport\":\"tcp\"}",
                          peers[i]);
        watch_list_take(list, cursor_of(record, (size_t)length));
    }
    watch_list_take(list, cursor_of_text("{\"event\":\"device\"}"));
    watch_list_take(list, cursor_of_text("no record at all"));
    watch_list_end(list);
    watch_list_sort_next(list);
    assert_int_equal(watch_list_count(list), 7);
    static const char *const names[] = {
        "", ".[31mred", "2001:db8::7", "2001:db8::8", "203.0.113.10", "203.0.113.9"
    };
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(name_at(list, i), names[i]);
    assert_int_equal(strlen(name_at(list, 6)), WATCH_NAME - 1);
    watch_list_free(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order), cmocka_unit_test(test_steady),
        cmocka_unit_test(test_held),  cmocka_unit_test(test_chosen_keeps_its_line),
        cmocka_unit_test(test_empty), cmocka_unit_test(test_filter_and_search),
        cmocka_unit_test(test_names), cmocka_unit_test(test_broken_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
