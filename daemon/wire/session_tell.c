/* SPDX-License-Identifier: Apache-2.0 */
/* What a session tells the judge, and the replies that a server would give. Called by session. */
#include "wire/session_tell.h"

#include "base/http.h"
#include "wire/session_state.h"

enum { SECOND = 1000000, OWED_SHOWN = 64 };

const struct protocol *session_protocol(const struct session *session)
{
    return session->conversation.known_count > 0 ? session->conversation.known[0] : NULL;
}

void session_tell_closed(const struct session *session, const char *reason, int64_t now)
{
    struct connection_event event = { .time = now,
                                      .who = session->who,
                                      .device = session->conversation.device,
                                      .state = CONNECTION_CLOSED,
                                      .reason = reason,
                                      .bytes_in = session->bytes_in,
                                      .bytes_out = session->bytes_out,
                                      .lost_in = session->lost_in };
    if (session->who.transport == TRANSPORT_TCP && !session->is_quiet)
        judge_connection(session->all->judge, &event);
}

/* A user who takes a tracker's port for the web interface sends the password there: nobody is shown it. */
static struct cursor hide(const struct session *session, struct cursor bytes)
{
    struct sessions *sessions = session->all;
    if (bytes.left > sizeof(sessions->hidden))
        return bytes;
    http_hide(bytes, sessions->hidden);
    return cursor_of(sessions->hidden, bytes.left);
}

/* An event of the session, without what is its own. */
static struct message_event event_of(const struct session *session, enum direction direction, int64_t now)
{
    return (struct message_event){ .time = now,
                                   .arrived = now + session->all->wall,
                                   .who = session->who,
                                   .direction = direction,
                                   .spoiled = session->spoiled,
                                   .is_logged = session->is_logged,
                                   .protocol = session_protocol(session),
                                   .device = session->conversation.device };
}

/* A server may send more at once than a message can hold: in pieces then, which every line can hold. */
void session_tell_answer(const struct session *session, struct cursor bytes, size_t lost, int64_t now)
{
    struct message_event event = event_of(session, DIRECTION_OUT, now);
    event.replies_to = session->asked;
    event.lost = lost;
    while (cursor_take(&bytes, bytes.left < MESSAGE_MAX ? bytes.left : MESSAGE_MAX, &event.bytes)) {
        if (session->is_private)
            event.bytes = hide(session, event.bytes);
        judge_message(session->all->judge, &event);
        event.lost = 0;
        if (bytes.left == 0)
            break;
    }
}

void session_tell_unfinished(const struct session *session, int64_t now)
{
    struct message_event event = event_of(session, DIRECTION_IN, now);
    event.bytes = unfinished_bytes(&session->unfinished);
    event.lost = session->unfinished.lost;
    if (session->is_private || (!event.protocol && http_is_private(event.bytes)))
        event.bytes = hide(session, event.bytes);
    judge_unfinished(session->all->judge, &event);
}

/* A datagram without any bytes is a message too: a probe. */
void session_tell_empty(const struct session *session, int64_t now)
{
    struct identity identity = { .kind = "empty",
                                 .verdict = VERDICT_NOT_A_TRACKER,
                                 .device = session->conversation.device };
    reading_start(&identity.reading, identity.bytes, NULL);
    struct message_event event = event_of(session, DIRECTION_IN, now);
    event.identity = &identity;
    event.protocol = NULL;
    judge_message(session->all->judge, &event);
}

/* Would a server answer the message? Asked until it has answered something: the others cost nothing. */
static bool is_owed(const struct session *session, const struct identity *identity, int64_t now)
{
    uint8_t memory[OWED_SHOWN];
    struct buffer answer = buffer_on(memory, sizeof(memory));
    if (session->bytes_out > 0 || session->is_one_sided || identity->verdict != VERDICT_OK ||
        identity->certainty < CLAIM_LIKELY || !protocol_has_answers(identity->candidates[0]))
        return false;
    struct message message = { .bytes = identity->reading.message,
                               .datagram = session->who.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = detector_patterns(session->all->detector) };
    struct asker asker = { .device = identity->device, .now = (now + session->all->wall) / SECOND };
    protocol_answer(identity->candidates[0], &message, &asker, &answer);
    return answer.length > 0 || answer.full;
}

/* Is the message, or what stands before it, no tracker's? Line ends say nothing. On the web port a request may look like a phone
 * app's, and be a user's. */
static bool is_strange(const struct session *session, const struct identity *identity)
{
    size_t blank = 0;
    if (session->who.port == ports_web(session->all->ports) && http_is_private(identity->bytes))
        return true;
    while (blank < identity->noise &&
           (identity->bytes.at[blank] == '\r' || identity->bytes.at[blank] == '\n'))
        blank++;
    return identity->candidate_count == 0 || blank < identity->noise;
}

void session_tell_message(struct session *session, struct identity *identity, size_t lost, int64_t now)
{
    struct cursor taken = identity->bytes;
    session->spoiled = session->spoiled || is_strange(session, identity);
    if (identity->candidate_count == 0 && (session->is_private || http_is_private(taken))) {
        session->is_private = true;
        identity->bytes = hide(session, taken);
    }
    struct message_event event = event_of(session, DIRECTION_IN, now);
    event.is_answered = session->is_answered;
    event.is_owed = is_owed(session, identity, now);
    event.bytes = identity->bytes;
    event.lost = lost;
    event.is_cut = session->is_cut;
    event.identity = identity;
    session->asked = identity->candidate_count > 0 ? identity->reading.type : NULL;
    judge_message(session->all->judge, &event);
}

/* Builds the reply to one message. */
void session_reply(struct session *session, const struct identity *identity, int64_t now,
                   struct answers *answers)
{
    struct sessions *sessions = session->all;
    if (!answers || !sessions->settings.answers || identity->candidate_count == 0 ||
        !protocol_has_answers(identity->candidates[0]))
        return;
    if (sessions->settings.mute &&
        portset_has(sessions->settings.mute, session->who.transport, session->who.port))
        return;
    /* a mere head on a strange port may be anybody's: an answer would feign a server */
    if (identity->certainty < CLAIM_LIKELY && identity->verdict != VERDICT_OK)
        return;
    struct message message = { .bytes = identity->reading.message,
                               .datagram = session->who.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = detector_patterns(sessions->detector) };
    struct asker asker = { .device = identity->device,
                           .now = (now + sessions->wall) / SECOND,
                           .server = endpoint_is_any(&session->server) ? NULL : &session->server };
    session->allowance.is_proven = session->before && session->before == session_protocol(session);
    if (!answers_add(answers, &session->allowance, identity->candidates[0], &message, &asker))
        sessions->losses.unanswered++;
}
