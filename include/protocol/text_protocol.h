/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text protocol that is a table: where its messages end, what all of them look like, and one grammar for each form.
 *
 * Grammars (base/text.h) describe a whole message from its first byte to the byte before its end; the end itself, and line
 * ends, NULs and blanks before it, are taken off. What a grammar lets follow it says with `.*`. The first form that fits is
 * the message's. Its claim is CERTAIN unless the form says less. What fits no form is LIKELY by the shape, then POSSIBLE by
 * a head of three bytes or more.
 */
#ifndef PROTOCOL_TEXT_PROTOCOL_H
#define PROTOCOL_TEXT_PROTOCOL_H

#include "base/checksum.h"
#include "protocol/protocol.h"

struct text_form {
    const char *type; /* "login", "position", … (static) */
    struct pattern grammar;
    enum claim
        claim; /* what the grammar proves; 0: CLAIM_CERTAIN. Less where other protocols' messages may fit it */
    const char *valid; /* letters or digits of the group `valid` that mean a fix; NULL: A and 1 */
    bool always_valid; /* a position without the groups `valid` and `fix` is one with a fix */
    int zone;          /* the device's clock is so many minutes ahead of UTC */
    const char *
        answer; /* NULL: none. {id} is the unique id, {now} yyyymmddhhmmss UTC, {unix} Unix seconds, any other {name}
                           a group of the grammar; {{ is a brace */
};

enum { TEXT_FORMS_MAX = 12 };

struct text_protocol {
    const char *ends; /* the message ends with the first of these bytes, */
    bool nul_ends;    /* or with a NUL, */
    const char *end; /* or with this text. All unset: it ends where the bytes end (samples are .whole then) */
    size_t head;     /* so many bytes at the front are no end, whatever they are */
    size_t behind;   /* so many bytes behind the end belong to it */
    size_t longest;  /* bytes; 0: 1024 */
    bool weak_heads; /* others share the heads: alone they say nothing */
    bool is_binary;  /* bytes that are no text may stand in it; else such are never claimed */
    enum check
        check; /* of the group `covered`, told in HEX by the group `check`: a wrong one lowers to LIKELY */
    struct pattern shape;                   /* stands at the start of every message */
    struct text_form forms[TEXT_FORMS_MAX]; /* ended by one without a grammar */
    const char *answer;                     /* to messages whose form has none of its own */

    /* For the odd field: called with the standard groups already taken. May set the reading's members directly. */
    void (*refine)(const struct text_form *form, const struct groups *found, struct reading *reading);
};

/* protocol->text is set. As the members of struct protocol. */
enum claim text_match(const struct protocol *protocol, const struct message *message, size_t *length);
void text_read(const struct protocol *protocol, const struct message *message, struct reading *reading);
void text_answer(const struct protocol *protocol, const struct message *message, const struct asker *asker,
                 struct buffer *reply);
bool text_has_answers(const struct text_protocol *text);

#endif
