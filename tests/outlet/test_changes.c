/* SPDX-License-Identifier: Apache-2.0 */
/* What changes is told, once, with all that is known of it; what stays is not; what only counts on is told now and then. */
#include "outlet/known.h"

#include "outlet/changes.h"

struct world {
    struct known *known;
    struct changes *changes;
    int64_t steady;
    unsigned told[CHANGES_KINDS], gone[CHANGES_KINDS];
    json_t *last; /* row; owned */
    char last_gone[24];
    unsigned rows[2001]; /* how often the device with this number was told */
};

static void on_row(void *context, enum changes_kind kind, struct cursor text)
{
    struct world *world = context;
    world->told[kind]++;
    json_decref(world->last);
    world->last = json_loadb((const char *)text.at, text.left, JSON_REJECT_DUPLICATES, NULL);
    if (!world->last)
        fail_msg("no JSON: %.*s", (int)text.left, (const char *)text.at);
    size_t number = (size_t)json_integer_value(json_object_get(world->last, "number"));
    if (kind == CHANGES_DEVICES && number < sizeof(world->rows) / sizeof(world->rows[0]))
        world->rows[number]++;
}

static void on_gone(void *context, enum changes_kind kind, const char *key)
{
    struct world *world = context;
    world->gone[kind]++;
    snprintf(world->last_gone, sizeof(world->last_gone), "%s", key);
}

static struct world *world_new(size_t devices)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->known = known_new(devices);
    world->changes = changes_new(world->known->snapshot, &(struct changes_sink){ world, on_row, on_gone });
    assert_non_null(world->changes);
    world->steady = SECONDS(1000);
    return world;
}

static void world_free(struct world *world)
{
    changes_free(world->changes);
    changes_free(NULL);
    json_decref(world->last);
    known_free(world->known);
    free(world);
}

/* Looks again after so many µs, until nothing is left to do. */
static void look(struct world *world, int64_t later)
{
    memset(world->told, 0, sizeof(world->told));
    memset(world->gone, 0, sizeof(world->gone));
    world->steady += later;
    const struct changes_time time = { .wall = NOON + world->steady - SECONDS(1000),
                                       .steady = world->steady,
                                       .until = INT64_MAX };
    assert_false(changes_look(world->changes, &time));
}

static void what_matters_is_told_at_once(void **state)
{
    (void)state;
    struct world *world = world_new(100);
    known_message(world->known, 1, 5023, "gt06", LOCATION_NONE, "1", VERDICT_OK);
    assert_false(changes_is_known(world->changes, CHANGES_DEVICES));
    look(world, 0);
    assert_true(changes_is_known(world->changes, CHANGES_DEVICES));
    assert_int_equal(world->told[CHANGES_DEVICES], 1);
    assert_int_equal(world->told[CHANGES_PORTS], 1);
    look(world, SECONDS(1) / 5);
    assert_int_equal(world->told[CHANGES_DEVICES], 0);

    /* a finding about it, its location, its port: a fifth of a second later */
    known_finding(world->known, FINDING_NO_FIX, SEVERITY_PROBLEM, 1, 5023, "1", true);
    look(world, SECONDS(1) / 5);
    assert_int_equal(world->told[CHANGES_DEVICES], 1);
    assert_int_equal(world->told[CHANGES_FINDINGS], 1);
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "1", VERDICT_OK);
    look(world, SECONDS(1) / 5);
    assert_int_equal(world->told[CHANGES_DEVICES], 1);
    known_has(world->last, (const char *const[]){ "key=1", "device=1", "location=valid", "messages=2",
                                                  "findings.0=no-fix", NULL });
    known_finding(world->known, FINDING_NO_FIX, SEVERITY_PROBLEM, 1, 5023, "1", false);
    look(world, SECONDS(1) / 5);
    assert_int_equal(world->told[CHANGES_FINDINGS], 1);
    known_has(world->last, (const char *const[]){ "key=1", "state=cleared", NULL });
    world_free(world);
}

static void what_counts_on_is_told_once_a_second(void **state)
{
    (void)state;
    struct world *world = world_new(100);
    unsigned told = 0;
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "1", VERDICT_OK);
    look(world, 0);
    for (int fifth = 1; fifth <= 50; fifth++) {
        known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "1", VERDICT_OK);
        look(world, SECONDS(1) / 5);
        told += world->told[CHANGES_DEVICES];
    }
    assert_in_range(told, 9, 11);
    known_has(world->last, (const char *const[]){ "device=1", NULL });
    world_free(world);
}

static void many_that_count_on_take_turns(void **state)
{
    (void)state;
    enum { DEVICES = 2000, SECONDS_LONG = 20 };
    struct world *world = world_new(DEVICES + 10);
    unsigned all = 0;
    look(world, 0);
    for (int second = 0; second < SECONDS_LONG; second++) {
        for (unsigned i = 0; i < DEVICES; i++) {
            char device[16];
            snprintf(device, sizeof(device), "%u", i);
            known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
        }
        unsigned in_second = 0;
        for (int fifth = 0; fifth < 5; fifth++) {
            look(world, SECONDS(1) / 5);
            in_second += world->told[CHANGES_DEVICES];
        }
        assert_in_range(in_second, 0, second < 3 ? 1500 : 600);
        all += in_second;
    }
    /* at first all of them were new; then each a few times: four hundred a second */
    for (unsigned i = 1; i <= DEVICES; i++)
        assert_in_range(world->rows[i], 3, 6); /* all of them equally often */
    assert_in_range(all, DEVICES + 2000, DEVICES + 450 * SECONDS_LONG);
    world_free(world);
}

static void a_rate_sinks_without_a_word_each_second(void **state)
{
    (void)state;
    struct world *world = world_new(100);
    unsigned told = 0;
    for (int i = 0; i < 50; i++)
        known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "1", VERDICT_OK);
    look(world, 0);
    for (int second = 0; second < 200; second++) {
        look(world, SECONDS(1));
        told += world->told[CHANGES_DEVICES];
    }
    assert_in_range(told, 2, 15);
    assert_int_equal(json_integer_value(json_object_get(world->last, "rate")), 0);
    world_free(world);
}

static void what_is_forgotten_goes(void **state)
{
    (void)state;
    struct world *world = world_new(20);
    for (unsigned i = 0; i < 20; i++) {
        char device[16];
        snprintf(device, sizeof(device), "%u", i);
        known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
    }
    look(world, 0);
    assert_int_equal(world->told[CHANGES_DEVICES], 20);
    known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, "another", VERDICT_OK);
    look(world, SECONDS(1));
    assert_int_equal(world->told[CHANGES_DEVICES], 1);
    known_has(world->last, (const char *const[]){ "key=21", NULL });
    assert_int_equal(world->gone[CHANGES_DEVICES], 1);
    assert_string_equal(world->last_gone, "1");
    world_free(world);
}

static void a_look_ends_when_its_time_is_up(void **state)
{
    (void)state;
    struct world *world = world_new(1000);
    unsigned looks = 0;
    for (unsigned i = 0; i < 1000; i++) {
        char device[16];
        snprintf(device, sizeof(device), "%u", i);
        known_message(world->known, 1, 5023, "gt06", LOCATION_VALID, device, VERDICT_OK);
    }
    const struct changes_time time = { .wall = NOON, .steady = world->steady, .until = 0 };
    while (changes_look(world->changes, &time))
        assert_in_range(++looks, 0, 1000);
    assert_in_range(looks, 10, 1000);
    assert_int_equal(world->told[CHANGES_DEVICES], 1000);
    assert_int_equal(rows_count(changes_rows(world->changes, CHANGES_DEVICES)), 1000);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_matters_is_told_at_once),
        cmocka_unit_test(what_counts_on_is_told_once_a_second),
        cmocka_unit_test(many_that_count_on_take_turns),
        cmocka_unit_test(a_rate_sinks_without_a_word_each_second),
        cmocka_unit_test(what_is_forgotten_goes),
        cmocka_unit_test(a_look_ends_when_its_time_is_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
