/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Identifiers that come from two places by turns. Addresses alone prove little: mobile networks pass one device's datagrams and
 * connections on from changing addresses, and some devices have two SIM cards. Two devices are proven by two connections that are
 * both used, or by places so far apart that no vehicle gets from one to the other in the time between.
 * Gets messages from the judge, gives findings to the table of findings.
 */
#include "verdict/duplicate.h"

#include <math.h>
#include <stdlib.h>

#include "verdict/wording.h"

enum { SECOND = 1000000, JUMPS = 3, FLOW_TURNS = 2 };
enum { FAST = 100, NEAR = 1000 }; /* metres a second, and metres that are no jump */
static const int64_t at_once =
    10 * 60 * (int64_t)SECOND; /* turns that are further apart are a device that moves */
static const int64_t over = 60 * 60 * (int64_t)SECOND; /* without another turn it has ended */

/* A place on earth, told while it sent from one address. */
struct place {
    bool is_known;
    double lat, lon;
    int64_t time; /* of the fix, seconds; where it is not told, of the arrival */
};

/* Where a device sent from last, and where before that. */
struct seats {
    struct who now, before;
    struct place place, place_before; /* the last ones told from there */
    bool is_compared;                 /* the place with the one before */
    unsigned turns;                   /* changes of the address, since it began to go back and forth */
    unsigned jumps, flow_turns; /* of these: out of reach; to its very connection, which was still open */
    int64_t since, last;        /* of the turns */
};

struct duplicate_matter {
    int64_t forget;
    struct findings *findings;
    struct dossiers *dossiers;
    size_t part; /* a struct seats of them */
};

struct duplicate_matter *duplicate_new(int64_t forget, struct dossiers *dossiers, struct findings *findings)
{
    struct duplicate_matter *matter = calloc(1, sizeof(*matter));
    if (!matter)
        return NULL;
    *matter = (struct duplicate_matter){ .forget = forget, .findings = findings, .dossiers = dossiers };
    matter->part = dossiers_reserve(dossiers, sizeof(struct seats));
    return matter;
}

void duplicate_free(struct duplicate_matter *matter)
{
    free(matter);
}

static void raise(struct duplicate_matter *matter, const struct message_event *event,
                  const struct subject *subject, const struct seats *seats)
{
    struct wording text;
    if (finding_confirm(matter->findings, FINDING_DUPLICATE_ID, subject, event->time))
        return;
    wording_start(&text);
    buffer_printf(&text.text, "The identifier %s comes from two addresses by turns, ", event->device);
    wording_put_address(&text.text, &seats->before);
    buffer_put_text(&text.text, " and ");
    wording_put_address(&text.text, &event->who);
    /* what is not too far apart may be one device whose messages come by two ways */
    bool are_apart = seats->jumps >= JUMPS;
    buffer_put_text(&text.text, are_apart ? ": two devices tell the same one."
                                          : ": two devices tell the same one, or something passes one's "
                                            "messages on a second time.");
    finding_raise(
        matter->findings, FINDING_DUPLICATE_ID, subject,
        (struct finding_event){
            .time = event->time,
            .first = seats->since,
            .count = seats->turns,
            .severity = SEVERITY_PROBLEM,
            .who = event->who,
            .device = event->device,
            .sample = event->bytes,
            .protocol = event->protocol,
            .text = wording_end(&text),
            .advice =
                are_apart
                    ? "Give one of them an identifier of its own, where it can be set; else the map shows "
                      "one device that jumps. Cheap copies may share an IMEI."
                    : "If one of the addresses is a server that forwards, let it forward elsewhere; if they "
                      "are two devices, give one of them an identifier of its own, where it can be set.",
        });
}

static struct place place_of(const struct message_event *event)
{
    const struct reading *reading = &event->identity->reading;
    bool is_known = reading->location == LOCATION_VALID && reading->has_coordinates &&
                    (fabs(reading->lat) > 1e-6 || fabs(reading->lon) > 1e-6);
    return (struct place){ .is_known = is_known,
                           .lat = reading->lat,
                           .lon = reading->lon,
                           .time = reading->has_time ? reading->time : event->time / SECOND };
}

/* Could no vehicle have been at both? */
static bool is_out_of_reach(const struct place *a, const struct place *b)
{
    static const double degree = 111200, radian = 3.14159265358979323846 / 180;
    double east = fabs(a->lon - b->lon);
    east = (east > 180 ? 360 - east : east) * cos((a->lat + b->lat) / 2 * radian);
    double metres = degree * hypot(a->lat - b->lat, east);
    return metres > NEAR + FAST * fabs((double)(a->time - b->time));
}

static void change_seats(struct seats *seats, const struct message_event *event)
{
    struct who left = seats->now;
    bool is_back = seats->before.flow != 0 && endpoint_same_address(&seats->before.peer, &event->who.peer);
    if (is_back && event->time - seats->last <= at_once) {
        seats->flow_turns +=
            event->who.transport == TRANSPORT_TCP && seats->before.flow == event->who.flow ? 1 : 0;
    } else {
        seats->turns = seats->jumps = seats->flow_turns = 0;
        seats->since = event->time;
    }
    seats->turns++;
    seats->last = event->time;
    seats->before = left;
    seats->place_before = seats->place;
    seats->place.is_known = false;
    seats->is_compared = false;
}

static void take_place(struct seats *seats, const struct place *place)
{
    if (!place->is_known)
        return;
    if (!seats->is_compared && seats->place_before.is_known)
        seats->jumps += is_out_of_reach(place, &seats->place_before) ? 1 : 0;
    seats->is_compared = true;
    seats->place = *place;
}

void duplicate_message(struct duplicate_matter *matter, const struct message_event *event,
                       struct dossier *dossier)
{
    if (!event->device[0])
        return;
    struct seats *seats = dossier_part(dossier, matter->part);
    struct place place = place_of(event);
    bool is_new = seats->now.flow == 0;
    bool is_change = !is_new && !endpoint_same_address(&seats->now.peer, &event->who.peer);
    unsigned jumps = seats->jumps, flow_turns = seats->flow_turns;
    if (is_change)
        change_seats(seats, event);
    seats->is_compared = seats->is_compared || is_new;
    seats->now = event->who;
    take_place(seats, &place);
    bool is_news = seats->jumps > jumps || seats->flow_turns > flow_turns;
    if (is_news && (seats->jumps >= JUMPS || seats->flow_turns >= FLOW_TURNS))
        raise(matter, event, dossier_subject(matter->dossiers, dossier), seats);
}

void duplicate_tick(struct duplicate_matter *matter, int64_t now)
{
    int64_t quiet = over < matter->forget ? over : matter->forget;
    findings_forget(matter->findings, FINDING_DUPLICATE_ID, now - quiet, now,
                    "It comes from one address now.");
}
