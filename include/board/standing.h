/* SPDX-License-Identifier: Apache-2.0 */
/* How a device, a port or a point of the troubleshooting guide stands, in the four words that every view has. Verdicts are the
 * judge's: here they are only summed up. */
#ifndef BOARD_STANDING_H
#define BOARD_STANDING_H

#include "base/buffer.h"
#include "board/board.h"

enum standing { STANDING_OK, STANDING_WAITING, STANDING_PROBLEM, STANDING_UNKNOWN, STANDINGS };

/* "ok", "waiting", "problem", "unknown" */
const char *standing_name(enum standing standing);

/* What is known of a device's place, or why not. */
enum condition {
    CONDITION_LOCATED, /* its last word on it was a valid location */
    CONDITION_WAITING, /* none yet, for less than findings.fix_minutes */
    CONDITION_NO_FIX,  /* none for longer */
    CONDITION_SILENT,  /* it has stopped sending */
    CONDITION_UNKNOWN, /* nothing of it could be read */
    CONDITIONS
};

/* "located", "waiting", "no_fix", "silent", "unknown" */
const char *condition_name(enum condition condition);

/* open: the open findings about it, or NULL. */
enum condition condition_of(const struct board_device *device, const struct board_open *open);
enum standing standing_of_device(const struct board_device *device, const struct board_open *open);

/* Is the row of a peer somebody who may be a tracker? Browsers and scanners are not. */
bool standing_is_device(const struct board_device *device);

/* What happened at a port. */
enum happening {
    HAPPENED_NOTHING,        /* nothing came, and whether anybody listens is not known */
    HAPPENED_LISTENING,      /* we listen, and nothing came */
    HAPPENED_DATA,           /* messages came */
    HAPPENED_WRONG_PROTOCOL, /* … of a protocol that it does not speak */
    HAPPENED_REFUSED,
    HAPPENED_DROPPED, /* not answered, or half-open */
    HAPPENED_TAKEN,   /* another program holds it */
};

/* "nothing", "listening", "data", "wrong-protocol", "refused", "dropped", "taken" */
const char *happening_name(enum happening happening);

/* row, open: of the port, or NULL. */
enum happening happening_of(const struct board_port *row, const struct board_open *open, bool is_listened,
                            bool is_taken);
/* Messages of which none could be identified are unknown. row: of the port, or NULL. */
enum standing standing_of_port(enum happening happening, const struct board_port *row);

/* Does the finding say that a device sends to a wrong port, or over the wrong transport? */
bool standing_is_misplaced(enum finding_code code);

/* The point (1 to 6) of the troubleshooting guide that a finding belongs to; 0: none, it is no trouble. */
enum { GUIDE_POINTS = 6 };
unsigned standing_point(enum finding_code code);

/* The next step in a few words ("use port 5023"), for tables; "" where there is none so short. */
void standing_put_step(struct buffer *out, const struct board_device *device, const struct board_open *open);

#endif
