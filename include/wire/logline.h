/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of Traccar's own log, in every form since version 2.0:
 *
 *   2.0      [PORT - IP] - (HEX: ..)                      4.0-4.3   [session: PORT < IP] HEX: ..
 *   2.1-2.3  [PORT <- IP] - (HEX: ..)                     4.4-4.15  [session: PROTOCOL < IP] HEX: ..
 *   2.4-2.11 [PORT <- IP] - HEX: ..                       5.0-6.2   [Tsession: PROTOCOL < IP] ..
 *   2.12-3.0 [SESSION: PORT <- IP] - HEX: ..              6.3-      the same, as text where all of it is printable
 *   3.1-3.17 [SESSION: PORT < IP] HEX: ..
 *
 * before it a time (local, without a zone) and a level. Data lines are reads of a socket, not messages: one may hold several
 * messages, or a part of one. Nothing is copied: all cursors borrow from the line.
 */
#ifndef WIRE_LOGLINE_H
#define WIRE_LOGLINE_H

#include "base/cursor.h"
#include "base/net.h"

enum logline_kind {
    LOGLINE_OTHER, /* a line of the log that says nothing about devices */
    LOGLINE_DATA,
    LOGLINE_CONNECTED,
    LOGLINE_DISCONNECTED,
    LOGLINE_TIMED_OUT,
    LOGLINE_THROTTLED,      /* from now on the session's data is not logged */
    LOGLINE_ERROR,          /* detail: what the decoder or the network said */
    LOGLINE_POSITION,       /* device, detail: "time: …, lat: …, lon: …" */
    LOGLINE_UNKNOWN_DEVICE, /* device: the ids it gave, parted by blanks */
    LOGLINE_LOOKUP_FAILED,  /* the database was asked for a device, and did not answer */
    LOGLINE_DISABLED_DEVICE,
    LOGLINE_REGISTERED, /* by itself */
    LOGLINE_FILTERED,   /* device, detail: the names of the filters */
    LOGLINE_COMMAND,    /* device, detail */
    LOGLINE_PORT_TAKEN, /* port, or 0 where the line does not tell it */
    LOGLINE_VERSION,    /* detail: "6.14.5" */
    LOGLINE_STARTED,
    LOGLINE_STOPPED
};

struct logline {
    enum logline_kind kind;
    bool has_time;
    int64_t time;          /* seconds, as if the log's local time were UTC */
    struct cursor session; /* without T or U; empty where the version had none */
    bool has_transport;    /* the session's letter tells it (5.0 and later) */
    enum transport transport;
    uint16_t port; /* 0: not told (4.4 and later tell the protocol instead) */
    struct cursor protocol;
    bool is_out;        /* the server's answer */
    struct cursor peer; /* an address without a port, "null", "unknown", or empty */
    struct cursor data; /* as it stands in the line */
    bool says_hex;      /* "HEX:" stands before it */
    struct cursor device, detail;
};

/* Takes a line (its end may still be there) apart. False: it is none of Traccar's log, or goes on with the line before (a
 * stack trace). */
MUST_CHECK bool logline_parse(struct cursor line, struct logline *out);

/* The bytes of a data line. `is_text_told`: the log is of 6.3 or later, which writes printable data as text; where nobody
 * knows, hex digits in pairs are taken for HEX. False: more than `size`, or HEX that is none. */
MUST_CHECK bool logline_bytes(const struct logline *logline, bool is_text_told, uint8_t *out, size_t size,
                              size_t *length);

/* The value of "key: value" in a detail list, up to the next ", "; false when it is not there. */
MUST_CHECK bool logline_value(struct cursor detail, const char *key, struct cursor *value);

/* Does this version ("6.14.5") write printable data as text? */
bool logline_version_tells_text(struct cursor version);

#endif
