/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of reachability, through the judge: connections that fail are told as what they are. */
#include "support/recorder.h"
#include "verdict/judge.h"
#include "verdict/scans.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol *const few[] = { &gt06, NULL };

struct world {
    struct recorder *recorder;
    struct ports *ports;
    struct judge *judge;
};

static struct world *world_new(void)
{
    struct judge_settings usual = judge_defaults();
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->ports = ports_new(few);
    world->judge = judge_new(&usual, world->ports, &world->recorder->publisher);
    assert_non_null(world->judge);
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

static void attempt(struct world *world, unsigned host, uint16_t port, int second,
                    enum connection_state state, enum transport transport)
{
    struct who who = who_at((uint64_t)second + 1, host, port);
    who.transport = transport;
    judge_connection(world->judge, &(struct connection_event){
                                       .time = NOON + SECONDS(second), .who = who, .state = state });
}

static void a_port_that_refuses(void **state)
{
    (void)state;
    struct world *world = world_new();
    for (int second = 0; second < 180; second += 30)
        attempt(world, 7, 5023, second, CONNECTION_REFUSED, TRANSPORT_TCP);
    attempt(world, 8, 5023, 170, CONNECTION_REFUSED, TRANSPORT_TCP); /* the port refuses, whoever comes */
    heard(world->recorder, "+refused "); /* and not a word of a device that closes without sending anything */
    assert_string_equal(world->recorder->text,
                        "Connections to port 5023, where Traccar speaks gt06, are refused: the first from "
                        "203.0.113.7.");
    assert_string_equal(world->recorder->advice,
                        "Nothing listens on tcp 5023 of the server: start Traccar, and look in its log "
                        "whether it could bind the port.");
    assert_int_equal(world->recorder->last.severity, SEVERITY_PROBLEM);
    attempt(world, 9, 5023, 190, CONNECTION_OPENED, TRANSPORT_TCP);
    heard(world->recorder, "-refused ");
    /* it starts again and again: that is not told each time, but once it lasts */
    for (int second = 200; second < 300; second += 20) {
        attempt(world, 7, 5023, second, CONNECTION_REFUSED, TRANSPORT_TCP);
        attempt(world, 7, 5023, second + 10, CONNECTION_OPENED, TRANSPORT_TCP);
    }
    heard(world->recorder, "");
    for (int second = 310; second < 400; second += 10)
        attempt(world, 7, 5023, second, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "+refused ");
    attempt(world, 9, 5023, 400, CONNECTION_OPENED, TRANSPORT_TCP);
    heard(world->recorder, "-refused ");
    attempt(world, 9, 5023, 1000, CONNECTION_REFUSED, TRANSPORT_TCP); /* another day */
    heard(world->recorder, "+refused ");
    world_free(world);
}

static void a_firewall_that_drops(void **state)
{
    (void)state;
    struct world *world = world_new();
    attempt(world, 7, 5023, 0, CONNECTION_UNANSWERED, TRANSPORT_TCP);
    heard(world->recorder, "+dropped ");
    assert_string_equal(world->recorder->advice,
                        "They reach the server and nothing answers: allow tcp 5023 in its firewall.");
    judge_tick(world->judge, NOON + SECONDS(86401));
    heard(world->recorder, "-dropped ");
    world_free(world);
}

static void answers_that_are_lost(void **state)
{
    (void)state;
    struct world *world = world_new();
    attempt(world, 7, 5023, 0, CONNECTION_HALF_OPEN, TRANSPORT_TCP);
    attempt(world, 8, 5023, 1, CONNECTION_HALF_OPEN, TRANSPORT_TCP); /* a matter of each way */
    heard(world->recorder, "+half-open +half-open ");
    assert_int_equal(world->recorder->last.severity, SEVERITY_INFO);
    assert_non_null(strstr(world->recorder->advice, "as scanners do"));
    struct connection_event again = { .time = NOON + SECONDS(20),
                                      .who = who_at(21, 7, 5023),
                                      .state = CONNECTION_HALF_OPEN,
                                      .is_repeated = true };
    judge_connection(world->judge, &again);
    heard(world->recorder, "+half-open ");
    assert_int_equal(world->recorder->last.severity, SEVERITY_WARNING);
    judge_connection(world->judge, &again);
    heard(world->recorder, "");
    attempt(world, 7, 5023, 100, CONNECTION_OPENED, TRANSPORT_TCP);
    heard(world->recorder, "-half-open ");
    world_free(world);
}

static void datagrams_that_are_refused(void **state)
{
    (void)state;
    struct world *world = world_new();
    attempt(world, 7, 5023, 0, CONNECTION_REFUSED, TRANSPORT_UDP);
    heard(world->recorder, "+udp-refused ");
    assert_non_null(strstr(world->recorder->text, "Datagrams to port 5023"));
    world_free(world);
}

static void a_scanner_at_a_closed_port(void **state)
{
    (void)state;
    struct world *world = world_new();
    attempt(world, 7, 9999, 0, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "+refused ");
    assert_int_equal(world->recorder->last.severity, SEVERITY_INFO);
    world_free(world);
}

/* What a scanner meets is told of the scanner, and taken back where it was told of ports; what others meet is not. */
static void a_scanner_of_many_ports(void **state)
{
    (void)state;
    struct world *world = world_new();
    attempt(world, 7, 5023, 0, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "+refused ");
    for (uint16_t port = 5024; port < 5023 + SCAN_PORTS; port++) {
        bool is_refused = port % 2 != 0;
        attempt(world, 9, port, 100, is_refused ? CONNECTION_REFUSED : CONNECTION_UNANSWERED, TRANSPORT_TCP);
        heard(world->recorder, is_refused ? "+refused " : "+dropped ");
    }
    attempt(world, 9, 5023, 101, CONNECTION_REFUSED, TRANSPORT_TCP); /* somebody else has met it before */
    heard(world->recorder, "-dropped -refused -dropped -refused -dropped -refused -dropped -refused -dropped "
                           "-refused -dropped -refused -dropped -refused -dropped +not-a-tracker ");
    assert_string_equal(world->recorder->text,
                        "203.0.113.9 tries port after port in vain: that is a scanner, or a "
                        "'hexwatch probe', and no tracker.");
    for (uint16_t port = 5031; port < 5200; port++)
        attempt(world, 9, port, 105, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "");
    attempt(world, 8, 5040, 106, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "+refused ");
    /* days later it may be a device of the same network */
    attempt(world, 9, 5050, 500, CONNECTION_REFUSED, TRANSPORT_TCP);
    heard(world->recorder, "+refused ");
    /* and many devices of one network, slowly, are no scanner */
    for (uint16_t port = 5100; port < 5100 + 2 * SCAN_PORTS; port++) {
        attempt(world, 10, port, 600 + 5 * port, CONNECTION_REFUSED, TRANSPORT_TCP);
        heard(world->recorder, "+refused ");
    }
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_port_that_refuses),        cmocka_unit_test(a_firewall_that_drops),
        cmocka_unit_test(answers_that_are_lost),      cmocka_unit_test(datagrams_that_are_refused),
        cmocka_unit_test(a_scanner_at_a_closed_port), cmocka_unit_test(a_scanner_of_many_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
