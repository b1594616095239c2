/* SPDX-License-Identifier: Apache-2.0 */
/* Capture files of the newer format (draft-ietf-opsawg-pcapng), of whatever interfaces side by side: libpcap reads only such of
 * one link type and one snapshot length. Part of capture. */
#ifndef INTAKE_PCAPNG_H
#define INTAKE_PCAPNG_H

#include <stdio.h>

#include "base/cursor.h"

/* A file begins with these four bytes, whatever its byte order. */
#define PCAPNG_MAGIC "\x0a\x0d\x0d\x0a"

struct pcapng;

struct pcapng_frame {
    uint16_t link;       /* LINKTYPE_… of its interface */
    struct cursor bytes; /* borrowed until the next call */
    size_t length;       /* on the wire */
    int64_t time;        /* microseconds since 1970; 0 where it cannot be told */
};

enum pcapng_result { PCAPNG_FRAME, PCAPNG_END, PCAPNG_BROKEN };

/* Reads from file, which it owns from now on. NULL when memory is out (then the file is the caller's). */
struct pcapng *pcapng_new(FILE *file);
/* Closes the file, unless it is standard input. Takes NULL. */
void pcapng_free(struct pcapng *pcapng);

/* The next frame; or the end of the file; or PCAPNG_BROKEN: pcapng_error says what is wrong, and nothing more comes. */
enum pcapng_result pcapng_next(struct pcapng *pcapng, struct pcapng_frame *frame);
const char *pcapng_error(const struct pcapng *pcapng);

#endif
