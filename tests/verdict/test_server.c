/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of the server, by facts made by hand: each fault is told alone, once it has lasted, and cleared when it heals. */
#include "support/recorder.h"
#include "verdict/server.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023, .transports = OVER_TCP };
static const struct protocol h02 = { .name = "h02", .port = 5013, .transports = OVER_TCP | OVER_UDP };
static const struct protocol *const few[] = { &gt06, &h02, NULL };

enum { JAVA = 812, PYTHON = 77 };

struct world {
    struct recorder *recorder;
    struct ports *ports;
    struct findings *findings;
    struct server_matter *matter;
    struct host_facts *host;
    struct portset expected;
    struct server_facts facts;
};

static struct world *world_new(void)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->recorder = recorder_new();
    world->ports = ports_new(few);
    world->findings = findings_new(100, &world->recorder->publisher);
    world->matter = server_new(SECONDS(10), world->ports, world->findings);
    world->host = host_facts_new();
    assert_true(world->ports && world->findings && world->matter && world->host);
    portset_add(&world->expected, TRANSPORT_TCP, 5013, 5013);
    portset_add(&world->expected, TRANSPORT_TCP, 5023, 5023);
    portset_add(&world->expected, TRANSPORT_UDP, 5013, 5013);
    world->facts =
        (struct server_facts){ .host = world->host, .expected = &world->expected, .is_installed = true };
    return world;
}

static void world_free(struct world *world)
{
    heard(world->recorder, "");
    server_free(world->matter);
    findings_free(world->findings);
    host_facts_free(world->host);
    ports_free(world->ports);
    free(world->recorder);
    free(world);
}

static struct host_socket *hold(struct world *world, enum transport transport, uint16_t port, int process,
                                const char *program)
{
    struct host_socket *socket = host_add_socket(world->host);
    assert_non_null(socket);
    socket->transport = transport;
    socket->local = endpoint_of_v6((const uint8_t[16]){ 0 }, port);
    socket->process = process;
    snprintf(socket->program, sizeof(socket->program), "%s", program);
    return socket;
}

static void run_traccar(struct world *world)
{
    world->host->traccars[0] = (struct host_process){ .id = JAVA, .started = NOON - SECONDS(7200) };
    world->host->traccar_count = 1;
}

/* Traccar as it should be, but for what a test changes. */
static void listen_all(struct world *world)
{
    run_traccar(world);
    hold(world, TRANSPORT_TCP, 5013, JAVA, "java");
    hold(world, TRANSPORT_UDP, 5013, JAVA, "java");
    hold(world, TRANSPORT_TCP, 5023, JAVA, "java");
}

static void look(struct world *world, int second)
{
    world->host->time = NOON + SECONDS(second);
    server_take(world->matter, &world->facts, NOON + SECONDS(second));
}

static void nothing_is_wrong(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    for (int second = 0; second < 60; second += 10)
        look(world, second);
    world_free(world);
}

static void a_fault_must_last(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    world->host->socket_count = 2; /* 5023 is gone */
    look(world, 0);
    look(world, 5);
    heard(world->recorder, "");
    world->host->socket_count = 3;
    look(world, 10);
    world->host->socket_count = 2;
    look(world, 15);
    look(world, 20);
    heard(world->recorder, "");
    look(world, 25);
    heard(world->recorder, "+not-listening ");
    assert_string_equal(world->recorder->text,
                        "Traccar runs (process 812, for 2 hours), but nothing listens on tcp 5023 (gt06).");
    assert_int_equal(world->recorder->last.who.port, 5023);
    assert_ptr_equal(world->recorder->last.protocol, &gt06);
    look(world, 30);
    heard(world->recorder, "");
    world->host->socket_count = 3;
    look(world, 35);
    heard(world->recorder, "-not-listening ");
    world_free(world);
}

static void on_loopback_only(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    world->host->sockets[2].local = endpoint_of_v4((const uint8_t[]){ 127, 0, 0, 1 }, 5023);
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+not-listening ");
    assert_string_equal(world->recorder->text,
                        "tcp 5023 (gt06) is open at 127.0.0.1 only, so that no other host reaches it.");
    assert_non_null(strstr(world->recorder->advice, "gt06.address"));
    /* a second socket that others reach mends it */
    hold(world, TRANSPORT_TCP, 5023, JAVA, "java");
    look(world, 20);
    heard(world->recorder, "-not-listening ");
    world_free(world);
}

static void another_program(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    world->host->sockets[2].process = PYTHON;
    strcpy(world->host->sockets[2].program, "python3");
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+taken-port ");
    assert_string_equal(world->recorder->text,
                        "python3 (process 77) holds tcp 5023 (gt06), so that Traccar cannot listen there.");
    world->host->sockets[2].process = 0; /* who it is cannot be seen any more: nobody is blamed */
    world->host->sockets[2].program[0] = '\0';
    look(world, 20);
    heard(world->recorder, "-taken-port ");
    world_free(world);
}

static void traccar_is_down(void **state)
{
    (void)state;
    struct world *world = world_new();
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+traccar-down ");
    /* that its ports are closed is its consequence, and not told */
    world->host->processes_unread = "hidden";
    look(world, 20);
    heard(world->recorder, "-traccar-down ");
    world->host->processes_unread = NULL;
    hold(world, TRANSPORT_TCP, 5023, 0, ""); /* somebody listens, and who cannot be seen: it may be Traccar */
    look(world, 30);
    look(world, 50);
    world_free(world);
}

static void traccar_is_starting(void **state)
{
    (void)state;
    struct world *world = world_new();
    run_traccar(world);
    world->host->traccars[0].started = NOON - SECONDS(5);
    look(world, 0);
    look(world, 60);
    heard(world->recorder, "");
    look(world, 120);
    look(world, 130);
    heard(world->recorder, "+not-listening +not-listening +not-listening ");
    server_take(world->matter, &(struct server_facts){ .host = world->host, .expected = &world->expected },
                NOON);
    heard(world->recorder, "-not-listening -not-listening -not-listening ");
    world_free(world);
}

static void many_ports_are_one_fault(void **state)
{
    (void)state;
    struct world *world = world_new();
    portset_add(&world->expected, TRANSPORT_TCP, 5001, 5020);
    run_traccar(world);
    hold(world, TRANSPORT_UDP, 5013, JAVA, "java");
    hold(world, TRANSPORT_TCP, 5023, JAVA, "java");
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+not-listening ");
    assert_non_null(strstr(world->recorder->text, "nothing listens on tcp 5001-5020."));
    for (uint16_t port = 5001; port <= 5020; port++)
        hold(world, TRANSPORT_TCP, port, JAVA, "java");
    look(world, 20);
    heard(world->recorder, "-not-listening ");
    world_free(world);
}

static struct host_queue *queue_at(struct world *world, uint16_t port)
{
    struct host_queue *queue = host_add_queue(world->host);
    assert_non_null(queue);
    queue->port = port;
    queue->connections = 1;
    return queue;
}

static void nobody_reads(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    struct host_queue *queue = queue_at(world, 5023);
    queue->bytes = 18;
    queue->unread = 1;
    queue->longest = SECONDS(40);
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+traccar-stuck ");
    assert_string_equal(
        world->recorder->text,
        "Traccar (process 812) does not read what it is sent: on tcp 5023 (gt06) 18 bytes wait, in 1 "
        "connection that nobody reads, for up to 40 seconds.");
    queue->unread = 0;
    queue->bytes = 0;
    look(world, 20);
    heard(world->recorder, "-traccar-stuck ");
    /* bytes that come and go are the usual case */
    for (int second = 30; second < 120; second += 5) {
        queue->bytes = second % 10 == 0 ? 100 : 50;
        look(world, second);
    }
    heard(world->recorder, "");
    /* and such that only grow are not, even where the last ones have just come */
    for (int second = 200; second < 240; second += 5) {
        queue->bytes = (uint64_t)second;
        look(world, second);
    }
    heard(world->recorder, "+traccar-stuck ");
    world->host->queue_count = 0;
    look(world, 300);
    heard(world->recorder, "-traccar-stuck ");
    world_free(world);
}

/* what hangs is the program, however many of its ports */
static void nobody_accepts(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    world->host->sockets[2].room = 50;
    world->host->sockets[2].waiting = 51;
    queue_at(world, 5023)->unaccepted = 51;
    queue_at(world, 5013)->unaccepted = 2;
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+traccar-stuck ");
    assert_int_equal(world->recorder->last.who.port, 5013);
    assert_non_null(strstr(world->recorder->text, "53 connections are accepted by nobody"));
    assert_true(server_is_full(world->matter, 5023));
    assert_false(server_is_full(world->matter, 5013));
    world->host->queue_count = 0;
    world->host->sockets[2].waiting = 0;
    look(world, 20);
    assert_false(server_is_full(world->matter, 5023));
    heard(world->recorder, "-traccar-stuck ");
    world_free(world);
}

static void datagrams_that_nobody_reads(void **state)
{
    (void)state;
    struct world *world = world_new();
    listen_all(world);
    for (int second = 0; second <= 30; second += 5) {
        world->host->sockets[1].waiting = 1280u + (unsigned)second;
        look(world, second);
    }
    heard(world->recorder, "+traccar-stuck ");
    assert_int_equal(world->recorder->last.who.transport, TRANSPORT_UDP);
    world->host->sockets[1].waiting = 0;
    look(world, 40);
    heard(world->recorder, "-traccar-stuck ");
    world_free(world);
}

static void publish(struct world *world, enum transport transport, uint16_t first, uint16_t last)
{
    for (uint16_t port = first; port <= last; port++) {
        struct host_published *published = host_add_published(world->host);
        assert_non_null(published);
        *published = (struct host_published){ .transport = transport, .port = port, .inner = port };
        hold(world, transport, port, 55, "docker-proxy");
    }
}

static void a_container(void **state)
{
    (void)state;
    struct world *world = world_new();
    run_traccar(world);
    world->host->traccars[0].is_elsewhere = true;
    memset(&world->expected, 0, sizeof(world->expected));
    portset_add(&world->expected, TRANSPORT_TCP, 5001, 5100);
    portset_add(&world->expected, TRANSPORT_UDP, 5001, 5010);
    publish(world, TRANSPORT_TCP, 5001, 5100);
    look(world, 0);
    look(world, 10);
    heard(world->recorder, "+half-published ");
    assert_string_equal(world->recorder->text,
                        "The container's ports are published for TCP only: what trackers send "
                        "over UDP does not come in.");
    publish(world, TRANSPORT_UDP, 5001, 5010);
    look(world, 20);
    heard(world->recorder, "-half-published ");
    world->host->published_count = 50;
    look(world, 30);
    look(world, 40);
    heard(world->recorder, "+half-published ");
    assert_string_equal(world->recorder->text,
                        "The container's ports are published in part: not tcp 5051-5100, not udp 5001-5010.");
    world->host->published_count = 4; /* chosen one by one */
    look(world, 50);
    heard(world->recorder, "-half-published ");
    world_free(world);
}

/* what this program listens on in Traccar's place is not looked at as Traccar's */
static void standing_in(void **state)
{
    (void)state;
    struct world *world = world_new();
    world->facts.stands_in = true;
    look(world, 0);
    look(world, 20);
    world->facts.stands_in = false;
    world->facts.is_installed = false; /* where nobody says that there is a Traccar, none is missed */
    look(world, 30);
    look(world, 50);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_wrong),
        cmocka_unit_test(a_fault_must_last),
        cmocka_unit_test(on_loopback_only),
        cmocka_unit_test(another_program),
        cmocka_unit_test(traccar_is_down),
        cmocka_unit_test(traccar_is_starting),
        cmocka_unit_test(many_ports_are_one_fault),
        cmocka_unit_test(nobody_reads),
        cmocka_unit_test(nobody_accepts),
        cmocka_unit_test(datagrams_that_nobody_reads),
        cmocka_unit_test(a_container),
        cmocka_unit_test(standing_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
