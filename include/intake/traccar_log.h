/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads Traccar's log, followed by its name through rotation: when the file is renamed and made anew, cut off, or gone for a while.
 * Hands its lines to the logbook.
 */
#ifndef INTAKE_TRACCAR_LOG_H
#define INTAKE_TRACCAR_LOG_H

#include "wire/logbook.h"

struct traccar_log;

/* Opens a file ("-": standard input; a folder stands for the tracker-server.log in it), to be read from its beginning or from its end
 * on. The logbook is borrowed. NULL: error says
 * what is wrong and the mend. traccar_log_free takes NULL. */
struct traccar_log *traccar_log_open(const char *path, bool from_end, struct logbook *logbook, char *error,
                                     size_t size);
void traccar_log_free(struct traccar_log *log);

/* To be read from so many bytes before its end on, from the next whole line. */
void traccar_log_last(struct traccar_log *log, size_t bytes);

/* What time it is when a line is taken. */
struct log_clock {
    int64_t
        now; /* µs: taken now; 0: when the line says, which is local time of this host or of who wrote the file */
    void (*pass)(void *context, int64_t now); /* by the lines' time a second or more has passed; or NULL */
    void *context;
};

/* Reads some of what is there. True: there is more. False: that was all for now, or it cannot be read: traccar_log_gone says why. */
bool traccar_log_take(struct traccar_log *log, const struct log_clock *clock);

/* Takes what stands behind the last line end, at the end of all. */
void traccar_log_finish(struct traccar_log *log, const struct log_clock *clock);

/* Once in a while, when all is read: finds out whether the name stands for another file now, and goes on with that. `now` µs. */
void traccar_log_look(struct traccar_log *log, const struct log_clock *clock, int64_t now);

/* The time of the last line, µs; 0: none had one yet. */
int64_t traccar_log_time(const struct traccar_log *log);

/* Is no line of it, of those so far, one of Traccar's log? */
bool traccar_log_is_foreign(const struct traccar_log *log);

struct traccar_log_losses {
    uint64_t cut;     /* lines longer than any of Traccar's: not read */
    uint64_t seconds; /* in which the file was gone */
    const char *gone; /* why it cannot be read now; NULL: it can */
};
struct traccar_log_losses traccar_log_losses(const struct traccar_log *log, int64_t now);

#endif
