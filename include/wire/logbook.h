/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Traccar's own log, line by line: feeds sessions with the data that its lines hold, and tells the judge what they say of devices.
 * Gets lines from the intake that reads the file. A session is known by the id that the log gives it; over UDP, where all
 * devices of a port share one, by that and the address; in the oldest logs, which have no ids, by port and address.
 */
#ifndef WIRE_LOGBOOK_H
#define WIRE_LOGBOOK_H

#include "verdict/ports.h"
#include "wire/logline.h"
#include "wire/session.h"

struct logbook_settings {
    size_t sessions; /* most sessions kept; the one unused for longest is forgotten */
    bool
        is_whole; /* the log is read from its beginning: of a session without a beginning it is known that it has none */
    bool is_quiet; /* the connections are seen elsewhere too, and are not told of */
};

struct logbook;

/* sessions, ports and judge are borrowed. NULL when memory is out. logbook_free takes NULL, and tells nobody. */
struct logbook *logbook_new(const struct logbook_settings *settings, struct sessions *sessions,
                            const struct ports *ports, struct judge *judge);
void logbook_free(struct logbook *logbook);

/* Takes a line that logline_parse took apart. */
void logbook_line(struct logbook *logbook, const struct logline *line, int64_t now);

/* A line that belongs to none: it goes on with the one before it, or is no log's at all. */
void logbook_odd_line(struct logbook *logbook);

/* What the log says of itself: "6.14.5", or "" as long as it has not. */
const char *logbook_version(const struct logbook *logbook);

struct logbook_counts {
    uint64_t lines;     /* of the log's own form (no loss, as the next two) */
    uint64_t odd;       /* of none */
    uint64_t data;      /* lines with data */
    uint64_t bad;       /* lines whose data could not be read */
    uint64_t throttled; /* sessions whose further data Traccar did not log */
    uint64_t
        picked; /* lines with data, where no other lines are there: somebody picked them out of the log */
    uint64_t forgotten; /* sessions, because of the cap */
};
struct logbook_counts logbook_counts(const struct logbook *logbook);

#endif
