/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A buffered writer on a file descriptor. Lines are built straight in its memory; they go out whole or not at all. A write that
 * fails (full disk, closed pipe) is remembered and told once, never retried for ever.
 *
 * At first it waits for a slow reader, as `read` and `identify` want it. A live command must not: after writer_never_wait what
 * finds no room is dropped and counted, on a full disk too.
 */
#ifndef OUTLET_WRITER_H
#define OUTLET_WRITER_H

#include "base/buffer.h"

struct writer;

/* The largest line that fits; and how much a writer that never waits keeps for a slow reader. */
enum { WRITER_LINE_MAX = 256 * 1024, WRITER_QUEUE = 4 << 20 };

/* Writes to fd (borrowed, stays open); NULL when memory is out. writer_free flushes and takes NULL. */
struct writer *writer_new(int fd);
void writer_free(struct writer *writer);

/* From now on it never waits. False: memory is out, it goes on waiting. */
MUST_CHECK bool writer_never_wait(struct writer *writer);

/* One that never waits does so again, but no longer than so many µs in all: what has not gone out then is lost. */
void writer_wait_until(struct writer *writer, int64_t patience);

/* A buffer with room for `room` bytes (at most WRITER_LINE_MAX); what is put in belongs to the output after writer_end. */
struct buffer *writer_begin(struct writer *writer, size_t room);
void writer_end(struct writer *writer);

/* Hands to the system what it takes, or everything when it waits. False when it, or an earlier write, failed: errno says why
 * (ETIMEDOUT: the reader did not read). */
bool writer_flush(struct writer *writer);

/* The descriptor to wait for, when there is more to write than was taken; else -1. */
int writer_pending(const struct writer *writer);

/* ENOSPC or EDQUOT while one that never waits finds no room in its file: it is tried again with every flush; else 0. */
int writer_hindrance(const struct writer *writer);

/* The errno of the first write that failed; 0: none. Bytes written after it are lost, and counted. */
int writer_error(const struct writer *writer);
uint64_t writer_lost(const struct writer *writer);

/* Lines that were dropped in all; and those of which nobody was told yet, once there is room again: they count as told then. */
uint64_t writer_dropped(const struct writer *writer);
uint64_t writer_gap(struct writer *writer);

#endif
