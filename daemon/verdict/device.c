/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices and their fixes. A device that says "no fix" waits for one from then on; one that only sends heartbeats is given
 * some minutes, because a healthy one sends its first position late. A device that had a fix is not blamed for standing
 * still: only its own word that there is no fix counts, and only when it keeps saying so.
 */
#include "verdict/device.h"

#include <math.h>
#include <stdlib.h>

#include "verdict/wording.h"

enum { SECOND = 1000000, ZEROS = 2, REPEATS = 3 };
static const int64_t heartbeat_grace = 120 * (int64_t)SECOND;

struct device {
    int64_t first;      /* first message that was more than a login; 0: none yet */
    int64_t last_valid; /* arrival of the last valid location; 0: none yet */
    double lat, lon;
    int64_t invalid_since; /* arrival of the first invalid location after it; 0: none */
    bool is_told;          /* waiting-for-fix or no-fix was raised */
    unsigned zeros;        /* fixes at 0,0 in a row */
    int64_t zeros_since;
    unsigned repeats; /* places without a fix that are the same as the one before, in a row */
    double old_lat, old_lon;
};

struct devices {
    struct dossiers *dossiers;
    size_t part; /* a struct device of them */
    struct findings *findings;
    int64_t fix_wait, forget;
};

struct devices *devices_new(int64_t fix_wait, int64_t forget, struct dossiers *dossiers,
                            struct findings *findings)
{
    struct devices *devices = calloc(1, sizeof(*devices));
    if (!devices)
        return NULL;
    devices->findings = findings;
    devices->fix_wait = fix_wait;
    devices->forget = forget;
    devices->dossiers = dossiers;
    devices->part = dossiers_reserve(dossiers, sizeof(struct device));
    return devices;
}

void devices_free(struct devices *devices)
{
    free(devices);
}

static void raise(struct devices *devices, const struct message_event *event, const struct subject *subject,
                  struct device *device, bool is_long, int64_t span)
{
    device->is_told = true;
    enum finding_code code = is_long ? FINDING_NO_FIX : FINDING_WAITING_FOR_FIX;
    if (finding_confirm(devices->findings, code, subject, event->time))
        return;
    struct wording wording;
    struct buffer *text = &wording.text;
    wording_start(&wording);
    bool says_invalid = device->invalid_since != 0;
    wording_put_subject(text, &event->who, event->device);
    if (is_long) {
        buffer_put_text(text, " has sent no valid location for ");
        wording_put_span(text, span);
        buffer_put_text(text, says_invalid ? ": it says that it has no GPS fix."
                                           : ", only messages without a location.");
    } else if (says_invalid) {
        buffer_put_text(text, " talks, but says that it has no GPS fix yet.");
    } else {
        buffer_put_text(text, " talks, but has sent no location yet.");
    }
    if (device->repeats >= REPEATS)
        buffer_printf(text, " It repeats an old place: %.5f, %.5f.", device->old_lat, device->old_lon);
    if (device->last_valid != 0) {
        char when[CALENDAR_TEXT];
        calendar_write(device->last_valid / SECOND, -1, when);
        buffer_printf(text, " The last valid one came at %s: %.5f, %.5f.", when, device->lat, device->lon);
    }
    struct finding_event finding = {
        .time = event->time,
        .severity = is_long ? SEVERITY_PROBLEM : SEVERITY_INFO,
        .who = event->who,
        .device = event->device,
        .sample = event->bytes,
        .protocol = event->protocol,
        .text = wording_end(&wording),
        .advice =
            is_long && says_invalid ? "Take it outdoors with a clear view of the sky; if that does not help, "
                                      "check its GPS antenna."
            : is_long
                ? "Check that it is set to report positions (its reporting interval), and take it outdoors."
                : "Take it outdoors with a clear view of the sky and wait up to 15 minutes.",
    };
    finding_raise(devices->findings, code, subject, finding);
}

static void take_valid(struct devices *devices, const struct message_event *event,
                       const struct subject *subject, struct device *device)
{
    device->last_valid = event->time;
    device->lat = event->identity->reading.lat;
    device->lon = event->identity->reading.lon;
    device->invalid_since = 0;
    device->zeros = device->repeats = 0;
    finding_clear(devices->findings, FINDING_ZERO_COORDINATES, subject, event->time,
                  "It has sent another place.");
    if (!device->is_told)
        return;
    device->is_told = false;
    finding_clear(devices->findings, FINDING_WAITING_FOR_FIX, subject, event->time,
                  "It has sent a valid location.");
    finding_clear(devices->findings, FINDING_NO_FIX, subject, event->time, "It has sent a valid location.");
}

/* No tracker has ever been there: in the sea south of Ghana. */
static bool is_nowhere(const struct reading *reading)
{
    return reading->has_coordinates && fabs(reading->lat) < 0.0005 && fabs(reading->lon) < 0.0005;
}

/* One may slip through before the first fix. */
static void take_zero(struct devices *devices, const struct message_event *event,
                      const struct subject *subject, struct device *device)
{
    struct wording text;
    if (device->zeros++ == 0)
        device->zeros_since = event->time;
    if (device->zeros < ZEROS ||
        finding_confirm(devices->findings, FINDING_ZERO_COORDINATES, subject, event->time))
        return;
    wording_start(&text);
    wording_put_subject(&text.text, &event->who, event->device);
    buffer_put_text(&text.text, " says that it has a fix, but its place is 0,0: it has none.");
    finding_raise(devices->findings, FINDING_ZERO_COORDINATES, subject,
                  (struct finding_event){
                      .time = event->time,
                      .first = device->zeros_since,
                      .count = device->zeros,
                      .severity = SEVERITY_PROBLEM,
                      .who = event->who,
                      .device = event->device,
                      .sample = event->bytes,
                      .protocol = event->protocol,
                      .text = wording_end(&text),
                      .advice =
                          "Take it outdoors with a clear view of the sky; if it stays at 0,0, check its "
                          "GPS antenna. filter.zero in Traccar keeps such places off the map.",
                  });
}

/* Does it say the same place again, while it says that it has no fix? */
static void note_place(struct device *device, const struct reading *reading)
{
    if (!reading->has_coordinates || is_nowhere(reading))
        return;
    bool is_same = fabs(reading->lat - device->old_lat) < 1e-6 && fabs(reading->lon - device->old_lon) < 1e-6;
    device->repeats = is_same ? device->repeats + 1 : 1;
    device->old_lat = reading->lat;
    device->old_lon = reading->lon;
}

/* Whom nobody answers only logs in, again and again: that says nothing of its GPS. Nor do a wrong port's messages. */
static bool is_talk(const struct identity *identity)
{
    return strcmp(identity->reading.type, "login") != 0 &&
           (identity->verdict == VERDICT_OK || identity->verdict == VERDICT_NONE);
}

void devices_message(struct devices *devices, const struct message_event *event, struct dossier *dossier)
{
    const struct identity *identity = event->identity;
    enum location location = identity->reading.location;
    if (location == LOCATION_UNKNOWN)
        return;
    /* cells instead of a place are a device's way to say the same */
    bool says_no_fix = location == LOCATION_INVALID ||
                       (location == LOCATION_NONE && strcmp(identity->reading.type, "cells") == 0);
    if (location == LOCATION_NONE && !says_no_fix && !is_talk(identity))
        return;
    const struct subject *subject = dossier_subject(devices->dossiers, dossier);
    struct device *device = dossier_part(dossier, devices->part);
    if (device->first == 0)
        device->first = event->time;
    if (location == LOCATION_VALID && is_nowhere(&identity->reading)) {
        take_zero(devices, event, subject, device);
        return;
    }
    if (location == LOCATION_VALID) {
        take_valid(devices, event, subject, device);
        return;
    }
    if (location == LOCATION_INVALID)
        note_place(device, &identity->reading);
    if (says_no_fix && device->invalid_since == 0)
        device->invalid_since = event->time;
    /* who had a fix may stand still and say nothing of it; who says to be at 0,0 is told that, and that it has sent no location is
     * not true */
    bool had_fix = device->last_valid != 0;
    if ((had_fix || device->zeros > 0) && !says_no_fix)
        return;
    int64_t span = event->time - (had_fix ? device->invalid_since : device->first);
    if (span >= devices->fix_wait) {
        finding_clear(devices->findings, FINDING_WAITING_FOR_FIX, subject, event->time,
                      "It has waited too long: see no-fix.");
        raise(devices, event, subject, device, true, span);
    } else if (!had_fix && (device->invalid_since != 0 || span >= heartbeat_grace)) {
        raise(devices, event, subject, device, false, span);
    }
}

void devices_tick(struct devices *devices, int64_t now)
{
    static const char why[] = "It has not been heard of again.";
    int64_t before = now - devices->forget;
    findings_forget(devices->findings, FINDING_WAITING_FOR_FIX, before, now, why);
    findings_forget(devices->findings, FINDING_NO_FIX, before, now, why);
    findings_forget(devices->findings, FINDING_ZERO_COORDINATES, before, now, why);
}
