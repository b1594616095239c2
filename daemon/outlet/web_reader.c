/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that is sent events for as long as it likes. Used by web_events. */
#include "outlet/web_reader.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "outlet/web_clock.h"
#include "outlet/web_reply.h"

/* Bytes that wait: from so many on it is too slow; and what the kernel keeps besides. */
enum { BEHIND = 256 << 10, KERNEL = 128 << 10 };

static struct bufferevent *stream_of(const struct web_reader *reader)
{
    return evhttp_connection_get_bufferevent(evhttp_request_get_connection(reader->request));
}

static struct evbuffer *output_of(const struct web_reader *reader)
{
    return bufferevent_get_output(stream_of(reader));
}

size_t web_reader_waiting(const struct web_reader *reader)
{
    return evbuffer_get_length(output_of(reader));
}

/* The kernel keeps little for it and sends at once, and evhttp's own patience does not count. */
static void prepare(const struct web_reader *reader)
{
    struct bufferevent *stream = stream_of(reader);
    int fd = bufferevent_getfd(stream), on = 1, room = KERNEL;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    bufferevent_set_timeouts(stream, NULL, NULL);
    bufferevent_set_max_single_write(stream, WEB_READER_ENOUGH);
    web_hold_back(reader->request);
}

static void on_left(struct evhttp_connection *connection, void *context)
{
    struct web_reader *reader = context;
    (void)connection;
    reader->gone(reader);
}

struct web_reader *web_reader_new(struct evhttp_request *request, void (*gone)(struct web_reader *reader),
                                  void *context)
{
    struct web_reader *reader = calloc(1, sizeof(*reader));
    if (!reader)
        return NULL;
    reader->request = request;
    reader->gone = gone;
    reader->context = context;
    prepare(reader);
    web_put_headers(reader->request, "text/event-stream", NULL);
    evhttp_connection_set_closecb(evhttp_request_get_connection(reader->request), on_left, reader);
    evhttp_send_reply_start(reader->request, HTTP_OK, "OK");
    reader->is_chunked =
        evhttp_find_header(evhttp_request_get_output_headers(reader->request), "Transfer-Encoding") != NULL;
    return reader;
}

static void start_over(struct web_reader *reader)
{
    for (int kind = 0; kind < CHANGES_KINDS; kind++) {
        rows_end(&reader->told[kind].place);
        reader->told[kind] = (struct web_told){ 0 };
    }
}

void web_reader_free(struct web_reader *reader, bool has_left)
{
    struct evhttp_connection *connection = evhttp_request_get_connection(reader->request);
    start_over(reader);
    if (has_left) {
        web_let_go(reader->request);
    } else {
        evhttp_connection_set_closecb(connection, NULL, NULL);
        evhttp_connection_free(connection);
    }
    free(reader->choice);
    free(reader);
}

bool web_reader_may_be_sent(struct web_reader *reader)
{
    if (reader->is_behind || web_reader_waiting(reader) <= BEHIND)
        return !reader->is_behind;
    reader->is_behind = true;
    reader->stuck = web_steady();
    reader->from = web_wall(bufferevent_get_base(stream_of(reader)));
    start_over(reader);
    return false;
}

void web_reader_send(struct web_reader *reader, struct web_frame *frame)
{
    web_frame_send(frame, output_of(reader), reader->is_chunked);
}

void web_reader_send_work(struct web_reader *reader, struct evbuffer *work)
{
    web_frame_move(work, output_of(reader), reader->is_chunked);
}

bool web_reader_is_live(const struct web_reader *reader)
{
    bool is_live = true;
    for (int kind = 0; kind < CHANGES_KINDS; kind++)
        is_live = is_live && reader->told[kind].is_live;
    return is_live;
}
