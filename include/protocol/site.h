/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Protocols that a site adds without recompiling: a text protocol by its table, or a clone that speaks a known protocol behind
 * other first bytes. They stand beside the registry's in one list. Filled by command from conf/protocols.d.
 */
#ifndef PROTOCOL_SITE_H
#define PROTOCOL_SITE_H

#include "protocol/text_protocol.h"

/* A clone: `head` stands where the base protocol has `base_head`; behind it everything is the base's. */
struct protocol_clone {
    const struct protocol *base;
    struct head head, base_head;
};

struct site;

/* Starts with the registry's protocols; NULL when memory is out. site_free takes NULL. */
struct site *site_new(void);
void site_free(struct site *site);

/* What one stanza says. Texts are copied. Unset members are NULL, 0 or false. */
struct site_stanza {
    const char *name; /* lower-case letters and digits */
    uint16_t port;
    unsigned transports;
    const struct head *heads; /* ended by one without bytes */
    const char *base;         /* a known protocol's name: then it is a clone, and `text` does not count */
    struct text_protocol text;
    const char *example; /* one message of it: it must be claimed */
};

/* Adds a protocol. False: error says what is wrong with the stanza, and the mend; nothing was added. */
MUST_CHECK bool site_add(struct site *site, const struct site_stanza *stanza, char *error, size_t size);

/* The registry's protocols and the site's behind them, ended by NULL; borrowed, until the next site_add. */
const struct protocol *const *site_protocols(const struct site *site);

/* As the members of struct protocol; protocol->clone is set. Messages longer than CLONE_MAX bytes are none. */
enum { CLONE_MAX = 8192 };
enum claim clone_match(const struct protocol *protocol, const struct message *message, size_t *length);
void clone_read(const struct protocol *protocol, const struct message *message, struct reading *reading);
void clone_answer(const struct protocol *protocol, const struct message *message, const struct asker *asker,
                  struct buffer *reply);

#endif
