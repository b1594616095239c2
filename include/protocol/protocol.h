/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a protocol is: one file in daemon/protocols/, one `const struct protocol protocol_NAME` in it.
 *
 * The file head draws the wire format. Most text protocols are a table (protocol/text_protocol.h). Else `match` frames and identifies, cheaply, for every message; `read` tells what one
 * framed message says; `answer` builds what a server replies; `samples` prove it all. The registry is made by CMake
 * from the folder: no other list is edited.
 */
#ifndef PROTOCOL_PROTOCOL_H
#define PROTOCOL_PROTOCOL_H

#include "base/buffer.h"
#include "base/cursor.h"
#include "base/frame.h"
#include "base/net.h"
#include "base/reading.h"
#include "base/text.h"

enum { OVER_TCP = 1, OVER_UDP = 2 };

/* How surely bytes are a message of a protocol. */
enum claim {
    CLAIM_NO, /* they are none, whatever follows */
    CLAIM_MORE, /* too few bytes to say, or to know where the message ends; never when the message is complete */
    CLAIM_POSSIBLE, /* the head fits, nothing speaks against it */
    CLAIM_LIKELY,   /* head, framing and shape are right; details are unknown or a checksum is wrong */
    CLAIM_CERTAIN   /* what random bytes and other protocols fail: a checksum, an exact length with magic and
                       terminator, a full text grammar */
};

/* What match answers when the end of its message is not there: MORE, or NO beyond the longest. POSSIBLE: the message is
 * framed, whole or cut off, and may be looked at. */
static inline enum claim claim_framed(enum framed framed)
{
    return framed == FRAMED_MORE ? CLAIM_MORE : framed == FRAMED_NO ? CLAIM_NO : CLAIM_POSSIBLE;
}

/* The largest message any protocol may frame, bytes. */
enum { MESSAGE_MAX = 65536 };

/* Bytes that a protocol is asked about. For match they start where a message should start and may hold more than one;
 * for read and answer they are exactly the one message that match framed. */
struct message {
    struct cursor bytes;
    bool datagram;      /* came as one UDP datagram */
    bool any_transport; /* nobody knows how it came: pasted HEX without a port */
    bool complete;      /* no more bytes will come for it: datagram, closed connection, pasted HEX */
    bool is_guess; /* a message is looked for inside rubbish: whether it begins here cannot be waited for */
    struct patterns *patterns; /* for pattern_match; borrowed */
};

/* Who asks for an answer. */
struct asker {
    const char
        *device; /* unique id known so far (from this message or the session's login), "" when unknown */
    int64_t now; /* Unix seconds, for answers that tell the time */
    const struct endpoint *
        server; /* the address and port that the device has reached, for answers that tell them; NULL: not known */
};

/* A message the project wrote itself, with what must be read from it. */
struct sample {
    const char *text; /* the bytes as text (use \r\n escapes; no NUL), or */
    const char *hex;  /* the bytes as HEX */
    bool datagram;
    bool whole;                /* its end can only be told when it comes in one piece */
    enum claim claim;          /* what identify must reach at least */
    const char *type, *device; /* expected; device NULL or "": the message tells none */
    enum location location;
    double lat, lon;  /* with a VALID or INVALID location */
    const char *time; /* "2026-01-01T00:00:00Z", NULL: the message does not tell all of it */
    const char
        *answer; /* HEX of the answer or, starting with '=', its text; '~': any of this length; NULL: none */
};

/* The three places and the moment that the project's samples tell, so that a sample is short to write and to read: hemispheres
 * and validity never agree in all of them. As ddmm.mmmm: 4730.6000 N 01905.4000 E; 3327.0000 S 07039.6000 W;
 * 4042.6000 N 07400.6000 W. */
#define SAMPLE_VALID .location = LOCATION_VALID, .lat = 47.51, .lon = 19.09, .time = "2026-02-01T08:09:10Z"
#define SAMPLE_NORTH_WEST \
    .location = LOCATION_VALID, .lat = 40.71, .lon = -74.01, .time = "2026-02-01T08:09:10Z"
#define SAMPLE_SOUTH_WEST \
    .location = LOCATION_VALID, .lat = -33.45, .lon = -70.66, .time = "2026-02-01T08:09:10Z"
#define SAMPLE_INVALID \
    .location = LOCATION_INVALID, .lat = -33.45, .lon = -70.66, .time = "2026-02-01T08:09:10Z"

struct head {
    const char *bytes;
    size_t length;
};

/* First bytes: `.heads = HEADS(HEAD("\x78\x78"), HEAD("*"))`. HEAD_DIGITS: any ASCII digit. HEAD_ANY: any byte (the protocol
 * is then asked about everything: only where nothing else can be said). */
#define HEAD(literal)                  \
    {                                  \
        (literal), sizeof(literal) - 1 \
    }
#define HEAD_DIGITS                                                                                    \
    HEAD("0"), HEAD("1"), HEAD("2"), HEAD("3"), HEAD("4"), HEAD("5"), HEAD("6"), HEAD("7"), HEAD("8"), \
        HEAD("9")
#define HEAD_ANY \
    {            \
        "", 0    \
    }

#define HEADS(...)        \
    (const struct head[]) \
    {                     \
        __VA_ARGS__,      \
        {                 \
            NULL, 0       \
        }                 \
    }
#define KIN(...)          \
    (const char *const[]) \
    {                     \
        __VA_ARGS__, NULL \
    }

/* What no message of a protocol can tell. The tests demand a sample of everything else, so that a swapped bit is seen. */
enum {
    NEVER_VALID = 1,      /* no position counts as a fix */
    NEVER_INVALID = 2,    /* every position counts as a fix */
    NEVER_NONE = 4,       /* every kind of message carries a position */
    NEVER_SOUTH_WEST = 8, /* its coordinates have no hemispheres */
    NEVER_PLACED = 16,    /* positions without a fix come without coordinates */
    NEVER_NORTH_EAST = 32
};

/* What a server's answer says of the device. */
enum reception { RECEPTION_UNTOLD, RECEPTION_KNOWN, RECEPTION_UNKNOWN };

struct text_protocol;
struct protocol_clone;

struct protocol {
    const char *name;  /* Traccar's lower-case name */
    const char *alias; /* an older name it is known by, or NULL */
    uint16_t port;     /* Traccar's default port */
    unsigned transports;
    unsigned never;           /* NEVER_… */
    const struct head *heads; /* HEADS(…): ended by .bytes == NULL */
    const char *const
        *kin; /* KIN(…), or NULL: protocols that really share some messages with this one (the reason stands
                               in a comment): their names are then both reported */

    /* A protocol that is a table (protocol/text_protocol.h), or NULL. The functions below take its place where they are set. */
    const struct text_protocol *text;
    const struct protocol_clone *clone; /* protocol/site.h, or NULL */

    /* Is a message of this protocol at the start of the bytes, and how long is it? With CLAIM_POSSIBLE and above *length is
     * set, 0 < *length <= bytes.left. With `complete` never CLAIM_MORE: a message that is cut off is judged by what is there. */
    enum claim (*match)(const struct message *message, size_t *length);

    /* What the message tells, into a reading that was cleared. Never fails: what cannot be told stays unknown. */
    void (*read)(const struct message *message, struct reading *reading);

    /* Writes the reply of a server, or nothing; nothing to what is itself the form of a server's reply, so that two programs
     * never answer each other for ever. NULL: the protocol has no answers. */
    void (*answer)(const struct message *message, const struct asker *asker, struct buffer *reply);

    /* Does a server's answer say whether it knows the device? `asked` is the type of the message that it answers. NULL: none
     * of them does. */
    enum reception (*reception)(struct cursor answer, const char *asked);

    const struct sample *samples; /* ended by one without text and hex */
};

/* The protocol's own functions, or its table's. The caller has seen one of its heads at the start (protocol_head). */
enum claim protocol_match(const struct protocol *protocol, const struct message *message, size_t *length);
void protocol_read(const struct protocol *protocol, const struct message *message, struct reading *reading);
void protocol_answer(const struct protocol *protocol, const struct message *message,
                     const struct asker *asker, struct buffer *reply);

/* Can it answer at all? */
bool protocol_has_answers(const struct protocol *protocol);

/* Does Traccar speak the protocol over the transport that the message came over? */
static inline bool protocol_comes_over(const struct protocol *protocol, const struct message *message)
{
    return message->any_transport || (protocol->transports & (message->datagram ? OVER_UDP : OVER_TCP));
}

/* CLAIM_POSSIBLE: one of the protocol's heads stands at the start; CLAIM_MORE: it may, when more bytes come; CLAIM_NO. */
enum claim protocol_head(const struct protocol *protocol, const struct message *message);

/* Do they share messages, as one of them declares? */
bool protocol_is_kin(const struct protocol *one, const struct protocol *other);

#endif
