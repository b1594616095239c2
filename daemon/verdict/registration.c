/* SPDX-License-Identifier: Apache-2.0 */
/* The matter of registration. Gets messages and reports of Traccar's log from the judge, gives findings to the table of findings. */
#include "verdict/registration.h"

#include <stdlib.h>

#include "base/table.h"
#include "verdict/expected.h"
#include "verdict/near_id.h"
#include "verdict/registration_words.h"

enum { SECOND = 1000000, NEAR_SHOWN = 3, NEAR_TEXT = 256, FEW = 3, MANY = 5 };

/* Positions are stored some seconds late, more where the place's address is asked for. */
static const int64_t patience = 60 * (int64_t)SECOND, error_patience = 30 * (int64_t)SECOND;
/* What filters of sameness drop, a standing device sends for hours. */
static const int64_t sameness_patience = 15 * 60 * (int64_t)SECOND;

struct registration {
    struct registration_settings settings;
    const struct ports *ports;
    struct findings *findings;
    struct table *table; /* struct registered by subject, without a port */
    bool is_whole;       /* what the log does not tell is not so */
};

struct registration *registration_new(const struct registration_settings *settings, const struct ports *ports,
                                      struct findings *findings)
{
    struct registration *registration = calloc(1, sizeof(*registration));
    if (!registration)
        return NULL;
    *registration = (struct registration){ .settings = *settings, .ports = ports, .findings = findings };
    registration->table =
        table_new(settings->devices, sizeof(struct subject), sizeof(struct registered), NULL, NULL);
    if (!registration->table) {
        free(registration);
        return NULL;
    }
    return registration;
}

void registration_free(struct registration *registration)
{
    if (!registration)
        return;
    table_free(registration->table);
    free(registration);
}

uint64_t registration_evicted(const struct registration *registration)
{
    return table_evicted(registration->table);
}

/* The id of a state, "" of an address. */
static const char *device_of(const struct registration *registration, const struct registered *state)
{
    return subject_device(table_key(registration->table, state));
}

static struct registered *state_of(struct registration *registration, const struct who *who,
                                   const char *device)
{
    struct subject subject = subject_of(who, device, false);
    struct registered *state = table_add(registration->table, &subject);
    static const uint8_t nowhere[sizeof(who->peer.address)];
    /* a line of the log may tell an id alone */
    if (state && memcmp(who->peer.address, nowhere, sizeof(nowhere)) != 0)
        state->who = *who;
    return state;
}

/* ---- findings ---- */

/* What explains that nothing comes of the messages. Of a device by its id; of one that has told none by its address. */
static bool has_cause(struct registration *registration, const struct registered *state)
{
    static const enum finding_code causes[] = {
        FINDING_WRONG_PORT,     FINDING_WRONG_TRANSPORT, FINDING_SWITCHED_OFF,    FINDING_UNKNOWN_DEVICE,
        FINDING_FILTERED,       FINDING_DISABLED_DEVICE, FINDING_NOT_A_TRACKER,   FINDING_UNIDENTIFIED,
        FINDING_WRONG_WEB_PORT, FINDING_CLOCK_WRONG,     FINDING_ZERO_COORDINATES
    };
    const char *device = device_of(registration, state);
    struct subject subject = subject_of(&state->who, device, false);
    struct subject address = subject_of(&state->who, "", true);
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        if (finding_is_raised(registration->findings, causes[i], &subject) ||
            (!device[0] && finding_is_raised(registration->findings, causes[i], &address)))
            return true;
    }
    return finding_is_raised(registration->findings, FINDING_BEHIND_PROXY, &address);
}

static struct finding_event event_of(const struct registration *registration, const struct registered *state,
                                     int64_t now, struct wording *text, struct wording *advice)
{
    return (struct finding_event){ .time = now,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = state->who,
                                   .device = device_of(registration, state),
                                   .protocol = state->protocol,
                                   .sample = cursor_of(state->sample, state->sample_length),
                                   .text = wording_end(text),
                                   .advice = wording_end(advice) };
}

/* The device's next connection may not tell its id: then its address stands for it. */
static void shadow_address(struct registration *registration, enum finding_code code,
                           const struct registered *state, int64_t now)
{
    struct subject address = subject_of(&state->who, "", true);
    if (device_of(registration, state)[0])
        finding_shadow(registration->findings, code, &address, now);
}

static void raise_not_decoded(struct registration *registration, const struct registered *state, int64_t now)
{
    struct subject subject = subject_of(&state->who, device_of(registration, state), false);
    struct wording text, advice;
    if (has_cause(registration, state) ||
        finding_confirm(registration->findings, FINDING_NOT_DECODED, &subject, now))
        return;
    wording_start(&text);
    wording_start(&advice);
    registration_word_not_decoded(state, device_of(registration, state), registration->ports, now, &text,
                                  &advice);
    struct finding_event event = event_of(registration, state, now, &text, &advice);
    event.count = state->failed.count > 0 ? state->failed.count : state->waiting.count;
    event.first = state->failed.count > 0 ? state->failed.since : state->waiting.since;
    finding_raise(registration->findings, FINDING_NOT_DECODED, &subject, event);
}

/* ---- near misses ---- */

static void put_near(struct buffer *out, const char *registered, const char *sent, unsigned *count)
{
    const char *how = *count < NEAR_SHOWN ? near_id(registered, sent) : NULL;
    if (!how)
        return;
    buffer_printf(out, "%s %s is registered: %s", *count > 0 ? ";" : "", registered, how);
    (*count)++;
}

/* " 123 is registered: a digit is missing." or nothing. */
static const char *find_near(struct registration *registration, const char *sent, char near[static NEAR_TEXT])
{
    struct buffer out = buffer_on(near, NEAR_TEXT - 2);
    unsigned count = 0;
    for (size_t i = 0; i < registration->settings.expected_count; i++)
        put_near(&out, registration->settings.expected[i].id, sent, &count);
    for (struct registered *state = table_first(registration->table); state;
         state = table_next(registration->table, state)) {
        if (state->is_registered)
            put_near(&out, device_of(registration, state), sent, &count);
    }
    if (count > 0)
        near[out.length++] = '.';
    near[out.length] = '\0';
    return near;
}

static void tell_unknown(struct registration *registration, const struct registered *state, int64_t now,
                         bool is_more)
{
    const char *device = device_of(registration, state);
    struct subject subject = subject_of(&state->who, device, false);
    struct wording text, advice;
    char near[NEAR_TEXT];
    wording_start(&text);
    wording_start(&advice);
    registration_word_unknown(state, device, find_near(registration, device, near), &text, &advice);
    struct finding_event event = event_of(registration, state, now, &text, &advice);
    if (is_more)
        finding_amend(registration->findings, FINDING_UNKNOWN_DEVICE, &subject, event);
    else
        finding_raise(registration->findings, FINDING_UNKNOWN_DEVICE, &subject, event);
}

/* A registered id was heard of: is it what somebody mistook an unknown one for? */
static void note_registered(struct registration *registration, struct registered *state, int64_t now)
{
    const char *device = device_of(registration, state);
    if (state->is_registered || !device[0])
        return;
    state->is_registered = true;
    if (!findings_any(registration->findings, FINDING_UNKNOWN_DEVICE))
        return;
    for (struct registered *other = table_first(registration->table); other;
         other = table_next(registration->table, other)) {
        if (other->is_unknown && near_id(device, device_of(registration, other)))
            tell_unknown(registration, other, now, true);
    }
}

/* ---- what the log says ---- */

static void clear_all(struct registration *registration, const struct registered *state, int64_t now,
                      const char *why)
{
    static const enum finding_code codes[] = { FINDING_UNKNOWN_DEVICE, FINDING_FILTERED,
                                               FINDING_DISABLED_DEVICE, FINDING_NOT_DECODED };
    struct subject subject = subject_of(&state->who, device_of(registration, state), false);
    struct subject address = subject_of(&state->who, "", true);
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
        finding_clear(registration->findings, codes[i], &subject, now, why);
        finding_clear(registration->findings, codes[i], &address, now, why);
    }
}

static void start_afresh(struct registered *state)
{
    state->waiting.count = state->waiting.answers = 0;
    state->failed.count = state->filtered.count = 0;
    state->is_unknown = state->is_answered_anyway = false;
    state->refused = NULL;
}

static void take_position(struct registration *registration, const struct report_event *event,
                          struct registered *state)
{
    static const char why[] = "Traccar has stored a position of it.";
    note_registered(registration, state, event->time);
    state->stored = event->time;
    start_afresh(state);
    clear_all(registration, state, event->time, why);
    /* what came from there without an id was its */
    struct subject address = subject_of(&state->who, "", false);
    struct registered *nameless = table_find(registration->table, &address);
    if (!nameless || nameless == state)
        return;
    start_afresh(nameless);
    finding_clear(registration->findings, FINDING_NOT_DECODED, &address, event->time, why);
}

static void take_unknown(struct registration *registration, const struct report_event *event,
                         struct registered *state)
{
    const char *device = device_of(registration, state);
    if (!device[0])
        return; /* the oldest logs may name none: there is nothing to say then */
    struct subject subject = subject_of(&state->who, device, false);
    bool is_answered_anyway = state->is_answered_anyway || state->is_answered;
    start_afresh(state);
    state->refused = state->is_seen ? state->type : NULL;
    state->type = NULL;
    state->is_answered_anyway = is_answered_anyway;
    state->is_registered = false;
    state->is_unknown = true;
    cursor_copy_text(event->ids.left > 0 ? event->ids : cursor_of_text(device), state->ids,
                     sizeof(state->ids));
    finding_clear(registration->findings, FINDING_NOT_DECODED, &subject, event->time,
                  "Traccar does not know the device: see unknown-device.");
    if (!finding_confirm(registration->findings, FINDING_UNKNOWN_DEVICE, &subject, event->time))
        tell_unknown(registration, state, event->time, false);
    shadow_address(registration, FINDING_UNKNOWN_DEVICE, state, event->time);
}

static void take_disabled(struct registration *registration, const struct report_event *event,
                          struct registered *state)
{
    struct subject subject = subject_of(&state->who, device_of(registration, state), false);
    struct wording text, advice;
    note_registered(registration, state, event->time);
    start_afresh(state);
    shadow_address(registration, FINDING_DISABLED_DEVICE, state, event->time);
    if (finding_confirm(registration->findings, FINDING_DISABLED_DEVICE, &subject, event->time))
        return;
    wording_start(&text);
    wording_start(&advice);
    registration_word_disabled(state, device_of(registration, state), event->detail, &text, &advice);
    finding_raise(registration->findings, FINDING_DISABLED_DEVICE, &subject,
                  event_of(registration, state, event->time, &text, &advice));
}

/* Filters that drop what says nothing new: they object to nothing. */
static bool is_sameness(struct cursor filters)
{
    struct cursor filter;
    filters = cursor_trim(filters);
    if (filters.left == 0)
        return false;
    while (cursor_field(&filters, ' ', &filter)) {
        if (!cursor_is_one_of(filter, "Duplicate Static Distance MinPeriod SkipAttributes") &&
            filter.left > 0)
            return false;
    }
    return true;
}

static void take_filtered(struct registration *registration, const struct report_event *event,
                          struct registered *state)
{
    struct subject subject = subject_of(&state->who, device_of(registration, state), false);
    struct wording text, advice;
    note_registered(registration, state, event->time);
    state->waiting.count = 0;
    if (state->filtered.count++ == 0)
        state->filtered.since = event->time;
    cursor_copy_text(cursor_trim(event->detail), state->filtered.by, sizeof(state->filtered.by));
    if (finding_confirm(registration->findings, FINDING_FILTERED, &subject, event->time))
        return;
    bool is_same = is_sameness(event->detail);
    int64_t span = event->time - state->filtered.since;
    if (is_same ? span < sameness_patience || state->filtered.count < MANY
                : state->stored != 0 && state->filtered.count < FEW)
        return;
    wording_start(&text);
    wording_start(&advice);
    registration_word_filtered(state, device_of(registration, state), &text, &advice);
    struct finding_event finding = event_of(registration, state, event->time, &text, &advice);
    finding.severity = is_same ? SEVERITY_INFO : SEVERITY_WARNING;
    finding.count = state->filtered.count;
    finding.first = state->filtered.since;
    finding_raise(registration->findings, FINDING_FILTERED, &subject, finding);
    shadow_address(registration, FINDING_FILTERED, state, event->time);
}

/* A connection that ends is no failure of a decoder. */
static bool is_network(struct cursor error)
{
    static const char *const words[] = { "Connection ", "Broken pipe",     "timed out", "No route",
                                         "closed",      "ClosedChannel",   "SSL",       "Ssl",
                                         "not an SSL",  "TimeoutException" };
    size_t at;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (cursor_find_text(error, words[i], &at))
            return true;
    }
    return false;
}

/* Where in the decoder it was says nothing to a user. */
static struct cursor without_trace(struct cursor error)
{
    size_t at;
    if (cursor_find_text(error, " (", &at) && CURSOR_ENDS(error, ")"))
        error.left = at;
    return error;
}

static bool has_failed(const struct registered *state, int64_t now)
{
    if (state->failed.count == 0)
        return false;
    /* one odd message among good ones is no matter */
    if (state->stored != 0)
        return state->failed.count >= FEW;
    return state->failed.count > 1 || now - state->failed.since >= error_patience;
}

static void take_error(struct registration *registration, const struct report_event *event,
                       struct registered *state)
{
    if (is_network(event->detail))
        return;
    if (state->failed.count++ == 0)
        state->failed.since = event->time;
    state->failed.last = event->time;
    struct cursor error = without_trace(event->detail);
    cursor_copy_text(error.left > 0 ? error : cursor_of_text("it does not say how"), state->failed.text,
                     sizeof(state->failed.text));
    if (has_failed(state, event->time))
        raise_not_decoded(registration, state, event->time);
}

void registration_report(struct registration *registration, const struct report_event *event)
{
    registration->is_whole = registration->is_whole || event->kind == REPORT_WHOLE;
    if (event->kind == REPORT_WHOLE)
        return;
    struct registered *state = state_of(registration, &event->who, event->device);
    if (!state)
        return;
    switch (event->kind) {
    case REPORT_POSITION:
        take_position(registration, event, state);
        break;
    case REPORT_UNKNOWN:
        take_unknown(registration, event, state);
        break;
    case REPORT_DISABLED:
        take_disabled(registration, event, state);
        break;
    case REPORT_FILTERED:
        take_filtered(registration, event, state);
        break;
    case REPORT_ERROR:
        take_error(registration, event, state);
        break;
    case REPORT_REGISTERED:
        note_registered(registration, state, event->time);
        start_afresh(state);
        clear_all(registration, state, event->time, "Traccar has registered it by itself.");
        break;
    default:
        break;
    }
}

/* ---- messages ---- */

/* Some protocols have a word of Traccar's for a device that it does not know, and one for those that it knows. On the port of
 * another protocol it is that one's. */
static enum reception reception_of(const struct registration *registration, const struct message_event *event)
{
    const struct protocol *protocol = event->protocol;
    if (!protocol || !protocol->reception || !event->replies_to ||
        !ports_is_home(registration->ports, protocol, event->who.port))
        return RECEPTION_UNTOLD;
    return protocol->reception(event->bytes, event->replies_to);
}

/* The log calls it unknown at each of its messages: where it says nothing, and Traccar answers what it did not answer before, it
 * knows the device. */
static bool is_known_now(struct registered *state, const struct message_event *event)
{
    if (!event->is_logged || !state->refused)
        return false;
    if (!state->type) /* the message that it has just called unknown */
        state->is_answered_anyway = true;
    return !state->is_answered_anyway && state->type && strcmp(state->type, state->refused) == 0;
}

static void take_answer(struct registration *registration, const struct message_event *event)
{
    struct subject subject = subject_of(&event->who, event->device, false);
    enum reception reception = reception_of(registration, event);
    if (event->device[0] && reception == RECEPTION_UNKNOWN) {
        registration_report(registration, &(struct report_event){ .time = event->time,
                                                                  .kind = REPORT_UNKNOWN,
                                                                  .who = event->who,
                                                                  .device = event->device });
        return;
    }
    struct registered *state = table_find(registration->table, &subject);
    if (!state)
        return;
    state->waiting.answers++;
    state->is_answered = state->is_answered || event->is_logged;
    if (!state->is_unknown || !event->protocol ||
        !(reception == RECEPTION_KNOWN || is_known_now(state, event)))
        return;
    start_afresh(state);
    clear_all(registration, state, event->time, "Traccar welcomes it now.");
}

void registration_message(struct registration *registration, const struct message_event *event)
{
    const struct identity *identity = event->identity;
    if (event->direction == DIRECTION_OUT) {
        take_answer(registration, event);
        return;
    }
    if (!event->is_logged || !identity || identity->candidate_count == 0 ||
        identity->certainty < CLAIM_LIKELY)
        return;
    struct registered *state = state_of(registration, &event->who, event->device);
    if (!state)
        return;
    state->is_seen = true;
    state->protocol = event->protocol;
    state->verdict = identity->verdict;
    state->type = identity->reading.type;
    state->is_answered = false;
    bool is_right = identity->verdict == VERDICT_OK || identity->verdict == VERDICT_NONE;
    if (!is_right || identity->reading.location != LOCATION_VALID || state->waiting.count++ > 0)
        return;
    struct cursor sample = event->bytes;
    state->waiting.since = event->time;
    state->waiting.answers = 0;
    state->sample_length = sample.left < FINDING_SAMPLE ? sample.left : FINDING_SAMPLE;
    memcpy(state->sample, sample.at, state->sample_length);
}

/* ---- time ---- */

void registration_tick(struct registration *registration, int64_t now)
{
    static const enum finding_code codes[] = { FINDING_UNKNOWN_DEVICE, FINDING_FILTERED,
                                               FINDING_DISABLED_DEVICE, FINDING_NOT_DECODED };
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        findings_forget(registration->findings, codes[i], now - registration->settings.forget, now,
                        "Traccar's log has not said it again.");
    for (struct registered *state = table_first(registration->table); state;
         state = table_next(registration->table, state)) {
        bool has_waited =
            registration->is_whole && state->waiting.count > 0 && now - state->waiting.since >= patience;
        if (has_waited || has_failed(state, now))
            raise_not_decoded(registration, state, now);
    }
}

void registration_finish(struct registration *registration, int64_t now)
{
    for (struct registered *state = table_first(registration->table); state;
         state = table_next(registration->table, state)) {
        if (state->failed.count > 0 && state->stored == 0)
            raise_not_decoded(registration, state, now);
    }
}
