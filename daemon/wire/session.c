/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions: keeps the conversation and the unfinished message of every peer. Gets bytes from stream and listener, gives events
 * to the judge. */
#include "wire/session.h"

#include <stdlib.h>

#include "base/table.h"

enum { SECOND = 1000000, SMALL = 4096, REPEAT = 20 * SECOND, RECENT = 8192 };

/* What every message touches stands first and together. */
struct session {
    struct who who;
    int64_t used; /* when the table was last told that it is in use */
    size_t partial_length;
    int64_t quiet_since; /* the handshake's end while it has said nothing; 0: does not count */
    uint64_t bytes_in, bytes_out;
    int64_t judged_at;   /* when a message was last judged anew */
    enum verdict judged; /* how the message before was judged, and how surely */
    enum claim judged_certainty;
    uint64_t judged_device; /* a hash of its id */
    struct talk talk;
    uint8_t *partial; /* owned: the unfinished message */
    size_t partial_capacity;
    size_t partial_lost;
    int64_t partial_since; /* its last piece came */
    bool is_waiting;       /* in the list of those that a tick looks at */
    struct session *waiting_before, *waiting_behind;
};

struct sessions {
    struct session_settings settings;
    struct identifier *identifier;
    const struct ports *ports;
    struct judge *judge;
    struct table *table;
    struct session *waiting; /* those with an unfinished message, or that have said nothing yet */
    uint64_t memory_losses, unanswered;
    struct session *recent[RECENT]; /* by flow number: the look-up that mostly spares the table's */
    int64_t now;                    /* of the call that is under way: evictions are told with it */
};

struct session_settings session_defaults(void)
{
    return (
        struct session_settings){ .sessions = 10000, .message_wait = 5 * (int64_t)SECOND, .answers = false };
}

static void flush(struct sessions *sessions, struct session *session, int64_t now, struct buffer *answer);

static void publish_closed(struct sessions *sessions, const struct session *session, const char *reason,
                           int64_t now)
{
    struct connection_event event = { .time = now,
                                      .who = session->who,
                                      .state = CONNECTION_CLOSED,
                                      .reason = reason,
                                      .bytes_in = session->bytes_in,
                                      .bytes_out = session->bytes_out };
    if (session->who.transport == TRANSPORT_TCP)
        judge_connection(sessions->judge, &event);
}

/* From now on ticks look at it: it is unfinished, or silent. */
static void wait_for(struct sessions *sessions, struct session *session)
{
    if (session->is_waiting)
        return;
    session->is_waiting = true;
    session->waiting_before = NULL;
    session->waiting_behind = sessions->waiting;
    if (sessions->waiting)
        sessions->waiting->waiting_before = session;
    sessions->waiting = session;
}

static void stop_waiting(struct sessions *sessions, struct session *session)
{
    if (!session->is_waiting)
        return;
    session->is_waiting = false;
    if (session->waiting_before)
        session->waiting_before->waiting_behind = session->waiting_behind;
    else
        sessions->waiting = session->waiting_behind;
    if (session->waiting_behind)
        session->waiting_behind->waiting_before = session->waiting_before;
}

static void gone(void *context, const void *key, void *value)
{
    struct sessions *sessions = context;
    struct session *session = value;
    (void)key;
    if (session->partial_length > 0)
        flush(sessions, session, sessions->now, NULL);
    stop_waiting(sessions, session);
    if (sessions->recent[session->who.flow % RECENT] == session)
        sessions->recent[session->who.flow % RECENT] = NULL;
    free(session->partial);
}

struct sessions *sessions_new(const struct session_settings *settings, struct identifier *identifier,
                              const struct ports *ports, struct judge *judge)
{
    struct sessions *sessions = calloc(1, sizeof(*sessions));
    if (!sessions)
        return NULL;
    sessions->settings = *settings;
    sessions->identifier = identifier;
    sessions->ports = ports;
    sessions->judge = judge;
    sessions->table = table_new(settings->sessions, sizeof(uint64_t), sizeof(struct session), gone, sessions);
    if (!sessions->table) {
        free(sessions);
        return NULL;
    }
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    if (!sessions)
        return;
    for (struct session *session = table_first(sessions->table); session;
         session = table_next(sessions->table, session))
        session->partial_length = 0;
    table_free(sessions->table);
    free(sessions);
}

static struct session *session_of(struct sessions *sessions, const struct who *who, int64_t now)
{
    sessions->now = now;
    struct session *session = sessions->recent[who->flow % RECENT];
    if (session && session->who.flow == who->flow) {
        if (now - session->used > SECOND || now < session->used) {
            table_use(sessions->table, session);
            session->used = now;
        }
        return session;
    }
    session = table_add(sessions->table, &who->flow);
    if (!session)
        return NULL;
    if (session->who.flow == 0)
        session->who = *who;
    session->used = now;
    sessions->recent[who->flow % RECENT] = session;
    return session;
}

void session_open(struct sessions *sessions, const struct who *who, bool seen_start, int64_t now)
{
    struct session *session = session_of(sessions, who, now);
    struct connection_event event = { .time = now, .who = *who, .state = CONNECTION_OPENED };
    (void)session;
    if (who->transport == TRANSPORT_TCP && seen_start)
        judge_connection(sessions->judge, &event);
}

void session_established(struct sessions *sessions, const struct who *who, int64_t now)
{
    struct session *session = session_of(sessions, who, now);
    if (!session || session->bytes_in > 0)
        return;
    session->quiet_since = now;
    wait_for(sessions, session);
}

/* Tells one device id from another of the same conversation. */
static uint64_t mix_text(const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (; *text; text++)
        hash = (hash ^ (uint8_t)*text) * 0x100000001b3u;
    return hash;
}

/* Is the message judged as the one before, and that not long ago? Then the judge need not look it up again. */
static bool is_repeat(struct session *session, const struct told *told, int64_t now)
{
    uint64_t device = mix_text(told->device);
    bool is_same = told->verdict == session->judged && told->certainty == session->judged_certainty &&
                   device == session->judged_device && now - session->judged_at < REPEAT;
    if (is_same)
        return true;
    session->judged_device = device;
    session->judged = told->verdict;
    session->judged_certainty = told->certainty;
    session->judged_at = now;
    return false;
}

static void publish_out(struct sessions *sessions, const struct session *session, struct cursor bytes,
                        size_t lost, int64_t now)
{
    struct message_event event = { .time = now,
                                   .who = session->who,
                                   .direction = DIRECTION_OUT,
                                   .bytes = bytes,
                                   .lost = lost,
                                   .protocol = session->talk.known_count > 0 ? session->talk.known[0] : NULL,
                                   .device = session->talk.device };
    judge_message(sessions->judge, &event);
}

/* Builds the reply to one message, and shows it as what the server sends. */
static void reply(struct sessions *sessions, struct session *session, const struct told *told, int64_t now,
                  struct buffer *answer)
{
    if (!answer || !sessions->settings.answers || told->candidate_count == 0 || !told->candidates[0]->answer)
        return;
    /* a mere head on a strange port may be anybody's: an answer would feign a server */
    if (told->certainty < CLAIM_LIKELY && told->verdict != VERDICT_OK)
        return;
    struct message message = { .bytes = told->reading.message,
                               .datagram = session->who.transport == TRANSPORT_UDP,
                               .complete = true,
                               .patterns = identifier_patterns(sessions->identifier) };
    struct asker asker = { .device = told->device, .now = now / SECOND };
    size_t start = answer->length;
    told->candidates[0]->answer(&message, &asker, answer);
    if (answer->full) {
        /* more messages at once than answers fit: this one is not answered, those before it are */
        answer->length = start;
        answer->full = false;
        sessions->unanswered++;
    }
    if (answer->length == start)
        return;
    session->bytes_out += answer->length - start;
    publish_out(sessions, session, cursor_of(answer->bytes + start, answer->length - start), 0, now);
}

/* Takes messages off the front; returns what is left over. */
static struct cursor take_messages(struct sessions *sessions, struct session *session, struct cursor bytes,
                                   size_t lost, bool complete, int64_t now, struct buffer *answer)
{
    struct place place = { session->who.transport, session->who.port };
    struct told told;
    for (;;) {
        /* a message that is still unfinished at the largest size is judged; what is behind it is not cut off by that */
        bool is_full = bytes.left >= MESSAGE_MAX;
        struct cursor window = cursor_of(bytes.at, is_full ? MESSAGE_MAX : bytes.left);
        if (!talk_take(&session->talk, sessions->identifier, sessions->ports, &place, window,
                       complete || is_full, NULL, &told))
            break;
        struct message_event event = { .time = now,
                                       .who = session->who,
                                       .direction = DIRECTION_IN,
                                       .bytes = told.bytes,
                                       .lost = lost,
                                       .told = &told,
                                       .protocol =
                                           session->talk.known_count > 0 ? session->talk.known[0] : NULL,
                                       .device = session->talk.device,
                                       .repeats = is_repeat(session, &told, now) };
        judge_message(sessions->judge, &event);
        reply(sessions, session, &told, now, answer);
        lost = 0;
        if (!cursor_skip(&bytes, told.bytes.left))
            break;
    }
    return bytes;
}

/* Judges the unfinished message by what is there. */
static void flush(struct sessions *sessions, struct session *session, int64_t now, struct buffer *answer)
{
    struct cursor bytes = cursor_of(session->partial, session->partial_length);
    session->partial_length = 0;
    (void)take_messages(sessions, session, bytes, session->partial_lost, true, now, answer);
    session->partial_lost = 0;
}

static bool grow(struct session *session, size_t need)
{
    if (need <= session->partial_capacity)
        return true;
    size_t capacity = session->partial_capacity ? session->partial_capacity : 256;
    while (capacity < need)
        capacity *= 2;
    uint8_t *bigger = realloc(session->partial, capacity);
    if (!bigger)
        return false;
    session->partial = bigger;
    session->partial_capacity = capacity;
    return true;
}

/* Keeps bytes that are no whole message yet. */
static void keep(struct sessions *sessions, struct session *session, struct cursor bytes, size_t lost,
                 int64_t now, struct buffer *answer)
{
    if (bytes.left == 0)
        return;
    if (!grow(session, bytes.left)) {
        sessions->memory_losses += bytes.left;
        (void)take_messages(sessions, session, bytes, lost, true, now, answer);
        return;
    }
    memmove(session->partial, bytes.at, bytes.left);
    session->partial_length = bytes.left;
    wait_for(sessions, session);
    session->partial_lost = lost;
    session->partial_since = now;
}

static void feed_stream(struct sessions *sessions, struct session *session, struct cursor bytes, size_t lost,
                        int64_t now, struct buffer *answer)
{
    if (lost > 0 && session->partial_length > 0)
        flush(sessions, session, now, answer); /* its end is among what was lost */
    while (session->partial_length > 0 && bytes.left > 0) {
        size_t room = MESSAGE_MAX - session->partial_length;
        size_t n = bytes.left < room ? bytes.left : room;
        if (!grow(session, session->partial_length + n)) {
            sessions->memory_losses += bytes.left;
            flush(sessions, session, now, answer);
            break;
        }
        memcpy(session->partial + session->partial_length, bytes.at, n);
        session->partial_length += n;
        session->partial_since = now;
        if (!cursor_skip(&bytes, n))
            return;
        struct cursor whole = cursor_of(session->partial, session->partial_length);
        session->partial_length = 0;
        struct cursor rest =
            take_messages(sessions, session, whole, session->partial_lost, false, now, answer);
        keep(sessions, session, rest, rest.left == whole.left ? session->partial_lost : 0, now, answer);
        if (session->partial_length == 0)
            session->partial_lost = 0;
    }
    struct cursor rest = take_messages(sessions, session, bytes, lost, false, now, answer);
    keep(sessions, session, rest, rest.left == bytes.left ? lost : 0, now, answer);
    if (session->partial_length == 0 && session->partial_capacity > SMALL) {
        free(session->partial);
        session->partial = NULL;
        session->partial_capacity = 0;
    }
}

/* A datagram without any bytes is a message too: a probe. */
static void publish_empty(struct sessions *sessions, struct session *session, int64_t now)
{
    struct told told = { .kind = "empty", .verdict = VERDICT_NOT_A_TRACKER, .device = session->talk.device };
    reading_start(&told.reading, told.bytes, NULL);
    struct message_event event = { .time = now,
                                   .who = session->who,
                                   .direction = DIRECTION_IN,
                                   .told = &told,
                                   .device = session->talk.device };
    judge_message(sessions->judge, &event);
}

void session_feed(struct sessions *sessions, const struct who *who, enum direction direction,
                  struct cursor bytes, size_t lost, int64_t now, struct buffer *answer)
{
    struct session *session = session_of(sessions, who, now);
    if (!session) {
        sessions->memory_losses += bytes.left;
        return;
    }
    if (direction == DIRECTION_OUT) {
        session->bytes_out += bytes.left;
        publish_out(sessions, session, bytes, lost, now);
        return;
    }
    session->bytes_in += bytes.left;
    session->quiet_since = 0;
    if (who->transport == TRANSPORT_TCP)
        feed_stream(sessions, session, bytes, lost, now, answer);
    else if (bytes.left == 0)
        publish_empty(sessions, session, now);
    else
        (void)take_messages(sessions, session, bytes, lost, true, now, answer);
}

void session_close(struct sessions *sessions, const struct who *who, const char *reason, int64_t now)
{
    sessions->now = now;
    struct session *session = table_find(sessions->table, &who->flow);
    if (!session)
        return;
    if (session->partial_length > 0)
        flush(sessions, session, now, NULL);
    publish_closed(sessions, session, reason, now);
    table_remove(sessions->table, session);
}

void sessions_tick(struct sessions *sessions, int64_t now)
{
    for (struct session *session = sessions->waiting, *next; session; session = next) {
        next = session->waiting_behind;
        if (session->partial_length > 0 && now - session->partial_since >= sessions->settings.message_wait)
            flush(sessions, session, now, NULL);
        if (session->quiet_since != 0)
            judge_silence(sessions->judge, &session->who, session->quiet_since, now);
        if (session->partial_length == 0 && session->quiet_since == 0)
            stop_waiting(sessions, session);
    }
    judge_tick(sessions->judge, now);
}

void sessions_finish(struct sessions *sessions, int64_t now)
{
    for (struct session *session = sessions->waiting; session; session = session->waiting_behind) {
        if (session->partial_length > 0)
            flush(sessions, session, now, NULL);
    }
}

struct session_losses sessions_losses(const struct sessions *sessions)
{
    return (struct session_losses){ .sessions = table_evicted(sessions->table),
                                    .memory = sessions->memory_losses,
                                    .unanswered = sessions->unanswered };
}

size_t sessions_count(const struct sessions *sessions)
{
    return table_count(sessions->table);
}
