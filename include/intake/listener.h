/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listener: binds ports on all addresses of this host (TCP and UDP, IPv6 and IPv4), accepts, reads, and writes the
 * answers. One budget of file descriptors; when it runs short it pauses accepting and lets go of idle connections sooner.
 */
#ifndef INTAKE_LISTENER_H
#define INTAKE_LISTENER_H

#include "base/buffer.h"
#include "base/portset.h"
#include "verdict/event.h"

struct loop;

struct listener_handler {
    void *context;
    void (*opened)(void *context, const struct who *who, int64_t now);
    /* Bytes of a connection or one datagram; what is put into answer is sent back. */
    void (*bytes)(void *context, const struct who *who, struct cursor bytes, int64_t now,
                  struct buffer *answer);
    void (*closed)(void *context, const struct who *who, const char *reason, int64_t now);
};

struct listener_settings {
    struct portset ports;
    const char *address; /* a numeric address to bind to; NULL or "": all of both families */
    size_t connections;  /* most connections at once; 0: what the file descriptor limit allows */
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

/* Binds all ports that are free. loop and handler are borrowed. NULL: error says what, where and the mend (memory, a wrong
 * address). That some, or all, ports are taken is no error: see listener_taken and listener_bound. */
struct listener *listener_new(struct loop *loop, const struct listener_settings *settings,
                              const struct listener_handler *handler, char *error, size_t size);

/* Closes everything; connections are told as closed with reason "stopped". Takes NULL. */
void listener_free(struct listener *listener);

/* The ports that are bound. */
const struct portset *listener_bound(const struct listener *listener);
/* Those that are not; borrowed. */
const struct taken_port *listener_taken(const struct listener *listener, size_t *count);

struct listener_losses {
    uint64_t pauses;  /* how often accepting was paused because file descriptors or connections ran out */
    uint64_t answers; /* bytes of answers that were not sent: the peer does not read */
};
struct listener_losses listener_losses(const struct listener *listener);

#endif
