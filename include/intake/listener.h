/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listener: binds ports on all addresses of this host (TCP and UDP, IPv6 and IPv4), accepts, reads, and writes the
 * answers. One budget of file descriptors; when it runs short it pauses accepting and lets go of idle connections sooner.
 */
#ifndef INTAKE_LISTENER_H
#define INTAKE_LISTENER_H

#include "base/portset.h"
#include "wire/datagrams.h"
#include "wire/session.h"

struct loop;

/* Whom the listener feeds; both are borrowed. */
struct listener_parts {
    struct sessions *sessions;
    struct datagrams *datagrams;
};

struct listener_settings {
    struct portset ports;
    const char *address; /* a numeric address to bind to; NULL or "": all of both families */
    size_t connections;  /* most connections at once; 0: what the file descriptor limit allows */
    unsigned share;      /* how many of 100 of them one address may have */
    int idle;            /* seconds without data after which a connection is closed */
};

struct listener_settings listener_defaults(void);

struct listener;

/* A port that could not be bound, and why. */
struct taken_port {
    enum transport transport;
    uint16_t port;
    int error;       /* errno */
    char holder[96]; /* "java (process 812)", for EADDRINUSE */
};

/* Binds all ports that are free. loop is borrowed. NULL: error says what, where and the mend (memory, too few file
 * descriptors). That some, or all, ports are taken is no error: see listener_taken and listener_bound. */
struct listener *listener_new(struct loop *loop, const struct listener_settings *settings,
                              const struct listener_parts *parts, char *error, size_t size);

/* Closes everything; the sessions stay as they are: the end of the program is no connection's. Takes NULL. */
void listener_free(struct listener *listener);

/* The ports that are bound. */
const struct portset *listener_bound(const struct listener *listener);
/* Those that are not; borrowed. */
const struct taken_port *listener_taken(const struct listener *listener, size_t *count);

struct listener_losses {
    uint64_t pauses;    /* how often accepting was paused because file descriptors ran out */
    uint64_t overflows; /* datagrams for which the kernel had no room */
    uint64_t answers;   /* bytes of answers that were not sent: the peer does not read */
    uint64_t refused;   /* connections for which there was no room */
    uint64_t memory;    /* connections refused because memory was out */
    uint64_t evicted;   /* idle connections closed to make room for others */
};
struct listener_losses listener_losses(const struct listener *listener);

#endif
