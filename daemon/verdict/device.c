/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Devices and their fixes. A device that says "no fix" waits for one from then on; one that only sends heartbeats is given
 * some minutes, because a healthy one sends its first position late. A device that had a fix is not blamed for standing
 * still: only its own word that there is no fix counts, and only when it keeps saying so.
 */
#include "verdict/device.h"

#include <stdlib.h>

#include "base/table.h"

enum { SECOND = 1000000 };
static const int64_t heartbeat_grace = 120 * (int64_t)SECOND;

struct device {
    int64_t first;      /* first message that was more than a login; 0: none yet */
    int64_t last_valid; /* arrival of the last valid location; 0: none yet */
    double lat, lon;
    int64_t invalid_since; /* arrival of the first invalid location after it; 0: none */
    bool is_told;          /* waiting-for-fix or no-fix was raised */
};

struct devices {
    struct table *table;
    struct findings *findings;
    int64_t fix_wait;
};

struct devices *devices_new(size_t capacity, int64_t fix_wait, struct findings *findings)
{
    struct devices *devices = calloc(1, sizeof(*devices));
    if (!devices)
        return NULL;
    devices->findings = findings;
    devices->fix_wait = fix_wait;
    devices->table = table_new(capacity, sizeof(struct subject), sizeof(struct device), NULL, NULL);
    if (!devices->table) {
        free(devices);
        return NULL;
    }
    return devices;
}

void devices_free(struct devices *devices)
{
    if (!devices)
        return;
    table_free(devices->table);
    free(devices);
}

uint64_t devices_evicted(const struct devices *devices)
{
    return table_evicted(devices->table);
}

/* "Device 123" or "The device at 203.0.113.7" */
static void put_name(struct buffer *out, const struct message_event *event)
{
    if (event->device[0]) {
        buffer_printf(out, "Device %s", event->device);
    } else {
        char peer[ENDPOINT_TEXT];
        endpoint_write(&event->who.peer, peer);
        buffer_printf(out, "The device at %s", peer);
    }
}

static void put_span(struct buffer *out, int64_t span)
{
    long long seconds = span / SECOND;
    if (seconds < 120)
        buffer_printf(out, "%lld seconds", seconds);
    else if (seconds < 7200)
        buffer_printf(out, "%lld minutes", seconds / 60);
    else
        buffer_printf(out, "%lld hours", seconds / 3600);
}

static void raise(struct devices *devices, const struct message_event *event, const struct subject *subject,
                  struct device *device, bool is_long, int64_t span)
{
    device->is_told = true;
    enum finding_code code = is_long ? FINDING_NO_FIX : FINDING_WAITING_FOR_FIX;
    if (finding_confirm(devices->findings, code, subject, event->time))
        return;
    char memory[400];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    bool says_invalid = device->invalid_since != 0;
    put_name(&text, event);
    if (is_long) {
        buffer_put_text(&text, " has sent no valid location for ");
        put_span(&text, span);
        buffer_put_text(&text, says_invalid ? ": it says that it has no GPS fix."
                                            : ", only messages without a location.");
    } else if (says_invalid) {
        buffer_put_text(&text, " talks, but says that it has no GPS fix yet.");
    } else {
        buffer_put_text(&text, " talks, but has sent no location yet.");
    }
    if (device->last_valid != 0) {
        char when[CALENDAR_TEXT];
        calendar_write(device->last_valid / SECOND, -1, when);
        buffer_printf(&text, " The last valid one came at %s: %.5f, %.5f.", when, device->lat, device->lon);
    }
    memory[text.length] = '\0';
    struct finding_event finding = {
        .time = event->time,
        .severity = is_long ? SEVERITY_PROBLEM : SEVERITY_INFO,
        .who = event->who,
        .device = event->device,
        .protocol = event->protocol,
        .text = memory,
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
    device->lat = event->told->reading.lat;
    device->lon = event->told->reading.lon;
    device->invalid_since = 0;
    if (!device->is_told)
        return;
    device->is_told = false;
    finding_clear(devices->findings, FINDING_WAITING_FOR_FIX, subject, event->time,
                  "It has sent a valid location.");
    finding_clear(devices->findings, FINDING_NO_FIX, subject, event->time, "It has sent a valid location.");
}

/* Whom nobody answers only logs in, again and again: that says nothing of its GPS. Nor do a wrong port's messages. */
static bool is_talk(const struct told *told)
{
    return strcmp(told->reading.type, "login") != 0 && told->verdict != VERDICT_WRONG_PORT;
}

void devices_message(struct devices *devices, const struct message_event *event)
{
    const struct told *told = event->told;
    enum location location = told->reading.location;
    if (told->candidate_count == 0 || told->certainty < CLAIM_LIKELY || location == LOCATION_UNKNOWN)
        return;
    /* cells instead of a place are a device's way to say the same */
    bool says_no_fix = location == LOCATION_INVALID ||
                       (location == LOCATION_NONE && strcmp(told->reading.type, "cells") == 0);
    if (location == LOCATION_NONE && !says_no_fix && !is_talk(told))
        return;
    struct subject subject = subject_of(&event->who, event->device, false);
    struct device *device = table_add(devices->table, &subject);
    if (!device)
        return;
    if (device->first == 0)
        device->first = event->time;
    if (location == LOCATION_VALID) {
        take_valid(devices, event, &subject, device);
        return;
    }
    if (says_no_fix && device->invalid_since == 0)
        device->invalid_since = event->time;
    /* who had a fix may stand still and say nothing of it */
    bool had_fix = device->last_valid != 0;
    if (had_fix && !says_no_fix)
        return;
    int64_t span = event->time - (had_fix ? device->invalid_since : device->first);
    if (span >= devices->fix_wait) {
        finding_clear(devices->findings, FINDING_WAITING_FOR_FIX, &subject, event->time,
                      "It has waited too long: see no-fix.");
        raise(devices, event, &subject, device, true, span);
    } else if (!had_fix && (device->invalid_since != 0 || span >= heartbeat_grace)) {
        raise(devices, event, &subject, device, false, span);
    }
}
