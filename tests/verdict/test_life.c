/* SPDX-License-Identifier: Apache-2.0 */
/* Silence: of devices that are expected, and of those whose pace is known. */
#include "support/recorder.h"
#include "verdict/life.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct expected_device expected[] = { { .id = "van-1", .every = SECONDS(300), .port = 5023 } };

enum { NIGHT = 12 * 3600 }; /* who is not expected may be quiet for so long */

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct dossiers *dossiers;
    struct life_matter *matter;
};

static struct world world_new(size_t expected_count)
{
    struct world world = { .recorder = recorder_new() };
    struct life_settings settings = { .forget = SECONDS(86400),
                                      .expected = expected,
                                      .expected_count = expected_count };
    world.dossiers = dossiers_new(100);
    world.findings = findings_new(100, &world.recorder->publisher);
    world.matter = life_new(&settings, world.dossiers, world.findings);
    assert_true(world.dossiers && world.findings && world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    life_free(world->matter);
    life_free(NULL);
    findings_free(world->findings);
    dossiers_free(world->dossiers);
    free(world->recorder);
}

static void take(struct world *world, const struct message_event *event)
{
    life_begin(world->matter, event->time);
    struct dossier *dossier = dossiers_of(world->dossiers, event);
    if (dossier)
        life_message(world->matter, event, dossier);
}

static void send(struct world *world, const char *device, int64_t second, enum verdict verdict)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON + SECONDS(second), &gt06, "position", LOCATION_VALID, device);
    fact.identity.verdict = verdict;
    take(world, &fact.event);
}

static void tick(struct world *world, int64_t second)
{
    life_tick(world->matter, NOON + SECONDS(second));
}

static void expected_and_never_seen(void **state)
{
    (void)state;
    struct world world = world_new(1);
    tick(&world, 0);
    tick(&world, 600);
    heard(world.recorder, "");
    tick(&world, 601);
    tick(&world, 700);
    heard(world.recorder, "+silent ");
    assert_string_equal(world.recorder->device, "van-1");
    assert_non_null(strstr(world.recorder->text, "since it is waited for on port 5023"));
    assert_int_equal(world.recorder->last.severity, SEVERITY_PROBLEM);
    send(&world, "van-1", 800, VERDICT_OK);
    heard(world.recorder, "-silent ");
    world_free(&world);
}

static void expected_and_overdue(void **state)
{
    (void)state;
    struct world world = world_new(1);
    send(&world, "van-1", 0, VERDICT_OK);
    for (int i = 1; i < 10; i++) {
        tick(&world, i * 550);
        send(&world, "van-1", i * 550, VERDICT_OK); /* late, but not twice as late */
    }
    heard(world.recorder, "");
    tick(&world, 9 * 550 + 601);
    heard(world.recorder, "+silent ");
    assert_non_null(strstr(world.recorder->text, "expected every 5 minutes"));
    world_free(&world);
}

/* Who reports every few hours is healthy; once its pace is known, a day of silence is not. */
static void slow_ones(void **state)
{
    (void)state;
    struct world world = world_new(0);
    for (int i = 0; i < 12; i++) {
        tick(&world, i * 14400 - 1);
        send(&world, "1", i * 14400, VERDICT_OK);
    }
    heard(world.recorder, "");
    world_free(&world);
}

static void quick_ones(void **state)
{
    (void)state;
    struct world world = world_new(0);
    send(&world, "1", 0, VERDICT_OK);
    tick(&world, 40000);
    heard(world.recorder, ""); /* once is no pace */
    for (int i = 0; i < 100; i++)
        send(&world, "2", 50000 + i * 10, VERDICT_OK);
    tick(&world, 50990 + NIGHT);
    heard(world.recorder, "");
    tick(&world, 50991 + NIGHT);
    heard(world.recorder, "+silent ");
    assert_non_null(strstr(world.recorder->text, "never quiet for longer than 10 seconds"));
    assert_int_equal(world.recorder->last.severity, SEVERITY_INFO);
    send(&world, "2", 51000 + NIGHT, VERDICT_OK);
    heard(world.recorder, "-silent ");
    world_free(&world);
}

/* A device on the wrong port has another trouble. */
static void on_the_wrong_port(void **state)
{
    (void)state;
    struct world world = world_new(0);
    for (int i = 0; i < 100; i++)
        send(&world, "2", i * 10, VERDICT_WRONG_PORT);
    tick(&world, 1000 + 2 * NIGHT);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expected_and_never_seen),
        cmocka_unit_test(expected_and_overdue),
        cmocka_unit_test(slow_ones),
        cmocka_unit_test(quick_ones),
        cmocka_unit_test(on_the_wrong_port),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
