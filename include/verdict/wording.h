/* SPDX-License-Identifier: Apache-2.0 */
/* The words that findings share: how a peer, a port, a span of time, a severity is called. Used by the matters and the outlets. */
#ifndef VERDICT_WORDING_H
#define VERDICT_WORDING_H

#include "base/buffer.h"
#include "verdict/event.h"

/* Room for a finding's text or advice, its NUL included. */
enum { WORDING_MAX = 512 };

/* A text to be built; wording_end ends it and gives it out. */
struct wording {
    struct buffer text;
    char memory[WORDING_MAX];
};
void wording_start(struct wording *wording);
const char *wording_end(struct wording *wording);

/* "Device 123", or "The device at 203.0.113.7:40312" where its id is not known. */
void wording_put_subject(struct buffer *out, const struct who *who, const char *device);

/* "203.0.113.7": the peer's address without its port, which changes with every connection. */
void wording_put_address(struct buffer *out, const struct who *who);

/* "gt06 or h02" */
void wording_put_candidates(struct buffer *out, const struct identity *identity);

/* "port 5013, where Traccar speaks h02" */
void wording_put_port(struct buffer *out, const struct ports *ports, uint16_t port);

/* "90 seconds", "15 minutes", "3 hours", "8 days" */
void wording_put_span(struct buffer *out, int64_t micros);

/* "2s", "6m", "3h", "2d": an age as tables have it; "now" below a second. */
void wording_put_age(struct buffer *out, int64_t micros);

/* A kind of noise as it reads in a sentence: "tls", "a scanner's probe". */
const char *wording_kind(const char *kind);

/* "wrong-port", … */
const char *finding_name(enum finding_code code);
/* "opened", "closed", "refused", "unanswered", "half-open" */
const char *connection_name(enum connection_state state);
/* "info", "warning", "problem", for records; "NOTE", "WARNING", "PROBLEM", for people */
const char *severity_name(enum severity severity);
const char *severity_word(enum severity severity);

#endif
