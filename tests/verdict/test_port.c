/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the right port: the transport, protocols that are switched off, claims that are not sure. */
#include "support/recorder.h"
#include "verdict/port.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol h02 = { .name = "h02", .port = 5013, .transports = OVER_TCP | OVER_UDP };
static const struct protocol radio = { .name = "radio", .port = 5050, .transports = OVER_UDP };
static const struct protocol *const few[] = { &gt06, &h02, &radio, NULL };

static const char *const device = "123456789012345";

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct ports *ports;
    struct port_matter *matter;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->findings = findings_new(100, &world->recorder->publisher);
    world->ports = ports_new(few);
    assert_true(world->findings && world->ports);
    world->matter = port_new(SECONDS(86400), world->ports, world->findings);
    assert_non_null(world->matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    port_free(world->matter);
    port_free(NULL);
    ports_free(world->ports);
    findings_free(world->findings);
    free(world->recorder);
    free(world);
}

/* What comes to a port, judged as conversation judges it. */
static void send(struct world *world, enum transport transport, uint16_t port, int second,
                 const struct protocol *protocol, enum claim certainty)
{
    struct fact fact;
    struct service service = { transport, port };
    fact_make(&fact, who_at(1, 7, port), NOON + SECONDS(second), protocol, "position", LOCATION_VALID,
              device);
    fact.event.who.transport = transport;
    fact.identity.certainty = certainty;
    fact.identity.reading.has_time = true;
    fact.identity.reading.time = NOON / 1000000;
    fact.identity.verdict =
        conversation_judge(world->ports, &service, fact.identity.candidates, fact.identity.candidate_count,
                           certainty, NULL, &fact.identity.right_port);
    port_message(world->matter, &fact.event);
}

static void the_right_port_over_the_wrong_transport(void **state)
{
    (void)state;
    struct world *world = world_new();
    send(world, TRANSPORT_UDP, 5023, 0, &gt06, CLAIM_CERTAIN);
    send(world, TRANSPORT_UDP, 5023, 1, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+wrong-transport ");
    assert_string_equal(
        world->recorder->text,
        "Device 123456789012345 speaks gt06 and sends to its port 5023, but over UDP: Traccar "
        "speaks gt06 over TCP only.");
    assert_string_equal(world->recorder->advice,
                        "Set the device to TCP; its server address and port can stay.");
    assert_int_equal(world->recorder->last.severity, SEVERITY_PROBLEM);
    assert_int_equal(world->recorder->last.right_port, 5023);
    send(world, TRANSPORT_TCP, 5023, 100, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "-wrong-transport ");
    assert_string_equal(world->recorder->text, "It uses the right transport now.");
    send(world, TRANSPORT_TCP, 5050, 200, &radio, CLAIM_CERTAIN);
    heard(world->recorder, "+wrong-transport ");
    assert_string_equal(world->recorder->advice,
                        "Set the device to UDP; its server address and port can stay.");
    world_free(world);
}

static void the_wrong_transport_only_where_it_is_proven(void **state)
{
    (void)state;
    struct world *world = world_new();
    send(world, TRANSPORT_UDP, 5023, 0, &gt06, CLAIM_LIKELY);
    send(world, TRANSPORT_UDP, 5013, 0, &h02, CLAIM_CERTAIN); /* has both */
    world_free(world);
}

static void from_a_wrong_port_to_the_wrong_transport(void **state)
{
    (void)state;
    struct world *world = world_new();
    send(world, TRANSPORT_UDP, 5013, 0, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+wrong-port ");
    send(world, TRANSPORT_UDP, 5023, 100, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+wrong-transport -wrong-port ");
    send(world, TRANSPORT_TCP, 5023, 200, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "-wrong-transport ");
    world_free(world);
}

static void a_protocol_that_is_not_enabled(void **state)
{
    (void)state;
    struct world *world = world_new();
    ports_switch_off(world->ports, &gt06, PORTS_NOT_ENABLED);
    send(world, TRANSPORT_TCP, 5023, 0, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+switched-off ");
    assert_string_equal(world->recorder->text,
                        "Device 123456789012345 speaks gt06, which this Traccar has switched off.");
    assert_string_equal(world->recorder->advice,
                        "Add gt06 to protocols.enable in Traccar's conf/traccar.xml and restart Traccar.");
    assert_int_equal(world->recorder->last.severity, SEVERITY_PROBLEM);
    send(world, TRANSPORT_TCP, 5023, 10, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "");
    port_tick(world->matter, NOON + SECONDS(86411));
    heard(world->recorder, "-switched-off ");
    send(world, TRANSPORT_TCP, 5013, 90000, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+switched-off ");
    assert_non_null(
        strstr(world->recorder->advice, "restart Traccar; then set the server port in the device to 5023."));
    world_free(world);
}

static void a_protocol_whose_port_is_0(void **state)
{
    (void)state;
    struct world *world = world_new();
    ports_switch_off(world->ports, &gt06, PORTS_WITHOUT_PORT);
    send(world, TRANSPORT_TCP, 5023, 0, &gt06, CLAIM_CERTAIN);
    heard(world->recorder, "+switched-off ");
    assert_string_equal(world->recorder->advice,
                        "Set gt06.port to 5023 in Traccar's conf/traccar.xml and restart Traccar.");
    world_free(world);
}

/* Of two candidates the one that is listened for is the mend. */
static void one_of_two_is_switched_off(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct fact fact;
    ports_switch_off(world->ports, &gt06, PORTS_NOT_ENABLED);
    fact_wrong_port(&fact, who_at(1, 7, 5050), NOON, &gt06, "login", device);
    fact.identity.candidates[1] = &h02;
    fact.identity.candidate_count = 2;
    port_message(world->matter, &fact.event);
    heard(world->recorder, "+wrong-port ");
    assert_string_equal(world->recorder->advice,
                        "Set the server port in the device to 5013; its server address can stay.");
    assert_int_equal(world->recorder->last.right_port, 5013);
    struct service service = { TRANSPORT_TCP, 5050 };
    uint16_t right;
    enum verdict verdict =
        conversation_judge(world->ports, &service, fact.identity.candidates, 2, CLAIM_CERTAIN, NULL, &right);
    assert_int_equal(verdict, VERDICT_WRONG_PORT);
    assert_int_equal(right, 5013); /* the line says the same */
    conversation_judge(world->ports, &service, fact.identity.candidates, 1, CLAIM_CERTAIN, NULL, &right);
    assert_int_equal(right, 0);
    world_free(world);
}

/* A likely claim needs what other people's bytes fail. */
static void a_likely_claim_needs_an_id_and_a_date(void **state)
{
    static const struct {
        const char *device, *type;
        bool has_time;
        int64_t days; /* from the arrival */
        bool is_raised;
    } facts[] = {
        { "123456789012345", "position", true, 0, true },
        { "123456789012345", "position", true, -7000, true }, /* a missed roll-over of GPS weeks */
        { "123456789012345", "position", true, 30, false },
        { "123456789012345", "position", true, -9000, false },
        { "123456789012345", "status", false, 0, false },
        { "123456789012345", "login", false, 0,
          true }, /* nobody answers its login: it will send nothing else */
        { "005497558279975", "login", false, 0, false },
        { "12345678901234567", "login", false, 0, false },
        { "0000000000", "login", false, 0, false },
        { "A", "login", false, 0, false },
        { "", "position", true, 0, false },
        { "car-7", "position", true, 0, true },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        struct world *world = world_new();
        struct fact fact;
        fact_wrong_port(&fact, who_at(1, 7, 5013), NOON, &gt06, facts[i].type, facts[i].device);
        fact.identity.certainty = CLAIM_LIKELY;
        fact.identity.reading.has_time = facts[i].has_time;
        fact.identity.reading.time = NOON / 1000000 + facts[i].days * 86400;
        port_message(world->matter, &fact.event);
        heard(world->recorder, facts[i].is_raised ? "+wrong-port " : "");
        fact.identity.certainty = CLAIM_CERTAIN; /* proof needs no such help */
        port_message(world->matter, &fact.event);
        heard(world->recorder, facts[i].is_raised ? "" : "+wrong-port ");
        world_free(world);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_port_over_the_wrong_transport),
        cmocka_unit_test(the_wrong_transport_only_where_it_is_proven),
        cmocka_unit_test(from_a_wrong_port_to_the_wrong_transport),
        cmocka_unit_test(a_protocol_that_is_not_enabled),
        cmocka_unit_test(a_protocol_whose_port_is_0),
        cmocka_unit_test(one_of_two_is_switched_off),
        cmocka_unit_test(a_likely_claim_needs_an_id_and_a_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
