/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation: framing, narrowing of candidates, reading and judging. Called by session and by `identify`. */
#include "verdict/talk.h"

#include "verdict/noise.h"

enum { RESYNC_MAX = 64 }; /* how far a message's start is looked for behind noise */

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = { NULL, "ok", "wrong-port", "not-a-tracker", "unidentified" };
    return names[verdict];
}

enum verdict talk_judge(const struct ports *ports, const struct place *place,
                        const struct protocol *const *candidates, size_t count, enum claim certainty,
                        const char *kind, uint16_t *right_port)
{
    *right_port = count > 0 ? ports_of(ports, candidates[0]) : 0;
    if (place->port == 0)
        return VERDICT_NONE;
    if (count == 0)
        return kind ? VERDICT_NOT_A_TRACKER : VERDICT_UNIDENTIFIED;
    const struct protocol *own = ports_owner(ports, place->port);
    for (size_t i = 0; i < count; i++) {
        if (candidates[i] == own)
            return VERDICT_OK;
    }
    /* a protocol we cannot recognise lives there: only proof speaks against it */
    if (ports_is_unknown(ports, place->port) && certainty < CLAIM_CERTAIN)
        return VERDICT_OK;
    return VERDICT_WRONG_PORT;
}

static struct message message_of(struct identifier *identifier, const struct place *place,
                                 struct cursor bytes, bool complete)
{
    return (struct message){ .bytes = bytes,
                             .datagram = place->transport == TRANSPORT_UDP,
                             .complete = complete,
                             .patterns = identifier_patterns(identifier) };
}

static size_t count_line_ends(struct cursor bytes)
{
    size_t n = 0;
    while (n < bytes.left && (bytes.at[n] == '\r' || bytes.at[n] == '\n'))
        n++;
    return n;
}

static bool is_known(const struct talk *talk, const struct protocol *protocol)
{
    for (size_t i = 0; i < talk->known_count; i++) {
        if (talk->known[i] == protocol)
            return true;
    }
    return false;
}

/* Narrows what the conversation can be by the candidates of one message; a contradiction starts it afresh.
 * The order is that of the surest message. */
static void learn(struct talk *talk, struct candidates *found)
{
    struct candidates both = { .count = 0 };
    bool is_surer = found->list[0].claim > talk->certainty;
    for (size_t i = 0; i < talk->known_count && !is_surer; i++) {
        for (size_t k = 0; k < found->count; k++) {
            if (found->list[k].protocol == talk->known[i])
                both.list[both.count++] = found->list[k];
        }
    }
    for (size_t k = 0; k < found->count && is_surer; k++) {
        if (is_known(talk, found->list[k].protocol))
            both.list[both.count++] = found->list[k];
    }
    if (both.count > 0) {
        *found = both;
    } else {
        talk->certainty = CLAIM_NO;
        talk->device[0] = '\0';
    }
    for (size_t i = 0; i < found->count; i++)
        talk->known[i] = found->list[i].protocol;
    talk->known_count = found->count;
    if (found->list[0].claim > talk->certainty)
        talk->certainty = found->list[0].claim;
}

static void fill(struct talk *talk, struct identifier *identifier, const struct ports *ports,
                 const struct place *place, struct marks *marks, struct told *told, size_t length)
{
    struct cursor proper = cursor_of(told->bytes.at + told->noise, length);
    told->bytes.left = told->noise + length;
    told->candidate_count = talk->known_count;
    memcpy(told->candidates, talk->known, talk->known_count * sizeof(talk->known[0]));
    talk->kind = told->kind = NULL;
    struct message message = message_of(identifier, place, proper, true);
    reading_start(&told->reading, proper, marks);
    talk->known[0]->read(&message, &told->reading);
    if (told->reading.proven && talk->certainty == CLAIM_LIKELY)
        talk->certainty = CLAIM_CERTAIN;
    told->certainty = talk->certainty;
    if (told->reading.device[0])
        memcpy(talk->device, told->reading.device, sizeof(talk->device));
    told->verdict = talk_judge(ports, place, told->candidates, told->candidate_count, told->certainty, NULL,
                               &told->right_port);
}

/* Line ends alone, behind the messages of a known conversation: they are its, and say nothing. */
static void fill_line_ends(const struct talk *talk, const struct ports *ports, const struct place *place,
                           struct marks *marks, struct told *told)
{
    told->noise = 0;
    told->candidate_count = talk->known_count;
    memcpy(told->candidates, talk->known, talk->known_count * sizeof(talk->known[0]));
    told->certainty = talk->certainty;
    told->kind = NULL;
    reading_start(&told->reading, told->bytes, marks);
    told->reading.type = "line end";
    reading_no_location(&told->reading);
    told->verdict = talk_judge(ports, place, told->candidates, told->candidate_count, told->certainty, NULL,
                               &told->right_port);
}

/* Nothing claims the bytes: all of them are one piece. */
static void fill_unclaimed(const struct talk *talk, const struct ports *ports, const struct place *place,
                           struct marks *marks, struct told *told)
{
    told->noise = 0;
    told->candidate_count = 0;
    told->certainty = CLAIM_NO;
    told->kind = talk->kind;
    reading_start(&told->reading, told->bytes, marks);
    told->verdict = talk_judge(ports, place, NULL, 0, CLAIM_NO, told->kind, &told->right_port);
}

static bool is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Inside a word or behind a comma starts no message: its head would be a part of another's text. */
static bool may_start_at(struct cursor bytes, size_t offset)
{
    return bytes.at[offset - 1] != ',' && !(is_word(bytes.at[offset - 1]) && is_word(bytes.at[offset]));
}

/* Looks for a message behind noise: for one of the known protocol, else only for a certain one. */
static bool resync(const struct talk *talk, const struct identifier *identifier,
                   const struct message *message, const struct protocol *own, size_t *noise,
                   struct candidates *found)
{
    for (size_t skip = 1; skip < RESYNC_MAX && skip < message->bytes.left; skip++) {
        struct message rest = *message;
        if (!may_start_at(message->bytes, skip))
            continue;
        if (!cursor_skip(&rest.bytes, skip))
            return false;
        identify(identifier, &rest, own, found);
        if (found->count == 0)
            continue;
        bool known = talk->known_count > 0 && found->list[0].protocol == talk->known[0];
        if (found->list[0].claim == CLAIM_CERTAIN || (known && found->list[0].claim == CLAIM_LIKELY)) {
            *noise = skip;
            return true;
        }
    }
    found->count = 0;
    return false;
}

/* Does one of the protocol's heads stand at the start? Only then may its match be asked. */
static enum claim match_heads(const struct protocol *protocol, const struct message *message)
{
    enum claim claim = CLAIM_NO;
    for (const struct head *head = protocol->heads; head < protocol->heads + HEADS_MAX && head->bytes;
         head++) {
        if (cursor_starts(message->bytes, head->bytes, head->length))
            return CLAIM_POSSIBLE;
        if (!message->complete && cursor_may_start(message->bytes, head->bytes, head->length))
            claim = CLAIM_MORE;
    }
    return claim;
}

/* The usual case: the conversation is one protocol's, and it knows its next message. */
static enum claim ask_known(const struct talk *talk, const struct message *message, size_t *length)
{
    if (talk->known_count != 1)
        return CLAIM_NO;
    enum claim claim = match_heads(talk->known[0], message);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    claim = talk->known[0]->match(message, length);
    if (claim >= CLAIM_POSSIBLE && (*length == 0 || *length > message->bytes.left))
        return CLAIM_NO;
    return claim;
}

enum answer { ANSWER_MORE, ANSWER_CLAIMED, ANSWER_UNCLAIMED };

/* Everybody is asked: the candidates, or what it is instead. */
static enum answer ask_all(struct talk *talk, struct identifier *identifier, const struct message *message,
                           const struct protocol *own, size_t *noise, struct candidates *found)
{
    const char *kind = NULL;
    identify(identifier, message, own, found);
    enum claim best = found->count > 0 ? found->list[0].claim : CLAIM_NO;
    if (best >= CLAIM_LIKELY)
        return ANSWER_CLAIMED;
    /* what is no tracker's shows with its first bytes; a conversation that began otherwise need not be asked again */
    bool may_be_noise = !talk->started || talk->kind || message->datagram;
    enum claim other = may_be_noise ? noise_match(message->bytes, message->complete, &kind) : CLAIM_NO;
    /* a mere head counts when nobody says more, or when it is what this port expects */
    bool is_own = best == CLAIM_POSSIBLE && found->list[0].protocol == own;
    if (is_own || (best == CLAIM_POSSIBLE && other == CLAIM_NO && (!found->more || message->complete)))
        return talk->certainty == CLAIM_CERTAIN && !is_known(talk, found->list[0].protocol) ? ANSWER_UNCLAIMED
                                                                                            : ANSWER_CLAIMED;
    /* a few blanks or a single byte say nothing against what is known already */
    bool is_news = talk->known_count == 0 && !talk->kind;
    if (other == CLAIM_CERTAIN && (is_news || noise_is_lasting(kind))) {
        talk->kind = kind;
        return ANSWER_UNCLAIMED;
    }
    /* a byte alone is a terminator that came late, or the start of more */
    if ((found->more || other == CLAIM_MORE || message->bytes.left == 1) && !message->complete)
        return ANSWER_MORE;
    if (best == CLAIM_POSSIBLE && talk->certainty < CLAIM_CERTAIN)
        return ANSWER_CLAIMED;
    if ((!talk->started || talk->known_count > 0) && resync(talk, identifier, message, own, noise, found))
        return ANSWER_CLAIMED;
    return ANSWER_UNCLAIMED;
}

/* Only line ends are there: behind a message of a known conversation they mean nothing. */
static bool only_line_ends(const struct talk *talk, struct cursor bytes)
{
    return talk->known_count > 0 && count_line_ends(bytes) == bytes.left;
}

bool talk_take(struct talk *talk, struct identifier *identifier, const struct ports *ports,
               const struct place *place, struct cursor bytes, bool complete, struct marks *marks,
               struct told *told)
{
    if (bytes.left == 0 || (!complete && only_line_ends(talk, bytes)))
        return false;
    told->bytes = bytes;
    told->device = talk->device;
    told->noise = identifier_expects(identifier, bytes.at[0]) ? 0 : count_line_ends(bytes);
    if (told->noise == bytes.left && talk->known_count > 0) {
        fill_line_ends(talk, ports, place, marks, told);
        return true;
    }
    if (told->noise == bytes.left)
        told->noise = 0;
    struct message message = message_of(identifier, place, bytes, complete);
    if (!cursor_skip(&message.bytes, told->noise))
        return false;
    const struct protocol *own = place->port ? ports_owner(ports, place->port) : NULL;

    size_t length = 0;
    enum claim claim = ask_known(talk, &message, &length);
    if (claim == CLAIM_MORE)
        return false;
    if (claim >= CLAIM_POSSIBLE) {
        if (claim > talk->certainty)
            talk->certainty = claim;
    } else {
        struct candidates found;
        size_t skipped = 0;
        enum answer answer = ask_all(talk, identifier, &message, own, &skipped, &found);
        if (answer == ANSWER_MORE)
            return false;
        if (answer == ANSWER_UNCLAIMED) {
            fill_unclaimed(talk, ports, place, marks, told);
            if (talk->kind && !noise_is_lasting(talk->kind))
                talk->kind = NULL;
            else
                talk->started = true;
            return true;
        }
        told->noise += skipped;
        learn(talk, &found);
        length = found.list[0].length;
    }
    fill(talk, identifier, ports, place, marks, told, length);
    /* line ends behind a message belong to it */
    told->bytes.left +=
        count_line_ends(cursor_of(bytes.at + told->bytes.left, bytes.left - told->bytes.left));
    talk->started = true;
    return true;
}
