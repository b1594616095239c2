/* SPDX-License-Identifier: Apache-2.0 */
/* Devices that wait for an answer: impatient logins, others that are answered, near misses, and what explains it. */
#include "protocol/registry.h"
#include "support/recorder.h"
#include "verdict/unanswered.h"

static const char *const device = "123456789012345", *const swapped = "123456789012354";
static const struct expected_device expected[] = { { .id = "350000000000011" } };

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct dossiers *dossiers;
    struct ports *ports;
    struct unanswered_matter *matter;
    const struct protocol *gt06;
};

static struct world world_new(void)
{
    struct world world = { .recorder = recorder_new(), .gt06 = registry_find("gt06") };
    struct unanswered_settings settings = { .devices = 100,
                                            .silent_wait = SECONDS(30),
                                            .forget = SECONDS(86400),
                                            .expected = expected,
                                            .expected_count = 1 };
    world.dossiers = dossiers_new(100);
    world.findings = findings_new(100, &world.recorder->publisher);
    world.ports = ports_new(registry);
    assert_true(world.dossiers && world.findings && world.ports && world.gt06);
    world.matter = unanswered_new(&settings, world.ports, world.dossiers, world.findings);
    assert_non_null(world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    unanswered_free(world->matter);
    unanswered_free(NULL);
    ports_free(world->ports);
    findings_free(world->findings);
    dossiers_free(world->dossiers);
    free(world->recorder);
}

static void send(struct world *world, unsigned host, int64_t second, const char *type, const char *id)
{
    struct fact fact;
    fact_make(&fact, who_at(host, host, 5023), NOON + SECONDS(second), world->gt06, type, LOCATION_NONE, id);
    fact.event.is_owed = true;
    unanswered_message(world->matter, &fact.event);
}

static void answer(struct world *world, unsigned host, int64_t second, const char *id, struct cursor bytes)
{
    struct message_event event = { .time = NOON + SECONDS(second),
                                   .who = who_at(host, host, 5023),
                                   .direction = DIRECTION_OUT,
                                   .bytes = bytes,
                                   .protocol = world->gt06,
                                   .device = id };
    unanswered_message(world->matter, &event);
}

static void logins_again_and_again(void **state)
{
    (void)state;
    struct world world = world_new();
    send(&world, 7, 0, "login", device);
    send(&world, 7, 60, "login", device);
    heard(world.recorder, "");
    send(&world, 7, 120, "login", device);
    send(&world, 7, 180, "login", device);
    heard(world.recorder, "+no-answer ");
    assert_non_null(strstr(world.recorder->text, "logs in again and again (3 times)"));
    assert_non_null(strstr(world.recorder->advice, "try 5199 (topin)"));
    answer(&world, 7, 190, device, cursor_of_text("xx"));
    heard(world.recorder, "-no-answer ");
    world_free(&world);
}

static void logins_of_days(void **state)
{
    (void)state;
    struct world world = world_new();
    for (int i = 0; i < 5; i++)
        send(&world, 7, i * 3600, "login", device);
    world_free(&world);
}

/* Of other messages that are not answered it is told only where others' are. */
static void others_are_answered(void **state)
{
    (void)state;
    struct world world = world_new();
    for (int i = 0; i < 10; i++)
        send(&world, 7, i * 10, "status", device);
    heard(world.recorder, "");
    answer(&world, 8, 100, "9", cursor_of_text("xx"));
    send(&world, 7, 110, "status", device);
    heard(world.recorder, "+no-answer ");
    world_free(&world);
}

static void near_misses(void **state)
{
    (void)state;
    struct world world = world_new();
    answer(&world, 8, 0, swapped, cursor_of("\0", 1)); /* a refusal */
    for (int i = 0; i < 3; i++)
        send(&world, 7, i, "login", device);
    heard(world.recorder, "+no-answer ");
    assert_null(strstr(world.recorder->text, swapped));
    answer(&world, 7, 5, device, cursor_of_text("xx"));
    heard(world.recorder, "-no-answer ");
    for (int i = 0; i < 3; i++)
        send(&world, 9, i, "login", swapped);
    heard(world.recorder, "+no-answer ");
    assert_non_null(strstr(world.recorder->text, "It does answer 123456789012345: two neighbouring digits"));
    for (int i = 0; i < 3; i++)
        send(&world, 10, i, "login", "35000000000011");
    heard(world.recorder, "+no-answer ");
    assert_non_null(strstr(world.recorder->text, "350000000000011 is expected"));
    assert_non_null(strstr(world.recorder->advice, "set its identifier in Traccar to 35000000000011"));
    world_free(&world);
}

/* Another finding that says why is enough. */
static void what_explains_it(void **state)
{
    (void)state;
    struct world world = world_new();
    struct who who = who_at(7, 7, 5023);
    struct subject subject = subject_of(&who, device, false), address = subject_of(&who, "", true);
    struct finding_event event = {
        .time = NOON, .who = who, .device = device, .text = "text", .advice = "advice"
    };
    finding_raise(world.findings, FINDING_UNKNOWN_DEVICE, &subject, event);
    heard(world.recorder, "+unknown-device ");
    for (int i = 0; i < 3; i++)
        send(&world, 7, i, "login", device);
    heard(world.recorder, "");
    finding_clear(world.findings, FINDING_UNKNOWN_DEVICE, &subject, NOON, "why");
    send(&world, 7, 4, "login", device);
    heard(world.recorder, "-unknown-device +no-answer ");
    finding_raise(world.findings, FINDING_BEHIND_PROXY, &address, event);
    unanswered_tick(world.matter, NOON + SECONDS(5));
    heard(world.recorder, "+behind-proxy -no-answer ");
    world_free(&world);
}

static void a_login_was_the_last_word(void **state)
{
    (void)state;
    struct world world = world_new();
    answer(&world, 8, 0, "9", cursor_of_text("xx"));
    send(&world, 7, 0, "login", device);
    unanswered_tick(world.matter, NOON + SECONDS(29));
    heard(world.recorder, "");
    unanswered_tick(world.matter, NOON + SECONDS(30));
    heard(world.recorder, "+connected-silent ");
    struct connection_event closed = {
        .time = NOON + SECONDS(40), .who = who_at(7, 7, 5023), .device = device, .state = CONNECTION_CLOSED
    };
    unanswered_connection(world.matter, &closed);
    heard(world.recorder, "-connected-silent ");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_again_and_again), cmocka_unit_test(logins_of_days),
        cmocka_unit_test(others_are_answered),    cmocka_unit_test(near_misses),
        cmocka_unit_test(what_explains_it),       cmocka_unit_test(a_login_was_the_last_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
