/* SPDX-License-Identifier: Apache-2.0 */
/* The port that a paste tells: before a message, or in a line of its own. Part of paste. */
#ifndef WIRE_PASTE_PORT_H
#define WIRE_PASTE_PORT_H

#include "base/net.h"

struct paste_port {
    unsigned port; /* 0: none is told */
    enum transport transport;
    bool has_transport; /* it is told */
    bool is_out;        /* the server's side speaks */
};

/* "5023 ", "tcp:5001 ", "UDP 5013: ", "port=5023, " in front of a message: moves *line behind it. False: nothing of the kind is
 * there, or nothing stands behind it that could be a message. */
MUST_CHECK bool paste_take_port(struct cursor *line, struct paste_port *port);

/* "my device is on port 5023", "T 203.0.113.7:40312 -> 198.51.100.2:5023 [AP]", tcpdump's "IP 203.0.113.7.40312 >
 * 198.51.100.2.5023:". is_known tells which ports are a server's. */
MUST_CHECK bool paste_find_port(struct cursor line, bool (*is_known)(const void *context, uint16_t port),
                                const void *context, struct paste_port *port);

/* "203.0.113.7;5023;7878…": a cell that holds a port, in a row where only one does. */
MUST_CHECK bool paste_find_column(struct cursor line, bool (*is_known)(const void *context, uint16_t port),
                                  const void *context, struct paste_port *port);

/* A line that is a number alone. */
MUST_CHECK bool paste_is_port(struct cursor line, struct paste_port *port);

#endif
