/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said about a paste: for every message the four parts that somebody who asks for help needs (protocol, port, the id to
 * register, fix or no fix), as text or as one JSON record. The pieces of one conversation are judged together: an id that came
 * with the login holds for what follows. Gets pieces from paste; used by identify and the page.
 */
#ifndef WIRE_ANSWER_H
#define WIRE_ANSWER_H

#include "base/buffer.h"
#include "wire/paste.h"

struct answer_form {
    bool json, explain;
    bool worded; /* the JSON also has what the text says: "understood", "answer", "explained" */
    int64_t now; /* Unix seconds: how old a place is, and whether a device's clock can be right */
};

struct answerer;

/* detector and ports are borrowed. NULL when memory is out; answerer_free takes NULL. */
struct answerer *answerer_new(struct detector *detector, const struct ports *ports,
                              const struct answer_form *form);
void answerer_free(struct answerer *answerer);

/* Room that the answer to one piece needs at most, bytes. */
enum { ANSWER_MAX = 1 << 20 };

/* Appends what is said of the piece's messages to out, which has ANSWER_MAX of room. The server's own side is only counted. */
void answer_piece(struct answerer *answerer, const struct pasted *pasted, struct buffer *out);

/* At the end: what was left out; nothing in JSON. */
void answer_finish(const struct answerer *answerer, struct buffer *out);

/* What to say where none was found: what to paste, or what the lines say that were pasted in its place. size: ANSWER_NOTHING. */
enum { ANSWER_NOTHING = 256 };
void answer_nothing(struct cursor text, char *what, size_t size);

/* How many messages of devices were told of. */
size_t answer_count(const struct answerer *answerer);

#endif
