/* SPDX-License-Identifier: Apache-2.0 */
/* The judge on contacts: connections that bring nothing, silence, and Traccar's web port. */
#include "protocol/registry.h"
#include "support/recorder.h"
#include "verdict/judge.h"

enum { GT06_PORT = 5023 };

struct world {
    struct recorder *recorder;
    struct ports *ports;
    struct judge *judge;
    const struct protocol *gt06;
};

static struct world *world_new(const struct judge_settings *settings)
{
    struct judge_settings usual = judge_defaults();
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->ports = ports_new(registry);
    world->judge = judge_new(settings ? settings : &usual, world->ports, &world->recorder->publisher);
    assert_non_null(world->judge);
    world->gt06 = registry_find("gt06");
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    judge_free(world->judge);
    ports_free(world->ports);
    free(world->recorder);
    free(world);
}

static void connection(struct world *world, struct who who, int second, enum connection_state what,
                       uint64_t bytes_in)
{
    judge_connection(world->judge,
                     &(struct connection_event){ .time = NOON + SECONDS(second),
                                                 .who = who,
                                                 .state = what,
                                                 .reason = what == CONNECTION_CLOSED ? "closed" : NULL,
                                                 .bytes_in = bytes_in });
}

/* Each on a connection of its own. */
static void visit(struct world *world, unsigned host, int second, uint64_t bytes_in)
{
    struct who who = who_at((uint64_t)second + 1, host, GT06_PORT);
    connection(world, who, second, CONNECTION_OPENED, 0);
    connection(world, who, second + 1, CONNECTION_CLOSED, bytes_in);
}

static void send(struct world *world, struct who who, int second, const struct protocol *protocol)
{
    struct fact fact;
    fact_make(&fact, who, NOON + SECONDS(second), protocol, "login", LOCATION_NONE, protocol ? "A" : "");
    if (protocol && who.port != protocol->port)
        fact.identity.verdict = VERDICT_WRONG_PORT;
    judge_message(world->judge, &fact.event);
}

static void the_third_empty_visit(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    visit(world, 7, 0, 0);
    visit(world, 8, 5, 0); /* another address counts for itself */
    visit(world, 7, 10, 0);
    heard(world->recorder, "");
    visit(world, 7, 20, 0);
    heard(world->recorder, "+reconnecting ");
    assert_string_equal(world->recorder->text,
                        "203.0.113.7 connects to port 5023 again and again (3 times) and "
                        "closes without sending anything.");
    assert_int_equal(world->recorder->last.severity, SEVERITY_WARNING);
    visit(world, 7, 30, 0);
    visit(world, 7, 40, 0);
    heard(world->recorder, "");
    send(world, who_at(99, 7, GT06_PORT), 50, world->gt06);
    heard(world->recorder, "-reconnecting ");
    assert_int_equal(world->recorder->connections, 12);
    world_free(world);
}

static void a_visit_with_data_starts_the_count_afresh(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    for (int second = 0; second < 100; second += 10)
        visit(world, 7, second, second % 30 == 20 ? 18 : 0);
    world_free(world);
}

static void rare_visits_are_nothing(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    for (int second = 0; second < 4000; second += 200)
        visit(world, 7, second, 0);
    world_free(world);
}

static void reconnecting_is_forgotten(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    for (int second = 0; second < 30; second += 10)
        visit(world, 7, second, 0);
    heard(world->recorder, "+reconnecting ");
    judge_tick(world->judge, NOON + SECONDS(86421));
    heard(world->recorder, "");
    judge_tick(world->judge, NOON + SECONDS(86431));
    heard(world->recorder, "-reconnecting ");
    world_free(world);
}

static void the_settings_of_contacts_are_honoured(void **state)
{
    (void)state;
    struct judge_settings settings = judge_defaults();
    settings.reconnects = 2;
    settings.reconnect_span = SECONDS(5);
    settings.silent_wait = SECONDS(3);
    struct world *world = world_new(&settings);
    visit(world, 7, 0, 0);
    visit(world, 7, 6, 0); /* too late after the first: counts from here */
    heard(world->recorder, "");
    visit(world, 7, 9, 0);
    heard(world->recorder, "+reconnecting ");
    struct who who = who_at(50, 8, GT06_PORT);
    judge_silence(world->judge, &who, NOON, NOON + SECONDS(3) - 1);
    heard(world->recorder, "");
    judge_silence(world->judge, &who, NOON, NOON + SECONDS(3));
    heard(world->recorder, "+connected-silent ");
    world_free(world);
}

static void silence_until_it_speaks(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct who who = who_at(1, 7, GT06_PORT);
    connection(world, who, 0, CONNECTION_OPENED, 0);
    for (int second = 1; second < 30; second++)
        judge_silence(world->judge, &who, NOON, NOON + SECONDS(second));
    heard(world->recorder, "");
    for (int second = 30; second < 40; second++)
        judge_silence(world->judge, &who, NOON, NOON + SECONDS(second));
    heard(world->recorder, "+connected-silent ");
    assert_string_equal(world->recorder->text,
                        "203.0.113.7:40001 is connected to port 5023 and has said nothing for 30 seconds.");
    assert_int_equal(world->recorder->last.severity, SEVERITY_INFO);
    send(world, who, 41, world->gt06);
    heard(world->recorder, "-connected-silent ");
    send(world, who, 42, world->gt06);
    world_free(world);
}

static void silence_until_it_ends(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct who who = who_at(1, 7, GT06_PORT);
    judge_silence(world->judge, &who, NOON, NOON + SECONDS(30));
    heard(world->recorder, "+connected-silent ");
    connection(world, who, 60, CONNECTION_CLOSED, 0);
    heard(world->recorder, "-connected-silent ");
    connection(world, who, 60, CONNECTION_CLOSED, 0);
    world_free(world);
}

/* What browsers say to Traccar's own pages holds passwords. */
static void browsers_are_never_published(void **state)
{
    (void)state;
    struct judge_settings settings = judge_defaults();
    settings.web_port = PORTS_WEB;
    struct world *world = world_new(&settings);
    struct who browser = who_at(1, 7, PORTS_WEB);
    struct fact fact;
    connection(world, browser, 0, CONNECTION_OPENED, 0);
    fact_make(&fact, browser, NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.identity.kind = "http";
    fact.identity.verdict = VERDICT_NOT_A_TRACKER;
    judge_message(world->judge, &fact.event);
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    judge_message(world->judge, &fact.event);
    judge_silence(world->judge, &browser, NOON, NOON + SECONDS(100));
    for (int second = 0; second < 10; second++)
        connection(world, browser, second, CONNECTION_CLOSED, 0);
    assert_int_equal(world->recorder->messages, 0);
    assert_int_equal(world->recorder->connections, 0);
    heard(world->recorder, "");
    /* a tracker there is what the port is watched for */
    send(world, who_at(2, 8, PORTS_WEB), 5, world->gt06);
    assert_int_equal(world->recorder->messages, 1);
    heard(world->recorder, "+wrong-web-port ");
    /* another port is no web port */
    send(world, who_at(3, 9, GT06_PORT), 5, NULL);
    assert_int_equal(world->recorder->messages, 2);
    heard(world->recorder, "+unidentified ");
    world_free(world);
}

static void nothing_behind_a_stranger_on_the_web_port(void **state)
{
    (void)state;
    struct judge_settings settings = judge_defaults();
    settings.web_port = PORTS_WEB;
    struct world *world = world_new(&settings);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, PORTS_WEB), NOON, world->gt06, "position", LOCATION_NONE, "A");
    judge_message(world->judge, &fact.event);
    assert_int_equal(world->recorder->messages, 1);
    fact.event.spoiled = true; /* as long as the connection lasts, whatever comes */
    judge_message(world->judge, &fact.event);
    fact.event.direction = DIRECTION_OUT;
    judge_message(world->judge, &fact.event);
    assert_int_equal(world->recorder->messages, 1);
    fact_make(&fact, who_at(2, 7, GT06_PORT), NOON, world->gt06, "position", LOCATION_NONE, "A");
    fact.event.spoiled = true; /* elsewhere that matters to nobody */
    judge_message(world->judge, &fact.event);
    assert_int_equal(world->recorder->messages, 2);
    world_free(world);
}

static void who_names_the_web_port_sees_it(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    assert_int_equal(judge_defaults().web_port, 0);
    struct who browser = who_at(1, 7, PORTS_WEB);
    connection(world, browser, 0, CONNECTION_OPENED, 0);
    send(world, browser, 0, NULL);
    assert_int_equal(world->recorder->messages, 1);
    assert_int_equal(world->recorder->connections, 1);
    heard(world->recorder, "+unidentified ");
    world_free(world);
}

static void the_servers_bytes_are_passed_on_and_not_judged(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, GT06_PORT), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    judge_message(world->judge, &fact.event);
    assert_int_equal(world->recorder->messages, 1);
    world_free(world);
}

static void losses_are_counted(void **state)
{
    (void)state;
    struct judge_settings settings = judge_defaults();
    settings.devices = 2;
    settings.findings = 3;
    struct world *world = world_new(&settings);
    for (unsigned i = 0; i < 8; i++) {
        struct fact fact;
        char device[8];
        snprintf(device, sizeof(device), "%u", i);
        fact_make(&fact, who_at(i + 1, i, GT06_PORT), NOON, world->gt06, "position", LOCATION_INVALID,
                  device);
        judge_message(world->judge, &fact.event);
    }
    assert_int_equal(judge_losses(world->judge).devices, 6);
    assert_int_equal(judge_losses(world->judge).findings, 5);
    world->recorder->log.length = 0;
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_third_empty_visit),
        cmocka_unit_test(a_visit_with_data_starts_the_count_afresh),
        cmocka_unit_test(rare_visits_are_nothing),
        cmocka_unit_test(reconnecting_is_forgotten),
        cmocka_unit_test(the_settings_of_contacts_are_honoured),
        cmocka_unit_test(silence_until_it_speaks),
        cmocka_unit_test(silence_until_it_ends),
        cmocka_unit_test(browsers_are_never_published),
        cmocka_unit_test(nothing_behind_a_stranger_on_the_web_port),
        cmocka_unit_test(who_names_the_web_port_sees_it),
        cmocka_unit_test(the_servers_bytes_are_passed_on_and_not_judged),
        cmocka_unit_test(losses_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
