/* SPDX-License-Identifier: Apache-2.0 */
/* Connections that bring nothing: again and again, or open and silent. */
#include "support/recorder.h"
#include "verdict/contact.h"

enum { WAIT = 30, TIMES = 3, SPAN = 300, FORGET = 86400 };

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct contact_matter *matter;
};

static struct world world_new(size_t visitors)
{
    struct world world = { .recorder = recorder_new() };
    struct contact_settings settings = { .visitors = visitors,
                                         .silent_wait = SECONDS(WAIT),
                                         .reconnects = TIMES,
                                         .reconnect_span = SECONDS(SPAN),
                                         .forget = SECONDS(FORGET) };
    world.findings = findings_new(100, &world.recorder->publisher);
    world.matter = contact_new(&settings, world.findings);
    assert_true(world.findings && world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    contact_free(world->matter);
    contact_free(NULL);
    findings_free(world->findings);
    free(world->recorder);
}

static void close_one(struct world *world, unsigned host, uint16_t port, int64_t second, uint64_t bytes)
{
    struct connection_event event = { .time = NOON + SECONDS(second),
                                      .who = who_at(1, host, port),
                                      .device = "",
                                      .state = CONNECTION_CLOSED,
                                      .reason = "closed",
                                      .bytes_in = bytes };
    contact_connection(world->matter, &event);
}

/* The server's side ended it, so that others find room: that is no visit without a word. */
static void not_who_was_sent_away(void **state)
{
    (void)state;
    struct world world = world_new(100);
    struct connection_event event = {
        .device = "", .state = CONNECTION_CLOSED, .reason = CLOSED_FOR_ROOM, .who = who_at(1, 7, 5023)
    };
    for (int64_t i = 0; i < 9; i++) {
        event.time = NOON + SECONDS(i);
        contact_connection(world.matter, &event);
    }
    heard(world.recorder, "");
    world_free(&world);
}

static void speak(struct world *world, unsigned host, uint16_t port, int64_t second)
{
    struct fact fact;
    fact_make(&fact, who_at(1, host, port), NOON + SECONDS(second), NULL, "", LOCATION_NONE, "");
    contact_message(world->matter, &fact.event);
}

static void again_and_again(void **state)
{
    (void)state;
    struct world world = world_new(100);
    close_one(&world, 7, 5023, 0, 0);
    close_one(&world, 7, 5023, 100, 0);
    close_one(&world, 8, 5023, 150, 0); /* somebody else */
    close_one(&world, 7, 5013, 160, 0); /* another port */
    heard(world.recorder, "");
    close_one(&world, 7, 5023, 200, 0);
    close_one(&world, 7, 5023, 250, 0);
    heard(world.recorder, "+reconnecting ");
    speak(&world, 8, 5023, 255);
    heard(world.recorder, "");
    speak(&world, 7, 5023, 260);
    heard(world.recorder, "-reconnecting ");
    world_free(&world);
}

static void slowly_or_with_data(void **state)
{
    (void)state;
    struct world world = world_new(100);
    for (int i = 0; i < 10; i++)
        close_one(&world, 7, 5023, i * (SPAN / 2 + 1), 0);
    for (int i = 0; i < 10; i++)
        close_one(&world, 8, 5023, i, i % 2 ? 18 : 0); /* one that speaks between starts the count anew */
    world_free(&world);
}

static void open_and_silent(void **state)
{
    (void)state;
    struct world world = world_new(100);
    struct who who = who_at(1, 7, 5023);
    contact_silence(world.matter, &who, NOON, NOON + SECONDS(WAIT) - 1);
    heard(world.recorder, "");
    contact_silence(world.matter, &who, NOON, NOON + SECONDS(WAIT));
    contact_silence(world.matter, &who, NOON, NOON + SECONDS(WAIT + 1));
    heard(world.recorder, "+connected-silent ");
    close_one(&world, 7, 5023, 60, 0);
    heard(world.recorder, "-connected-silent ");
    world_free(&world);
}

/* A phone network lost a connection before it was used, and its end with it; the device goes on over others. */
static void a_leftover_beside_who_talks(void **state)
{
    (void)state;
    struct world world = world_new(100);
    struct who left = who_at(7, 7, 5023);
    contact_silence(world.matter, &left, NOON, NOON + SECONDS(WAIT));
    heard(world.recorder, "+connected-silent ");
    close_one(&world, 7, 5023, 31, 0); /* another one */
    heard(world.recorder, "");
    speak(&world, 7, 5023, 32);
    heard(world.recorder, "-connected-silent ");
    contact_silence(world.matter, &left, NOON, NOON + SECONDS(33));
    contact_silence(world.matter, &left, NOON, NOON + SECONDS(300));
    heard(world.recorder, "");
    struct who next = who_at(8, 7, 5023);
    contact_silence(world.matter, &next, NOON + SECONDS(400), NOON + SECONDS(400 + WAIT));
    heard(world.recorder, "+connected-silent ");
    world_free(&world);
}

/* Several devices behind one address: while some of them talk, each further silent connection is no news. */
static void silent_ones_behind_one_address(void **state)
{
    (void)state;
    struct world world = world_new(100);
    struct who first = who_at(107, 7, 5023);
    contact_silence(world.matter, &first, NOON, NOON + SECONDS(WAIT));
    heard(world.recorder, "+connected-silent ");
    speak(&world, 7, 5023, 32);
    heard(world.recorder, "-connected-silent ");
    assert_string_equal(world.recorder->text, "Its address sends data over another connection.");
    close_one(&world, 7, 5023, 40, 0);
    speak(&world, 7, 5023, 120);
    struct who second = who_at(108, 7, 5023);
    contact_silence(world.matter, &second, NOON + SECONDS(100), NOON + SECONDS(100 + WAIT));
    heard(world.recorder, "");
    world_free(&world);
}

static void forgotten(void **state)
{
    (void)state;
    struct world world = world_new(2);
    for (int i = 0; i < TIMES; i++)
        close_one(&world, 7, 5023, i, 0);
    heard(world.recorder, "+reconnecting ");
    for (unsigned host = 10; host < 20; host++)
        close_one(&world, host, 5023, 10, 0);
    assert_true(contact_evicted(world.matter) >= 8);
    contact_tick(world.matter, NOON + SECONDS(FORGET));
    heard(world.recorder, "");
    contact_tick(world.matter, NOON + SECONDS(FORGET + 3));
    heard(world.recorder, "-reconnecting ");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(again_and_again),
        cmocka_unit_test(slowly_or_with_data),
        cmocka_unit_test(open_and_silent),
        cmocka_unit_test(a_leftover_beside_who_talks),
        cmocka_unit_test(silent_ones_behind_one_address),
        cmocka_unit_test(not_who_was_sent_away),
        cmocka_unit_test(forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
