/* SPDX-License-Identifier: Apache-2.0 */
/* The buffered writer. Used by the outlets that print lines. */
#include "outlet/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Written out in pieces that stay in the cache beside what is known of the peers. */
enum { CAPACITY = 2 * WRITER_LINE_MAX, PIECE = 32 * 1024, SECOND = 1000000 };

struct writer {
    int fd, own_fd, error, hindrance; /* own_fd: the same file, opened once more so as not to block; or -1 */
    bool is_socket, is_file;
    bool never_waits, is_dropping;
    int64_t patience; /* µs that may still be waited; -1: as long as it takes */
    uint64_t lost, dropped, untold;
    size_t done; /* bytes at the start of the buffer that went out */
    size_t line; /* where the line that is being built starts */
    struct buffer buffer;
    struct buffer nowhere; /* for lines that are dropped */
    uint8_t *memory;       /* owned */
    size_t capacity;
};

struct writer *writer_new(int fd)
{
    struct writer *writer = calloc(1, sizeof(*writer));
    if (!writer)
        return NULL;
    writer->memory = malloc(CAPACITY);
    if (!writer->memory) {
        free(writer);
        return NULL;
    }
    writer->fd = fd;
    writer->own_fd = -1;
    writer->patience = -1;
    writer->capacity = CAPACITY;
    writer->buffer = buffer_on(writer->memory, CAPACITY);
    return writer;
}

void writer_free(struct writer *writer)
{
    if (!writer)
        return;
    (void)writer_flush(writer);
    if (writer->own_fd >= 0)
        close(writer->own_fd);
    free(writer->memory);
    free(writer);
}

/* Whether a file blocks is a matter of how it was opened, and others hold what was opened for us (the shell its terminal):
 * so it is opened once more. */
static void open_again(struct writer *writer)
{
    struct stat status;
    char path[32];
    if (fstat(writer->fd, &status) != 0)
        return;
    writer->is_socket = S_ISSOCK(status.st_mode);
    writer->is_file = S_ISREG(status.st_mode);
    if (writer->is_socket || writer->is_file)
        return;
    snprintf(path, sizeof(path), "/proc/self/fd/%d", writer->fd);
    writer->own_fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

bool writer_never_wait(struct writer *writer)
{
    uint8_t *larger = realloc(writer->memory, WRITER_QUEUE);
    if (!larger)
        return false;
    writer->memory = larger;
    writer->capacity = WRITER_QUEUE;
    size_t length = writer->buffer.length;
    writer->buffer = buffer_on(larger, WRITER_QUEUE);
    writer->buffer.length = length;
    writer->never_waits = true;
    open_again(writer);
    return true;
}

void writer_wait_until(struct writer *writer, int64_t patience)
{
    if (!writer->never_waits)
        return;
    writer->never_waits = writer->is_dropping = false;
    writer->patience = patience;
}

static int64_t steady_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * SECOND + now.tv_nsec / 1000;
}

static bool is_writable(const struct writer *writer, int timeout)
{
    struct pollfd reader = { .fd = writer->own_fd >= 0 ? writer->own_fd : writer->fd, .events = POLLOUT };
    return poll(&reader, 1, timeout) > 0;
}

/* Writes a piece without waiting, where that can be had. */
static ssize_t write_some(const struct writer *writer, const uint8_t *bytes, size_t length)
{
    bool may_block = writer->never_waits || writer->patience >= 0;
    if (!may_block || writer->is_file)
        return write(writer->fd, bytes, length);
    if (writer->is_socket)
        return send(writer->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (writer->own_fd >= 0)
        return write(writer->own_fd, bytes, length);
    /* it could not be opened again: a pipe that says there is room takes so much at least */
    if (!is_writable(writer, 0)) {
        errno = EAGAIN;
        return -1;
    }
    return write(writer->fd, bytes, length < _POSIX_PIPE_BUF ? length : _POSIX_PIPE_BUF);
}

/* Waits for the reader. False: not (any longer). */
static bool wait_for_reader(struct writer *writer)
{
    if (writer->never_waits)
        return false;
    if (writer->patience < 0) {
        (void)is_writable(writer, SECOND / 1000);
        return true;
    }
    int64_t start = steady_now();
    bool is_ready = is_writable(writer, (int)(writer->patience / 1000));
    writer->patience -= steady_now() - start;
    if (writer->patience < 0)
        writer->patience = 0;
    if (!is_ready)
        writer->error = ETIMEDOUT;
    return is_ready;
}

/* A live command outlasts a full disk: what finds no room there waits like for a slow reader. */
static bool is_full_for_now(const struct writer *writer)
{
    return writer->never_waits && writer->is_file && (errno == ENOSPC || errno == EDQUOT);
}

bool writer_flush(struct writer *writer)
{
    struct buffer *buffer = &writer->buffer;
    while (writer->done < buffer->length && writer->error == 0) {
        ssize_t n = write_some(writer, buffer->bytes + writer->done, buffer->length - writer->done);
        if (n >= 0) {
            writer->done += (size_t)n;
            writer->hindrance = 0;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!wait_for_reader(writer))
                break;
        } else if (is_full_for_now(writer)) {
            writer->hindrance = errno;
            break;
        } else if (errno != EINTR)
            writer->error = errno;
    }
    if (writer->error != 0) {
        writer->lost += buffer->length - writer->done;
        writer->done = buffer->length;
    }
    if (writer->done == buffer->length)
        writer->done = buffer->length = 0;
    errno = writer->error;
    return writer->error == 0;
}

/* Is there room for a line? A writer that drops goes on dropping until half of its queue is free, so that there is one gap and
 * not a thousand. */
static bool has_room(struct writer *writer, size_t room)
{
    struct buffer *buffer = &writer->buffer;
    if (room > writer->capacity - buffer->length)
        (void)writer_flush(writer);
    if (room > writer->capacity - buffer->length && writer->done > 0) {
        buffer->length -= writer->done;
        memmove(buffer->bytes, buffer->bytes + writer->done, buffer->length);
        writer->done = 0;
    }
    if (writer->is_dropping)
        writer->is_dropping = buffer->length - writer->done > writer->capacity / 2;
    return !writer->is_dropping && room <= writer->capacity - buffer->length;
}

struct buffer *writer_begin(struct writer *writer, size_t room)
{
    if (!has_room(writer, room) && writer->never_waits) {
        writer->is_dropping = true;
        writer->nowhere = (struct buffer){ .full = true };
        return &writer->nowhere;
    }
    writer->line = writer->buffer.length;
    return &writer->buffer;
}

static void drop(struct writer *writer)
{
    writer->dropped++;
    writer->untold++;
}

void writer_end(struct writer *writer)
{
    if (writer->nowhere.full) {
        writer->nowhere.full = false;
        drop(writer);
        return;
    }
    if (writer->buffer.full) {
        /* longer than was said, and than there is room for: half a line would spoil the next one */
        writer->lost += writer->buffer.length - writer->line;
        writer->buffer.length = writer->line;
        writer->buffer.full = false;
        drop(writer);
    }
    if (writer->buffer.length - writer->done > PIECE)
        (void)writer_flush(writer);
}

int writer_pending(const struct writer *writer)
{
    if (writer->error != 0 || writer->done == writer->buffer.length || writer->hindrance != 0)
        return -1; /* of files nothing tells when there is room again */
    return writer->own_fd >= 0 ? writer->own_fd : writer->fd;
}

int writer_error(const struct writer *writer)
{
    return writer->error;
}

int writer_hindrance(const struct writer *writer)
{
    return writer->hindrance;
}

uint64_t writer_lost(const struct writer *writer)
{
    return writer->lost;
}

uint64_t writer_dropped(const struct writer *writer)
{
    return writer->dropped;
}

uint64_t writer_gap(struct writer *writer)
{
    if (writer->untold == 0 || !has_room(writer, WRITER_LINE_MAX))
        return 0;
    uint64_t gap = writer->untold;
    writer->untold = 0;
    return gap;
}
