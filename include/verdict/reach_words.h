/* SPDX-License-Identifier: Apache-2.0 */
/* What the findings of the matter of reachability say. Part of it. */
#ifndef VERDICT_REACH_WORDS_H
#define VERDICT_REACH_WORDS_H

#include "verdict/firewall_words.h"
#include "verdict/wording.h"

/* What is known of the host where it happens. All borrowed. */
struct reach_about {
    const struct ports *ports;
    const struct firewall *firewall; /* NULL: not known */
    enum firewall_manager manager;
    const char *interface;
    bool is_own;    /* packets are watched on this host */
    bool is_open;   /* somebody listens on the port */
    bool is_narrow; /* at some of this host's addresses */
};

void reach_words_put(const struct reach_about *about, const struct connection_event *event,
                     enum finding_code code, struct buffer *text, struct buffer *advice);

/* One who tries port after port. */
void reach_words_put_scanner(struct buffer *text, const struct who *who);

#endif
