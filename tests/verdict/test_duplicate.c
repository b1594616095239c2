/* SPDX-License-Identifier: Apache-2.0 */
/* One identifier from two addresses: by turns it is two devices, once it is one that moves. */
#include <math.h>

#include "support/recorder.h"
#include "verdict/duplicate.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct dossiers *dossiers;
    struct duplicate_matter *matter;
};

static struct world world_new(void)
{
    struct world world = { .recorder = recorder_new() };
    world.dossiers = dossiers_new(100);
    world.findings = findings_new(100, &world.recorder->publisher);
    world.matter = duplicate_new(SECONDS(86400), world.dossiers, world.findings);
    assert_true(world.dossiers && world.findings && world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    duplicate_free(world->matter);
    duplicate_free(NULL);
    findings_free(world->findings);
    dossiers_free(world->dossiers);
    free(world->recorder);
}

static void take(struct world *world, const struct message_event *event)
{
    struct dossier *dossier = dossiers_of(world->dossiers, event);
    if (dossier)
        duplicate_message(world->matter, event, dossier);
}

/* lat: degrees north; NAN: it tells no place */
static void send_at(struct world *world, uint64_t flow, unsigned host, int64_t second, enum claim certainty,
                    double lat)
{
    struct fact fact;
    fact_make(&fact, who_at(flow, host, 5023), NOON + SECONDS(second), &gt06, "position", LOCATION_VALID,
              "123456789012345");
    fact.identity.certainty = certainty;
    fact.identity.reading.has_coordinates = !isnan(lat);
    fact.identity.reading.lat = lat;
    fact.identity.reading.lon = 179.999 * ((int)flow % 2 == 0 ? 1 : -1); /* where degrees of longitude jump */
    take(world, &fact.event);
}

static void send(struct world *world, uint64_t flow, unsigned host, int64_t second, enum claim certainty)
{
    send_at(world, flow, host, second, certainty, (double)NAN);
}

static void two_by_turns(void **state)
{
    (void)state;
    struct world world = world_new();
    for (int i = 0; i < 3; i++)
        send_at(&world, (uint64_t)i + 1, 7 + (unsigned)i % 2, i * 60, CLAIM_CERTAIN, 10 + i % 2);
    heard(world.recorder, "");
    send_at(&world, 4, 8, 180, CLAIM_CERTAIN, 11);
    heard(world.recorder, "+duplicate-id ");
    assert_non_null(strstr(world.recorder->text, "203.0.113.7 and 203.0.113.8"));
    send_at(&world, 5, 7, 300, CLAIM_CERTAIN, 10);
    duplicate_tick(world.matter, NOON + SECONDS(300 + 3600));
    heard(world.recorder, "");
    duplicate_tick(world.matter, NOON + SECONDS(300 + 3602));
    heard(world.recorder, "-duplicate-id ");
    world_free(&world);
}

/* Two connections that are open at once need fewer turns. */
static void two_connections_that_stand(void **state)
{
    (void)state;
    struct world world = world_new();
    send(&world, 1, 7, 0, CLAIM_CERTAIN);
    send(&world, 2, 8, 10, CLAIM_CERTAIN);
    send(&world, 1, 7, 20, CLAIM_CERTAIN);
    heard(world.recorder, "");
    send(&world, 2, 8, 30, CLAIM_CERTAIN);
    heard(world.recorder, "+duplicate-id ");
    world_free(&world);
}

static void one_that_moves(void **state)
{
    (void)state;
    struct world world = world_new();
    for (unsigned i = 0; i < 20; i++)
        send(&world, i + 1, 7 + i, i * 60, CLAIM_CERTAIN); /* always another address */
    for (unsigned i = 0; i < 10; i++)
        send(&world, 100 + i, 7 + i % 2, 10000 + i * 1200, CLAIM_CERTAIN); /* home and away */
    world_free(&world);
}

/* A mobile network that passes it on from changing addresses, or a second SIM card: its way shows that it is one. */
static void one_with_two_addresses(void **state)
{
    (void)state;
    struct world world = world_new();
    for (unsigned i = 0; i < 30; i++)
        send_at(&world, i + 1, 7 + i % 2, i * 60, CLAIM_CERTAIN, 10 + i * .02);
    for (unsigned i = 0; i < 30; i++)
        send(&world, 100 + i, 7 + i % 2, 3600 + i * 60, CLAIM_CERTAIN); /* logins, heartbeats */
    world_free(&world);
}

static void what_is_not_sure(void **state)
{
    (void)state;
    struct world world = world_new();
    for (unsigned i = 0; i < 10; i++)
        send(&world, i + 1, 7 + i % 2, i, CLAIM_POSSIBLE);
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_by_turns),     cmocka_unit_test(two_connections_that_stand),
        cmocka_unit_test(one_that_moves),   cmocka_unit_test(one_with_two_addresses),
        cmocka_unit_test(what_is_not_sure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
