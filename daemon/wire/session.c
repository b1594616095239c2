/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: keeps the conversation and the unfinished message of every peer. Gets bytes from stream, datagrams and connection,
 * gives events to the judge. */
#include "wire/session.h"

#include <stdlib.h>

#include "wire/session_state.h"
#include "wire/session_tell.h"

enum { SECOND = 1000000 };

struct session_settings session_defaults(void)
{
    return (struct session_settings){ .message_wait = 5 * (int64_t)SECOND,
                                      .unfinished = 64 << 20,
                                      .answers = false };
}

/* From now on ticks look at it: it is unfinished, or silent. */
static void wait_for(struct session *session)
{
    if (session->is_waiting)
        return;
    session->is_waiting = true;
    LIST_INSERT_HEAD(&session->all->waiting, session, waiting);
}

static void stop_waiting(struct session *session)
{
    if (!session->is_waiting)
        return;
    session->is_waiting = false;
    LIST_REMOVE(session, waiting);
}

struct sessions *sessions_new(const struct session_settings *settings, struct detector *detector,
                              const struct ports *ports, struct judge *judge)
{
    struct sessions *sessions = calloc(1, sizeof(*sessions));
    if (!sessions)
        return NULL;
    sessions->settings = *settings;
    sessions->detector = detector;
    sessions->ports = ports;
    sessions->judge = judge;
    LIST_INIT(&sessions->open);
    LIST_INIT(&sessions->waiting);
    unfinished_start(&sessions->unfinished, settings->unfinished);
    return sessions;
}

static void release(struct session *session)
{
    stop_waiting(session);
    LIST_REMOVE(session, open);
    session->all->count--;
    unfinished_clear(&session->all->unfinished, &session->unfinished);
    free(session);
}

void sessions_set_wall(struct sessions *sessions, int64_t wall)
{
    sessions->wall = wall;
}

void sessions_free(struct sessions *sessions)
{
    if (!sessions)
        return;
    for (struct session *session = LIST_FIRST(&sessions->open), *next; session; session = next) {
        next = LIST_NEXT(session, open);
        release(session);
    }
    free(sessions);
}

struct session *session_open(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now)
{
    struct session *session = calloc(1, sizeof(*session));
    if (!session)
        return NULL;
    session->all = sessions;
    session->unfinished.owner = session;
    session->who = *who;
    session->who.flow = ++sessions->last_flow;
    LIST_INSERT_HEAD(&sessions->open, session, open);
    sessions->count++;
    struct connection_event event = {
        .time = now, .who = session->who, .device = "", .state = CONNECTION_OPENED
    };
    if (who->transport == TRANSPORT_TCP && seen_start)
        judge_connection(sessions->judge, &event);
    return session;
}

void session_set_server(struct session *session, const struct endpoint *server)
{
    session->server = *server;
}

void session_fail(struct sessions *sessions, const struct who *who, enum connection_state state,
                  bool is_repeated, int64_t now)
{
    struct connection_event event = {
        .time = now, .who = *who, .device = "", .state = state, .is_repeated = is_repeated
    };
    event.who.flow = ++sessions->last_flow;
    judge_connection(sessions->judge, &event);
}

void session_established(struct session *session, int64_t now)
{
    if (session->bytes_in > 0 || session->has_spoken)
        return;
    session->quiet_since = now;
    wait_for(session);
}

void session_server(struct session *session, bool is_seen, size_t unseen)
{
    session->is_one_sided = !is_seen;
    if (unseen == 0)
        return;
    session->quiet_since = 0;
    session->has_spoken = true;
}

/* Takes messages off the front; returns what is left over. */
static struct cursor take_messages(struct session *session, struct cursor bytes, size_t lost, bool complete,
                                   int64_t now, struct answers *answers)
{
    struct sessions *sessions = session->all;
    struct service service = { session->who.transport, session->who.port };
    struct identity identity;
    for (;;) {
        /* a message that is still unfinished at the largest size is judged; what is behind it is not cut off by that */
        bool is_full = bytes.left >= MESSAGE_MAX;
        struct cursor window = cursor_of(bytes.at, is_full ? MESSAGE_MAX : bytes.left);
        if (!conversation_take(&session->conversation, sessions->detector, sessions->ports, &service, window,
                               complete || is_full, NULL, &identity))
            break;
        struct cursor taken = identity.bytes;
        session_tell_message(session, &identity, lost, now);
        session_reply(session, &identity, now, answers);
        lost = 0;
        if (!cursor_skip(&bytes, taken.left))
            break;
    }
    return bytes;
}

/* Judges the unfinished message by what is there. */
static void flush(struct session *session, int64_t now, struct answers *answers)
{
    struct unfinished *unfinished = &session->unfinished;
    (void)take_messages(session, unfinished_bytes(unfinished), unfinished->lost, true, now, answers);
    unfinished_clear(&session->all->unfinished, unfinished);
}

/* Has its end come? */
static void look(struct session *session, int64_t now, struct answers *answers)
{
    struct unfinished *unfinished = &session->unfinished;
    struct cursor whole = unfinished_bytes(unfinished);
    struct cursor rest = take_messages(session, whole, unfinished->lost, false, now, answers);
    unfinished_take(&session->all->unfinished, unfinished, whole.left - rest.left);
    if (rest.left < whole.left)
        unfinished->since = now;
}

/* Keeps bytes that are no whole message yet; where memory is out, they are judged by what is there. */
static void keep(struct session *session, struct cursor bytes, size_t lost, int64_t now,
                 struct answers *answers)
{
    struct sessions *sessions = session->all;
    struct unfinished *unfinished = &session->unfinished;
    struct session *surplus;
    bool is_first = unfinished->length == 0;
    if (!unfinished_add(&sessions->unfinished, unfinished, bytes)) {
        sessions->losses.memory += bytes.left;
        flush(session, now, answers);
        (void)take_messages(session, bytes, lost, true, now, answers);
        return;
    }
    if (is_first) {
        unfinished->lost = lost;
        unfinished->since = now;
        wait_for(session);
    }
    while ((surplus = unfinished_surplus(&sessions->unfinished))) {
        sessions->losses.unfinished++;
        flush(surplus, now, surplus == session ? answers : NULL);
    }
}

static void feed_stream(struct session *session, struct cursor bytes, size_t lost, int64_t now,
                        struct answers *answers)
{
    struct unfinished *unfinished = &session->unfinished;
    if (lost > 0 && unfinished->length > 0) {
        session->is_cut = true;
        flush(session, now, answers); /* its end is among what was lost */
        session->is_cut = false;
    }
    while (unfinished->length > 0 && bytes.left > 0) {
        struct cursor piece = { 0 };
        size_t room = MESSAGE_MAX - unfinished->length;
        if (!cursor_take(&bytes, bytes.left < room ? bytes.left : room, &piece))
            break;
        keep(session, piece, 0, now, answers);
        if (unfinished->length > 0 && unfinished_may_look(unfinished, now))
            look(session, now, answers);
    }
    if (bytes.left == 0)
        return;
    struct cursor rest = take_messages(session, bytes, lost, false, now, answers);
    if (rest.left > 0)
        keep(session, rest, rest.left == bytes.left ? lost : 0, now, answers);
}

static void take_in(struct session *session, struct cursor bytes, size_t lost, int64_t now,
                    struct answers *answers)
{
    session->bytes_in += bytes.left;
    session->lost_in += lost;
    session->quiet_since = 0;
    if (session->who.transport == TRANSPORT_UDP)
        allowance_datagram(&session->allowance, bytes.left, now);
    if (session->who.transport == TRANSPORT_TCP)
        feed_stream(session, bytes, lost, now, answers);
    else if (bytes.left == 0)
        session_tell_empty(session, now);
    else
        (void)take_messages(session, bytes, lost, true, now, answers);
    session->before = session_protocol(session);
}

void session_feed(struct session *session, enum direction direction, struct cursor bytes, size_t lost,
                  int64_t now)
{
    if (direction == DIRECTION_IN) {
        take_in(session, bytes, lost, now, NULL);
        return;
    }
    session->bytes_out += bytes.left;
    session->quiet_since = 0; /* who is answered has spoken, whether it was seen or not */
    /* what HTTP servers and Teltonika's say to whom they do not know */
    session->is_answered = !CURSOR_STARTS(bytes, "HTTP/1.1 4") && !(bytes.left == 1 && bytes.at[0] == 0);
    session_tell_answer(session, bytes, lost, now);
}

void session_receive(struct session *session, struct cursor bytes, int64_t now, struct answers *answers)
{
    take_in(session, bytes, 0, now, answers);
}

void session_sent(struct session *session, const struct answers *answers, size_t sent, int64_t now)
{
    size_t start = 0;
    session->bytes_out += sent;
    for (size_t i = 0; i < answers->count && start < sent; i++) {
        size_t end = answers->ends[i] < sent ? answers->ends[i] : sent;
        session_tell_answer(session, cursor_of(answers->bytes.bytes + start, end - start), 0, now);
        start = end;
    }
}

void session_set_logged(struct session *session, bool is_quiet)
{
    session->is_logged = true;
    session->is_quiet = is_quiet;
}

bool session_ends_in_digits(const struct session *session)
{
    enum { ENOUGH = 2 };
    struct cursor bytes = unfinished_bytes(&session->unfinished);
    return bytes.left >= ENOUGH && cursor_skip(&bytes, bytes.left - ENOUGH) &&
           cursor_count_digits(bytes) == ENOUGH;
}

bool session_has_device(const struct session *session)
{
    return session->conversation.device[0] != '\0';
}

const char *session_device(const struct session *session)
{
    return session->conversation.device;
}

const struct who *session_who(const struct session *session)
{
    return &session->who;
}

void session_close(struct session *session, const char *reason, int64_t now)
{
    if (session->unfinished.length > 0)
        flush(session, now, NULL);
    session_tell_closed(session, reason, now);
    release(session);
}

struct receiver session_receiver(struct sessions *sessions)
{
    return (struct receiver){ .sessions = sessions,
                              .open = session_open,
                              .fail = session_fail,
                              .established = session_established,
                              .server = session_server,
                              .feed = session_feed,
                              .receive = session_receive,
                              .has_device = session_has_device,
                              .close = session_close };
}

/* What has waited for long: is its end there after all, or is it time to say that it is not? */
static void tick_unfinished(struct session *session, int64_t now)
{
    struct unfinished *unfinished = &session->unfinished;
    if (unfinished->deferred && unfinished_may_look(unfinished, now))
        look(session, now, NULL);
    if (unfinished->length == 0 || unfinished->told ||
        now - unfinished->since < session->all->settings.message_wait)
        return;
    unfinished->told = true;
    session_tell_unfinished(session, now);
}

void sessions_tick(struct sessions *sessions, int64_t now)
{
    for (struct session *session = LIST_FIRST(&sessions->waiting), *next; session; session = next) {
        next = LIST_NEXT(session, waiting);
        if (session->unfinished.length > 0)
            tick_unfinished(session, now);
        if (session->quiet_since != 0)
            judge_silence(sessions->judge, &session->who, session->quiet_since, now);
        if (session->unfinished.length == 0 && session->quiet_since == 0)
            stop_waiting(session);
    }
    judge_tick(sessions->judge, now);
}

void sessions_finish(struct sessions *sessions, int64_t now)
{
    struct session *session;
    LIST_FOREACH (session, &sessions->waiting, waiting) {
        if (session->unfinished.length > 0)
            flush(session, now, NULL);
    }
}

struct session_losses sessions_losses(const struct sessions *sessions)
{
    return sessions->losses;
}

size_t sessions_count(const struct sessions *sessions)
{
    return sessions->count;
}
