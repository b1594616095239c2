/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts of this host at one moment: who listens where, what lies unread, which addresses it has, where Traccar runs. Filled by
 * intake, judged by the matter of the server, shown by doctor. What could not be read has a reason; it is never taken for "no".
 */
#ifndef VERDICT_HOST_H
#define VERDICT_HOST_H

#include "base/portset.h"

enum { HOST_NAME = 48, HOST_PATH = 256 };

/* A listening TCP socket, or a bound UDP one that is connected to nobody. */
struct host_socket {
    enum transport transport;
    struct endpoint local; /* endpoint_is_any: on all addresses */
    bool is_v6_alone;      /* on ::, and not for IPv4 */
    uint32_t user;
    unsigned long inode;
    int process; /* 0: not known */
    char program[HOST_NAME];
    /* TCP: connections that wait to be accepted, and how many may; UDP: bytes that wait to be read, and how many may (0: not
     * known) */
    uint32_t waiting, room;
    uint32_t lost; /* datagrams, since it was opened, because nobody read */
};

/* What lies at a TCP port without anybody reading it for HOST_UNREAD µs. */
enum { HOST_UNREAD = 5000000 };
struct host_queue {
    uint16_t port;
    unsigned connections; /* open ones */
    unsigned unread;      /* … whose bytes nobody reads */
    unsigned unaccepted;  /* … that nobody has accepted */
    uint64_t bytes;       /* that lie in all of them at this moment */
    int64_t longest;      /* µs */
};

/* A running Traccar. */
struct host_process {
    int id;
    char user[HOST_NAME];
    int64_t started;           /* µs since 1970; 0: not known */
    char folder[HOST_PATH];    /* where it was started; "": not to be seen */
    char config[HOST_PATH];    /* as its command line names it; "": it names none */
    char unit[HOST_NAME];      /* systemd's; "": none */
    char container[HOST_NAME]; /* the container's id, shortened; "": in none */
    bool is_elsewhere;         /* it has a network of its own */
};

/* A port of this host that a program passes on to a container. */
struct host_published {
    enum transport transport;
    uint16_t port, inner;
    struct endpoint to; /* all zero: not known */
};

enum { HOST_TRACCARS = 8 };

struct host_facts {
    int64_t time;      /* wall clock, µs */
    bool is_container; /* this program runs in one, and sees what is in it */
    bool is_root;
    int self; /* this program's process */

    struct host_socket *sockets; /* owned, as all lists */
    size_t socket_count;
    const char *sockets_unread; /* why they could not be read, static; NULL: they were */
    const char *owners_unread;  /* why programs of some sockets are not known */

    struct host_queue *queues; /* by port */
    size_t queue_count;
    const char *queues_unread;

    struct endpoint *addresses; /* of interfaces that are up, with loopback's; port 0 */
    size_t address_count;
    const char *addresses_unread;

    char interface[16];          /* of the default route, or the only one; "": not known */
    struct endpoint gateways[2]; /* of the default routes of IPv4 and IPv6; all zero: none, or not known */

    struct host_process traccars[HOST_TRACCARS];
    size_t traccar_count;
    const char *processes_unread;

    struct host_published *published;
    size_t published_count;
};

/* NULL when memory is out; host_facts_free frees the lists too, and takes NULL. */
struct host_facts *host_facts_new(void);
void host_facts_free(struct host_facts *facts);

/* Each adds one and returns it, all zero; NULL when memory is out or there are too many (some ten thousand). */
struct host_socket *host_add_socket(struct host_facts *facts);
struct host_queue *host_add_queue(struct host_facts *facts);
struct endpoint *host_add_address(struct host_facts *facts);
struct host_published *host_add_published(struct host_facts *facts);

/* Whom a port can be reached from, as its sockets say. */
enum host_reach {
    HOST_NOBODY,
    HOST_SELF,
    HOST_OTHERS
}; /* nothing is bound; on loopback only; from other hosts too */
/* The widest reach of any socket of the port; *socket (may be NULL) is that socket, or NULL. */
enum host_reach host_reach(const struct host_facts *facts, enum transport transport, uint16_t port,
                           const struct host_socket **socket);

/* Is the port open to others, but not at all of this host's addresses? *socket: one that is bound to a single one. */
bool host_is_narrow(const struct host_facts *facts, enum transport transport, uint16_t port,
                    const struct host_socket **socket);

/* Does the socket belong to a running Traccar of this network? */
bool host_is_traccars(const struct host_facts *facts, const struct host_socket *socket);
/* Does it belong to a program that passes ports on to containers? */
bool host_is_publisher(const struct host_socket *socket);
/* To this program? */
bool host_is_own(const struct host_facts *facts, const struct host_socket *socket);

/* The Traccar that shares this host's network; NULL: none was seen. */
const struct host_process *host_traccar(const struct host_facts *facts);
/* One in a network of its own; NULL: none was seen. */
const struct host_process *host_traccar_elsewhere(const struct host_facts *facts);

const struct host_queue *host_queue(const struct host_facts *facts, uint16_t port);

bool host_has_address(const struct host_facts *facts, const struct endpoint *address);
/* The widest scope of its addresses. */
enum scope host_scope(const struct host_facts *facts);
/* The same of those of IPv4 alone, which most trackers use. */
enum scope host_scope_v4(const struct host_facts *facts);

#endif
