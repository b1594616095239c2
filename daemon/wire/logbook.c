/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of Traccar's log into sessions and reports. Gets lines from intake's reader of the log, feeds sessions and the judge. */
#include "wire/logbook.h"

#include <stdlib.h>

#include "base/table.h"

enum {
    DATA_MAX = 2 * MESSAGE_MAX,
    VERSION_MAX = 32,
    ROW_ID_LONGEST = 7,
    SESSION_ID = 8,
    PROTOCOL_LONGEST = 24,
    DIGITS_LEAST = 6, /* of an id, to know it by */
    DIGITS_MOST = 30
};

/* Compared bytewise: zero it before filling. */
struct line_key {
    uint8_t session[SESSION_ID]; /* lower case; zero where the log has none */
    uint8_t address[16];         /* zero for a connection that has an id */
    uint16_t port, transport;
};

struct line_session {
    struct session
        *session;      /* NULL as long as it is only connected: its lines tell no peer before there is data */
    bool is_connected; /* its beginning was seen */
};

/* Who of an address spoke last: lines without a session are about him. */
struct speaker {
    struct who who;
    char device[DEVICE_MAX];
};

struct logbook {
    struct logbook_settings settings;
    struct sessions *sessions;
    const struct ports *ports;
    struct judge *judge;
    struct table *lines;    /* line_session by line_key */
    struct table *speakers; /* by address */
    struct speaker last;    /* of all of them */
    bool is_text_told, has_connected, is_whole;
    bool has_lookup_failed; /* the line before said so */
    char version[VERSION_MAX];
    int64_t now;
    const char *reason; /* why a session that is taken out of the table ends */
    struct logbook_counts counts;
    struct {
        char name[PROTOCOL_LONGEST + 1];
        uint16_t port;
    } found; /* the last protocol whose port was looked for */
    uint8_t data[DATA_MAX];
};

static void gone(void *context, const void *key, void *value)
{
    const struct logbook *logbook = context;
    struct line_session *entry = value;
    (void)key;
    if (entry->session && logbook->reason)
        session_close(entry->session, logbook->reason, logbook->now);
}

struct logbook *logbook_new(const struct logbook_settings *settings, struct sessions *sessions,
                            const struct ports *ports, struct judge *judge)
{
    struct logbook *logbook = calloc(1, sizeof(*logbook));
    if (!logbook)
        return NULL;
    logbook->settings = *settings;
    logbook->sessions = sessions;
    logbook->ports = ports;
    logbook->judge = judge;
    logbook->reason = "forgotten";
    logbook->lines =
        table_new(settings->sessions, sizeof(struct line_key), sizeof(struct line_session), gone, logbook);
    logbook->speakers =
        table_new(settings->sessions, sizeof(struct endpoint), sizeof(struct speaker), NULL, NULL);
    if (!logbook->lines || !logbook->speakers) {
        logbook_free(logbook);
        return NULL;
    }
    return logbook;
}

static void forget_all(struct logbook *logbook, const char *reason)
{
    logbook->reason = reason;
    for (struct line_session *entry = table_first(logbook->lines), *next; entry; entry = next) {
        next = table_next(logbook->lines, entry);
        table_remove(logbook->lines, entry);
    }
    logbook->reason = "forgotten";
}

void logbook_free(struct logbook *logbook)
{
    if (!logbook)
        return;
    logbook->reason = NULL;
    table_free(logbook->lines);
    table_free(logbook->speakers);
    free(logbook);
}

/* ---- whom a line is about ---- */

/* Looked for once in a while, not for every line: the table of ports is not made for names. */
static uint16_t port_of(struct logbook *logbook, const struct logline *line)
{
    if (line->port != 0 || line->protocol.left == 0 || line->protocol.left > PROTOCOL_LONGEST)
        return line->port;
    if (!cursor_is(line->protocol, logbook->found.name)) {
        cursor_copy_text(line->protocol, logbook->found.name, sizeof(logbook->found.name));
        logbook->found.port = ports_find(logbook->ports, line->protocol);
    }
    return logbook->found.port;
}

static struct line_key key_of(const struct logline *line)
{
    struct line_key key;
    memset(&key, 0, sizeof(key));
    for (size_t i = 0; i < SESSION_ID && i < line->session.left; i++) {
        uint8_t byte = line->session.at[i];
        key.session[i] = byte >= 'A' && byte <= 'F' ? (uint8_t)(byte - 'A' + 'a') : byte;
    }
    return key;
}

/* Versions before 5.0 do not tell the transport; but they tell of a connection's beginning. Where both may be, what the port's
 * protocol is spoken over is believed: nobody is blamed for a guess. */
static enum transport transport_of(struct logbook *logbook, const struct logline *line, uint16_t port)
{
    if (line->has_transport)
        return line->transport;
    const struct protocol *own = port != 0 ? ports_owner(logbook->ports, port) : NULL;
    if (own && own->transports != (OVER_TCP | OVER_UDP))
        return own->transports == OVER_UDP ? TRANSPORT_UDP : TRANSPORT_TCP;
    struct line_key key = key_of(line);
    const struct line_session *known = line->session.left > 0 ? table_find(logbook->lines, &key) : NULL;
    bool never_connected = logbook->settings.is_whole && logbook->has_connected && !known;
    return line->session.left > 0 && never_connected ? TRANSPORT_UDP : TRANSPORT_TCP;
}

static struct who who_of(struct logbook *logbook, const struct logline *line)
{
    struct who who = { .port = port_of(logbook, line) };
    who.transport = transport_of(logbook, line, who.port);
    if (!endpoint_read(line->peer, &who.peer))
        who.peer = (struct endpoint){ .port = 0 };
    return who;
}

/* The session of a data line, opened with its first one. NULL: memory is out. */
static struct session *session_of(struct logbook *logbook, const struct logline *line, const struct who *who)
{
    struct line_key key = key_of(line);
    if (who->transport == TRANSPORT_UDP || line->session.left == 0) {
        memcpy(key.address, who->peer.address, sizeof(key.address));
        key.port = who->port;
        key.transport = (uint16_t)who->transport;
    }
    struct line_session *entry = table_add(logbook->lines, &key);
    if (!entry || entry->session)
        return entry ? entry->session : NULL;
    bool is_quiet = logbook->settings.is_quiet;
    entry->session = session_open(logbook->sessions, who, entry->is_connected && !is_quiet, logbook->now);
    if (entry->session)
        session_set_logged(entry->session, is_quiet);
    return entry->session;
}

/* Where only the session is told: who that is. NULL: nothing was heard of it, or it has said nothing. */
static const struct session *heard_of(struct logbook *logbook, const struct logline *line)
{
    struct line_key key = key_of(line);
    const struct line_session *entry = line->session.left > 0 ? table_find(logbook->lines, &key) : NULL;
    return entry ? entry->session : NULL;
}

static void note_speaker(struct logbook *logbook, const struct session *session)
{
    const struct who *who = session_who(session);
    struct speaker *speaker = table_add(logbook->speakers, &who->peer);
    logbook->last.who = *who;
    cursor_copy_text(cursor_of_text(session_device(session)), logbook->last.device,
                     sizeof(logbook->last.device));
    if (speaker)
        *speaker = logbook->last;
}

/* Of the line's address, where it tells one; else of the last line with data. */
static struct speaker speaker_of(struct logbook *logbook, const struct logline *line)
{
    struct endpoint peer;
    if (line->peer.left == 0 || !endpoint_read(line->peer, &peer))
        return logbook->last;
    const struct speaker *known = table_find(logbook->speakers, &peer);
    struct speaker unknown = { .who = { .peer = peer } };
    return known ? *known : unknown;
}

/* ---- lines ---- */

/* Do messages of this protocol begin with digits? */
static bool begins_with_digits(const struct protocol *protocol)
{
    for (const struct sample *sample = protocol->samples; sample && (sample->text || sample->hex); sample++)
        if (sample->text && cursor_count_digits(cursor_of_text(sample->text)) >= DIGITS_LEAST)
            return true;
    return false;
}

/* Digits in pairs may be HEX, or the text that a device sent: a part of a message, cut inside its id. They are text where that
 * fits what was there before. */
static bool are_sent_digits(struct logbook *logbook, const struct logline *line, const struct who *who,
                            const struct session *session)
{
    struct cursor data = line->data;
    if (!logbook->is_text_told || line->says_hex || line->is_out || data.left > DIGITS_MOST ||
        cursor_count_digits(data) != data.left)
        return false;
    const struct protocol *own = ports_owner(logbook->ports, who->port);
    return session_ends_in_digits(session) ||
           (data.left >= DIGITS_LEAST && !CURSOR_STARTS(data, "00") && own && begins_with_digits(own));
}

static void take_data(struct logbook *logbook, const struct logline *line)
{
    size_t length;
    struct cursor digits = line->data;
    logbook->counts.data++;
    /* who writes text where HEX could stand writes all printable data so */
    if (!line->says_hex && (digits.left % 2 != 0 || cursor_count_hex(digits) != digits.left))
        logbook->is_text_told = true;
    if (!logline_bytes(line, logbook->is_text_told, logbook->data, DATA_MAX, &length)) {
        logbook->counts.bad++;
        return;
    }
    struct who who = who_of(logbook, line);
    struct session *session = session_of(logbook, line, &who);
    if (!session)
        return;
    enum direction direction = line->is_out ? DIRECTION_OUT : DIRECTION_IN;
    struct cursor bytes = cursor_of(logbook->data, length);
    if (are_sent_digits(logbook, line, &who, session))
        bytes = digits;
    session_feed(session, direction, bytes, 0, logbook->now);
    if (!line->is_out)
        note_speaker(logbook, session);
}

static void take_connected(struct logbook *logbook, const struct logline *line)
{
    struct line_key key = key_of(line);
    struct line_session *old = table_find(logbook->lines, &key);
    logbook->has_connected = true;
    if (old)
        table_remove(logbook->lines, old);
    struct line_session *entry = table_add(logbook->lines, &key);
    if (entry)
        entry->is_connected = true;
}

static void take_end(struct logbook *logbook, const struct logline *line, const char *reason)
{
    struct line_key key = key_of(line);
    struct line_session *entry = table_find(logbook->lines, &key);
    if (!entry)
        return;
    logbook->reason = reason;
    table_remove(logbook->lines, entry);
    logbook->reason = "forgotten";
}

static void report(struct logbook *logbook, const struct logline *line, enum report_kind kind,
                   const struct who *who, struct cursor device)
{
    char id[DEVICE_MAX];
    cursor_copy_text(device, id, sizeof(id));
    judge_report(logbook->judge,
                 &(struct report_event){ .time = logbook->now,
                                         .kind = kind,
                                         .who = *who,
                                         .device = id,
                                         .ids = kind == REPORT_UNKNOWN ? line->device : (struct cursor){ 0 },
                                         .detail = line->detail });
}

/* Up to 3.5 a device is named by the number of its row in the database, which says nothing to anybody. */
static bool is_row_number(struct cursor device)
{
    return device.left <= ROW_ID_LONGEST && cursor_count_digits(device) == device.left;
}

static void take_position(struct logbook *logbook, const struct logline *line)
{
    const struct session *session = heard_of(logbook, line);
    /* over UDP the session alone does not tell who it is: the id in the line does */
    struct speaker speaker = { .device = "" };
    if (line->session.left == 0)
        speaker = logbook->last;
    if (session)
        speaker.who = *session_who(session);
    const char *known = session ? session_device(session) : speaker.device;
    struct cursor device = line->device;
    if (known[0] && is_row_number(device))
        device = cursor_of_text(known);
    report(logbook, line, line->kind == LOGLINE_FILTERED ? REPORT_FILTERED : REPORT_POSITION, &speaker.who,
           device);
}

/* The id that the device's messages tell, when it is one of those that the line names; else the first. */
static struct cursor id_of(struct cursor ids, const char *device)
{
    struct cursor first = ids, rest = ids, id;
    size_t blank;
    if (cursor_find(ids, ' ', &blank))
        first.left = blank;
    while (device[0] && cursor_field(&rest, ' ', &id)) {
        if (cursor_is(id, device))
            return id;
        if (rest.left == 0)
            break;
    }
    return first;
}

static void take_unknown(struct logbook *logbook, const struct logline *line, enum report_kind kind)
{
    struct speaker speaker = speaker_of(logbook, line);
    /* the oldest decoders name nobody: then it is who spoke last */
    struct cursor id =
        line->device.left > 0 ? id_of(line->device, speaker.device) : cursor_of_text(speaker.device);
    report(logbook, line, kind, &speaker.who, id);
}

static void take_error(struct logbook *logbook, const struct logline *line)
{
    const struct session *session = heard_of(logbook, line);
    if (!session)
        return;
    /* since 5.3 this is how a disabled device is told of */
    bool is_disabled = CURSOR_STARTS(line->detail, "Device is disabled") ||
                       CURSOR_STARTS(line->detail, "Device has expired");
    report(logbook, line, is_disabled ? REPORT_DISABLED : REPORT_ERROR, session_who(session),
           cursor_of_text(session_device(session)));
}

/* What somebody picks out by an address has these lines alone, and those of positions are missing. */
static void take_kind(struct logbook *logbook, const struct logline *line)
{
    if (logbook->is_whole || line->kind == LOGLINE_DATA || line->kind == LOGLINE_UNKNOWN_DEVICE ||
        line->kind == LOGLINE_DISABLED_DEVICE)
        return;
    logbook->is_whole = true;
    report(logbook, line, REPORT_WHOLE, &(struct who){ .port = 0 }, (struct cursor){ 0 });
}

void logbook_line(struct logbook *logbook, const struct logline *line, int64_t now)
{
    /* whom the database cannot be asked about, Traccar calls unknown on its next line */
    bool is_hearsay = logbook->has_lookup_failed;
    logbook->counts.lines++;
    logbook->now = now;
    take_kind(logbook, line);
    logbook->has_lookup_failed = line->kind == LOGLINE_LOOKUP_FAILED;
    switch (line->kind) {
    case LOGLINE_DATA:
        take_data(logbook, line);
        break;
    case LOGLINE_CONNECTED:
        take_connected(logbook, line);
        break;
    case LOGLINE_DISCONNECTED:
        take_end(logbook, line, "closed");
        break;
    case LOGLINE_TIMED_OUT:
        take_end(logbook, line, "timeout");
        break;
    case LOGLINE_THROTTLED:
        logbook->counts.throttled++;
        break;
    case LOGLINE_ERROR:
        take_error(logbook, line);
        break;
    case LOGLINE_POSITION:
    case LOGLINE_FILTERED:
        take_position(logbook, line);
        break;
    case LOGLINE_UNKNOWN_DEVICE:
        if (!is_hearsay)
            take_unknown(logbook, line, REPORT_UNKNOWN);
        break;
    case LOGLINE_DISABLED_DEVICE:
        take_unknown(logbook, line, REPORT_DISABLED);
        break;
    case LOGLINE_REGISTERED:
        report(logbook, line, REPORT_REGISTERED, &logbook->last.who, line->device);
        break;
    case LOGLINE_VERSION:
        cursor_copy_text(line->detail, logbook->version, sizeof(logbook->version));
        logbook->is_text_told = logline_version_tells_text(line->detail);
        break;
    case LOGLINE_PORT_TAKEN:
        report(logbook, line, REPORT_PORT_TAKEN, &(struct who){ .port = line->port }, (struct cursor){ 0 });
        break;
    case LOGLINE_STARTED:
        report(logbook, line, REPORT_STARTED, &(struct who){ .port = 0 }, (struct cursor){ 0 });
        forget_all(logbook, "server restarted");
        break;
    case LOGLINE_STOPPED:
        forget_all(logbook, "server restarted");
        break;
    default:
        break;
    }
}

void logbook_odd_line(struct logbook *logbook)
{
    logbook->counts.odd++;
}

const char *logbook_version(const struct logbook *logbook)
{
    return logbook->version;
}

struct logbook_counts logbook_counts(const struct logbook *logbook)
{
    struct logbook_counts counts = logbook->counts;
    counts.picked = logbook->is_whole ? 0 : counts.data;
    counts.forgotten = table_evicted(logbook->lines);
    return counts;
}
