/* SPDX-License-Identifier: Apache-2.0 */
/* What happened: the structures that judge hands to the outlets, and the fan-out. Everything in them is borrowed for the call. */
#ifndef VERDICT_EVENT_H
#define VERDICT_EVENT_H

#include <sys/queue.h>

#include "base/net.h"
#include "verdict/conversation.h"

/* Who talks to the server: one connection or UDP peer. */
struct who {
    uint64_t flow; /* unique in a run, from 1 */
    enum transport transport;
    uint16_t port;        /* the server's */
    struct endpoint peer; /* the tracker's side */
};

/* One message, or bytes that nothing claimed. Times are microseconds since 1970. */
struct message_event {
    int64_t time;
    int64_t
        arrived; /* the same by the wall clock, where that was set meanwhile: to compare with what devices tell */
    struct who who;
    enum direction direction;
    struct cursor bytes;
    const uint8_t *hidden; /* not 0 for each byte that is not told (verdict/mask.h); NULL: all are */
    size_t lost;           /* bytes before these that were never seen */
    bool is_cut;           /* nor were those behind them, which belong to the message */
    const struct identity *identity; /* NULL for the server's bytes */
    const struct protocol *protocol; /* of the conversation, NULL when unknown */
    const char *device;              /* "" when unknown */
    const char *replies_to; /* of the server's bytes: the type of the peer's last message; NULL: none */
    bool spoiled;           /* this, or something before it on the connection, is no tracker's */
    bool is_logged;         /* read from Traccar's own log */
    bool is_answered; /* the server that is watched has answered on the connection, and did not refuse */
    bool is_owed;     /* a server would answer this message, and has answered nothing on the connection yet */
};

/* What Traccar's own log says of a device. */
enum report_kind {
    REPORT_POSITION,   /* a position was decoded and stored */
    REPORT_UNKNOWN,    /* no device has this identifier */
    REPORT_DISABLED,   /* the device is disabled, or has expired */
    REPORT_FILTERED,   /* a position was decoded and dropped; detail: by which filters */
    REPORT_ERROR,      /* its decoder failed; detail: how */
    REPORT_REGISTERED, /* the device was registered by itself */
    REPORT_PORT_TAKEN, /* of who.port: it could not be opened, because another program held it; 0: of one that is not told */
    REPORT_WHOLE, /* the log has more than devices' data: it is not what somebody picked out of it by their address */
    REPORT_STARTED, /* Traccar was started anew */
};

struct report_event {
    int64_t time;
    enum report_kind kind;
    struct who who;       /* whom it is about; without an address where the log does not tell */
    const char *device;   /* its id; "" when unknown */
    struct cursor ids;    /* REPORT_UNKNOWN: all identifiers that it gave, parted by blanks */
    struct cursor detail; /* as the log has it, or empty */
};

enum connection_state {
    CONNECTION_OPENED,     /* the handshake is complete, or data flows */
    CONNECTION_CLOSED,     /* an opened one ended */
    CONNECTION_REFUSED,    /* SYN answered by RST */
    CONNECTION_UNANSWERED, /* SYN, and nothing answers */
    CONNECTION_HALF_OPEN,  /* SYN answered, and the answer is never acknowledged */
    CONNECTION_STATES
};

/* Why the server's side ended a connection, as hexwatch does where it is the server: the peer did not hang up. */
#define CLOSED_IDLE "idle"
#define CLOSED_FOR_ROOM "makes room"

struct connection_event {
    int64_t time;
    struct who who;
    const char *device; /* of a closed one; NULL or "" when unknown */
    enum connection_state state;
    const char *reason; /* static: "closed", "reset", "timeout", …; NULL when opened */
    uint64_t bytes_in, bytes_out;
    uint64_t lost_in; /* of the peer, never seen */
    bool is_repeated; /* of one that failed: the peer asked again meanwhile */
};

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_PROBLEM };

enum finding_code {
    FINDING_WRONG_PORT,
    FINDING_WAITING_FOR_FIX,
    FINDING_NO_FIX,
    FINDING_UNIDENTIFIED,
    FINDING_NOT_A_TRACKER,
    FINDING_RECONNECTING,
    FINDING_CONNECTED_SILENT,
    FINDING_WRONG_TRANSPORT,
    FINDING_SWITCHED_OFF,
    FINDING_TRACCAR_DOWN,
    FINDING_TRACCAR_STUCK,
    FINDING_NOT_LISTENING,
    FINDING_TAKEN_PORT,
    FINDING_BEHIND_PROXY,
    FINDING_HALF_PUBLISHED,
    FINDING_PRIVATE_ADDRESS,
    FINDING_NOTHING_RECEIVED,
    FINDING_REFUSED,
    FINDING_UDP_REFUSED,
    FINDING_DROPPED,
    FINDING_HALF_OPEN,
    FINDING_UNKNOWN_DEVICE,
    FINDING_FILTERED,
    FINDING_DISABLED_DEVICE,
    FINDING_NOT_DECODED,
    FINDING_ZERO_COORDINATES,
    FINDING_CLOCK_WRONG,
    FINDING_WRONG_WEB_PORT,
    FINDING_NO_ANSWER,
    FINDING_SILENT,
    FINDING_DUPLICATE_ID,
    FINDING_CODES
};

enum { FINDING_SAMPLE = 64 }; /* bytes that are kept of a message, at most */

struct finding_event {
    int64_t time;
    int64_t first, last;  /* when it was first and last known to hold; first 0: as it is raised */
    uint64_t count;       /* how often it showed; 0: once */
    struct cursor sample; /* bytes of one message that showed it, or empty */
    enum finding_code code;
    bool raised; /* false: cleared */
    enum severity severity;
    struct who who;
    const char *device;              /* "" when unknown */
    const struct protocol *protocol; /* NULL when unknown */
    uint16_t right_port;             /* 0 when there is none to name */
    const char *text, *advice;       /* for people */
};

/* One who wants to know. Members may be NULL. Owned by who hears. */
struct sink {
    SLIST_ENTRY(sink) next; /* the publisher's */
    void *context;
    void (*message)(void *context, const struct message_event *event);
    /* The bytes so far of a message whose end has not come for long; they come again as a message. */
    void (*unfinished)(void *context, const struct message_event *event);
    void (*connection)(void *context, const struct connection_event *event);
    void (*finding)(void *context, const struct finding_event *event);
    /* A raised finding held again, at event->last; its texts are empty. Told now and then, not each time. */
    void (*confirmed)(void *context, const struct finding_event *event);
};

/* The only fan-out: sinks are told in the order they were added. Starts as { 0 }. What happens has the loop's time, which nobody
 * sets; sinks hear the wall clock's. */
struct publisher {
    SLIST_HEAD(, sink) sinks;
    int64_t wall; /* what to add to the loop's time */
};

/* The sink is borrowed: it must live as long as anything is published. */
void publisher_add(struct publisher *publisher, struct sink *sink);

void publish_message(const struct publisher *publisher, const struct message_event *event);
void publish_unfinished(const struct publisher *publisher, const struct message_event *event);
void publish_connection(const struct publisher *publisher, const struct connection_event *event);
void publish_finding(const struct publisher *publisher, const struct finding_event *event);
void publish_confirmed(const struct publisher *publisher, const struct finding_event *event);

#endif
