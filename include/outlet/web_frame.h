/* SPDX-License-Identifier: Apache-2.0 */
/* One server-sent event, written once for all who are sent it. Part of web_events. */
#ifndef OUTLET_WEB_FRAME_H
#define OUTLET_WEB_FRAME_H

#include "base/cursor.h"

struct evbuffer;

struct web_frame;

/* Takes all that stands in `from`, which is empty then. Owned by who made it, until web_frame_drop; the bytes stay as long as
 * somebody is still to be sent them. NULL: memory is out, and `from` is emptied too. */
struct web_frame *web_frame_new(struct evbuffer *from);
void web_frame_drop(struct web_frame *frame);

/* Adds it to what a connection is to be sent: the same bytes, where copying costs more. is_chunked: the connection's transfer encoding. */
void web_frame_send(struct web_frame *frame, struct evbuffer *out, bool is_chunked);

/* The same with what stands in `from`, for one connection alone. */
void web_frame_move(struct evbuffer *from, struct evbuffer *out, bool is_chunked);

#endif
