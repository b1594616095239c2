/* SPDX-License-Identifier: Apache-2.0 */
/* The guide's six points: what each says of what was counted and of the host, and that what is not known is no "no". */
#include "board/guide.h"
#include "support/recorder.h"

#include "verdict/server.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };

struct world {
    struct board *board;
    struct census *census;
    struct publisher publisher;
    struct guide_evidence evidence;
    struct guide guide;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->board = board_new(&(struct board_settings){ .devices = 20000, .findings = 20000 });
    assert_non_null(world->board);
    world->census = census_new(world->board);
    assert_non_null(world->census);
    publisher_add(&world->publisher, board_sink(world->board));
    world->evidence = (struct guide_evidence){ .board = world->board, .stale = SECONDS(300) };
    return world;
}

static void world_free(struct world *world)
{
    census_free(world->census);
    census_free(NULL);
    board_free(world->board);
    free(world);
}

static void message(struct world *world, const struct who *who, enum location location, const char *device)
{
    struct fact fact;
    fact_make(&fact, *who, NOON, &gt06, "position", location, device);
    publish_message(&world->publisher, &fact.event);
}

static void finding(struct world *world, enum finding_code code, enum severity severity, const char *device,
                    const char *advice, bool raised)
{
    publish_finding(&world->publisher, &(struct finding_event){ .time = NOON,
                                                                .last = NOON,
                                                                .code = code,
                                                                .raised = raised,
                                                                .severity = severity,
                                                                .who = who_at(1, 1, 5013),
                                                                .device = device,
                                                                .text = "What is so.",
                                                                .advice = advice });
}

static void fill(struct world *world)
{
    world->evidence.now = NOON + SECONDS(2);
    world->evidence.counts = census_count_all(world->census, world->evidence.now);
    if (world->evidence.host)
        world->evidence.ports = guide_count_ports(world->evidence.host);
    guide_fill(&world->guide, &world->evidence);
}

static void point_is(const struct world *world, unsigned point, enum standing state, const char *facts,
                     const char *next)
{
    const struct guide_point *is = &world->guide.points[point - 1];
    if (is->state != state || !strstr(is->facts, facts) || !strstr(is->next, next))
        fail_msg("%u is %s: '%s', '%s'; not %s: '%s', '%s'", point, standing_name(is->state), is->facts,
                 is->next, standing_name(state), facts, next);
}

static void nothing_came(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->evidence.log_unread = "no log";
    world->evidence.rules_unread = "only root may";
    fill(world);
    point_is(world, 1, STANDING_WAITING, "nothing has come so far", "Set a device");
    point_is(world, 2, STANDING_UNKNOWN, "no log", "");
    point_is(world, 3, STANDING_WAITING, "no device has sent yet", "");
    point_is(world, 4, STANDING_UNKNOWN, "only root may", "hexwatch probe");
    point_is(world, 5, STANDING_WAITING, "no device has sent yet", "");
    point_is(world, 6, STANDING_UNKNOWN, "not looked at", "");
    assert_int_equal(world->guide.problems, 0);
    assert_int_equal(world->guide.unknown, 3);
    world_free(world);
}

static void before_the_first_count_all_is_unknown(void **state)
{
    (void)state;
    struct world *world = world_new();
    static const struct census_counts none;
    message(world, &(struct who){ .peer = who_at(1, 1, 5023).peer, .port = 5023 }, LOCATION_VALID, "A");
    world->evidence.counts = &none;
    guide_fill(&world->guide, &world->evidence);
    assert_int_equal(world->guide.unknown, GUIDE_POINTS);
    world_free(world);
}

static void all_is_well(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct who who = who_at(1, 1, 5023);
    publish_connection(&world->publisher, &(struct connection_event){ .time = NOON, .who = who });
    message(world, &who, LOCATION_VALID, "A");
    fill(world);
    point_is(world, 1, STANDING_OK, "1 device on 1 port, last message 2 seconds ago", "");
    point_is(world, 2, STANDING_OK, "1 of 1: Traccar takes what they send", "");
    point_is(world, 3, STANDING_OK, "1 of 1 have a place, the oldest 2 seconds ago", "");
    point_is(world, 4, STANDING_OK, "1 connections, none refused or dropped", "");
    point_is(world, 5, STANDING_OK, "gt06 5023", "");
    world_free(world);
}

static void each_point_has_its_findings(void **state)
{
    static const struct {
        enum finding_code code;
        unsigned point;
        const char *facts;
    } cases[] = {
        { FINDING_DUPLICATE_ID, 1, "1 device on 1 port" },
        { FINDING_UNKNOWN_DEVICE, 2, "2 of 1 not registered in Traccar" },
        { FINDING_NO_FIX, 3, "1 of 1 have a place, 2 with a wrong one or none" },
        { FINDING_RECONNECTING, 4, "device B: reconnecting, and 1 more" },
        { FINDING_UNIDENTIFIED, 5, "unidentified at tcp 5013, and 1 more" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world *world = world_new();
        struct who who = who_at(1, 1, 5023);
        message(world, &who, LOCATION_VALID, "A");
        finding(world, cases[i].code, SEVERITY_WARNING, "B", "The first.", true);
        finding(world, cases[i].code, SEVERITY_WARNING, "C", "The second.", true);
        fill(world);
        point_is(world, cases[i].point, STANDING_PROBLEM, cases[i].facts, "The first.");
        assert_int_equal(world->guide.problems, 1);
        /* the gravest is told */
        finding(world, cases[i].code, SEVERITY_PROBLEM, "D", "The gravest.", true);
        fill(world);
        point_is(world, cases[i].point, STANDING_PROBLEM, "", "The gravest.");
        /* a note is no problem, and what is over is none */
        finding(world, cases[i].code, SEVERITY_INFO, "E", "A note.", true);
        finding(world, cases[i].code, SEVERITY_WARNING, "B", "", false);
        finding(world, cases[i].code, SEVERITY_WARNING, "C", "", false);
        finding(world, cases[i].code, SEVERITY_PROBLEM, "D", "", false);
        fill(world);
        assert_int_equal(world->guide.problems, 0);
        world_free(world);
    }
}

/* What is counted at the fifth point are devices, not all that is found there. */
static void devices_at_wrong_ports_are_counted(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct who who = who_at(1, 1, 5013);
    message(world, &who, LOCATION_VALID, "A");
    message(world, &who, LOCATION_VALID, "B");
    message(world, &who, LOCATION_VALID, "C");
    finding(world, FINDING_NO_ANSWER, SEVERITY_PROBLEM, "C", "Look it up.", true);
    fill(world);
    point_is(world, 5, STANDING_PROBLEM, "no-answer at tcp 5013", "Look it up.");
    assert_null(strstr(world->guide.points[4].facts, " of "));
    finding(world, FINDING_WRONG_PORT, SEVERITY_PROBLEM, "A", "Set the port.", true);
    fill(world);
    point_is(world, 5, STANDING_PROBLEM, "1 of 3 devices at a wrong one; no-answer at tcp 5013, and 1 more",
             "");
    finding(world, FINDING_NO_ANSWER, SEVERITY_PROBLEM, "C", "", false);
    finding(world, FINDING_WRONG_PORT, SEVERITY_PROBLEM, "", "Set the port.", true); /* told no id */
    finding(world, FINDING_WRONG_TRANSPORT, SEVERITY_PROBLEM, "A", "Use TCP.",
            true); /* one device all the same */
    fill(world);
    point_is(world, 5, STANDING_PROBLEM, "1 of 3 devices: wrong-port at tcp 5013, and 2 more",
             "Set the port.");
    assert_int_equal(world->evidence.counts->misplaced, 1);
    world_free(world);
}

static void who_waits_is_told_with_what_to_do(void **state)
{
    (void)state;
    struct world *world = world_new();
    struct who who = who_at(1, 1, 5023);
    message(world, &who, LOCATION_INVALID, "A");
    fill(world);
    point_is(world, 3, STANDING_WAITING, "0 of 1 have a place", "Wait");
    finding(world, FINDING_WAITING_FOR_FIX, SEVERITY_INFO, "A", "To the open sky.", true);
    fill(world);
    point_is(world, 3, STANDING_WAITING, "0 of 1 have a place, 1 waiting for the first fix",
             "To the open sky.");
    world_free(world);
}

static void address(struct who *who, const char *text)
{
    *who = who_at(1, 1, 5023);
    assert_true(endpoint_read(cursor_of_text(text), &who->peer));
}

static void who_got_in_is_proof(void **state)
{
    static const char *const peers[] = { "127.0.0.1", "192.168.7.7", "203.0.114.1", "203.0.114.1",
                                         "203.0.114.2" };
    (void)state;
    struct world *world = world_new();
    struct host_facts *host = host_facts_new();
    struct portset expected = { 0 };
    struct server_facts facts = { .host = host, .expected = &expected };
    struct who who;
    char id[2] = "A";
    assert_non_null(host);
    portset_add(&expected, TRANSPORT_TCP, 5023, 5023);
    struct host_socket *socket = host_add_socket(host);
    struct endpoint *own = host_add_address(host);
    assert_true(socket && own);
    socket->transport = TRANSPORT_TCP;
    socket->local.port = 5023;
    address(&who, "192.168.7.7");
    *own = who.peer;
    world->evidence.host = &facts;
    world->evidence.handshakes_unread = "packets are not watched";
    for (size_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++, id[0]++) {
        address(&who, peers[i]);
        message(world, &who, LOCATION_VALID, id);
    }
    fill(world);
    /* this host's own addresses prove nothing, and one address is one */
    assert_int_equal(world->guide.outsiders, 2);
    assert_int_equal(world->guide.outsiders_public, 2);
    point_is(world, 4, STANDING_OK, "devices got in from 2 public addresses", "");
    point_is(world, 6, STANDING_OK, "1 of 1 listen; 2 public addresses got in", "");
    /* who listens in Traccar's place for this host alone keeps others out */
    socket->local = endpoint_of_v4((const uint8_t[]){ 127, 0, 0, 1 }, 5023);
    facts.stands_in = true;
    fill(world);
    point_is(world, 6, STANDING_UNKNOWN, "1 of 1 listen, but for this host alone", "listen.address");
    memset(&socket->local, 0, sizeof(socket->local));
    socket->local.port = 5023;
    /* somebody else saw more */
    world->evidence.outsiders = 9;
    world->evidence.outsiders_public = 7;
    fill(world);
    point_is(world, 6, STANDING_OK, "1 of 1 listen; 7 public addresses got in", "");
    world_free(world);
    host_facts_free(host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_came),
        cmocka_unit_test(before_the_first_count_all_is_unknown),
        cmocka_unit_test(all_is_well),
        cmocka_unit_test(each_point_has_its_findings),
        cmocka_unit_test(devices_at_wrong_ports_are_counted),
        cmocka_unit_test(who_waits_is_told_with_what_to_do),
        cmocka_unit_test(who_got_in_is_proof),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
