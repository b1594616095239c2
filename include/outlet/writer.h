/* SPDX-License-Identifier: Apache-2.0 */
/* A buffered writer on a file descriptor. Lines are built straight in its memory; a write that fails (full disk, closed
 * pipe) is remembered and told once, never retried for ever. */
#ifndef OUTLET_WRITER_H
#define OUTLET_WRITER_H

#include "base/buffer.h"

struct writer;

/* The largest line that fits. */
enum { WRITER_LINE_MAX = 256 * 1024 };

/* Writes to fd (borrowed, stays open); NULL when memory is out. writer_free flushes and takes NULL. */
struct writer *writer_new(int fd);
void writer_free(struct writer *writer);

/* A buffer with room for `room` bytes (at most WRITER_LINE_MAX); what is put in belongs to the output after writer_end. */
struct buffer *writer_begin(struct writer *writer, size_t room);
void writer_end(struct writer *writer);

/* Hands everything to the system. False when it, or an earlier write, failed: errno says why. */
bool writer_flush(struct writer *writer);

/* The errno of the first write that failed; 0: none. Bytes written after it are lost, and counted. */
int writer_error(const struct writer *writer);
uint64_t writer_lost(const struct writer *writer);

#endif
