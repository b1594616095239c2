/* SPDX-License-Identifier: Apache-2.0 */
/* The conversation: framing, narrowing of candidates, reading and judging. Called by session and by `identify`. */
#include "verdict/conversation.h"

#include "base/proxy_header.h"
#include "noise/noise.h"

enum { RESYNC_MAX = 64 }; /* how far a message's start is looked for behind noise */

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = { NULL,           "ok",
                                         "wrong-port",   "not-a-tracker",
                                         "unidentified", "wrong-transport" };
    return names[verdict];
}

/* Of the first candidate that the server listens for. */
static uint16_t right_port_of(const struct ports *ports, const struct service *service,
                              const struct protocol *const *candidates, size_t count)
{
    if (count > 0 && service->port == 0)
        return ports_of(ports, candidates[0]);
    for (size_t i = 0; i < count; i++) {
        if (ports_off(ports, candidates[i]) == PORTS_LISTENED)
            return ports_of(ports, candidates[i]);
    }
    return 0;
}

enum verdict conversation_judge(const struct ports *ports, const struct service *service,
                                const struct protocol *const *candidates, size_t count, enum claim certainty,
                                const char *kind, uint16_t *right_port)
{
    *right_port = right_port_of(ports, service, candidates, count);
    if (service->port == 0)
        return VERDICT_NONE;
    /* what is inside TLS, where this server has it, may be a tracker's */
    bool is_sealed = kind && strcmp(kind, "tls") == 0 && ports_has_tls(ports, service->port);
    if (count == 0)
        return kind && !is_sealed ? VERDICT_NOT_A_TRACKER : VERDICT_UNIDENTIFIED;
    for (size_t i = 0; i < count; i++) {
        if (ports_is_home(ports, candidates[i], service->port))
            return candidates[i]->transports & (service->transport == TRANSPORT_UDP ? OVER_UDP : OVER_TCP)
                       ? VERDICT_OK
                       : VERDICT_WRONG_TRANSPORT;
    }
    /* a protocol we cannot recognise lives there: only proof speaks against it */
    if (ports_is_unknown(ports, service->port) && certainty < CLAIM_CERTAIN)
        return VERDICT_OK;
    if (*right_port != 0 && ports_outside(ports, *right_port) != 0)
        *right_port = ports_outside(ports, *right_port);
    return VERDICT_WRONG_PORT;
}

static struct message message_of(struct detector *detector, const struct service *service,
                                 struct cursor bytes, bool complete)
{
    return (struct message){ .bytes = bytes,
                             .datagram = service->transport == TRANSPORT_UDP,
                             .any_transport = service->port == 0,
                             .complete = complete,
                             .patterns = detector_patterns(detector) };
}

static size_t count_line_ends(struct cursor bytes)
{
    size_t n = 0;
    while (n < bytes.left && (bytes.at[n] == '\r' || bytes.at[n] == '\n'))
        n++;
    return n;
}

static bool is_known(const struct conversation *conversation, const struct protocol *protocol)
{
    for (size_t i = 0; i < conversation->known_count; i++) {
        if (conversation->known[i] == protocol)
            return true;
    }
    return false;
}

/* Narrows what the conversation can be by the candidates of one message; a contradiction starts it afresh.
 * The order is that of the surest message. */
static void learn(struct conversation *conversation, struct candidates *found)
{
    struct candidates both = { .count = 0 };
    bool is_surer = found->list[0].claim > conversation->certainty;
    for (size_t i = 0; i < conversation->known_count && !is_surer; i++) {
        for (size_t k = 0; k < found->count; k++) {
            if (found->list[k].protocol == conversation->known[i])
                both.list[both.count++] = found->list[k];
        }
    }
    for (size_t k = 0; k < found->count && is_surer; k++) {
        if (is_known(conversation, found->list[k].protocol))
            both.list[both.count++] = found->list[k];
    }
    if (both.count > 0) {
        *found = both;
    } else {
        conversation->certainty = CLAIM_NO;
        conversation->device[0] = '\0';
    }
    for (size_t i = 0; i < found->count; i++)
        conversation->known[i] = found->list[i].protocol;
    conversation->known_count = found->count;
    if (found->list[0].claim > conversation->certainty)
        conversation->certainty = found->list[0].claim;
}

/* What the phone app posts to the web port, Traccar hands to its own port 5055. */
static bool is_passed_on(const struct ports *ports, const struct service *service, struct identity *identity)
{
    bool is_posted = CURSOR_STARTS(identity->bytes, "POST / ") || CURSOR_STARTS(identity->bytes, "POST /?");
    if (!is_posted || service->port == 0 || service->port != ports_web(ports) ||
        identity->candidate_count != 1 || strcmp(identity->candidates[0]->name, "osmand") != 0 ||
        ports_off(ports, identity->candidates[0]) != PORTS_LISTENED)
        return false;
    identity->right_port = service->port;
    return true;
}

static void fill(struct conversation *conversation, struct detector *detector, const struct ports *ports,
                 const struct service *service, struct marks *marks, struct identity *identity, size_t length)
{
    struct cursor proper = cursor_of(identity->bytes.at + identity->noise, length);
    identity->bytes.left = identity->noise + length;
    identity->candidate_count = conversation->known_count;
    memcpy(identity->candidates, conversation->known,
           conversation->known_count * sizeof(conversation->known[0]));
    conversation->kind = identity->kind = NULL;
    struct message message = message_of(detector, service, proper, true);
    reading_start(&identity->reading, proper, marks);
    protocol_read(conversation->known[0], &message, &identity->reading);
    if (identity->reading.proven && conversation->certainty == CLAIM_LIKELY)
        conversation->certainty = CLAIM_CERTAIN;
    identity->certainty = conversation->certainty;
    if (identity->reading.device[0])
        memcpy(conversation->device, identity->reading.device, sizeof(conversation->device));
    identity->verdict =
        is_passed_on(ports, service, identity)
            ? VERDICT_OK
            : conversation_judge(ports, service, identity->candidates, identity->candidate_count,
                                 identity->certainty, NULL, &identity->right_port);
}

/* Line ends alone, behind the messages of a known conversation: they are its, and say nothing. */
static void fill_line_ends(const struct conversation *conversation, const struct ports *ports,
                           const struct service *service, struct marks *marks, struct identity *identity)
{
    identity->noise = 0;
    identity->candidate_count = conversation->known_count;
    memcpy(identity->candidates, conversation->known,
           conversation->known_count * sizeof(conversation->known[0]));
    identity->certainty = conversation->certainty;
    identity->kind = NULL;
    reading_start(&identity->reading, identity->bytes, marks);
    identity->reading.type = "line end";
    reading_no_location(&identity->reading);
    identity->verdict = conversation_judge(ports, service, identity->candidates, identity->candidate_count,
                                           identity->certainty, NULL, &identity->right_port);
}

/* Nothing claims the bytes: all of them are one piece. */
static void fill_unclaimed(const struct conversation *conversation, const struct ports *ports,
                           const struct service *service, struct marks *marks, struct identity *identity)
{
    identity->noise = 0;
    identity->candidate_count = 0;
    identity->certainty = CLAIM_NO;
    identity->kind = conversation->kind;
    reading_start(&identity->reading, identity->bytes, marks);
    identity->verdict =
        conversation_judge(ports, service, NULL, 0, CLAIM_NO, identity->kind, &identity->right_port);
}

static bool is_word(uint8_t byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
}

/* Inside a word of text, behind its comma or the '$' of NMEA, starts no message: its head would be a part of another's text. */
static bool may_start_at(struct cursor bytes, size_t offset)
{
    uint8_t before = bytes.at[offset - 1], first = bytes.at[offset];
    return !(before == ',' || (is_word(before) && is_word(first)) || (before == '$' && first == 'G')) ||
           !cursor_is_text(cursor_part(bytes, 0, offset));
}

/* Does what stands behind a found message speak for it: nothing, line ends, or the next message of the same protocol? A check
 * value alone is met by chance where so many places are tried. */
static bool is_backed(const struct message *rest, const struct candidate *found)
{
    struct message next = *rest;
    size_t length;
    next.is_guess = false; /* where it would begin is known */
    if (!cursor_skip(&next.bytes, found->length))
        return false;
    if (count_line_ends(next.bytes) == next.bytes.left)
        return true;
    enum claim claim = protocol_head(found->protocol, &next);
    if (claim == CLAIM_POSSIBLE)
        claim = protocol_match(found->protocol, &next, &length);
    return claim == CLAIM_MORE || claim >= CLAIM_LIKELY;
}

/* One protocol's, or its kin's, for sure: what its messages are is settled. */
static bool is_settled(const struct conversation *conversation)
{
    return conversation->known_count > 0 && conversation->certainty == CLAIM_CERTAIN;
}

/* Looks for a message behind noise: for one of the known protocol, else, where nothing is settled, for a certain one. */
static bool resync(const struct conversation *conversation, const struct detector *detector,
                   const struct message *message, const struct protocol *own, size_t *noise,
                   struct candidates *found)
{
    for (size_t skip = 1; skip < RESYNC_MAX && skip < message->bytes.left; skip++) {
        struct message rest = *message;
        rest.is_guess = true;
        if (!may_start_at(message->bytes, skip))
            continue;
        if (!cursor_skip(&rest.bytes, skip))
            return false;
        if (is_settled(conversation))
            detector_ask_these(conversation->known, conversation->known_count, &rest, own, true, found);
        else
            detector_ask(detector, &rest, own, true, found);
        if (found->count == 0)
            continue;
        const struct candidate *best = &found->list[0];
        bool known = conversation->known_count > 0 && best->protocol == conversation->known[0];
        if (known ? best->claim >= CLAIM_LIKELY : best->claim == CLAIM_CERTAIN && is_backed(&rest, best)) {
            *noise = skip;
            return true;
        }
    }
    found->count = 0;
    return false;
}

/* The usual case: the conversation is one protocol's, and it knows its next message. */
static enum claim ask_known(const struct conversation *conversation, const struct message *message,
                            size_t *length)
{
    if (conversation->known_count != 1)
        return CLAIM_NO;
    enum claim claim = protocol_head(conversation->known[0], message);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    claim = protocol_match(conversation->known[0], message, length);
    if (claim >= CLAIM_POSSIBLE && (*length == 0 || *length > message->bytes.left))
        return CLAIM_NO;
    return claim;
}

enum answer { ANSWER_MORE, ANSWER_CLAIMED, ANSWER_UNCLAIMED };

/* Several protocols share what came so far: others need not be asked while these say that it goes on. */
static bool go_on(const struct conversation *conversation, const struct message *message,
                  const struct protocol *own, struct candidates *found)
{
    if (conversation->known_count < 2)
        return false;
    detector_ask_these(conversation->known, conversation->known_count, message, own, false, found);
    return found->count > 0 && found->list[0].claim >= CLAIM_LIKELY;
}

/* Everybody is asked: the candidates, or what it is instead. */
static enum answer ask_all(struct conversation *conversation, struct detector *detector,
                           const struct message *message, const struct protocol *own, size_t *noise,
                           struct candidates *found)
{
    const char *kind = NULL;
    if (go_on(conversation, message, own, found))
        return ANSWER_CLAIMED;
    detector_ask(detector, message, own, false, found);
    enum claim best = found->count > 0 ? found->list[0].claim : CLAIM_NO;
    if (best >= CLAIM_LIKELY)
        return ANSWER_CLAIMED;
    /* what is no tracker's shows with its first bytes; a conversation that began otherwise need not be asked again */
    bool may_be_noise = !conversation->started || conversation->kind || message->datagram;
    enum claim other = may_be_noise ? noise_match(message->bytes, message->complete, &kind) : CLAIM_NO;
    /* a mere head counts when nobody says more, or when it is what this port expects */
    bool is_own = best == CLAIM_POSSIBLE && found->list[0].protocol == own;
    if (is_own || (best == CLAIM_POSSIBLE && other == CLAIM_NO && (!found->more || message->complete)))
        return conversation->certainty == CLAIM_CERTAIN && !is_known(conversation, found->list[0].protocol)
                   ? ANSWER_UNCLAIMED
                   : ANSWER_CLAIMED;
    /* a few blanks or a single byte say nothing against what is known already */
    bool is_news = conversation->known_count == 0 && !conversation->kind;
    if (other == CLAIM_CERTAIN && (is_news || noise_is_lasting(kind))) {
        conversation->kind = kind;
        return ANSWER_UNCLAIMED;
    }
    bool wants_more = (found->more || other == CLAIM_MORE) && !message->complete;
    /* what others would wait for, does not hold up a conversation whose next message is there */
    if (wants_more && is_settled(conversation) && resync(conversation, detector, message, own, noise, found))
        return ANSWER_CLAIMED;
    /* a byte alone is a terminator that came late, or the start of more */
    if (wants_more || (message->bytes.left == 1 && !message->complete))
        return ANSWER_MORE;
    if (best == CLAIM_POSSIBLE && conversation->certainty < CLAIM_CERTAIN)
        return ANSWER_CLAIMED;
    if ((!conversation->started || conversation->known_count > 0) &&
        resync(conversation, detector, message, own, noise, found))
        return ANSWER_CLAIMED;
    return ANSWER_UNCLAIMED;
}

/* Only line ends are there: behind a message of a known conversation they mean nothing. */
static bool only_line_ends(const struct conversation *conversation, struct cursor bytes)
{
    return conversation->known_count > 0 && count_line_ends(bytes) == bytes.left;
}

/* Line ends that the bytes begin with and that are no message's start. */
static size_t stray_line_ends(const struct detector *detector, struct cursor bytes)
{
    size_t count = count_line_ends(bytes);
    return count == 0 || detector_expects(detector, bytes) ? 0 : count;
}

/* A proxy may tell whose bytes follow. PROXY_FOUND: identity->noise bytes are its header. */
static enum proxy_state take_proxy_header(struct conversation *conversation, const struct service *service,
                                          struct identity *identity)
{
    struct proxy_header header;
    /* over UDP it stands before each datagram */
    if (conversation->started && service->transport == TRANSPORT_TCP)
        return PROXY_NO;
    enum proxy_state state = proxy_header_read(identity->bytes, &header);
    if (state != PROXY_FOUND)
        return state;
    conversation->is_proxied = true;
    conversation->says = header.source;
    identity->noise = header.length;
    return state;
}

/* What comes first of all: a proxy's header, or line ends that begin nothing. False: more bytes are needed. */
static bool take_front(struct conversation *conversation, const struct detector *detector,
                       const struct service *service, bool complete, struct identity *identity)
{
    identity->noise = 0;
    enum proxy_state proxy = take_proxy_header(conversation, service, identity);
    if (!complete &&
        (proxy == PROXY_MORE || (proxy == PROXY_FOUND && identity->noise == identity->bytes.left)))
        return false;
    if (proxy != PROXY_FOUND)
        identity->noise = stray_line_ends(detector, identity->bytes);
    identity->says = conversation->is_proxied ? &conversation->says : NULL;
    return true;
}

bool conversation_take(struct conversation *conversation, struct detector *detector,
                       const struct ports *ports, const struct service *service, struct cursor bytes,
                       bool complete, struct marks *marks, struct identity *identity)
{
    if (bytes.left == 0 || (!complete && only_line_ends(conversation, bytes)))
        return false;
    identity->bytes = bytes;
    identity->device = conversation->device;
    if (!take_front(conversation, detector, service, complete, identity))
        return false;
    if (identity->noise == bytes.left && conversation->known_count > 0) {
        fill_line_ends(conversation, ports, service, marks, identity);
        return true;
    }
    if (identity->noise == bytes.left)
        identity->noise = 0;
    struct message message = message_of(detector, service, bytes, complete);
    if (!cursor_skip(&message.bytes, identity->noise))
        return false;
    const struct protocol *own = service->port ? ports_owner(ports, service->port) : NULL;

    size_t length = 0;
    enum claim claim = ask_known(conversation, &message, &length);
    if (claim == CLAIM_MORE)
        return false;
    if (claim >= CLAIM_POSSIBLE) {
        if (claim > conversation->certainty)
            conversation->certainty = claim;
    } else {
        struct candidates found;
        size_t skipped = 0;
        enum answer answer = ask_all(conversation, detector, &message, own, &skipped, &found);
        if (answer == ANSWER_MORE)
            return false;
        if (answer == ANSWER_UNCLAIMED) {
            fill_unclaimed(conversation, ports, service, marks, identity);
            if (conversation->kind && !noise_is_lasting(conversation->kind))
                conversation->kind = NULL;
            else
                conversation->started = true;
            return true;
        }
        identity->noise += skipped;
        learn(conversation, &found);
        length = found.list[0].length;
    }
    fill(conversation, detector, ports, service, marks, identity, length);
    /* line ends behind a message belong to it, unless they begin the next */
    struct cursor behind = cursor_of(bytes.at + identity->bytes.left, bytes.left - identity->bytes.left);
    identity->bytes.left += stray_line_ends(detector, behind);
    conversation->started = true;
    return true;
}
