/* SPDX-License-Identifier: Apache-2.0 */
/* The summary: at the end, or now and then, says what was seen: devices, findings, ports, losses. */
#ifndef OUTLET_SUMMARY_H
#define OUTLET_SUMMARY_H

#include "board/board.h"
#include "outlet/line.h"
#include "outlet/writer.h"

/* What was lost on the way, each with its name; ended by one without a name. Zero counts are left out of the text. */
struct loss {
    const char *name;
    uint64_t count;
    const char *advice; /* a sentence for people on what to do about it, or NULL */
};

/* The name as a key without blanks: "lines of Traccar's log too long" is lines_of_traccars_log_too_long. */
enum { LOSS_KEY = 64 };
void loss_put_key(struct buffer *out, const char *name);

/* What of it all was shown. */
struct summary_shown {
    const char *words; /* of whom: "device 123456789012345", or NULL or "": of everybody */
    uint64_t count;    /* messages of devices that were chosen */
    uint64_t hidden;   /* messages that a terminal had no line for */
    uint64_t limit;    /* as many as were wanted, or 0 */
};

/* What the board does not know. Borrowed for the call. */
struct summary_facts {
    int64_t time;              /* of the summary, µs */
    uint64_t packets;          /* 0 where there are none (listen) */
    const struct loss *losses; /* what was lost on the way */
    const char *broken_off;    /* why the intake ended before its time, or NULL */
    struct summary_shown shown;
};

struct summary_form {
    bool json;
    bool is_utc;           /* times of text; else local */
    struct line_form line; /* width (0: lines are whole), colours, charset */
};

void summary_write(const struct board *board, struct writer *writer, const struct summary_form *form,
                   const struct summary_facts *facts);

#endif
