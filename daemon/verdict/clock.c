/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clocks. A fix from the future, or from years ago, is wrong as soon as it comes twice. One from hours or months ago may have been
 * kept while there was no connection: it is wrong only when the next ones follow it at the pace at which they come, as those of
 * a running clock do. Called by the judge.
 */
#include "verdict/clock.h"

#include <stdlib.h>

#include "verdict/wording.h"

enum { SECOND = 1000000, MINUTE = 60, HOUR = 3600, DAY = 86400, YEAR = 365 * DAY };
enum { RIGHT = 10 * MINUTE, LONG_AGO = 2 * YEAR, WEEKS = 1024, WEEK = 7 * DAY };
/* what time zones differ by, and how far a device that is only in another one may be off */
enum { ZONE_STEP = 30 * MINUTE, ZONE_SLACK = 3 * MINUTE, ZONE_MOST = 14 * HOUR };
/* how long a clock must be seen to run, and how evenly */
enum { RUN = 60, EVEN = 30, SEEN = 3 };
/* so many that are off by the same, and none that is right: that is not theirs */
enum { SHARERS = 3 };
/* a server whose own clock says that it is earlier cannot judge others */
static const int64_t earliest = 1262304000; /* 2010-01-01 */

/* One device, since its time was last right. */
struct watched {
    unsigned count;        /* wrong ones in a row */
    int64_t arrived, time; /* of the first of them, seconds */
    int64_t since;         /* µs */
    bool was_right;        /* its clock has agreed with ours */
    unsigned sharing;      /* the era in which it was counted as one that is off by what others are */
};

struct clock_matter {
    int64_t forget;
    struct findings *findings;
    struct dossiers *dossiers;
    size_t part;    /* a struct watched of them */
    bool has_right; /* some device's clock agreed with ours, */
    int64_t right;  /* then the last time, µs */
    unsigned era;   /* the time since then that holds the next three */
    int64_t common; /* what the first wrong one was off by, without a reason of its own */
    unsigned sharers;
    bool are_several; /* others are off by something else */
    bool is_ours;     /* told that it is our clock */
};

struct clock_matter *clock_new(int64_t forget, struct dossiers *dossiers, struct findings *findings)
{
    struct clock_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    matter->forget = forget;
    matter->findings = findings;
    matter->dossiers = dossiers;
    matter->part = dossiers_reserve(dossiers, sizeof(struct watched));
    matter->era = 1;
    return matter;
}

void clock_free(struct clock_matter *matter)
{
    free(matter);
}

static bool is_zone(int64_t ahead)
{
    int64_t size = llabs(ahead), step = (size + ZONE_STEP / 2) / ZONE_STEP * ZONE_STEP;
    return step > 0 && size <= ZONE_MOST + ZONE_SLACK && llabs(size - step) <= ZONE_SLACK;
}

/* By 1024 weeks, or twice as many: GPS counts no further. */
static unsigned rollovers_of(int64_t ahead)
{
    int64_t round = WEEKS * (int64_t)WEEK, times = (-ahead + round / 2) / round;
    bool is_near = ahead < 0 && times >= 1 && times <= 2 && llabs(-ahead - times * round) <= DAY + HOUR;
    return is_near ? (unsigned)times : 0;
}

/* A clock that nobody has set counts from the beginning of some year. */
static bool is_factory_date(int64_t time)
{
    struct calendar date = calendar_from_unix(time);
    return date.year <= 2020 && date.month == 1 && date.day <= 10;
}

static void put_off(struct buffer *out, int64_t ahead)
{
    int64_t size = llabs(ahead);
    if (size >= 2 * YEAR)
        buffer_printf(out, "%.1f years", (double)size / (365.25 * DAY));
    else if (size >= 2 * DAY)
        buffer_printf(out, "%lld days", (long long)((size + DAY / 2) / DAY));
    else if (size % HOUR <= ZONE_SLACK || size % HOUR >= HOUR - ZONE_SLACK)
        buffer_printf(out, "%lld hour%s", (long long)((size + ZONE_SLACK) / HOUR),
                      (size + ZONE_SLACK) / HOUR == 1 ? "" : "s");
    else
        buffer_printf(out, "%.1f hours", (double)size / HOUR);
    buffer_put_text(out, ahead > 0 ? " ahead" : " behind");
}

static void word(const struct message_event *event, int64_t ahead, struct buffer *text, struct buffer *advice)
{
    char told[CALENDAR_TEXT];
    int64_t time = event->identity->reading.time;
    unsigned rollovers = rollovers_of(ahead);
    wording_put_subject(text, &event->who, event->device);
    buffer_put_text(text, " tells times that are ");
    put_off(text, ahead);
    calendar_write(time, -1, told);
    buffer_printf(text, " (%s)", told);
    if (rollovers > 0) {
        buffer_printf(
            text,
            ": %u weeks, because its GPS receiver did not understand that GPS began to count its weeks anew.",
            rollovers * WEEKS);
        buffer_put_text(advice,
                        "Ask its maker for newer firmware; until then Traccar may use the time at which "
                        "messages come: time.override = serverTime in conf/traccar.xml.");
    } else if (is_zone(ahead)) {
        buffer_put_text(text, ": it tells the time of a time zone where UTC is meant.");
        buffer_put_text(advice, "Set the time zone in the device to UTC (0).");
    } else if (is_factory_date(time)) {
        buffer_put_text(text, ": its clock counts from the day it was made for, nobody has set it.");
        buffer_put_text(
            advice, "Take it outdoors, where GPS sets its clock; if the date stays, replace its battery.");
    } else {
        buffer_put_text(text, ", and still says that it has a fix.");
        buffer_put_text(advice,
                        "Restart it outdoors, where GPS sets its clock; until it is right Traccar files its "
                        "positions under that date.");
    }
}

static void raise(struct clock_matter *matter, const struct message_event *event,
                  const struct subject *subject, const struct watched *watched, int64_t ahead)
{
    struct wording text, advice;
    if (finding_confirm(matter->findings, FINDING_CLOCK_WRONG, subject, event->time))
        return;
    wording_start(&text);
    wording_start(&advice);
    word(event, ahead, &text.text, &advice.text);
    finding_raise(matter->findings, FINDING_CLOCK_WRONG, subject,
                  (struct finding_event){ .time = event->time,
                                          .first = watched->since,
                                          .count = watched->count,
                                          .severity = is_zone(ahead) ? SEVERITY_WARNING : SEVERITY_PROBLEM,
                                          .who = event->who,
                                          .device = event->device,
                                          .sample = event->bytes,
                                          .protocol = event->protocol,
                                          .text = wording_end(&text),
                                          .advice = wording_end(&advice) });
}

/* ---- our own clock ---- */

static struct subject nobody(void)
{
    return subject_of(&(struct who){ .port = 0 }, "", false);
}

/* What was told of those that share it is over; of others it is not. */
static void clear_sharers(struct clock_matter *matter, int64_t now)
{
    for (struct dossier *dossier = dossiers_first(matter->dossiers); dossier;
         dossier = dossiers_next(matter->dossiers, dossier)) {
        const struct watched *watched = dossier_part(dossier, matter->part);
        if (watched->sharing == matter->era)
            finding_clear(matter->findings, FINDING_CLOCK_WRONG, dossier_subject(matter->dossiers, dossier),
                          now, "Others are off by the same, and none is right.");
    }
}

static void raise_ours(struct clock_matter *matter, const struct message_event *event, int64_t ahead)
{
    struct subject subject = nobody();
    struct wording text;
    if (finding_confirm(matter->findings, FINDING_CLOCK_WRONG, &subject, event->time))
        return;
    matter->is_ours = true;
    clear_sharers(matter, event->time);
    wording_start(&text);
    buffer_printf(&text.text, "All devices (%u so far) tell times that are ", matter->sharers);
    put_off(&text.text, ahead);
    bool is_zoned = is_zone(ahead);
    buffer_put_text(&text.text,
                    is_zoned
                        ? ", and none is right: they were all set to a time zone where UTC is meant, or this "
                          "server's clock was."
                        : ", and none is right: most likely it is this server's clock that is wrong.");
    finding_raise(matter->findings, FINDING_CLOCK_WRONG, &subject,
                  (struct finding_event){
                      .time = event->time,
                      .count = matter->sharers,
                      .severity = is_zoned ? SEVERITY_WARNING : SEVERITY_PROBLEM,
                      .device = "",
                      .text = wording_end(&text),
                      .advice = is_zoned ? "Compare what 'date -u' says with a watch that shows UTC. If "
                                           "it is right, set the devices' time zone to UTC (0)."
                                         : "Compare what 'date' says with a watch; 'sudo timedatectl "
                                           "set-ntp true' sets it. If it is right, the devices' "
                                           "are wrong." });
}

static void clear_ours(struct clock_matter *matter, int64_t now, const char *why)
{
    struct subject subject = nobody();
    if (matter->is_ours)
        finding_clear(matter->findings, FINDING_CLOCK_WRONG, &subject, now, why);
    matter->is_ours = false;
}

/* From now on a clock that is wrong may be wrong anew. */
static void take_right(struct clock_matter *matter, int64_t now)
{
    matter->has_right = true;
    matter->right = now;
    if (matter->sharers > 0 || matter->are_several)
        matter->era++;
    matter->sharers = 0;
    matter->are_several = false;
}

/* Where others agree with our clock, or did so while this one never has, it is the device's. */
static bool is_refuted(const struct clock_matter *matter, const struct watched *watched)
{
    return matter->are_several ||
           (matter->has_right && (!watched->was_right || matter->right >= watched->since));
}

/* Several, none of which is right, are off by the same, and not by what is a device's own fault. A whole fleet may be set up in one
 * time zone: that is one thing to tell, too. */
static bool is_our_fault(struct clock_matter *matter, const struct message_event *event,
                         struct watched *watched, int64_t ahead)
{
    bool is_own = rollovers_of(ahead) > 0;
    bool is_unset = is_factory_date(event->identity->reading.time) && !is_own && !is_zone(ahead);
    if (is_refuted(matter, watched) || is_unset)
        return false;
    if (matter->sharers == 0 && !is_own)
        matter->common = ahead;
    /* whole weeks from our clock speak for our clock */
    if (is_own || llabs(ahead - matter->common) > RIGHT) {
        matter->are_several = true;
        clear_ours(matter, event->time, "Others are off by something else.");
        return false;
    }
    matter->sharers += watched->sharing != matter->era;
    watched->sharing = matter->era;
    return matter->sharers >= SHARERS;
}

/* Do its times go on as the messages come? */
static bool is_running(const struct watched *watched, int64_t arrived, int64_t time)
{
    int64_t passed = arrived - watched->arrived;
    return watched->count >= SEEN && passed >= RUN && llabs(time - watched->time - passed) <= EVEN;
}

static bool is_wrong(const struct clock_matter *matter, const struct message_event *event,
                     const struct watched *watched, int64_t arrived, int64_t ahead)
{
    int64_t time = event->identity->reading.time;
    if (ahead > DAY || ahead < -LONG_AGO)
        return watched->count >= 2;
    if (ahead < -DAY)
        return is_running(watched, arrived, time);
    /* a log tells local times: only beside a right clock it is known which zone that is */
    bool is_sure = !event->is_logged || matter->has_right;
    return is_sure && is_zone(ahead) && is_running(watched, arrived, time);
}

void clock_message(struct clock_matter *matter, const struct message_event *event, struct dossier *dossier)
{
    const struct identity *identity = event->identity;
    const struct reading *reading = &identity->reading;
    int64_t arrived = event->arrived / SECOND, ahead = reading->time - arrived;
    bool is_right_place = identity->verdict == VERDICT_OK || identity->verdict == VERDICT_NONE;
    if (!is_right_place || reading->location != LOCATION_VALID || !reading->has_time || arrived < earliest)
        return;
    const struct subject *subject = dossier_subject(matter->dossiers, dossier);
    struct watched *watched = dossier_part(dossier, matter->part);
    if (llabs(ahead) <= RIGHT) {
        watched->count = 0;
        watched->was_right = true;
        take_right(matter, event->time);
        clear_ours(matter, event->time, "There is a device whose clock agrees with this server's.");
        finding_clear(matter->findings, FINDING_CLOCK_WRONG, subject, event->time,
                      "It tells the right time now.");
        return;
    }
    bool is_other =
        watched->count > 0 && llabs(reading->time - watched->time - (arrived - watched->arrived)) > DAY;
    if (watched->count == 0 || is_other)
        *watched = (struct watched){ .arrived = arrived,
                                     .time = reading->time,
                                     .since = event->time,
                                     .was_right = watched->was_right,
                                     .sharing = watched->sharing };
    watched->count++;
    if (!is_wrong(matter, event, watched, arrived, ahead))
        return;
    if (is_our_fault(matter, event, watched, ahead))
        raise_ours(matter, event, ahead);
    else
        raise(matter, event, subject, watched, ahead);
}

void clock_tick(struct clock_matter *matter, int64_t now)
{
    findings_forget(matter->findings, FINDING_CLOCK_WRONG, now - matter->forget, now,
                    "It has not been heard of again.");
}
