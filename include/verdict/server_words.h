/* SPDX-License-Identifier: Apache-2.0 */
/* What the matter of the server says. Part of it. */
#ifndef VERDICT_SERVER_WORDS_H
#define VERDICT_SERVER_WORDS_H

#include "verdict/host.h"
#include "verdict/wording.h"

/* What a finding is about. What it does not need is zero. */
struct server_subject {
    enum finding_code code;
    enum transport transport;
    uint16_t port;
    const struct portset *set; /* more ports of the same fault, this one among them; NULL: it is alone */
    const struct ports *ports;
    const struct host_socket *socket;   /* who holds it */
    const struct host_process *process; /* Traccar's */
    int64_t time;                       /* of the facts */
    const char *broken;                 /* what is wrong with its configuration */
    bool is_container, is_traccars, is_down;
    /* traccar-stuck */
    unsigned unread, unaccepted, count;
    uint64_t bytes;
    int64_t longest;
    /* half-published: so many ports are */
    size_t tcp, udp;
};

struct server_words {
    struct wording text, advice;
};

void server_words_put(struct server_words *words, const struct server_subject *subject);

/* Why a finding is over, static. */
const char *server_words_cleared(enum finding_code code);

#endif
