/* SPDX-License-Identifier: Apache-2.0 */
/* Paces of devices and their silences. Gets messages from the judge, gives findings to the table of findings. */
#include "verdict/life.h"

#include <math.h>
#include <stdlib.h>

#include "verdict/wording.h"

enum { SECOND = 1000000, MINUTE = 60 * SECOND };
enum { GAPS = 3, PERSISTENT = 3, PATIENCE = 10 /* times the longest gap so far */, EVEN = 3 };

static const int64_t burst = SECOND;         /* what comes closer together is one report */
static const int64_t left_patience = MINUTE; /* who moved at an even pace, and hung up */
/* How long nobody may be heard before that is a pause of all, and how much of it counts for nobody. */
static const int64_t pause_least = MINUTE / 2, pause_most = 60 * (int64_t)MINUTE;
static const int64_t usual_patience = 12 * 60 * (int64_t)MINUTE; /* a night */
/* Who is at rest for hours may be so over a long weekend, too: a week and a day, and well beyond what was. */
static const int64_t resting_patience = 8 * 24 * 60 * (int64_t)MINUTE;
enum { RESTING = 3 /* times the longest gap */ };
static const int64_t expected_patience = 24 * 60 * (int64_t)MINUTE; /* where `every` is not said */

enum life_state { LIFE_NEVER_SEEN, LIFE_TALKING, LIFE_LOCATED, LIFE_SILENT };

struct life {
    enum life_state state;
    bool is_expected;
    int64_t every;             /* µs; as the configuration says, or 0 */
    int64_t first, last;       /* when messages came; of a device that is only expected: since when it is */
    int64_t shortest, longest; /* gaps between reports */
    unsigned gaps;
    struct who who;
    const struct protocol *protocol;
    bool is_right;    /* its last message came to where it belongs */
    bool is_closed;   /* its connection has ended, over which it sent again and again */
    bool is_moving;   /* its last two places differ */
    unsigned on_flow; /* messages on its present connection */
    double lat, lon;
};

struct life_matter {
    struct life_settings settings;
    struct findings *findings;
    struct dossiers *dossiers;
    size_t part;                /* a struct life of them, used for devices only */
    bool is_begun;              /* the expected ones are waited for */
    int64_t heard, heard_other; /* when any device was heard last, and any but that one */
    char last[DEVICE_MAX];      /* that one */
    int64_t pause_begin,
        pause_end; /* the last time for which none was, though several had been heard before it */
};

struct life_matter *life_new(const struct life_settings *settings, struct dossiers *dossiers,
                             struct findings *findings)
{
    struct life_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    matter->settings = *settings;
    matter->findings = findings;
    matter->dossiers = dossiers;
    matter->part = dossiers_reserve(dossiers, sizeof(struct life));
    return matter;
}

void life_free(struct life_matter *matter)
{
    free(matter);
}

void life_begin(struct life_matter *matter, int64_t now)
{
    if (matter->is_begun)
        return;
    matter->is_begun = true;
    for (size_t i = 0; i < matter->settings.expected_count; i++) {
        const struct expected_device *expected = &matter->settings.expected[i];
        struct who nobody = { .port = expected->port };
        struct dossier *dossier = dossiers_open(matter->dossiers, &nobody, expected->id);
        if (!dossier)
            continue;
        *(struct life *)dossier_part(dossier, matter->part) = (struct life){ .is_expected = true,
                                                                             .every = expected->every,
                                                                             .first = now,
                                                                             .last = now,
                                                                             .who = nobody,
                                                                             .is_right = true };
    }
}

/* ---- its pace ---- */

/* How long it may be quiet; 0: that cannot be told yet. */
static int64_t patience_of(const struct life *life)
{
    if (life->every != 0)
        return 2 * life->every > MINUTE ? 2 * life->every : MINUTE;
    int64_t learned = PATIENCE * life->longest;
    bool is_even = life->gaps >= GAPS && life->longest <= EVEN * life->shortest;
    if (life->is_expected && life->gaps < GAPS)
        return expected_patience;
    if (life->gaps < GAPS)
        return 0;
    if (learned > 2 * usual_patience)
        return RESTING * life->longest > resting_patience ? RESTING * life->longest : resting_patience;
    int64_t least = is_even && life->is_moving && life->is_closed ? left_patience : usual_patience;
    return learned > least ? learned : least;
}

static void take_gap(struct life *life, int64_t gap)
{
    if (gap < burst)
        return;
    if (life->gaps++ == 0)
        life->shortest = gap;
    life->shortest = gap < life->shortest ? gap : life->shortest;
    life->longest = gap > life->longest ? gap : life->longest;
}

static void take_place(struct life *life, const struct reading *reading)
{
    if (reading->location != LOCATION_VALID)
        return;
    life->is_moving = life->state == LIFE_LOCATED &&
                      (fabs(reading->lat - life->lat) > 1e-5 || fabs(reading->lon - life->lon) > 1e-5);
    life->lat = reading->lat;
    life->lon = reading->lon;
}

static void take_state(struct life *life, enum location location)
{
    if (location == LOCATION_VALID)
        life->state = LIFE_LOCATED;
    else if (life->state != LIFE_LOCATED || location == LOCATION_INVALID)
        life->state = LIFE_TALKING;
}

/* Since when several devices at once have said nothing; `now` where they do. */
static int64_t paused_since(const struct life_matter *matter, int64_t now)
{
    bool are_several = matter->heard_other != 0 && matter->heard - matter->heard_other <= pause_least;
    return are_several && now - matter->heard > pause_least ? matter->heard : now;
}

static void take_pause(struct life_matter *matter, const char *device, int64_t now)
{
    int64_t since = paused_since(matter, now);
    if (since < now) {
        matter->pause_begin = since;
        matter->pause_end = now;
    }
    if (strcmp(matter->last, device) != 0) {
        matter->heard_other = matter->heard;
        cursor_copy_text(cursor_of_text(device), matter->last, sizeof(matter->last));
    }
    matter->heard = now;
}

void life_message(struct life_matter *matter, const struct message_event *event, struct dossier *dossier)
{
    const struct identity *identity = event->identity;
    if (!event->device[0])
        return;
    take_pause(matter, event->device, event->time);
    struct life *life = dossier_part(dossier, matter->part);
    if (life->state == LIFE_NEVER_SEEN)
        life->first = event->time;
    else
        take_gap(life, event->time - life->last);
    if (life->state == LIFE_SILENT || life->is_expected)
        finding_clear(matter->findings, FINDING_SILENT, dossier_subject(matter->dossiers, dossier),
                      event->time, "It has sent something again.");
    life->on_flow = life->who.flow == event->who.flow ? life->on_flow + 1 : 1;
    life->last = event->time;
    life->who = event->who;
    life->protocol = event->protocol;
    life->is_right = identity->verdict == VERDICT_OK || identity->verdict == VERDICT_NONE;
    life->is_closed = false;
    take_place(life, &identity->reading);
    take_state(life, identity->reading.location);
}

void life_connection(struct life_matter *matter, const struct connection_event *event)
{
    if (event->state != CONNECTION_CLOSED || !event->device || !event->device[0])
        return;
    struct dossier *dossier = dossiers_find(matter->dossiers, &event->who, event->device);
    if (!dossier)
        return;
    struct life *life = dossier_part(dossier, matter->part);
    /* who connects for every message says nothing by hanging up */
    if (life->who.flow == event->who.flow)
        life->is_closed = life->on_flow >= PERSISTENT;
}

/* ---- silence ---- */

static void word(const struct life *life, const char *device, int64_t now, struct buffer *text,
                 struct buffer *advice)
{
    buffer_printf(text, "Device %s has sent nothing for ", device);
    wording_put_span(text, now - life->last);
    if (life->state == LIFE_NEVER_SEEN) {
        buffer_put_text(text, ", since it is waited for");
        if (life->who.port != 0)
            buffer_printf(text, " on port %u", life->who.port);
    } else if (life->every != 0) {
        buffer_put_text(text, ", and is expected every ");
        wording_put_span(text, life->every);
    } else {
        buffer_put_text(text, "; before, it was never quiet for longer than ");
        wording_put_span(text, life->longest);
    }
    buffer_put_u8(text, '.');
    if (life->state == LIFE_NEVER_SEEN)
        buffer_put_text(
            advice, "Check its server address and port, its SIM card's data plan and APN, and its power.");
    else if (life->is_expected)
        buffer_put_text(advice, "Check its power and its mobile connection.");
    else
        buffer_put_text(advice,
                        "If it is parked or asleep, that is usual; else check its power and its mobile "
                        "connection.");
}

/* What is known to be wrong with it says enough. */
static bool has_cause(struct life_matter *matter, const struct subject *subject)
{
    static const enum finding_code causes[] = { FINDING_UNKNOWN_DEVICE, FINDING_DISABLED_DEVICE,
                                                FINDING_NO_ANSWER };
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        if (finding_is_raised(matter->findings, causes[i], subject))
            return true;
    }
    return false;
}

/* When all devices fall silent at once, that is not theirs: a server that is started anew, a network, a capture with a hole. */
static int64_t pause_since(const struct life_matter *matter, const struct life *life, int64_t now)
{
    int64_t pause = now - paused_since(matter, now);
    if (life->is_expected)
        return 0;
    if (life->last <= matter->pause_begin)
        pause += matter->pause_end - matter->pause_begin;
    return pause < pause_most ? pause : pause_most;
}

static void look_at(struct life_matter *matter, struct life *life, const struct subject *subject, int64_t now)
{
    int64_t patience = patience_of(life);
    struct wording text, advice;
    if (patience == 0 || now - life->last <= patience || !life->is_right || has_cause(matter, subject) ||
        now - life->last - pause_since(matter, life, now) <= patience)
        return;
    if (finding_confirm(matter->findings, FINDING_SILENT, subject, now))
        return;
    wording_start(&text);
    wording_start(&advice);
    word(life, subject->name, now, &text.text, &advice.text);
    finding_raise(matter->findings, FINDING_SILENT, subject,
                  (struct finding_event){ .time = now,
                                          .first = life->last,
                                          .severity = life->is_expected ? SEVERITY_PROBLEM : SEVERITY_INFO,
                                          .who = life->who,
                                          .device = subject->name,
                                          .protocol = life->protocol,
                                          .text = wording_end(&text),
                                          .advice = wording_end(&advice) });
    if (life->state != LIFE_NEVER_SEEN)
        life->state = LIFE_SILENT;
}

void life_tick(struct life_matter *matter, int64_t now)
{
    life_begin(matter, now);
    for (struct dossier *dossier = dossiers_first(matter->dossiers); dossier;
         dossier = dossiers_next(matter->dossiers, dossier)) {
        struct life *life = dossier_part(dossier, matter->part);
        /* told and not come back: it is over when nobody waits for it any more */
        int64_t kept = 2 * patience_of(life);
        if (kept < matter->settings.forget)
            kept = matter->settings.forget;
        bool is_forgotten = !life->is_expected && now - life->last > kept;
        if (life->last != 0 && !is_forgotten)
            look_at(matter, life, dossier_subject(matter->dossiers, dossier), now);
    }
    findings_forget(matter->findings, FINDING_SILENT, now - matter->settings.forget, now,
                    "It has not come back.");
}
