/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of one simulated tracker: connects, sends what the tracker says, hears answers. Part of the player. */
#ifndef INTAKE_CALLER_H
#define INTAKE_CALLER_H

#include <sys/socket.h>

#include "base/net.h"
#include "demo/tracker.h"

struct event;
struct loop;

struct player_counts {
    uint64_t sent, bytes;          /* messages that the kernel took whole */
    uint64_t answered, unanswered; /* of those that waited for an answer */
    uint64_t connected;            /* TCP connections that came about */
    uint64_t refused;              /* TCP connections refused, datagrams answered by 'port unreachable' */
    uint64_t failed;               /* connections that came to nothing for another reason */
    uint64_t ended;                /* connections that the other side ended */
};

/* What all callers share; owned by the player. */
struct callers {
    struct loop *loop;
    struct sockaddr_storage address; /* whom they call; the port is each caller's */
    socklen_t length;
    bool is_loopback; /* of IPv4: each caller comes from an address of its own */
    double speed;
    struct player_counts counts;
    size_t connecting, waiting, open; /* how many are at it now */
    void (*on_free)(void *context);   /* one that waited may go on */
    void *context;
};

enum caller_state { CALLER_IDLE, CALLER_CONNECTING, CALLER_OPEN, CALLER_WAITING, CALLER_CLOSING };

struct caller {
    struct callers *all;
    struct tracker tracker;
    enum transport transport;
    uint16_t port;
    enum caller_state state;
    int fd;              /* -1 */
    struct event *event; /* NULL */
    int64_t due;         /* µs: when it calls, or says something, next */
    int64_t since;       /* µs: since when it connects, waits, closes */
    bool waits;          /* for an answer to its last message */
    size_t pending;      /* bytes of its last message that the kernel has not taken yet */
    uint8_t bytes[512];
    size_t length;
};

void caller_init(struct caller *caller, struct callers *all, const struct role *role, unsigned index,
                 enum transport transport, uint16_t port);

/* Begins to connect. */
void caller_open(struct caller *caller, int64_t now);

/* CALLER_OPEN: says the next message; `unix_time` in seconds. */
void caller_say(struct caller *caller, int64_t now, int64_t unix_time);

/* Time passes: gives up what took too long. */
void caller_look(struct caller *caller, int64_t now);

/* Says nothing more, and waits for the other side to have read all. */
void caller_end(struct caller *caller, int64_t now);
void caller_close(struct caller *caller);

#endif
