/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes that several connections send at their own pace. Used by web_events. */
#include "outlet/web_frame.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A chunk's length before its bytes, and the end behind them. */
enum { HEAD = 18, TAIL = 2 };
/* libevent spends a kilobyte on every reference: fewer bytes are cheaper copied. */
enum { SMALL = 1500 };

struct web_frame {
    size_t users; /* who made it, and the connections that have not sent it yet */
    size_t head, length;
    unsigned char bytes[]; /* head, bytes, tail */
};

struct web_frame *web_frame_new(struct evbuffer *from)
{
    size_t length = evbuffer_get_length(from);
    struct web_frame *frame = malloc(sizeof(*frame) + HEAD + length + TAIL + 1);
    if (!frame) {
        evbuffer_drain(from, length);
        return NULL;
    }
    frame->users = 1;
    frame->length = length;
    frame->head = (size_t)snprintf((char *)frame->bytes, HEAD + 1, "%zx\r\n", length);
    evbuffer_remove(from, frame->bytes + frame->head, length);
    memcpy(frame->bytes + frame->head + length, "\r\n", TAIL);
    return frame;
}

void web_frame_drop(struct web_frame *frame)
{
    if (frame && --frame->users == 0)
        free(frame);
}

static void on_sent(const void *bytes, size_t length, void *context)
{
    (void)bytes;
    (void)length;
    web_frame_drop(context);
}

void web_frame_send(struct web_frame *frame, struct evbuffer *out, bool is_chunked)
{
    const unsigned char *start = frame->bytes + (is_chunked ? 0 : frame->head);
    size_t length = frame->length + (is_chunked ? frame->head + TAIL : 0);
    if (length < SMALL) {
        evbuffer_add(out, start, length);
        return;
    }
    frame->users++;
    if (evbuffer_add_reference(out, start, length, on_sent, frame) != 0)
        frame->users--;
}

void web_frame_move(struct evbuffer *from, struct evbuffer *out, bool is_chunked)
{
    if (is_chunked)
        evbuffer_add_printf(out, "%zx\r\n", evbuffer_get_length(from));
    evbuffer_add_buffer(out, from);
    if (is_chunked)
        evbuffer_add(out, "\r\n", TAIL);
}
