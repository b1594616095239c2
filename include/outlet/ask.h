/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What somebody asks a running hexwatch for, over the control socket or the page's addresses: one line, as in a URL,
 * "devices?port=5023&device=123". The names: status, devices, ports, findings, messages (the latest ones), tail (messages,
 * connections and findings from now on). What is chosen: see outlet/filter.h, and
 *   last=N  (messages, tail) at most so many of the latest messages come first
 *   open=1  (findings) only those that are open
 */
#ifndef OUTLET_ASK_H
#define OUTLET_ASK_H

#include "base/buffer.h"
#include "outlet/filter.h"

enum ask_what { ASK_STATUS, ASK_DEVICES, ASK_PORTS, ASK_FINDINGS, ASK_MESSAGES, ASK_TAIL, ASK_KINDS };

struct ask {
    enum ask_what what;
    bool open_only;
    unsigned last; /* at most so many of the latest messages */
    struct filter filter;
};

/* The longest line that is read. */
enum { ASK_MAX = 8192, ASK_LAST = 1000 };

/* "status", … */
const char *ask_name(enum ask_what what);

/* Reads a line without its end. False: error says what is wrong and the mend. */
MUST_CHECK bool ask_read(struct cursor line, struct ask *ask, char *error, size_t size);

/* A value as it may stand in such a line: percent-encoded. */
void ask_put_value(struct buffer *out, const char *value);

#endif
