/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks of devices: right ones, week roll-overs, time zones, factory dates, kept positions, and what is not sure. */
#include "support/recorder.h"
#include "verdict/clock.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };

#define DAYS(n) ((n)*INT64_C(86400))

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct dossiers *dossiers;
    struct clock_matter *matter;
};

static struct world world_new(void)
{
    struct world world = { .recorder = recorder_new() };
    world.dossiers = dossiers_new(100);
    world.findings = findings_new(100, &world.recorder->publisher);
    world.matter = clock_new(SECONDS(86400), world.dossiers, world.findings);
    assert_true(world.dossiers && world.findings && world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    clock_free(world->matter);
    clock_free(NULL);
    findings_free(world->findings);
    dossiers_free(world->dossiers);
    free(world->recorder);
}

static void take(struct world *world, const struct message_event *event)
{
    struct dossier *dossier = dossiers_of(world->dossiers, event);
    if (dossier)
        clock_message(world->matter, event, dossier);
}

/* A valid position at a second, whose own clock is so many seconds ahead. */
static void send(struct world *world, const char *device, int64_t second, int64_t ahead, bool is_logged)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON + SECONDS(second), &gt06, "position", LOCATION_VALID, device);
    fact.event.arrived = fact.event.time;
    fact.event.is_logged = is_logged;
    fact.identity.reading.has_time = true;
    fact.identity.reading.time = NOON / 1000000 + second + ahead;
    take(world, &fact.event);
}

static void run(struct world *world, const char *device, int64_t ahead)
{
    for (int i = 0; i < 20; i++)
        send(world, device, i * 60, ahead, false);
}

static void right_ones(void **state)
{
    (void)state;
    struct world world = world_new();
    run(&world, "1", 0);
    run(&world, "2", -60);
    run(&world, "3", 30);
    world_free(&world);
}

static void week_roll_overs(void **state)
{
    (void)state;
    struct world world = world_new();
    run(&world, "1", -DAYS(7 * 1024));
    heard(world.recorder, "+clock-wrong ");
    assert_non_null(strstr(world.recorder->text, "1024 weeks"));
    run(&world, "2", -DAYS(7 * 2048));
    heard(world.recorder, "+clock-wrong ");
    assert_non_null(strstr(world.recorder->text, "2048 weeks"));
    world_free(&world);
}

static void time_zones(void **state)
{
    (void)state;
    struct world world = world_new();
    run(&world, "1", 8 * 3600);
    heard(world.recorder, "+clock-wrong ");
    assert_non_null(strstr(world.recorder->text, "8 hours ahead"));
    assert_int_equal(world.recorder->last.severity, SEVERITY_WARNING);
    run(&world, "2", -5 * 3600 - 1800); /* some zones differ by half an hour */
    heard(world.recorder, "+clock-wrong ");
    run(&world, "3", 8 * 3600 - 1000); /* no zone */
    world_free(&world);
}

static void ahead_and_mended(void **state)
{
    (void)state;
    struct world world = world_new();
    send(&world, "1", 0, DAYS(30), false);
    heard(world.recorder, ""); /* one alone may be damaged */
    send(&world, "1", 60, DAYS(30), false);
    heard(world.recorder, "+clock-wrong ");
    assert_non_null(strstr(world.recorder->text, "30 days ahead"));
    assert_int_equal(world.recorder->last.severity, SEVERITY_PROBLEM);
    send(&world, "1", 120, 0, false);
    heard(world.recorder, "-clock-wrong ");
    world_free(&world);
}

/* What was kept while there was no network comes with the times at which it was measured. */
static void kept_positions(void **state)
{
    (void)state;
    struct world world = world_new();
    for (int i = 0; i < 50; i++)
        send(&world, "1", i, -DAYS(3) + i * 300, false);
    world_free(&world);
}

/* A log tells local times: whose zone is wrong cannot be told until some clock is right. */
static void zones_in_a_log(void **state)
{
    (void)state;
    struct world world = world_new();
    for (int i = 0; i < 20; i++)
        send(&world, "1", i * 60, 3 * 3600, true);
    heard(world.recorder, "");
    send(&world, "2", 1200, 0, true);
    for (int i = 20; i < 40; i++)
        send(&world, "1", i * 60, 3 * 3600, true);
    heard(world.recorder, "+clock-wrong ");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_ones),     cmocka_unit_test(week_roll_overs),
        cmocka_unit_test(time_zones),     cmocka_unit_test(ahead_and_mended),
        cmocka_unit_test(kept_positions), cmocka_unit_test(zones_in_a_log),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
