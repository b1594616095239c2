/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a scenario's line: cut, and read as durations, addresses and bytes. */
#ifndef TESTS_REPLAY_WORDS_H
#define TESTS_REPLAY_WORDS_H

#include "base/buffer.h"
#include "base/net.h"

enum { WORDS_MAX = 64 };

struct words {
    const char *list[WORDS_MAX]; /* a text keeps its opening quote */
    size_t count;
};

/* Cuts the line in place, at blanks outside of "texts"; '#' begins a comment. False: a text without an end, too many words. */
MUST_CHECK bool words_cut(char *line, struct words *words);

/* "1h30m", "45s", "250ms" → µs */
MUST_CHECK bool words_duration(const char *word, int64_t *micros);

/* "203.0.113.7:40000", "[2001:db8::7]:40000" */
MUST_CHECK bool words_endpoint(const char *word, struct endpoint *endpoint);

MUST_CHECK bool words_number(const char *word, uint64_t most, uint64_t *number);

/* A piece of bytes: HEX, a "text" with \r \n \t \\ \" \0 and \x12, or PROTOCOL:TYPE[:LOCATION], the protocol's first sample of that
 * type (and location), a datagram's where `datagram`. */
MUST_CHECK bool words_bytes(const char *word, bool datagram, struct buffer *out);

#endif
