/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a person is told who waits for the first device: what to enter in it, and, when nothing comes, what the reason may be and
 * what to do next. Words alone, of facts that are handed in. Used by live.
 */
#ifndef COMMAND_WELCOME_H
#define COMMAND_WELCOME_H

#include "base/buffer.h"
#include "verdict/server.h"

/* All borrowed. */
struct welcome_facts {
    const struct server_facts *server; /* its firewall NULL: the rules are not known */
    const struct portset *open;        /* the ports that are listened on, or watched */
    const struct ports *ports;
    const char *address;   /* the only one that is listened on; "": all */
    const char *interface; /* the only one that is watched; NULL: all are, or none */
};

enum { WELCOME_TEXT = 2048 };

/* Lines that say which server and port are entered in the tracker, each ended by '\n'. */
void welcome_put_entries(struct buffer *out, const struct welcome_facts *facts);

/* Why nothing comes: the likeliest reasons first, each with what to do; lines as above. has_connections: some were opened, and no
 * message came in them. */
void welcome_put_reasons(struct buffer *out, const struct welcome_facts *facts, bool has_connections);

/* Starts as { 0 }. */
struct welcome_wait {
    int64_t since; /* 0: it has not begun */
    bool is_over;  /* something has come, or the reasons were told */
};

/* Time passes (µs). True once: nothing has come for a minute. */
MUST_CHECK bool welcome_is_late(struct welcome_wait *wait, bool has_come, int64_t now);

#endif
