/* SPDX-License-Identifier: Apache-2.0 */
/* waiting-for-fix and no-fix as a table of truths: what a device sends when, and what is told of it. */
#include "support/recorder.h"
#include "verdict/device.h"

static const struct protocol tracker = { .name = "tracker", .port = 5023 };

enum { FIX_WAIT = 900, GRACE = 120 };

/* At a second a message comes: v valid, i invalid, c cells, h heartbeat, l login, u unknown location; in
 * upper case on the wrong port. */
struct step {
    int second;
    char kind;
    const char *expected;
};

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct dossiers *dossiers;
    struct devices *devices;
};

static struct world *world_new(size_t capacity, int fix_wait)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->dossiers = dossiers_new(capacity);
    world->findings = findings_new(100, &world->recorder->publisher);
    world->devices = devices_new(SECONDS(fix_wait), SECONDS(86400), world->dossiers, world->findings);
    assert_true(world->dossiers && world->devices);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    devices_free(world->devices);
    devices_free(NULL);
    findings_free(world->findings);
    dossiers_free(world->dossiers);
    free(world->recorder);
    free(world);
}

static void take(struct world *world, const struct message_event *event)
{
    struct dossier *dossier = dossiers_of(world->dossiers, event);
    if (dossier)
        devices_message(world->devices, event, dossier);
}

static void make(struct fact *fact, int second, char kind, const char *device)
{
    static const struct {
        char letter;
        const char *type;
        enum location location;
    } kinds[] = {
        { 'v', "position", LOCATION_VALID }, { 'i', "position", LOCATION_INVALID },
        { 'c', "cells", LOCATION_NONE },     { 'h', "heartbeat", LOCATION_NONE },
        { 'l', "login", LOCATION_NONE },     { 'u', "status", LOCATION_UNKNOWN },
    };
    size_t i = 0;
    while (kinds[i].letter != (kind | 0x20))
        i++;
    fact_make(fact, who_at(1, 7, 5023), NOON + SECONDS(second), &tracker, kinds[i].type, kinds[i].location,
              device);
    if (kind < 'a')
        fact->identity.verdict = VERDICT_WRONG_PORT;
    if (kinds[i].location == LOCATION_VALID) {
        fact->identity.reading.has_coordinates = true;
        fact->identity.reading.lat = 47.51;
        fact->identity.reading.lon = -19.09;
    }
}

static void send(struct world *world, int second, char kind, const char *device)
{
    struct fact fact;
    make(&fact, second, kind, device);
    take(world, &fact.event);
}

static void run(const char *name, const struct step *steps, int fix_wait)
{
    struct world *world = world_new(100, fix_wait);
    for (; steps->kind; steps++) {
        print_message("%s: %c at %d\n", name, steps->kind, steps->second);
        send(world, steps->second, steps->kind, "123456789012345");
        heard(world->recorder, steps->expected);
    }
    world_free(world);
}

enum { STEPS_MAX = 8 };

static const struct {
    const char *name;
    struct step steps[STEPS_MAX];
} truths[] = {
    { "its own word counts at once", { { 0, 'i', "+waiting-for-fix " }, { 1, 'i', "" }, { 899, 'i', "" } } },
    { "after fifteen minutes it is no wait any more",
      { { 0, 'i', "+waiting-for-fix " },
        { 899, 'i', "" },
        { 900, 'i', "-waiting-for-fix +no-fix " },
        { 9000, 'i', "" } } },
    { "a valid one ends the wait", { { 0, 'i', "+waiting-for-fix " }, { 5, 'v', "-waiting-for-fix " } } },
    { "a valid one ends no-fix",
      { { 0, 'i', "+waiting-for-fix " },
        { 1000, 'i', "-waiting-for-fix +no-fix " },
        { 1001, 'v', "-no-fix " },
        { 1002, 'v', "" } } },
    { "cells are a word too",
      { { 0, 'c', "+waiting-for-fix " }, { 900, 'c', "-waiting-for-fix +no-fix " } } },
    { "heartbeats are given some minutes",
      { { 0, 'h', "" },
        { 119, 'h', "" },
        { 120, 'h', "+waiting-for-fix " },
        { 899, 'h', "" },
        { 900, 'h', "-waiting-for-fix +no-fix " } } },
    { "the wait counts from the first message", { { 0, 'h', "" }, { 900, 'h', "+no-fix " } } },
    { "a position in time", { { 0, 'h', "" }, { 60, 'v', "" }, { 200, 'h', "" }, { 9000, 'h', "" } } },
    { "who had a fix may stand still", { { 0, 'v', "" }, { 900, 'h', "" }, { 99000, 'h', "" } } },
    { "who had a fix may lose it for a while",
      { { 0, 'v', "" },
        { 60, 'i', "" },
        { 959, 'i', "" },
        { 959, 'v', "" },
        { 961, 'i', "" },
        { 1800, 'i', "" } } },
    { "who had a fix and keeps saying that it has none",
      { { 0, 'v', "" },
        { 60, 'i', "" },
        { 960, 'i', "+no-fix " },
        { 961, 'h', "" },
        { 962, 'v', "-no-fix " } } },
    { "who had a fix and now sends cells", { { 0, 'v', "" }, { 60, 'c', "" }, { 960, 'c', "+no-fix " } } },
    { "heartbeats do not stretch its own word",
      { { 0, 'v', "" }, { 60, 'i', "" }, { 2000, 'h', "" }, { 2001, 'i', "+no-fix " } } },
    { "only logins", { { 0, 'l', "" }, { 130, 'l', "" }, { 901, 'l', "" }, { 9000, 'l', "" } } },
    { "logins do not start the clock",
      { { 0, 'l', "" }, { 1000, 'h', "" }, { 1120, 'h', "+waiting-for-fix " } } },
    { "heartbeats on the wrong port", { { 0, 'H', "" }, { 130, 'H', "" }, { 9000, 'H', "" } } },
    { "its own word on the wrong port",
      { { 0, 'I', "+waiting-for-fix " },
        { 900, 'I', "-waiting-for-fix +no-fix " },
        { 901, 'V', "-no-fix " } } },
    { "what cannot be told tells nothing", { { 0, 'u', "" }, { 130, 'u', "" }, { 9000, 'u', "" } } },
    { "unknown locations do not end a wait",
      { { 0, 'i', "+waiting-for-fix " }, { 10, 'u', "" }, { 900, 'i', "-waiting-for-fix +no-fix " } } },
    { "it comes back",
      { { 0, 'i', "+waiting-for-fix " },
        { 10, 'v', "-waiting-for-fix " },
        { 20, 'i', "" },
        { 920, 'i', "+no-fix " },
        { 930, 'v', "-no-fix " } } },
};

static void the_table_of_truths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
        run(truths[i].name, truths[i].steps, FIX_WAIT);
}

static void the_setting_is_honoured(void **state)
{
    static const struct step minute[] = { { 0, 'i', "+waiting-for-fix " },
                                          { 59, 'i', "" },
                                          { 60, 'i', "-waiting-for-fix +no-fix " },
                                          { 0, 0, NULL } };
    static const struct step hour[] = { { 0, 'h', "" },
                                        { 900, 'h', "+waiting-for-fix " },
                                        { 3599, 'h', "" },
                                        { 3600, 'h', "-waiting-for-fix +no-fix " },
                                        { 0, 0, NULL } };
    (void)state;
    run("a minute", minute, 60);
    run("an hour", hour, 3600);
}

static void weak_claims_blame_nobody(void **state)
{
    (void)state;
    struct world *world = world_new(100, FIX_WAIT);
    for (int second = 0; second < 2000; second += 500) {
        struct fact fact;
        make(&fact, second, 'i', "1");
        fact.identity.certainty = CLAIM_POSSIBLE;
        take(world, &fact.event);
        fact_make(&fact, who_at(2, 8, 5023), NOON + SECONDS(second), NULL, "unknown", LOCATION_INVALID, "");
        take(world, &fact.event);
    }
    heard(world->recorder, "");
    world_free(world);
}

static void what_is_said_to_people(void **state)
{
    (void)state;
    struct world *world = world_new(100, FIX_WAIT);
    const struct recorder *recorder = world->recorder;
    send(world, 0, 'i', "A");
    assert_int_equal(recorder->last.severity, SEVERITY_INFO);
    assert_string_equal(recorder->text, "Device A talks, but says that it has no GPS fix yet.");
    assert_non_null(strstr(recorder->advice, "outdoors"));
    assert_string_equal(recorder->device, "A");
    assert_ptr_equal(recorder->last.protocol, &tracker);
    assert_int_equal(recorder->last.who.port, 5023);
    send(world, 1200, 'i', "A");
    assert_int_equal(recorder->last.severity, SEVERITY_PROBLEM);
    assert_string_equal(
        recorder->text,
        "Device A has sent no valid location for 20 minutes: it says that it has no GPS fix.");
    send(world, 0, 'h', "B");
    send(world, 200, 'h', "B");
    assert_string_equal(recorder->text, "Device B talks, but has sent no location yet.");
    send(world, 7200, 'h', "B");
    assert_string_equal(recorder->text,
                        "Device B has sent no valid location for 2 hours, only messages without a location.");
    send(world, 0, 'i', "");
    assert_string_equal(recorder->text,
                        "The device at 203.0.113.7:40001 talks, but says that it has no GPS fix yet.");
    heard(world->recorder,
          "+waiting-for-fix -waiting-for-fix +no-fix +waiting-for-fix -waiting-for-fix +no-fix "
          "+waiting-for-fix ");
    world_free(world);
}

static void the_last_valid_one_is_named(void **state)
{
    (void)state;
    struct world *world = world_new(100, FIX_WAIT);
    send(world, -100, 'v', "A");
    send(world, 0, 'v', "A");
    send(world, 60, 'i', "A");
    send(world, 960, 'i', "A");
    heard(world->recorder, "+no-fix ");
    assert_string_equal(world->recorder->text,
                        "Device A has sent no valid location for 15 minutes: it says that it has no GPS fix."
                        " The last valid one came at 2026-02-01T08:09:10Z: 47.51000, -19.09000.");
    world_free(world);
}

static void devices_do_not_mix(void **state)
{
    (void)state;
    struct world *world = world_new(100, FIX_WAIT);
    send(world, 0, 'i', "A");
    send(world, 0, 'v', "B");
    send(world, 10, 'v', "B");
    heard(world->recorder, "+waiting-for-fix ");
    send(world, 20, 'v', "A");
    heard(world->recorder, "-waiting-for-fix ");
    world_free(world);
}

static void more_devices_than_are_kept(void **state)
{
    (void)state;
    struct world *world = world_new(3, FIX_WAIT);
    for (int i = 0; i < 10; i++) {
        const char device[] = { (char)('0' + i), '\0' };
        send(world, i, 'v', device);
    }
    assert_int_equal(dossiers_evicted(world->dossiers), 7);
    send(world, 100, 'h', "9"); /* is still known as one that had a fix; 0 begins anew */
    send(world, 10000, 'h', "9");
    send(world, 10000, 'h', "0");
    send(world, 10000 + GRACE, 'h', "0");
    heard(world->recorder, "+waiting-for-fix ");
    assert_string_equal(world->recorder->device, "0");
    world_free(world);
}

static void a_device_that_is_gone_for_a_day(void **state)
{
    (void)state;
    struct world *world = world_new(10, 900);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, &tracker, "position", LOCATION_INVALID, "A");
    take(world, &fact.event);
    heard(world->recorder, "+waiting-for-fix ");
    devices_tick(world->devices, NOON + SECONDS(86400));
    heard(world->recorder, "");
    devices_tick(world->devices, NOON + SECONDS(86401));
    heard(world->recorder, "-waiting-for-fix ");
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_of_truths),         cmocka_unit_test(the_setting_is_honoured),
        cmocka_unit_test(weak_claims_blame_nobody),    cmocka_unit_test(what_is_said_to_people),
        cmocka_unit_test(the_last_valid_one_is_named), cmocka_unit_test(devices_do_not_mix),
        cmocka_unit_test(more_devices_than_are_kept),  cmocka_unit_test(a_device_that_is_gone_for_a_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
