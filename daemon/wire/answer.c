/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the pieces of a paste and words the four parts of the answer. Called by identify and the page. */
#include "wire/answer.h"

#include <stdio.h>
#include <stdlib.h>

#include "verdict/carrier.h"
#include "verdict/explain.h"
#include "verdict/hexline.h"
#include "verdict/record.h"
#include "wire/answer_words.h"

enum {
    CONVERSATIONS = 32,
    MESSAGES_MAX = 256,
    SENTENCE = 4096,
    LEFT_OUT = 512, /* room to say what is left out */
    REPLY = 256,
};

struct known {
    uint64_t number; /* of the conversation in the paste, and the service */
    struct service service;
    struct conversation conversation;
    uint8_t reply[REPLY]; /* what a server answers to its last message */
    size_t reply_length;
};

struct answerer {
    struct detector *detector;
    const struct ports *ports;
    struct answer_form form;
    struct known known[CONVERSATIONS]; /* the latest first */
    size_t count, told, servers;
    struct marks marks;
};

struct answerer *answerer_new(struct detector *detector, const struct ports *ports,
                              const struct answer_form *form)
{
    struct answerer *answerer = calloc(1, sizeof(*answerer));
    if (!answerer)
        return NULL;
    answerer->detector = detector;
    answerer->ports = ports;
    answerer->form = *form;
    return answerer;
}

void answerer_free(struct answerer *answerer)
{
    free(answerer);
}

size_t answer_count(const struct answerer *answerer)
{
    return answerer->told;
}

/* The conversation of a piece; the one that was not spoken in for longest makes room. */
static struct conversation *conversation_of(struct answerer *answerer, const struct pasted *pasted)
{
    size_t at = 0;
    while (at < answerer->count && (answerer->known[at].number != pasted->conversation ||
                                    answerer->known[at].service.port != pasted->service.port ||
                                    answerer->known[at].service.transport != pasted->service.transport))
        at++;
    struct known found = { .number = pasted->conversation, .service = pasted->service };
    if (at < answerer->count)
        found = answerer->known[at];
    else if (answerer->count < CONVERSATIONS)
        answerer->count++;
    else
        at = CONVERSATIONS - 1;
    memmove(&answerer->known[1], &answerer->known[0], at * sizeof(found));
    answerer->known[0] = found;
    return &answerer->known[0].conversation;
}

/* ---- JSON ---- */

/* "name":"sentence", with what `put` writes, behind `before`. */
static void put_sentence(struct buffer *out, const char *before, const char *name,
                         const struct answer_case *matter,
                         void (*put)(struct buffer *out, const struct answer_case *matter))
{
    char memory[SENTENCE];
    struct buffer sentence = buffer_on(memory, sizeof(memory) - 1);
    put(&sentence, matter);
    memory[sentence.length] = '\0';
    buffer_printf(out, "%s\"%s\":", before, name);
    record_put_string(out, memory);
}

static void put_fix(struct buffer *out, const struct answer_case *matter)
{
    answer_put_fix(out, matter, ". ");
}

static void put_words(struct buffer *out, const struct answer_case *matter)
{
    put_sentence(out, ",", "understood", matter, answer_put_understood);
    put_sentence(out, ",\"answer\":{", "protocol", matter, answer_put_protocol);
    put_sentence(out, ",", "port", matter, answer_put_port);
    put_sentence(out, ",", "id", matter, answer_put_id);
    put_sentence(out, ",", "fix", matter, put_fix);
    buffer_put_u8(out, '}');
}

static void put_json(struct buffer *out, const struct answerer *answerer, const struct answer_case *matter)
{
    const struct pasted *pasted = matter->pasted;
    const struct identity *identity = matter->identity;
    buffer_put_text(out, "{\"event\":\"identity\",\"hex\":\"");
    buffer_put_hex(out, identity->bytes);
    buffer_put_u8(out, '"');
    record_put_member(out, "source", pasted->source);
    record_put_number(out, "line", pasted->line);
    if (pasted->service.port != 0) {
        record_put_member(out, "transport", transport_name(pasted->service.transport));
        record_put_number(out, "port", pasted->service.port);
    }
    if (pasted->peer.left > 0) {
        char peer[80];
        cursor_copy_text(pasted->peer, peer, sizeof(peer));
        record_put_member(out, "peer", peer);
    }
    if (pasted->hidden_digits > 0)
        record_put_number(out, "hidden_digits", pasted->hidden_digits);
    if (pasted->mended > 0)
        record_put_number(out, "letters_for_digits", pasted->mended);
    if (pasted->foreign > 0)
        record_put_number(out, "foreign_characters", pasted->foreign);
    if (pasted->is_cut || pasted->is_beheaded)
        buffer_put_text(out, ",\"cut\":true");
    record_put_identity(out, identity);
    buffer_put_text(out, ",\"messages\":[");
    record_put_message(out, identity);
    buffer_put_u8(out, ']');
    if (answerer->form.worded) {
        put_words(out, matter);
        explain_put_member(out, identity);
    }
    buffer_put_text(out, "}\n");
}

/* ---- text ---- */

static void put_text(struct buffer *out, const struct answerer *answerer, const struct answer_case *matter)
{
    if (answerer->told > 0)
        buffer_put_u8(out, '\n');
    buffer_put_text(out, "understood  ");
    answer_put_understood(out, matter);
    buffer_put_text(out, "\nprotocol    ");
    answer_put_protocol(out, matter);
    buffer_put_text(out, "\nport        ");
    answer_put_port(out, matter);
    buffer_put_text(out, "\nid          ");
    answer_put_id(out, matter);
    if (matter->identity->candidate_count > 0) {
        buffer_put_text(out, "\nfix         ");
        answer_put_fix(out, matter, "\n            ");
    }
    buffer_put_u8(out, '\n');
    if (answerer->form.explain)
        explain_put(out, matter->identity);
}

/* Would more bytes have to come before it is a message? What is proven is one all the same. */
static bool is_unfinished(const struct answerer *answerer, const struct pasted *pasted,
                          const struct conversation *before, const struct identity *identity,
                          struct cursor rest)
{
    struct conversation conversation = *before;
    struct identity other;
    if (identity->candidate_count == 0 || identity->certainty == CLAIM_CERTAIN ||
        identity->bytes.left < rest.left)
        return false;
    return pasted->is_cut || !conversation_take(&conversation, answerer->detector, answerer->ports,
                                                &pasted->service, rest, false, NULL, &other);
}

static void put_message(struct answerer *answerer, const struct pasted *pasted,
                        const struct identity *identity, bool unfinished, struct buffer *out)
{
    const struct answer_case matter = { answerer->ports, answerer->form.now, pasted,
                                        identity,        &answerer->marks,   unfinished };
    size_t written = out->length;
    if (answerer->form.json)
        put_json(out, answerer, &matter);
    else
        put_text(out, answerer, &matter);
    if (out->full) {
        out->length = written;
        return;
    }
    answerer->told++;
}

/* What is behind the last message that is answered. */
static void put_left_out(const struct answerer *answerer, const struct pasted *pasted, size_t left,
                         struct buffer *out)
{
    char what[128];
    const struct hexline_form form = { .json = answerer->form.json };
    snprintf(what, sizeof(what),
             "more messages than are answered at once: %zu bytes are left out. Give them alone.", left);
    hexline_put_error(pasted->line, what, &form, out);
}

/* What a server would say to the message: it may stand next in the paste, and nothing else tells whose it is. An echo is no sign. */
static void expect_reply(const struct answerer *answerer, struct known *known, const struct pasted *pasted,
                         const struct identity *identity)
{
    struct buffer reply = buffer_on(known->reply, sizeof(known->reply));
    known->reply_length = 0;
    if (identity->candidate_count == 0 || identity->certainty < CLAIM_LIKELY)
        return;
    const struct message message = { .bytes = identity->reading.message,
                                     .datagram = pasted->service.transport == TRANSPORT_UDP,
                                     .complete = true,
                                     .patterns = detector_patterns(answerer->detector) };
    const struct asker asker = { .device = identity->device, .now = answerer->form.now };
    protocol_answer(identity->candidates[0], &message, &asker, &reply);
    bool is_echo =
        reply.length == message.bytes.left && memcmp(reply.bytes, message.bytes.at, reply.length) == 0;
    if (!reply.full && !is_echo)
        known->reply_length = reply.length;
}

static bool take_reply(struct answerer *answerer, struct known *known, struct cursor *rest)
{
    size_t length = known->reply_length;
    if (length == 0 || rest->left < length || memcmp(rest->at, known->reply, length) != 0 ||
        !cursor_skip(rest, length))
        return false;
    known->reply_length = 0;
    answerer->servers++;
    return true;
}

static void answer_messages(struct answerer *answerer, const struct pasted *pasted, struct buffer *out)
{
    struct cursor rest = pasted->bytes;
    struct identity identity;
    struct conversation *conversation = conversation_of(answerer, pasted);
    struct known *known = &answerer->known[0];
    out->capacity -= LEFT_OUT;
    for (unsigned n = 0; n < MESSAGES_MAX && rest.left > 0 && !out->full; n++) {
        const struct conversation before = *conversation;
        if (!pasted->told && take_reply(answerer, known, &rest) && rest.left == 0)
            break;
        /* a line of a log may end inside a message, and nothing brings the rest in order: it is judged by what is there */
        if (!conversation_take(conversation, answerer->detector, answerer->ports, &pasted->service, rest,
                               true, &answerer->marks, &identity))
            break;
        put_message(answerer, pasted, &identity, is_unfinished(answerer, pasted, &before, &identity, rest),
                    out);
        expect_reply(answerer, known, pasted, &identity);
        if (out->full || !cursor_skip(&rest, identity.bytes.left))
            break;
    }
    out->capacity += LEFT_OUT;
    if (rest.left > 0) {
        out->full = false;
        put_left_out(answerer, pasted, rest.left, out);
    }
}

void answer_piece(struct answerer *answerer, const struct pasted *pasted, struct buffer *out)
{
    struct pasted piece = *pasted;
    if (piece.is_out) {
        answerer->servers++;
        return;
    }
    if (!piece.has_transport && piece.service.port != 0)
        piece.service.transport =
            carrier_guess(answerer->detector, answerer->ports, piece.service.port, piece.bytes);
    answer_messages(answerer, &piece, out);
}

void answer_finish(const struct answerer *answerer, struct buffer *out)
{
    if (answerer->form.json)
        return;
    if (answerer->servers > 0)
        buffer_printf(out, "\n%zu answer%s of the server left out.\n", answerer->servers,
                      answerer->servers == 1 ? "" : "s");
}
