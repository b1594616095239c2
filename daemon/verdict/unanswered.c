/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices that wait for an answer. A login that comes again and again says by itself that nobody answered; other messages say so
 * only where the server is seen to answer the same protocol's to others, because servers need not answer all that they could.
 * Gets messages from the judge, gives findings to the table of findings.
 */
#include "verdict/unanswered.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/table.h"
#include "protocol/registry.h"
#include "verdict/near_id.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, LOGINS = 3, NOBODY = 3, MESSAGES = 5, PROTOCOLS = 512, NEAR_TEXT = 160 };

/* Logins that are further apart are of days, not of impatience. */
static const int64_t login_span = 15 * 60 * (int64_t)SECOND;
static const int64_t message_span = 30 * (int64_t)SECOND;

/* A device, or an address whose device is unknown, since it was last answered. */
struct waiting {
    unsigned logins, messages; /* that a server would have answered */
    int64_t since, last;
    struct who who;
    const struct protocol *protocol;
    bool is_open, is_last_login; /* its connection; its last message was a login */
    size_t sample_length;
    uint8_t sample[FINDING_SAMPLE];
};

struct unanswered_matter {
    struct unanswered_settings settings;
    const struct ports *ports;
    struct findings *findings;
    struct table *table; /* by subject without a port */
    struct dossiers *dossiers;
    size_t part; /* a bool of them: the device was answered */
    size_t answered_count;
    const struct protocol *answered[PROTOCOLS]; /* those of which some device was answered */
};

struct unanswered_matter *unanswered_new(const struct unanswered_settings *settings,
                                         const struct ports *ports, struct dossiers *dossiers,
                                         struct findings *findings)
{
    struct unanswered_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    matter->settings = *settings;
    matter->ports = ports;
    matter->findings = findings;
    matter->table = table_new(settings->devices, sizeof(struct subject), sizeof(struct waiting), NULL, NULL);
    matter->dossiers = dossiers;
    matter->part = dossiers_reserve(dossiers, sizeof(bool));
    if (matter->table)
        return matter;
    unanswered_free(matter);
    return NULL;
}

void unanswered_free(struct unanswered_matter *matter)
{
    if (!matter)
        return;
    table_free(matter->table);
    free(matter);
}

uint64_t unanswered_evicted(const struct unanswered_matter *matter)
{
    return table_evicted(matter->table);
}

static bool is_answered(const struct unanswered_matter *matter, const struct protocol *protocol)
{
    for (size_t i = 0; i < matter->answered_count; i++) {
        if (matter->answered[i] == protocol)
            return true;
    }
    return false;
}

static void note_answered(struct unanswered_matter *matter, const struct protocol *protocol)
{
    if (protocol && matter->answered_count < PROTOCOLS && !is_answered(matter, protocol))
        matter->answered[matter->answered_count++] = protocol;
}

/* Nobody answers whom the server does not know, or who talks to the wrong port. */
static bool has_cause(struct unanswered_matter *matter, const struct waiting *waiting,
                      const struct subject *subject)
{
    static const enum finding_code causes[] = { FINDING_WRONG_PORT,      FINDING_WRONG_TRANSPORT,
                                                FINDING_SWITCHED_OFF,    FINDING_UNKNOWN_DEVICE,
                                                FINDING_DISABLED_DEVICE, FINDING_WRONG_WEB_PORT,
                                                FINDING_NOT_DECODED };
    struct subject address = subject_of(&waiting->who, "", true);
    struct who nobody = { .transport = waiting->who.transport, .port = waiting->who.port };
    struct subject port = subject_of(&nobody, "", true);
    /* where the server hangs nobody is answered; and another program answers no tracker */
    if (findings_any(matter->findings, FINDING_TRACCAR_STUCK) ||
        finding_is_raised(matter->findings, FINDING_TAKEN_PORT, &port) ||
        finding_is_raised(matter->findings, FINDING_BEHIND_PROXY, &address))
        return true;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        if (finding_is_raised(matter->findings, causes[i], subject) ||
            (!subject_device(subject)[0] && finding_is_raised(matter->findings, causes[i], &address)))
            return true;
    }
    return false;
}

static void put_who(struct buffer *out, const struct waiting *waiting, const char *device)
{
    if (device[0]) {
        buffer_printf(out, "Device %s", device);
        return;
    }
    buffer_put_text(out, "The device at ");
    wording_put_address(out, &waiting->who);
}

static struct finding_event event_of(const struct waiting *waiting, const struct subject *subject,
                                     int64_t now)
{
    return (struct finding_event){ .time = now,
                                   .first = waiting->since,
                                   .count = waiting->logins + waiting->messages,
                                   .severity = SEVERITY_PROBLEM,
                                   .who = waiting->who,
                                   .device = subject_device(subject),
                                   .protocol = waiting->protocol,
                                   .sample = cursor_of(waiting->sample, waiting->sample_length) };
}

/* Is it almost one that is expected, or that the server answers? " 123 is …: a digit is missing." or nothing. */
static void find_near(struct unanswered_matter *matter, const char *device, char near[static NEAR_TEXT])
{
    const char *how = NULL;
    near[0] = '\0';
    for (size_t i = 0; i < matter->settings.expected_count && !how; i++) {
        const char *id = matter->settings.expected[i].id;
        if ((how = near_id(id, device)))
            snprintf(near, NEAR_TEXT, " %s is expected: %s.", id, how);
    }
    for (struct dossier *dossier = dossiers_first(matter->dossiers); dossier && !how;
         dossier = dossiers_next(matter->dossiers, dossier)) {
        const bool *is_known = dossier_part(dossier, matter->part);
        const struct subject *subject = dossier_subject(matter->dossiers, dossier);
        if (*is_known && (how = near_id(subject->name, device)))
            snprintf(near, NEAR_TEXT, " It does answer %s: %s.", subject->name, how);
    }
}

/* What to look at, in this order: the identifier, then the ports of protocols that share messages with this one. */
static void put_trials(const struct unanswered_matter *matter, const struct waiting *waiting,
                       const char *device, struct buffer *out)
{
    bool is_first = true;
    buffer_printf(out,
                  "Look whether Traccar has a device with the identifier %s that is not disabled; if so, "
                  "this is the port of a "
                  "similar protocol: try ",
                  device);
    for (size_t i = 0; registry[i]; i++) {
        if (!protocol_is_kin(waiting->protocol, registry[i]) ||
            ports_off(matter->ports, registry[i]) != PORTS_LISTENED)
            continue;
        uint16_t port = ports_of(matter->ports, registry[i]), outside = ports_outside(matter->ports, port);
        buffer_printf(out, "%s%u (%s)", is_first ? "" : ", then ", outside ? outside : port,
                      ports_called(matter->ports, registry[i]));
        is_first = false;
    }
    buffer_put_text(out, is_first ? "others that the maker names."
                                  : ", and others that the maker names; it is right where Traccar answers.");
}

/* Which device was not answered before over the same way, and may go on without telling its id? "" for none, or several. */
static const char *find_before(const struct unanswered_matter *matter, const struct waiting *waiting)
{
    const char *found = "";
    for (const struct waiting *other = table_first(matter->table); other;
         other = table_next(matter->table, other)) {
        const char *device = subject_device(table_key(matter->table, other));
        if (!device[0] || other->protocol != waiting->protocol || other->who.port != waiting->who.port ||
            other->last > waiting->since || !endpoint_same_address(&other->who.peer, &waiting->who.peer))
            continue;
        if (found[0])
            return "";
        found = device;
    }
    return found;
}

static void put_nameless(const struct unanswered_matter *matter, const struct waiting *waiting,
                         struct buffer *out)
{
    const char *before = find_before(matter, waiting);
    if (before[0])
        buffer_printf(out,
                      "%s was there before, and was not answered either: look whether Traccar has a device "
                      "with this identifier that is not disabled.",
                      before);
    else
        buffer_put_text(out, "Restart the device, so that it logs in, and look whether Traccar has a "
                             "device with its identifier.");
}

static void raise_no_answer(struct unanswered_matter *matter, const struct waiting *waiting,
                            const struct subject *subject, int64_t now)
{
    struct wording text, advice;
    char near[NEAR_TEXT];
    if (has_cause(matter, waiting, subject) ||
        finding_confirm(matter->findings, FINDING_NO_ANSWER, subject, now))
        return;
    struct finding_event event = event_of(waiting, subject, now);
    wording_start(&text);
    wording_start(&advice);
    put_who(&text.text, waiting, event.device);
    if (waiting->logins >= LOGINS)
        buffer_printf(&text.text, " logs in again and again (%u times) to ", waiting->logins);
    else
        buffer_printf(&text.text, " waits for an answer to %u messages, sent to ",
                      waiting->logins + waiting->messages);
    wording_put_port(&text.text, matter->ports, waiting->who.port);
    find_near(matter, event.device, near);
    bool is_nobody = matter->answered_count == 0 && table_count(matter->table) >= NOBODY;
    buffer_printf(&text.text, ", and the server never answers.%s", near);
    if (is_nobody)
        buffer_printf(&text.text, " Nobody is answered: %zu wait.", table_count(matter->table));
    if (near[0])
        buffer_printf(
            &advice.text,
            "If that is this device, set its identifier in Traccar to %s; else look whether Traccar has a "
            "device with the identifier %s.",
            event.device, event.device);
    else if (event.device[0])
        put_trials(matter, waiting, event.device, &advice.text);
    else
        put_nameless(matter, waiting, &advice.text);
    if (is_nobody)
        buffer_put_text(&advice.text, " If Traccar knows any of those that wait, it hangs: restart it.");
    event.text = wording_end(&text);
    event.advice = wording_end(&advice);
    finding_raise(matter->findings, FINDING_NO_ANSWER, subject, event);
}

static void raise_silent(struct unanswered_matter *matter, const struct waiting *waiting,
                         const struct subject *subject, int64_t now)
{
    struct wording text, advice;
    if (has_cause(matter, waiting, subject) ||
        finding_confirm(matter->findings, FINDING_CONNECTED_SILENT, subject, now))
        return;
    struct finding_event event = event_of(waiting, subject, now);
    wording_start(&text);
    wording_start(&advice);
    put_who(&text.text, waiting, event.device);
    buffer_printf(&text.text,
                  " is connected to port %u, has logged in, got no answer, and has said nothing for ",
                  waiting->who.port);
    wording_put_span(&text.text, now - waiting->last);
    buffer_put_u8(&text.text, '.');
    buffer_printf(&advice.text,
                  "Look whether Traccar has a device with the identifier %s that is not disabled.",
                  event.device[0] ? event.device : "that it tells");
    event.text = wording_end(&text);
    event.advice = wording_end(&advice);
    event.severity = SEVERITY_WARNING;
    finding_raise(matter->findings, FINDING_CONNECTED_SILENT, subject, event);
}

static void note_known(struct unanswered_matter *matter, const struct message_event *event)
{
    struct dossier *dossier = dossiers_open(matter->dossiers, &event->who, event->device);
    if (dossier)
        *(bool *)dossier_part(dossier, matter->part) = true;
}

static void take_answer(struct unanswered_matter *matter, const struct message_event *event)
{
    struct subject subject = subject_of(&event->who, event->device, false);
    struct waiting *waiting = table_find(matter->table, &subject);
    note_answered(matter, event->protocol);
    /* what HTTP servers and Teltonika's say to whom they do not know is no answer */
    bool is_refusal =
        CURSOR_STARTS(event->bytes, "HTTP/1.1 4") || (event->bytes.left == 1 && event->bytes.at[0] == 0);
    if (event->device[0] && !is_refusal)
        note_known(matter, event);
    if (!waiting)
        return;
    finding_clear(matter->findings, FINDING_NO_ANSWER, &subject, event->time, "The server answers it.");
    finding_clear(matter->findings, FINDING_CONNECTED_SILENT, &subject, event->time,
                  "The server answers it.");
    table_remove(matter->table, waiting);
}

static void take_owed(struct unanswered_matter *matter, const struct message_event *event,
                      const struct subject *subject)
{
    struct waiting *waiting = table_add(matter->table, subject);
    bool is_login = strcmp(event->identity->reading.type, "login") == 0;
    struct cursor sample = event->bytes;
    if (!waiting)
        return;
    bool is_long_ago = waiting->since != 0 && event->time - waiting->last > login_span;
    if (waiting->since == 0 || is_long_ago)
        *waiting = (struct waiting){ .since = event->time };
    if (waiting->logins + waiting->messages == 0) {
        waiting->sample_length = sample.left < FINDING_SAMPLE ? sample.left : FINDING_SAMPLE;
        memcpy(waiting->sample, sample.at, waiting->sample_length);
    }
    waiting->logins += is_login ? 1 : 0;
    waiting->messages += is_login ? 0 : 1;
    waiting->last = event->time;
    waiting->who = event->who;
    waiting->protocol = event->protocol;
    waiting->is_open = event->who.transport == TRANSPORT_TCP;
    waiting->is_last_login = is_login;
    bool is_impatient = waiting->logins >= LOGINS;
    bool is_left_out = waiting->logins + waiting->messages >= MESSAGES &&
                       event->time - waiting->since >= message_span && is_answered(matter, event->protocol);
    if (is_impatient || is_left_out)
        raise_no_answer(matter, waiting, subject, event->time);
}

void unanswered_message(struct unanswered_matter *matter, const struct message_event *event)
{
    if (event->direction == DIRECTION_OUT) {
        take_answer(matter, event);
        return;
    }
    if (!event->is_owed && table_count(matter->table) == 0)
        return;
    struct subject subject = subject_of(&event->who, event->device, false);
    finding_clear(matter->findings, FINDING_CONNECTED_SILENT, &subject, event->time, "It has sent data.");
    if (event->is_owed) {
        take_owed(matter, event, &subject);
        return;
    }
    struct waiting *waiting = table_find(matter->table, &subject);
    if (waiting)
        waiting->is_last_login = false;
}

void unanswered_connection(struct unanswered_matter *matter, const struct connection_event *event)
{
    if (event->state != CONNECTION_CLOSED || table_count(matter->table) == 0)
        return;
    struct subject subject = subject_of(&event->who, event->device ? event->device : "", false);
    struct waiting *waiting = table_find(matter->table, &subject);
    if (!waiting || waiting->who.flow != event->who.flow)
        return;
    waiting->is_open = false;
    finding_clear(matter->findings, FINDING_CONNECTED_SILENT, &subject, event->time,
                  "The connection has ended.");
}

void unanswered_tick(struct unanswered_matter *matter, int64_t now)
{
    for (struct waiting *waiting = table_first(matter->table); waiting;
         waiting = table_next(matter->table, waiting)) {
        const struct subject *subject = table_key(matter->table, waiting);
        if (findings_any(matter->findings, FINDING_NO_ANSWER) && has_cause(matter, waiting, subject))
            finding_clear(matter->findings, FINDING_NO_ANSWER, subject, now, "Why is told by itself.");
        if (waiting->is_open && waiting->is_last_login &&
            now - waiting->last >= matter->settings.silent_wait && is_answered(matter, waiting->protocol))
            raise_silent(matter, waiting, subject, now);
    }
    findings_forget(matter->findings, FINDING_NO_ANSWER, now - matter->settings.forget, now,
                    "It has not been heard of again.");
}
