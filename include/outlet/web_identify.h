/* SPDX-License-Identifier: Apache-2.0 */
/* POST /api/identify: answers what somebody pasted, as `hexwatch identify --paste` does. A paste may take a tenth of a second: it
 * is judged in a thread of its own, one at a time, and nothing else waits. Part of web. */
#ifndef OUTLET_WEB_IDENTIFY_H
#define OUTLET_WEB_IDENTIFY_H

#include "protocol/protocol.h"
#include "verdict/ports.h"

/* The longest paste, bytes. */
enum { WEB_PASTE = 64 << 10 };

struct web_identify;
struct event_base;
struct evhttp_request;

/* base, protocols (ended by NULL) and ports are borrowed; nobody changes the last two. NULL when memory is out, or descriptors;
 * web_identify_free takes NULL, and waits for a thread to end. */
struct web_identify *web_identify_new(struct event_base *base, const struct protocol *const *protocols,
                                      const struct ports *ports);
void web_identify_free(struct web_identify *identify);

/* Answers the request's body with an array of records: identity, or one error. */
void web_identify_start(struct web_identify *identify, struct evhttp_request *request);

uint64_t web_identify_refused(const struct web_identify *identify);

#endif
