/* SPDX-License-Identifier: Apache-2.0 */
/* One who reads /events: what it has been told, and whether it reads fast enough. Part of web_events. */
#ifndef OUTLET_WEB_READER_H
#define OUTLET_WEB_READER_H

#include "outlet/web_frame.h"
#include "outlet/web_messages.h"
#include "outlet/web_tables.h"

struct evhttp_request;

struct web_reader {
    TAILQ_ENTRY(web_reader) link; /* web_events' */
    void *context;                /* who owns it */
    struct evhttp_request *request;
    struct web_told told[CHANGES_KINDS];
    struct web_messages messages; /* if it has a choice of its own */
    struct filter *choice;        /* owned; NULL: it is shown everybody's */
    bool only_messages;
    bool is_chunked, is_behind;
    void (*gone)(struct web_reader *reader);
    int64_t stuck, from; /* since when it is behind: steady clock, wall clock; µs */
};

TAILQ_HEAD(web_readers, web_reader);

/* A reader that is owned by `context`, and the reply to it started. gone is called when the other side has left, and has to free
 * it. NULL: memory is out, nothing is started. */
struct web_reader *web_reader_new(struct evhttp_request *request, void (*gone)(struct web_reader *reader),
                                  void *context);
/* Frees it. Its connection is closed, unless it has left. */
void web_reader_free(struct web_reader *reader, bool has_left);

/* Bytes that wait to be sent. */
size_t web_reader_waiting(const struct web_reader *reader);

/* Does it read fast enough to be sent more? If not it falls behind: what it has been told counts no more. */
bool web_reader_may_be_sent(struct web_reader *reader);

void web_reader_send(struct web_reader *reader, struct web_frame *frame);
/* What stands in `work`, which is empty then, to it alone. */
void web_reader_send_work(struct web_reader *reader, struct evbuffer *work);

/* Is it sent all changes? */
bool web_reader_is_live(const struct web_reader *reader);

/* Where no more is added of what there was when it came. */
enum { WEB_READER_ENOUGH = 64 << 10 };

#endif
