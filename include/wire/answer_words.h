/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of an answer to a paste, without the end of a line. Part of answer. */
#ifndef WIRE_ANSWER_WORDS_H
#define WIRE_ANSWER_WORDS_H

#include "base/buffer.h"
#include "wire/paste.h"

/* One message, and what it is judged by; all borrowed. */
struct answer_case {
    const struct ports *ports;
    int64_t now; /* Unix seconds */
    const struct pasted *pasted;
    const struct identity *identity;
    const struct marks *marks;
    bool is_unfinished; /* the message ends before its end */
};

void answer_put_understood(struct buffer *out, const struct answer_case *matter);
void answer_put_protocol(struct buffer *out, const struct answer_case *matter);
void answer_put_port(struct buffer *out, const struct answer_case *matter);
void answer_put_id(struct buffer *out, const struct answer_case *matter);
/* before_doubt: what parts the place from what speaks against it. */
void answer_put_fix(struct buffer *out, const struct answer_case *matter, const char *before_doubt);

#endif
