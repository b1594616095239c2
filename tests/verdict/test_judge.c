/* SPDX-License-Identifier: Apache-2.0 */
/* The judge: what messages, connections and silences mean over time. */
#include "protocol/registry.h"
#include "support/recorder.h"
#include "verdict/judge.h"

enum { GT06_PORT = 5023, H02_PORT = 5013, OTHER = 5001 };

struct world {
    struct recorder *recorder;
    struct ports *ports;
    struct judge *judge;
    const struct protocol *gt06, *h02;
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
    world->h02 = registry_find("h02");
    assert_int_equal(world->gt06->port, GT06_PORT);
    assert_int_equal(world->h02->port, H02_PORT);
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    judge_free(world->judge);
    judge_free(NULL);
    ports_free(world->ports);
    free(world->recorder);
    free(world);
}

static void send_wrong(struct world *world, struct who who, int second, const char *device)
{
    struct fact fact;
    fact_wrong_port(&fact, who, NOON + SECONDS(second), world->gt06, "login", device);
    judge_message(world->judge, &fact.event);
}

static void send_right(struct world *world, struct who who, int second, const char *device)
{
    struct fact fact;
    fact_make(&fact, who, NOON + SECONDS(second), world->gt06, "login", LOCATION_NONE, device);
    judge_message(world->judge, &fact.event);
}

/* Bytes that nobody claims: of a known kind, or not. */
static void send_strange(struct world *world, struct who who, int second, const char *kind,
                         const struct protocol *conversation)
{
    struct fact fact;
    fact_make(&fact, who, NOON + SECONDS(second), NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.identity.kind = kind;
    fact.identity.verdict = kind ? VERDICT_NOT_A_TRACKER : VERDICT_UNIDENTIFIED;
    fact.event.protocol = conversation;
    judge_message(world->judge, &fact.event);
}

static void close_it(struct world *world, struct who who, int second, uint64_t bytes_in)
{
    judge_connection(world->judge, &(struct connection_event){ .time = NOON + SECONDS(second),
                                                               .who = who,
                                                               .state = CONNECTION_CLOSED,
                                                               .reason = "closed",
                                                               .bytes_in = bytes_in });
}

static void a_fine_message_raises_nothing(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    send_right(world, who_at(1, 7, GT06_PORT), 0, "A");
    close_it(world, who_at(1, 7, GT06_PORT), 1, 18);
    assert_int_equal(world->recorder->messages, 1);
    assert_int_equal(world->recorder->connections, 1);
    world_free(world);
}

static void the_wrong_port_once_for_each_device(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    const struct recorder *recorder = world->recorder;
    send_wrong(world, who_at(1, 7, OTHER), 0, "A");
    heard(world->recorder, "+wrong-port ");
    assert_string_equal(recorder->text,
                        "Device A speaks gt06, but sends to port 5001, where Traccar speaks gps103.");
    assert_string_equal(recorder->advice,
                        "Set the server port in the device to 5023; its server address can stay.");
    assert_int_equal(recorder->last.right_port, GT06_PORT);
    assert_int_equal(recorder->last.severity, SEVERITY_PROBLEM);
    assert_int_equal(recorder->last.who.port, OTHER);
    assert_string_equal(recorder->device, "A");
    assert_ptr_equal(recorder->last.protocol, world->gt06);
    send_wrong(world, who_at(1, 7, OTHER), 10, "A");
    send_wrong(world, who_at(2, 9, H02_PORT), 20, "A"); /* from elsewhere, to another wrong port */
    heard(world->recorder, "");
    send_wrong(world, who_at(1, 7, OTHER), 30, "B");
    heard(world->recorder, "+wrong-port ");
    assert_int_equal(recorder->messages, 4);
    world_free(world);
}

static void a_message_before_the_id_is_the_same_matter(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    send_wrong(world, who_at(1, 7, OTHER), 0, "A");
    heard(world->recorder, "+wrong-port ");
    send_wrong(world, who_at(2, 7, OTHER), 60, "");
    heard(world->recorder, "");
    send_wrong(world, who_at(3, 7, H02_PORT), 60, ""); /* an address is told of for each port */
    heard(world->recorder, "+wrong-port ");
    assert_string_equal(world->recorder->text,
                        "The device at 203.0.113.7:40003 speaks gt06, but sends to port "
                        "5013, where Traccar speaks h02.");
    send_wrong(world, who_at(4, 8, OTHER), 60, "");
    heard(world->recorder, "+wrong-port ");
    /* as long as the device goes on, so does the address */
    for (int second = 0; second <= 8000; second += 1000) {
        send_wrong(world, who_at(1, 7, OTHER), second, "A");
        send_wrong(world, who_at(3, 7, H02_PORT), second, "");
        send_wrong(world, who_at(4, 8, OTHER), second, "");
        judge_tick(world->judge, NOON + SECONDS(second));
    }
    send_wrong(world, who_at(5, 7, OTHER), 8001, "");
    heard(world->recorder, "");
    world_free(world);
}

static void several_candidates_are_all_named(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct fact fact;
    fact_wrong_port(&fact, who_at(1, 7, OTHER), NOON, world->gt06, "login", "123456789012345");
    fact.identity.candidates[1] = world->h02;
    fact.identity.candidate_count = 2;
    fact.identity.certainty = CLAIM_LIKELY;
    judge_message(world->judge, &fact.event);
    heard(world->recorder, "+wrong-port ");
    assert_string_equal(world->recorder->text,
                        "Device 123456789012345 seems to speak gt06 or h02, but sends to port 5001, "
                        "where Traccar speaks gps103.");
    assert_string_equal(
        world->recorder->advice,
        "Set the server port in the device to 5023 (gt06), then to 5013 (h02), and wait some minutes at "
        "each: right is where Traccar shows a position, not only the device as online. Its server "
        "address can stay.");
    assert_int_equal(world->recorder->last.right_port, GT06_PORT);
    world_free(world);
}

static void what_the_wrong_port_is(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    uint16_t unknown = PORTS_FIRST;
    while (unknown < PORTS_LAST && !ports_is_unknown(world->ports, unknown))
        unknown++;
    send_wrong(world, who_at(1, 7, PORTS_WEB), 0, "A");
    assert_string_equal(world->recorder->text,
                        "Device A speaks gt06, but sends to port 8082, Traccar's web port.");
    send_wrong(world, who_at(1, 7, 9999), 0, "B");
    assert_string_equal(world->recorder->text, "Device B speaks gt06, but sends to port 9999, where Traccar "
                                               "does not listen by default.");
    heard(world->recorder, "+wrong-web-port +wrong-port ");
    if (ports_is_unknown(world->ports, unknown)) {
        struct cursor name;
        bool has_name = ports_usual_name(unknown, &name);
        send_wrong(world, who_at(1, 7, unknown), 0, "C");
        assert_non_null(strstr(world->recorder->text,
                               has_name ? ", where Traccar speaks " : ", which belongs to another protocol"));
        heard(world->recorder, "+wrong-port ");
    }
    world_free(world);
}

static void a_mere_head_raises_nothing(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    struct fact fact;
    fact_wrong_port(&fact, who_at(1, 7, OTHER), NOON, world->gt06, "heartbeat", "A");
    fact.identity.certainty = CLAIM_POSSIBLE;
    judge_message(world->judge, &fact.event);
    assert_int_equal(world->recorder->messages, 1);
    world_free(world);
}

static void it_went_to_its_right_port(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    send_wrong(world, who_at(1, 7, OTHER), 0, "A");
    heard(world->recorder, "+wrong-port ");
    send_right(world, who_at(2, 7, GT06_PORT), 30, "A"); /* two servers are set, and it tries both */
    send_wrong(world, who_at(1, 7, OTHER), 50, "A");
    send_right(world, who_at(2, 7, GT06_PORT), 109, "A");
    send_right(world, who_at(3, 9, GT06_PORT), 200, "B");
    heard(world->recorder, "");
    send_right(world, who_at(2, 7, GT06_PORT), 110, "A");
    heard(world->recorder, "-wrong-port ");
    assert_string_equal(world->recorder->text, "It sends to its right port now.");
    assert_string_equal(world->recorder->device, "A");
    assert_int_equal(world->recorder->last.who.port, OTHER);
    judge_tick(world->judge, NOON + SECONDS(9000)); /* and nothing of its address either */
    world_free(world);
}

static void it_has_not_come_again(void **state)
{
    (void)state;
    struct judge_settings settings = judge_defaults();
    settings.forget = SECONDS(100);
    struct world *world = world_new(&settings);
    send_wrong(world, who_at(1, 7, OTHER), 0, "A");
    send_strange(world, who_at(2, 8, OTHER), 10, "tls", NULL);
    send_strange(world, who_at(3, 9, OTHER), 20, NULL, NULL);
    heard(world->recorder, "+wrong-port +not-a-tracker +unidentified ");
    judge_tick(world->judge, NOON + SECONDS(100));
    heard(world->recorder, "");
    send_strange(world, who_at(4, 8, OTHER), 102, "tls", NULL);
    judge_tick(world->judge, NOON + SECONDS(110));
    heard(world->recorder, "-wrong-port ");
    judge_tick(world->judge, NOON + SECONDS(120));
    heard(world->recorder, "");
    judge_tick(world->judge, NOON + SECONDS(130));
    heard(world->recorder, "-unidentified ");
    judge_tick(world->judge, NOON + SECONDS(202));
    heard(world->recorder, "");
    judge_tick(world->judge, NOON + SECONDS(212));
    heard(world->recorder, "-not-a-tracker ");
    world_free(world);
}

static void a_device_that_reports_every_two_hours_is_told_once(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    for (int second = 0; second < 3 * 86400; second += 7200) {
        send_wrong(world, who_at((uint64_t)second + 1, 7, OTHER), second, "A");
        send_strange(world, who_at((uint64_t)second + 2, 8, OTHER), second, NULL, NULL);
        judge_tick(world->judge, NOON + SECONDS(second + 60));
        judge_tick(world->judge, NOON + SECONDS(second + 3700));
    }
    heard(world->recorder, "+wrong-port +unidentified ");
    judge_tick(world->judge, NOON + SECONDS(4 * 86400));
    heard(world->recorder, "-unidentified -wrong-port ");
    assert_int_equal(world->recorder->last.last, NOON + SECONDS(3 * 86400 - 7200));
    world_free(world);
}

/* That a finding still holds is told now and then, not with every message. */
static void findings_are_confirmed_now_and_then(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    for (int second = 0; second < 60; second++) {
        send_wrong(world, who_at(1, 7, OTHER), second, "A");
        judge_tick(world->judge, NOON + SECONDS(second));
    }
    heard(world->recorder, "+wrong-port ");
    assert_in_range(world->recorder->confirmed, 1, 6);
    judge_finish(world->judge, NOON + SECONDS(60));
    assert_int_equal(world->recorder->last.last, NOON + SECONDS(59));
    assert_string_equal(world->recorder->device, "A");
    unsigned confirmed = world->recorder->confirmed;
    judge_finish(world->judge, NOON + SECONDS(61)); /* nothing new */
    assert_int_equal(world->recorder->confirmed, confirmed);
    world_free(world);
}

static void strangers_once_for_each_address_and_port(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    const struct recorder *recorder = world->recorder;
    send_strange(world, who_at(1, 7, OTHER), 0, "tls", NULL);
    send_strange(world, who_at(2, 7, OTHER), 1, "http", NULL);
    heard(world->recorder, "+not-a-tracker ");
    assert_string_equal(recorder->text, "203.0.113.7 sent tls to port 5001: that is no tracker.");
    assert_int_equal(recorder->last.severity, SEVERITY_INFO);
    assert_string_equal(recorder->device, "");
    send_strange(world, who_at(3, 7, GT06_PORT), 2, "tls", NULL);
    heard(world->recorder, "+not-a-tracker ");
    send_strange(world, who_at(4, 8, OTHER), 3, NULL, NULL);
    heard(world->recorder, "+unidentified ");
    assert_string_equal(recorder->text, "203.0.113.8 sends bytes of no known protocol to port 5001, where "
                                        "Traccar speaks gps103: 787801.");
    assert_int_equal(recorder->last.severity, SEVERITY_WARNING);
    world_free(world);
}

static void the_hex_in_the_text_is_short_and_plain(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    uint8_t bytes[2000];
    memset(bytes, 0x1b, sizeof(bytes));
    struct fact fact;
    fact_make(&fact, who_at(1, 7, OTHER), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
    fact.event.bytes = fact.identity.bytes = cursor_of(bytes, sizeof(bytes));
    judge_message(world->judge, &fact.event);
    heard(world->recorder, "+unidentified ");
    assert_true(strlen(world->recorder->text) < 200);
    for (const char *at = world->recorder->text; *at; at++)
        assert_in_range(*at, 0x20, 0x7e); /* it must survive JSON and terminals as it is */
    world_free(world);
}

static void a_known_conversations_odd_piece_is_no_stranger(void **state)
{
    (void)state;
    struct world *world = world_new(NULL);
    send_strange(world, who_at(1, 7, GT06_PORT), 0, NULL, world->gt06);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fine_message_raises_nothing),
        cmocka_unit_test(the_wrong_port_once_for_each_device),
        cmocka_unit_test(a_message_before_the_id_is_the_same_matter),
        cmocka_unit_test(several_candidates_are_all_named),
        cmocka_unit_test(what_the_wrong_port_is),
        cmocka_unit_test(a_mere_head_raises_nothing),
        cmocka_unit_test(it_went_to_its_right_port),
        cmocka_unit_test(it_has_not_come_again),
        cmocka_unit_test(a_device_that_reports_every_two_hours_is_told_once),
        cmocka_unit_test(findings_are_confirmed_now_and_then),
        cmocka_unit_test(strangers_once_for_each_address_and_port),
        cmocka_unit_test(the_hex_in_the_text_is_short_and_plain),
        cmocka_unit_test(a_known_conversations_odd_piece_is_no_stranger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
