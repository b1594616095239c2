/* SPDX-License-Identifier: Apache-2.0 */
/* The board: one row a device, a peer and a port, with what was last seen of it, within its caps. */
#include "board/board.h"
#include "support/recorder.h"

static const struct protocol gt06 = { .name = "gt06", .port = 5023 };
static const struct protocol h02 = { .name = "h02", .port = 5013 };

struct world {
    struct board *board;
    struct publisher publisher;
};

static struct world *world_new(size_t devices)
{
    struct world *world = calloc(1, sizeof(*world));
    assert_non_null(world);
    world->board = board_new(&(struct board_settings){ .devices = devices, .findings = devices });
    assert_non_null(world->board);
    publisher_add(&world->publisher, board_sink(world->board));
    return world;
}

static void world_free(struct world *world)
{
    board_free(world->board);
    board_free(NULL);
    free(world);
}

/* A message on a flow of its peer's; flows of one number are one connection. */
static void send(struct world *world, uint64_t flow, uint16_t port, int second,
                 const struct protocol *protocol, enum location location, const char *device)
{
    struct fact fact;
    fact_make(&fact, who_at(flow, 7, port), NOON + SECONDS(second), protocol, "position", location, device);
    if (protocol && protocol->port != port)
        fact.identity.verdict = VERDICT_WRONG_PORT;
    fact.identity.reading.lat = 47.51;
    fact.identity.reading.lon = 19.09;
    fact.identity.reading.has_coordinates = location == LOCATION_VALID;
    fact.identity.reading.time = NOON / 1000000 + second - 2;
    fact.identity.reading.has_time = true;
    publish_message(&world->publisher, &fact.event);
}

static const struct board_device *device_named(const struct world *world, const char *name)
{
    const struct board_device *device = NULL;
    while ((device = board_next_device(world->board, device))) {
        if (strcmp(device->device, name) == 0)
            return device;
    }
    return NULL;
}

static const struct board_port *port_numbered(const struct world *world, uint16_t number)
{
    const struct board_port *port = NULL;
    while ((port = board_next_port(world->board, port))) {
        if (port->service.port == number)
            return port;
    }
    return NULL;
}

static size_t count_peers(const struct world *world)
{
    size_t count = 0;
    for (const struct board_device *peer = NULL; (peer = board_next_peer(world->board, peer));)
        count++;
    return count;
}

static void a_devices_row(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    send(world, 1, 5013, 0, &gt06, LOCATION_NONE, "A");
    const struct board_device *device = device_named(world, "A");
    assert_non_null(device);
    assert_int_equal(device->verdict, VERDICT_WRONG_PORT);
    assert_int_equal(device->right_port, 5023);
    assert_int_equal(device->location, LOCATION_NONE);
    assert_int_equal(device->fix.arrived, 0);
    uint64_t number = device->number;
    send(world, 2, 5023, 60, &gt06, LOCATION_VALID, "A");
    send(world, 2, 5023, 70, &gt06, LOCATION_NONE, "A"); /* a heartbeat */
    assert_ptr_equal(device_named(world, "A"), device);
    assert_int_equal(device->number, number);
    assert_ptr_equal(device->protocol, &gt06);
    assert_int_equal(device->verdict, VERDICT_OK);
    assert_int_equal(device->who.port, 5023);
    assert_int_equal(device->who.flow, 2);
    assert_int_equal(device->messages, 3);
    assert_int_equal(device->first, NOON);
    assert_int_equal(device->last, NOON + SECONDS(70));
    assert_int_equal(device->location, LOCATION_VALID);
    assert_int_equal(device->fix.arrived, NOON + SECONDS(60));
    assert_float_equal(device->fix.lat, 47.51, 1e-9);
    assert_float_equal(device->fix.lon, 19.09, 1e-9);
    assert_true(device->fix.has_time);
    assert_int_equal(device->fix.time, NOON / 1000000 + 58);
    send(world, 2, 5023, 80, &gt06, LOCATION_INVALID, "A");
    assert_int_equal(device->location, LOCATION_INVALID); /* why it has no fix now; the last one stays */
    assert_int_equal(device->fix.arrived, NOON + SECONDS(60));
    send(world, 2, 5023, 90, NULL, LOCATION_UNKNOWN, "A"); /* a piece that nobody claims */
    assert_ptr_equal(device->protocol, &gt06);
    assert_int_equal(device->messages, 5);
    world_free(world);
}

static void two_devices_on_one_connection(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    for (int second = 0; second < 10; second++)
        send(world, 1, 5023, second, &gt06, LOCATION_NONE, second % 2 ? "A" : "B");
    assert_int_equal(board_count_devices(world->board), 2);
    assert_int_equal(device_named(world, "A")->messages, 5);
    assert_int_equal(device_named(world, "B")->messages, 5);
    assert_int_equal(port_numbered(world, 5023)->devices, 2);
    world_free(world);
}

static void a_ports_row(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct connection_event opened = { .time = NOON, .who = who_at(1, 7, 5023), .state = CONNECTION_OPENED };
    publish_connection(&world->publisher, &opened);
    send(world, 1, 5023, 1, &gt06, LOCATION_NONE, "A");
    send(world, 1, 5023, 2, &gt06, LOCATION_NONE, "A");
    send(world, 2, 5023, 3, &h02, LOCATION_NONE, "B");
    send(world, 3, 5023, 4, NULL, LOCATION_UNKNOWN, "");
    const struct board_port *port = port_numbered(world, 5023);
    assert_int_equal(port->service.transport, TRANSPORT_TCP);
    assert_int_equal(port->messages, 4);
    assert_int_equal(port->devices, 2);
    assert_int_equal(port->connections[CONNECTION_OPENED], 1);
    assert_int_equal(port->first, NOON);
    assert_int_equal(port->last, NOON + SECONDS(4));
    assert_ptr_equal(port->protocols[0], &gt06);
    assert_ptr_equal(port->protocols[1], &h02);
    assert_null(port->protocols[2]);
    assert_int_equal(board_count_ports(world->board), 1);
    const struct board_counts *counts = board_counts(world->board);
    assert_int_equal(counts->messages, 4);
    assert_int_equal(counts->connections[CONNECTION_OPENED], 1);
    assert_int_equal(counts->first, NOON);
    assert_int_equal(counts->last, NOON + SECONDS(4));
    world_free(world);
}

static void what_the_server_says_is_no_message(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct fact fact;
    fact_make(&fact, who_at(1, 7, 5023), NOON, &gt06, "login", LOCATION_NONE, "A");
    fact.event.direction = DIRECTION_OUT;
    fact.event.identity = NULL;
    publish_message(&world->publisher, &fact.event);
    assert_int_equal(board_counts(world->board)->messages, 0);
    assert_int_equal(board_count_devices(world->board), 0);
    assert_int_equal(board_count_ports(world->board), 0);
    world_free(world);
}

static void who_tells_no_id_is_a_peer(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    send(world, 1, 5013, 0, NULL, LOCATION_UNKNOWN, "");
    send(world, 2, 5013, 5, &h02, LOCATION_NONE, ""); /* the same address on its next connection */
    const struct board_device *peer = board_next_peer(world->board, NULL);
    assert_int_equal(count_peers(world), 1);
    assert_string_equal(peer->device, "");
    assert_int_equal(peer->messages, 2);
    assert_ptr_equal(peer->protocol, &h02);
    assert_int_equal(peer->first, NOON);
    assert_int_equal(peer->last, NOON + SECONDS(5));
    send(world, 2, 5023, 6, &gt06, LOCATION_NONE, "");
    assert_int_equal(count_peers(world), 2);
    /* another connection of the address tells an id: that says nothing of this one */
    send(world, 3, 5013, 7, &h02, LOCATION_NONE, "A");
    assert_int_equal(count_peers(world), 2);
    /* it tells its id: what it sent before is the device's */
    send(world, 2, 5013, 8, &h02, LOCATION_NONE, "B");
    assert_int_equal(count_peers(world), 1);
    const struct board_device *device = device_named(world, "B");
    assert_int_equal(device->messages, 3);
    assert_int_equal(device->first, NOON);
    assert_int_equal(board_count_devices(world->board), 2);
    world_free(world);
}

static void many_devices_that_come_twice_count_once(void **state)
{
    (void)state;
    struct world *world = world_new(20000);
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 15000; i++) {
            char device[16];
            snprintf(device, sizeof(device), "%u", i);
            send(world, 1 + i + 15000 * (unsigned)round, 5023, 0, &gt06, LOCATION_NONE, device);
        }
    }
    assert_int_equal(board_count_devices(world->board), 15000);
    assert_int_equal(port_numbered(world, 5023)->devices, 15000);
    assert_int_equal(board_losses(world->board).devices, 0);
    world_free(world);
}

static void the_caps_hold(void **state)
{
    (void)state;
    struct world *world = world_new(16);
    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 40; i++) {
            char device[16];
            struct fact fact;
            snprintf(device, sizeof(device), "%u", i);
            send(world, i + 1, 5023, 0, &gt06, LOCATION_NONE, device);
            fact_make(&fact, who_at(i + 100, i, 5013), NOON, NULL, "unknown", LOCATION_UNKNOWN, "");
            publish_message(&world->publisher, &fact.event);
        }
    }
    assert_int_equal(board_count_devices(world->board), 16);
    assert_int_equal(port_numbered(world, 5023)->devices, 16); /* the same devices, not each coming */
    assert_int_equal(port_numbered(world, 5023)->messages, 120);
    assert_int_equal(count_peers(world), 16);
    assert_int_equal(board_losses(world->board).devices, 104);
    assert_int_equal(board_losses(world->board).peers, 104);
    world_free(world);
}

/* Over a longer time: rows come and go meanwhile. */
static void a_walk_over_rows(void **state)
{
    (void)state;
    struct world *world = world_new(16);
    struct table_walk devices, peers, ports;
    send(world, 1, 5023, 0, &gt06, LOCATION_NONE, "A");
    send(world, 2, 5024, 1, &gt06, LOCATION_NONE, "B");
    send(world, 3, 5025, 2, NULL, LOCATION_UNKNOWN, "");
    board_walk_devices(world->board, &devices);
    board_walk_peers(world->board, &peers);
    board_walk_ports(world->board, &ports);
    const struct board_device *device = table_walk_next(&devices);
    assert_string_equal(device->device, "A");
    send(world, 4, 5026, 3, &gt06, LOCATION_NONE, "C");
    device = table_walk_next(&devices);
    assert_string_equal(device->device, "B");
    assert_int_equal(device->rate.counts[device->rate.minute % RATE_MINUTES], 1);
    device = table_walk_next(&devices);
    assert_string_equal(device->device, "C");
    assert_null(table_walk_next(&devices));
    device = table_walk_next(&peers);
    assert_int_equal(device->who.port, 5025);
    assert_null(table_walk_next(&peers));
    for (unsigned port = 5023; port <= 5026; port++) {
        const struct board_port *row = table_walk_next(&ports);
        assert_int_equal(row->service.port, port);
        assert_ptr_equal(board_find_port(world->board, &row->service), row);
        assert_int_equal(row->last_message, row->last);
    }
    assert_null(table_walk_next(&ports));
    assert_null(board_find_port(world->board, &(struct service){ TRANSPORT_UDP, 5023 }));
    table_walk_end(&devices);
    table_walk_end(&peers);
    table_walk_end(&ports);
    world_free(world);
}

static void many_ports(void **state)
{
    (void)state;
    struct world *world = world_new(16);
    for (unsigned port = 1; port <= 4000; port++)
        send(world, port, (uint16_t)port, 0, &gt06, LOCATION_NONE, "A");
    assert_int_equal(board_count_ports(world->board) + board_losses(world->board).ports, 4000);
    assert_int_equal(board_counts(world->board)->messages, 4000);
    assert_int_equal(device_named(world, "A")->messages, 4000);
    world_free(world);
}

/* What only begins like a tracker's message, on a strange port, makes no device and tells no port. */
static void a_telling_head_on_a_strange_port(void **state)
{
    (void)state;
    struct world *world = world_new(10);
    struct fact fact;
    fact_wrong_port(&fact, who_at(1, 7, 5013), NOON, &gt06, "login", "A");
    fact.identity.certainty = CLAIM_POSSIBLE;
    publish_message(&world->publisher, &fact.event);
    assert_null(device_named(world, "A"));
    assert_int_equal(count_peers(world), 1);
    assert_null(port_numbered(world, 5013)->protocols[0]);
    assert_int_equal(board_next_peer(world->board, NULL)->verdict, VERDICT_UNIDENTIFIED);
    send(world, 1, 5013, 10, &gt06, LOCATION_VALID, "A"); /* that is one, and so was the first */
    const struct board_device *device = device_named(world, "A");
    assert_non_null(device);
    assert_int_equal(device->messages, 2);
    assert_int_equal(device->right_port, 5023);
    assert_int_equal(count_peers(world), 0);
    fact_wrong_port(&fact, who_at(1, 7, 5013), NOON + SECONDS(20), &h02, "login", "A");
    fact.identity.certainty = CLAIM_POSSIBLE;
    publish_message(&world->publisher, &fact.event);
    assert_ptr_equal(device->protocol, &gt06);
    assert_int_equal(device->messages, 3);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_devices_row),
        cmocka_unit_test(a_telling_head_on_a_strange_port),
        cmocka_unit_test(two_devices_on_one_connection),
        cmocka_unit_test(a_ports_row),
        cmocka_unit_test(what_the_server_says_is_no_message),
        cmocka_unit_test(who_tells_no_id_is_a_peer),
        cmocka_unit_test(many_devices_that_come_twice_count_once),
        cmocka_unit_test(the_caps_hold),
        cmocka_unit_test(a_walk_over_rows),
        cmocka_unit_test(many_ports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
