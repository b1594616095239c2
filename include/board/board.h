/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live state: which devices, peers and ports there are, what was counted, which findings are open and which are past.
 * A sink. Outlets read it and hold nothing of it longer than their call: what they were handed may be gone after the next
 * event. Times are microseconds since 1970, those of the events.
 */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

#include "base/table.h"
#include "board/findings.h"
#include "board/rate.h"

/* Most protocols named for one port, and ports counted for one device. */
enum { BOARD_PROTOCOLS = 4, BOARD_SERVICES = 16 };

struct board_settings {
    size_t devices;  /* most devices kept, and most peers; the oldest is forgotten */
    size_t findings; /* most open findings kept, and most past ones */
};

/* One device, by its id; or one peer, that is an address and a port it sends to, as long as it has not told an id. */
struct board_device {
    uint64_t number;                 /* its own for the whole run, from 1 in order of coming */
    const char *device;              /* "" for a peer */
    struct who who;                  /* of its latest message: where it sends from, and to which port */
    const struct protocol *protocol; /* NULL while it is not known */
    const char *kind;                /* what a peer is instead of a tracker, static, or NULL */
    enum verdict verdict;            /* of its latest message that a protocol claims */
    uint16_t right_port;
    uint64_t messages;
    int64_t first, last; /* when messages of it came */
    struct rate rate;
    struct {
        int64_t arrived; /* 0: none came yet */
        double lat, lon;
        int64_t time; /* the device's own, Unix seconds */
        bool has_time;
    } fix;                  /* the last valid one */
    enum location location; /* of the last message that told: is there a fix now; UNKNOWN: none told */
    struct service services[BOARD_SERVICES]; /* where a device was seen; unused ones have port 0 */
};

/* A port that something came to. */
struct board_port {
    struct service service;
    uint64_t messages, devices; /* devices: of those that are kept */
    uint64_t connections[CONNECTION_STATES];
    int64_t first, last;
    int64_t last_message;                              /* 0: none yet */
    struct rate rate;                                  /* of messages */
    const struct protocol *protocols[BOARD_PROTOCOLS]; /* in order of coming; NULL behind the last */
};

/* Of the whole run, whatever was forgotten. */
struct board_counts {
    uint64_t messages; /* from devices and strangers */
    uint64_t amiss;    /* of them, those that are nobody's, or another port's or transport's */
    uint64_t connections[CONNECTION_STATES];
    int64_t first, last;  /* the first and the last of both; 0: nothing came */
    int64_t last_message; /* 0: none yet */
    struct rate rate;     /* of messages */
};

struct board_losses {
    uint64_t devices, peers, ports; /* forgotten because of the caps */
    uint64_t open_findings, past_findings;
};

struct board;

/* NULL when memory is out; board_free takes NULL. */
struct board *board_new(const struct board_settings *settings);
void board_free(struct board *board);

/* Valid as long as the board is. */
struct sink *board_sink(struct board *board);

const struct board_counts *board_counts(const struct board *board);
struct board_losses board_losses(const struct board *board);
size_t board_count_devices(const struct board *board);
size_t board_count_peers(const struct board *board);
size_t board_count_ports(const struct board *board);

/* One after the other, in no special order: start with NULL, ends with NULL. */
const struct board_device *board_next_device(const struct board *board, const struct board_device *after);
const struct board_device *board_next_peer(const struct board *board, const struct board_device *after);
const struct board_port *board_next_port(const struct board *board, const struct board_port *after);

/* All of them over a longer time, see base/table.h: the walk is started, gives rows with the functions below, and is ended with
 * table_walk_end. A row is valid until the next event. */
void board_walk_devices(const struct board *board, struct table_walk *walk);
void board_walk_peers(const struct board *board, struct table_walk *walk);
void board_walk_ports(const struct board *board, struct table_walk *walk);

/* The row of a service; NULL: nothing came there, or it was forgotten. */
const struct board_port *board_find_port(const struct board *board, const struct service *service);

/* The findings, open and past. */
const struct board_findings *board_findings(const struct board *board);

#endif
