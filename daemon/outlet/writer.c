/* SPDX-License-Identifier: Apache-2.0 */
/* The buffered writer. Used by the outlets that print lines. */
#include "outlet/writer.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

/* Written out in pieces that stay in the cache beside what is known of the peers. */
enum { CAPACITY = 2 * WRITER_LINE_MAX, PIECE = 32 * 1024 };

struct writer {
    int fd, error;
    uint64_t lost;
    struct buffer buffer;
    uint8_t memory[CAPACITY];
};

struct writer *writer_new(int fd)
{
    struct writer *writer = malloc(sizeof(*writer));
    if (!writer)
        return NULL;
    writer->fd = fd;
    writer->error = 0;
    writer->lost = 0;
    writer->buffer = buffer_on(writer->memory, CAPACITY);
    return writer;
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    (void)writer_flush(writer);
    free(writer);
}

bool writer_flush(struct writer *writer)
{
    size_t done = 0;
    while (done < writer->buffer.length && writer->error == 0) {
        ssize_t n = write(writer->fd, writer->memory + done, writer->buffer.length - done);
        if (n >= 0) {
            done += (size_t)n;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            /* a terminal or pipe that somebody made non-blocking: wait for its reader */
            struct pollfd slow = { .fd = writer->fd, .events = POLLOUT };
            (void)poll(&slow, 1, 1000);
        } else if (errno != EINTR) {
            writer->error = errno;
        }
    }
    writer->lost += writer->buffer.length - done;
    writer->buffer = buffer_on(writer->memory, CAPACITY);
    errno = writer->error;
    return writer->error == 0;
}

struct buffer *writer_begin(struct writer *writer, size_t room)
{
    if (room > CAPACITY - writer->buffer.length)
        (void)writer_flush(writer);
    return &writer->buffer;
}

void writer_end(struct writer *writer)
{
    if (writer->buffer.full || writer->buffer.length > PIECE)
        (void)writer_flush(writer);
}

int writer_error(const struct writer *writer)
{
    return writer->error;
}

uint64_t writer_lost(const struct writer *writer)
{
    return writer->lost;
}
