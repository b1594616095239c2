/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of devices, peers and ports. Hears the publisher, read by the outlets. */
#include "board/board.h"

#include <stdlib.h>

enum { PORTS_MAX = 2000, MEMOS = 4096 };

/* Keys are compared bytewise: zero them before filling. */
struct port_key {
    uint16_t port, transport;
};

struct device_key {
    char device[DEVICE_MAX];
};

struct peer_key {
    uint8_t address[16];
    struct port_key port;
};

/* Where the rows of a flow's latest message are: its next one is mostly of the same device at the same port. */
struct memo {
    uint64_t flow,
        gone; /* gone: as many rows had gone when it was noted; if more have since, it is not trusted */
    struct board_device *device;
    struct board_port *port;
};

struct board {
    struct sink sink;
    struct table *devices, *peers, *ports;
    struct board_findings *findings;
    struct board_counts counts;
    uint64_t numbers; /* of devices and peers */
    uint64_t gone;    /* rows that devices and ports have lost */
    struct memo memos[MEMOS];
};

static struct port_key port_key_of(const struct service *service)
{
    return (struct port_key){ service->port, (uint16_t)service->transport };
}

static bool is_same(const struct service *a, const struct service *b)
{
    return a->port == b->port && a->transport == b->transport;
}

static void port_gone(void *context, const void *key, void *value)
{
    struct board *board = context;
    (void)key;
    (void)value;
    board->gone++;
}

/* A device that is forgotten counts at none of its ports any more, or it would count twice when it comes again. */
static void device_gone(void *context, const void *key, void *value)
{
    struct board *board = context;
    const struct board_device *device = value;
    (void)key;
    board->gone++;
    for (size_t i = 0; i < BOARD_SERVICES && device->services[i].port != 0; i++) {
        struct port_key at = port_key_of(&device->services[i]);
        struct board_port *port = table_find(board->ports, &at);
        if (port && port->devices > 0)
            port->devices--;
    }
}

static void on_message(void *context, const struct message_event *event);
static void on_connection(void *context, const struct connection_event *event);
static void on_finding(void *context, const struct finding_event *event);
static void on_confirmed(void *context, const struct finding_event *event);

struct board *board_new(const struct board_settings *settings)
{
    struct board *board = calloc(1, sizeof(*board));
    if (!board)
        return NULL;
    board->sink = (struct sink){ .context = board,
                                 .message = on_message,
                                 .connection = on_connection,
                                 .finding = on_finding,
                                 .confirmed = on_confirmed };
    board->ports = table_new(PORTS_MAX, sizeof(struct port_key), sizeof(struct board_port), port_gone, board);
    board->devices = table_new(settings->devices, sizeof(struct device_key), sizeof(struct board_device),
                               device_gone, board);
    board->peers =
        table_new(settings->devices, sizeof(struct peer_key), sizeof(struct board_device), NULL, NULL);
    board->findings = board_findings_new(settings->findings);
    if (!board->ports || !board->devices || !board->peers || !board->findings) {
        board_free(board);
        return NULL;
    }
    return board;
}

void board_free(struct board *board)
{
    if (!board)
        return;
    table_free(board->devices); /* before the ports, where it counts */
    table_free(board->peers);
    table_free(board->ports);
    board_findings_free(board->findings);
    free(board);
}

struct sink *board_sink(struct board *board)
{
    return &board->sink;
}

static struct board_port *port_of(struct board *board, const struct who *who, int64_t now)
{
    struct service service = { who->transport, who->port };
    struct port_key key = port_key_of(&service);
    struct board_port *port = table_add(board->ports, &key);
    if (!port)
        return NULL;
    if (port->first == 0) {
        port->service = service;
        port->first = now;
    }
    return port;
}

static void count_protocol(struct board_port *port, const struct protocol *protocol)
{
    for (size_t i = 0; i < BOARD_PROTOCOLS; i++) {
        if (!port->protocols[i])
            port->protocols[i] = protocol;
        if (port->protocols[i] == protocol)
            return;
    }
}

/* Counts a device at a port once. One that has been at more ports than are kept counts at those it came to first. */
static void count_device(struct board_device *device, struct board_port *port)
{
    for (size_t i = 0; i < BOARD_SERVICES; i++) {
        if (is_same(&device->services[i], &port->service))
            return;
        if (device->services[i].port == 0) {
            device->services[i] = port->service;
            port->devices++;
            return;
        }
    }
}

/* Is it surely a tracker's, or a tracker's where such are expected? A telling head on a strange port is anybody's: neither a
 * device nor where it belongs is known by that. */
static bool is_sure(const struct message_event *event)
{
    const struct identity *identity = event->identity;
    if (!identity || identity->candidate_count == 0)
        return false;
    return identity->certainty >= CLAIM_LIKELY || identity->verdict == VERDICT_OK ||
           identity->verdict == VERDICT_NONE;
}

static void take_reading(struct board_device *device, const struct message_event *event)
{
    const struct identity *identity = event->identity;
    const struct reading *reading = &identity->reading;
    if (identity->candidate_count == 0)
        return;
    if (!is_sure(event)) {
        device->verdict = device->protocol ? device->verdict : VERDICT_UNIDENTIFIED;
        return;
    }
    device->protocol = event->protocol;
    device->verdict = identity->verdict;
    device->right_port = identity->right_port;
    if (reading->location == LOCATION_VALID) {
        device->fix.arrived = event->time;
        device->fix.lat = reading->lat;
        device->fix.lon = reading->lon;
        device->fix.time = reading->time;
        device->fix.has_time = reading->has_time;
    }
    /* a heartbeat tells nothing against the position before it */
    bool is_news = reading->location == LOCATION_VALID || reading->location == LOCATION_INVALID;
    if (is_news || (reading->location == LOCATION_NONE && device->location == LOCATION_UNKNOWN))
        device->location = reading->location;
}

static struct peer_key peer_key_of(const struct who *who)
{
    struct peer_key key;
    memset(&key, 0, sizeof(key));
    memcpy(key.address, who->peer.address, sizeof(key.address));
    key.port = (struct port_key){ who->port, (uint16_t)who->transport };
    return key;
}

/* What this connection sent before it told its id is the device's too. */
static void adopt_peer(struct board *board, struct board_device *device, const struct who *who)
{
    struct peer_key key = peer_key_of(who);
    struct board_device *peer = table_count(board->peers) > 0 ? table_find(board->peers, &key) : NULL;
    if (!peer || peer->who.flow != who->flow)
        return;
    if (device->messages == 0)
        device->rate = peer->rate;
    device->messages += peer->messages;
    if (peer->first < device->first)
        device->first = peer->first;
    table_remove(board->peers, peer);
}

/* The row of the message's device. NULL: no memory, or there is none and the message is not sure enough to make one. */
static struct board_device *device_of(struct board *board, const struct message_event *event)
{
    struct device_key key;
    memset(&key, 0, sizeof(key));
    memcpy(key.device, event->device, strnlen(event->device, sizeof(key.device) - 1));
    struct board_device *device =
        is_sure(event) ? table_add(board->devices, &key) : table_find(board->devices, &key);
    if (!device)
        return NULL;
    if (device->number == 0) {
        device->number = ++board->numbers;
        device->first = event->time;
        device->device = table_key(board->devices, device);
    }
    if (device->who.flow != event->who.flow)
        adopt_peer(board, device, &event->who);
    return device;
}

static void take_device(struct board_device *device, const struct message_event *event)
{
    if (device->who.flow != event->who.flow)
        device->who = event->who;
    device->last = event->time;
    device->messages++;
    rate_count(&device->rate, event->time);
    if (event->identity)
        take_reading(device, event);
}

static void take_peer(struct board *board, const struct message_event *event)
{
    struct peer_key key = peer_key_of(&event->who);
    struct board_device *peer = table_add(board->peers, &key);
    if (!peer)
        return;
    if (peer->number == 0) {
        peer->number = ++board->numbers;
        peer->first = event->time;
        peer->device = "";
    }
    take_device(peer, event);
    peer->kind = event->identity ? event->identity->kind : NULL;
}

static void note_time(struct board *board, int64_t now)
{
    if (board->counts.first == 0)
        board->counts.first = now;
    board->counts.last = now;
}

static void take_port(struct board_port *port, const struct message_event *event)
{
    port->last = port->last_message = event->time;
    port->messages++;
    rate_count(&port->rate, event->time);
    if (is_sure(event))
        count_protocol(port, event->identity->candidates[0]);
}

/* Looks the rows up and notes them for the flow's next message. */
static void look_up(struct board *board, const struct message_event *event, struct memo *memo)
{
    memo->port = port_of(board, &event->who, event->time);
    memo->device = event->device[0] ? device_of(board, event) : NULL;
    if (memo->device && memo->port)
        count_device(memo->device, memo->port);
    memo->flow = event->who.flow;
    memo->gone = board->gone;
}

static bool is_fresh(const struct board *board, const struct message_event *event, const struct memo *memo)
{
    return memo->flow == event->who.flow && memo->gone == board->gone && memo->device && memo->port &&
           strcmp(memo->device->device, event->device) == 0;
}

static void on_message(void *context, const struct message_event *event)
{
    struct board *board = context;
    struct memo *memo = &board->memos[event->who.flow % MEMOS];
    if (event->direction != DIRECTION_IN)
        return;
    note_time(board, event->time);
    board->counts.messages++;
    board->counts.last_message = event->time;
    rate_count(&board->counts.rate, event->time);
    if (event->identity && event->identity->verdict != VERDICT_OK && event->identity->verdict != VERDICT_NONE)
        board->counts.amiss++;
    if (is_fresh(board, event, memo)) {
        table_use(board->devices, memo->device);
        table_use(board->ports, memo->port);
    } else {
        look_up(board, event, memo);
    }
    if (memo->port)
        take_port(memo->port, event);
    if (memo->device)
        take_device(memo->device, event);
    else if (!event->device[0] || !is_sure(event))
        take_peer(board, event);
}

static void on_connection(void *context, const struct connection_event *event)
{
    struct board *board = context;
    note_time(board, event->time);
    struct board_port *port = port_of(board, &event->who, event->time);
    board->counts.connections[event->state]++;
    if (!port)
        return;
    port->last = event->time;
    port->connections[event->state]++;
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct board *board = context;
    board_findings_take(board->findings, event);
}

static void on_confirmed(void *context, const struct finding_event *event)
{
    struct board *board = context;
    board_findings_confirm(board->findings, event);
}

const struct board_counts *board_counts(const struct board *board)
{
    return &board->counts;
}

struct board_losses board_losses(const struct board *board)
{
    return (struct board_losses){ .devices = table_evicted(board->devices),
                                  .peers = table_evicted(board->peers),
                                  .ports = table_evicted(board->ports),
                                  .open_findings = board_findings_lost(board->findings, true),
                                  .past_findings = board_findings_lost(board->findings, false) };
}

size_t board_count_devices(const struct board *board)
{
    return table_count(board->devices);
}

size_t board_count_peers(const struct board *board)
{
    return table_count(board->peers);
}

size_t board_count_ports(const struct board *board)
{
    return table_count(board->ports);
}

static const void *next(const struct table *table, const void *after)
{
    return after ? table_next(table, after) : table_first(table);
}

const struct board_device *board_next_device(const struct board *board, const struct board_device *after)
{
    return next(board->devices, after);
}

const struct board_device *board_next_peer(const struct board *board, const struct board_device *after)
{
    return next(board->peers, after);
}

const struct board_port *board_next_port(const struct board *board, const struct board_port *after)
{
    return next(board->ports, after);
}

void board_walk_devices(const struct board *board, struct table_walk *walk)
{
    table_walk_start(board->devices, walk);
}

void board_walk_peers(const struct board *board, struct table_walk *walk)
{
    table_walk_start(board->peers, walk);
}

void board_walk_ports(const struct board *board, struct table_walk *walk)
{
    table_walk_start(board->ports, walk);
}

const struct board_port *board_find_port(const struct board *board, const struct service *service)
{
    struct port_key key = port_key_of(service);
    return table_count(board->ports) > 0 ? table_find(board->ports, &key) : NULL;
}

const struct board_findings *board_findings(const struct board *board)
{
    return board->findings;
}
