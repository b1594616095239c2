/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a device's messages in Traccar: each report of its log, and what is said when nothing comes of them. */
#include "protocol/http_protocol.h"
#include "support/recorder.h"
#include "verdict/expected.h"
#include "verdict/registration.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol osmand = {
    .name = "osmand", .port = 5055, .transports = OVER_TCP, .reception = http_reception
};
static const struct protocol *const few[] = { &gt06, &osmand, NULL };
static const struct expected_device expected[] = { { .id = "350000000000011" } };

static const char *const device = "123456789012345";

struct world {
    struct recorder *recorder;
    struct findings *findings;
    struct ports *ports;
    struct registration *matter;
};

static struct world world_new(void)
{
    struct world world = { .recorder = recorder_new() };
    struct registration_settings settings = {
        .devices = 100, .forget = SECONDS(86400), .expected = expected, .expected_count = 1
    };
    world.findings = findings_new(100, &world.recorder->publisher);
    world.ports = ports_new(few);
    assert_true(world.findings && world.ports);
    world.matter = registration_new(&settings, world.ports, world.findings);
    assert_non_null(world.matter);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    registration_free(world->matter);
    registration_free(NULL);
    ports_free(world->ports);
    findings_free(world->findings);
    free(world->recorder);
}

static void report(struct world *world, int64_t second, enum report_kind kind, const char *id,
                   const char *detail)
{
    struct report_event event = { .time = NOON + SECONDS(second),
                                  .kind = kind,
                                  .who = who_at(1, 7, 5023),
                                  .device = id,
                                  .detail = cursor_of_text(detail) };
    registration_report(world->matter, &event);
}

/* A position that stands in the log. */
static void log_position(struct world *world, int64_t second, const char *id)
{
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON + SECONDS(second), &gt06, "position", LOCATION_VALID, id);
    fact.event.is_logged = true;
    registration_message(world->matter, &fact.event);
}

static void answer(struct world *world, int64_t second, const struct protocol *protocol, uint16_t port,
                   const char *text)
{
    struct message_event event = { .time = NOON + SECONDS(second),
                                   .who = who_at(1, 7, port),
                                   .direction = DIRECTION_OUT,
                                   .bytes = cursor_of_text(text),
                                   .protocol = protocol,
                                   .replies_to = "position",
                                   .device = device };
    registration_message(world->matter, &event);
}

static void stored_is_fine(void **state)
{
    (void)state;
    struct world world = world_new();
    log_position(&world, 0, device);
    report(&world, 2, REPORT_POSITION, device, "lat: 1");
    registration_tick(world.matter, NOON + SECONDS(600));
    world_free(&world);
}

static void nothing_comes_of_it(void **state)
{
    (void)state;
    struct world world = world_new();
    log_position(&world, 0, device);
    registration_tick(world.matter, NOON + SECONDS(600));
    heard(world.recorder, ""); /* lines that were picked out of the log: the others may say anything */
    report(&world, 0, REPORT_WHOLE, "", "");
    registration_tick(world.matter, NOON + SECONDS(59));
    heard(world.recorder, "");
    registration_tick(world.matter, NOON + SECONDS(60));
    heard(world.recorder, "+not-decoded ");
    assert_non_null(strstr(world.recorder->text, "no position for 60 seconds"));
    report(&world, 70, REPORT_POSITION, device, "");
    heard(world.recorder, "-not-decoded ");
    world_free(&world);
}

static void unknown_and_nearly_known(void **state)
{
    (void)state;
    struct world world = world_new();
    report(&world, 0, REPORT_UNKNOWN, device, "");
    report(&world, 1, REPORT_UNKNOWN, device, "");
    heard(world.recorder, "+unknown-device ");
    assert_non_null(strstr(world.recorder->advice, "add a device with the identifier 123456789012345"));
    report(&world, 2, REPORT_UNKNOWN, "35000000000011", "");
    heard(world.recorder, "+unknown-device ");
    assert_non_null(strstr(world.recorder->text, "350000000000011 is registered"));
    report(&world, 3, REPORT_REGISTERED, device, "");
    heard(world.recorder, "-unknown-device ");
    report(&world, 4, REPORT_UNKNOWN, "", ""); /* the oldest logs name none */
    world_free(&world);
}

/* An identifier that turns out to be registered explains one that is not. */
static void known_afterwards(void **state)
{
    (void)state;
    struct world world = world_new();
    report(&world, 0, REPORT_UNKNOWN, device, "");
    heard(world.recorder, "+unknown-device ");
    assert_null(strstr(world.recorder->text, "is registered"));
    report(&world, 1, REPORT_POSITION, "123456789012354", "");
    heard(world.recorder, "+unknown-device ");
    assert_non_null(strstr(world.recorder->text, "123456789012354 is registered"));
    world_free(&world);
}

static void disabled_or_expired(void **state)
{
    (void)state;
    struct world world = world_new();
    report(&world, 0, REPORT_DISABLED, device, "Device is disabled");
    heard(world.recorder, "+disabled-device ");
    assert_non_null(strstr(world.recorder->advice, "tick off Disabled"));
    report(&world, 1, REPORT_DISABLED, "9", "Device has expired");
    heard(world.recorder, "+disabled-device ");
    assert_non_null(strstr(world.recorder->advice, "expiration time"));
    report(&world, 2, REPORT_POSITION, device, "");
    heard(world.recorder, "-disabled-device ");
    world_free(&world);
}

static void filtered_or_the_same_again(void **state)
{
    (void)state;
    struct world world = world_new();
    report(&world, 0, REPORT_FILTERED, device, "Accuracy");
    heard(world.recorder, "+filtered ");
    assert_non_null(strstr(world.recorder->text, "filter Accuracy"));
    for (int i = 0; i < 14; i++)
        report(&world, i * 60, REPORT_FILTERED, "7", "Duplicate Static");
    heard(world.recorder, "");
    report(&world, 15 * 60, REPORT_FILTERED, "7", "Duplicate Static");
    heard(world.recorder, "+filtered ");
    assert_int_equal(world.recorder->last.severity, SEVERITY_INFO);
    world_free(&world);
}

static void its_decoder_fails(void **state)
{
    (void)state;
    struct world world = world_new();
    report(&world, 0, REPORT_ERROR, device, "Connection reset by peer - SocketException (...)");
    report(&world, 0, REPORT_ERROR, device,
           "index 3 - IndexOutOfBoundsException (... < Gt06ProtocolDecoder:205)");
    heard(world.recorder, "");
    report(&world, 1, REPORT_ERROR, device,
           "index 3 - IndexOutOfBoundsException (... < Gt06ProtocolDecoder:205)");
    heard(world.recorder, "+not-decoded ");
    assert_non_null(strstr(world.recorder->text, "its decoder fails: index 3 - IndexOutOfBoundsException."));
    /* one odd message among good ones */
    report(&world, 2, REPORT_POSITION, "9", "");
    report(&world, 3, REPORT_ERROR, "9", "odd");
    report(&world, 3, REPORT_ERROR, "9", "odd");
    heard(world.recorder, "");
    registration_finish(world.matter, NOON + SECONDS(10));
    heard(world.recorder, "");
    world_free(&world);
}

static void a_refusal_on_the_wire(void **state)
{
    (void)state;
    struct world world = world_new();
    answer(&world, 0, &osmand, 5055, "HTTP/1.1 400 Bad Request\r\n\r\n");
    heard(world.recorder, "+unknown-device ");
    answer(&world, 1, &gt06, 5023, "HTTP/1.1 200 OK\r\n\r\n"); /* no word of that protocol */
    heard(world.recorder, "");
    answer(&world, 2, &osmand, 5055, "HTTP/1.1 200 OK\r\n\r\n");
    heard(world.recorder, "-unknown-device ");
    answer(&world, 3, &osmand, 5023, "HTTP/1.1 400 Bad Request\r\n\r\n"); /* of another protocol's port */
    heard(world.recorder, "");
    world_free(&world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stored_is_fine),           cmocka_unit_test(nothing_comes_of_it),
        cmocka_unit_test(unknown_and_nearly_known), cmocka_unit_test(known_afterwards),
        cmocka_unit_test(disabled_or_expired),      cmocka_unit_test(filtered_or_the_same_again),
        cmocka_unit_test(its_decoder_fails),        cmocka_unit_test(a_refusal_on_the_wire),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
