/* SPDX-License-Identifier: Apache-2.0 */
/* The records of what is known. Reads the board; called by answer, which walks over all of it. */
#include "outlet/snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/portset.h"
#include "verdict/record.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, HOLDER = 64, TAKEN_MAX = 1024 };

struct taken {
    struct service service;
    char holder[HOLDER];
};

struct snapshot {
    struct snapshot_parts parts;
    struct census *census;
    struct portset listened, watched;
    char interface[64], page[128];
    struct taken *taken; /* owned */
    size_t taken_count;
    int64_t started; /* at the first tick */
    char host[256];
    struct guide_evidence evidence;
    uint8_t scratch[SNAPSHOT_RECORD];
};

static const char unasked[] = "not looked at yet";

struct snapshot *snapshot_new(const struct snapshot_parts *parts)
{
    struct snapshot *snapshot = calloc(1, sizeof(*snapshot));
    if (!snapshot)
        return NULL;
    snapshot->parts = *parts;
    snapshot->evidence = (struct guide_evidence){ .stale = INT64_MAX,
                                                  .log_unread = unasked,
                                                  .handshakes_unread = unasked,
                                                  .rules_unread = unasked,
                                                  .traccar_unread = unasked };
    snapshot->census = census_new(parts->board);
    if (!snapshot->census) {
        free(snapshot);
        return NULL;
    }
    if (gethostname(snapshot->host, sizeof(snapshot->host) - 1) != 0)
        snapshot->host[0] = '\0';
    return snapshot;
}

void snapshot_free(struct snapshot *snapshot)
{
    if (!snapshot)
        return;
    census_free(snapshot->census);
    free(snapshot->taken);
    free(snapshot);
}

void snapshot_tick(struct snapshot *snapshot, int64_t now)
{
    if (snapshot->started == 0)
        snapshot->started = now;
    census_tick(snapshot->census, now);
}

void snapshot_set_intakes(struct snapshot *snapshot, const struct snapshot_intakes *intakes)
{
    static const struct portset none;
    snapshot->listened = intakes->listened ? *intakes->listened : none;
    snapshot->watched = intakes->watched ? *intakes->watched : none;
    snprintf(snapshot->interface, sizeof(snapshot->interface), "%s",
             intakes->interface ? intakes->interface : "");
    snprintf(snapshot->page, sizeof(snapshot->page), "%s", intakes->page ? intakes->page : "");
}

void snapshot_add_taken(struct snapshot *snapshot, const struct service *service, const char *holder)
{
    if (snapshot->taken_count == TAKEN_MAX)
        return;
    struct taken *larger = realloc(snapshot->taken, (snapshot->taken_count + 1) * sizeof(snapshot->taken[0]));
    if (!larger)
        return;
    snapshot->taken = larger;
    struct taken *taken = &larger[snapshot->taken_count++];
    taken->service = *service;
    snprintf(taken->holder, sizeof(taken->holder), "%s", holder);
}

void snapshot_set_evidence(struct snapshot *snapshot, const struct guide_evidence *evidence)
{
    snapshot->evidence = *evidence;
}

void snapshot_fill_guide(struct snapshot *snapshot, int64_t now, struct guide *guide)
{
    struct guide_evidence evidence = snapshot->evidence;
    evidence.board = snapshot->parts.board;
    evidence.counts = census_counts(snapshot->census, now);
    evidence.now = now;
    guide_fill(guide, &evidence);
}

const struct snapshot_parts *snapshot_parts(const struct snapshot *snapshot)
{
    return &snapshot->parts;
}

const struct census_counts *snapshot_census(struct snapshot *snapshot, int64_t now)
{
    return census_counts(snapshot->census, now);
}

struct buffer snapshot_scratch(struct snapshot *snapshot)
{
    return buffer_on(snapshot->scratch, sizeof(snapshot->scratch));
}

struct snapshot_run snapshot_run(struct snapshot *snapshot, int64_t now)
{
    if (snapshot->started == 0)
        snapshot->started = now;
    return (struct snapshot_run){ .started = snapshot->started,
                                  .host = snapshot->host,
                                  .interface = snapshot->interface,
                                  .page = snapshot->page,
                                  .listened_tcp = portset_count(&snapshot->listened, TRANSPORT_TCP),
                                  .listened_udp = portset_count(&snapshot->listened, TRANSPORT_UDP),
                                  .taken = snapshot->taken_count };
}

void snapshot_add_ports(const struct snapshot *snapshot, struct portset *ports)
{
    const struct board_port *row = NULL;
    for (int transport = TRANSPORT_TCP; transport <= TRANSPORT_UDP; transport++) {
        for (size_t i = 0; i < sizeof(ports->bits[0]); i++)
            ports->bits[transport][i] |=
                snapshot->listened.bits[transport][i] | snapshot->watched.bits[transport][i];
    }
    for (size_t i = 0; i < snapshot->taken_count; i++) {
        const struct service *service = &snapshot->taken[i].service;
        portset_add(ports, service->transport, service->port, service->port);
    }
    while ((row = board_next_port(snapshot->parts.board, row)))
        portset_add(ports, row->service.transport, row->service.port, row->service.port);
}

/* Who holds a port instead of us; NULL: nobody. */
static const char *holder_of(const struct snapshot *snapshot, const struct service *service)
{
    for (size_t i = 0; i < snapshot->taken_count; i++) {
        const struct taken *taken = &snapshot->taken[i];
        if (taken->service.port == service->port && taken->service.transport == service->transport)
            return taken->holder;
    }
    return NULL;
}

/* ---- pieces ---- */

void snapshot_put_time(struct buffer *out, const char *name, int64_t micros)
{
    char text[CALENDAR_TEXT];
    if (micros <= 0)
        return;
    calendar_write(micros / SECOND, (int32_t)(micros % SECOND), text);
    record_put_member(out, name, text);
}

/* ,"codes":["wrong-port"] of the open ones. */
static void put_codes(struct buffer *out, const struct board_open *open)
{
    const char *comma = "";
    buffer_put_text(out, ",\"findings\":[");
    for (int code = 0; open && code < FINDING_CODES; code++) {
        if (open->codes[code] == 0)
            continue;
        buffer_put_text(out, comma);
        record_put_string(out, finding_name((enum finding_code)code));
        comma = ",";
    }
    buffer_put_u8(out, ']');
}

void snapshot_put_chart(struct buffer *out, const struct rate *rate, int64_t now)
{
    uint32_t counts[RATE_MINUTES];
    rate_read(rate, now, counts);
    record_put_number(out, "rate", rate_per_minute(rate, now));
    buffer_put_text(out, ",\"chart\":[");
    for (int i = 0; i < RATE_MINUTES; i++)
        buffer_printf(out, "%s%u", i > 0 ? "," : "", counts[i]);
    buffer_put_u8(out, ']');
}

static void put_service(struct buffer *out, const struct service *service)
{
    record_put_member(out, "transport", transport_name(service->transport));
    record_put_number(out, "port", service->port);
}

/* ---- devices ---- */

static void put_place(struct buffer *out, const struct board_device *device)
{
    record_put_member(out, "location", location_name(device->location));
    if (device->fix.arrived == 0)
        return;
    buffer_put_text(out, ",\"lat\":");
    record_put_degrees(out, device->fix.lat);
    buffer_put_text(out, ",\"lon\":");
    record_put_degrees(out, device->fix.lon);
    if (device->fix.has_time) {
        char text[CALENDAR_TEXT];
        calendar_write(device->fix.time, -1, text);
        record_put_member(out, "fix_time", text);
    }
    snapshot_put_time(out, "fix_arrived", device->fix.arrived);
}

void snapshot_put_device(const struct snapshot *snapshot, struct buffer *out,
                         const struct board_device *device, int64_t now)
{
    const struct board_findings *findings = board_findings(snapshot->parts.board);
    const struct board_open *open = board_findings_about(findings, device->device, &device->who.peer);
    char peer[ENDPOINT_TEXT], step[64];
    struct buffer words = buffer_on(step, sizeof(step) - 1);
    endpoint_write(&device->who.peer, peer);
    standing_put_step(&words, device, open);
    step[words.length] = '\0';
    buffer_put_text(out, "{\"event\":\"device\"");
    record_put_number(out, "number", device->number);
    record_put_member(out, "state", standing_name(standing_of_device(device, open)));
    if (device->device[0])
        record_put_member(out, "device", device->device);
    if (device->protocol)
        record_put_member(out, "protocol", device->protocol->name);
    put_service(out, &(struct service){ device->who.transport, device->who.port });
    if (verdict_name(device->verdict))
        record_put_member(out, "verdict", verdict_name(device->verdict));
    if (device->right_port != 0)
        record_put_number(out, "right_port", device->right_port);
    record_put_member(out, "peer", peer);
    record_put_number(out, "flow", device->who.flow);
    record_put_member(out, "condition", condition_name(condition_of(device, open)));
    put_place(out, device);
    record_put_number(out, "messages", device->messages);
    snapshot_put_chart(out, &device->rate, now);
    snapshot_put_time(out, "first", device->first);
    snapshot_put_time(out, "last", device->last);
    put_codes(out, open);
    record_put_member(out, "next", step);
    buffer_put_u8(out, '}');
}

/* ---- ports ---- */

static void put_port_counts(struct buffer *out, const struct board_port *row, int64_t now)
{
    record_put_number(out, "messages", row ? row->messages : 0);
    record_put_number(out, "devices", row ? row->devices : 0);
    buffer_put_text(out, ",\"protocols\":[");
    for (size_t i = 0; row && i < BOARD_PROTOCOLS && row->protocols[i]; i++) {
        if (i > 0)
            buffer_put_u8(out, ',');
        record_put_string(out, row->protocols[i]->name);
    }
    buffer_put_u8(out, ']');
    if (!row)
        return;
    snapshot_put_chart(out, &row->rate, now);
    for (int state = 0; state < CONNECTION_STATES; state++) {
        if (row->connections[state] > 0)
            record_put_number(out, connection_name((enum connection_state)state), row->connections[state]);
    }
    snapshot_put_time(out, "first", row->first);
    snapshot_put_time(out, "last", row->last);
    snapshot_put_time(out, "last_message", row->last_message);
}

void snapshot_put_port(const struct snapshot *snapshot, struct buffer *out, const struct service *service,
                       int64_t now)
{
    const struct board *board = snapshot->parts.board;
    const struct board_port *row = board_find_port(board, service);
    const struct board_open *open = board_findings_at(board_findings(board), service);
    const char *holder = holder_of(snapshot, service);
    bool is_listened = portset_has(&snapshot->listened, service->transport, service->port);
    enum happening happening = happening_of(row, open, is_listened, holder != NULL);
    struct cursor name;
    char text[FILTER_PROTOCOL];
    buffer_put_text(out, "{\"event\":\"port\"");
    put_service(out, service);
    record_put_member(out, "state", standing_name(standing_of_port(happening, row)));
    record_put_member(out, "happened", happening_name(happening));
    if (ports_name(snapshot->parts.ports, service->port, &name)) {
        cursor_copy_text(name, text, sizeof(text));
        record_put_member(out, "protocol", text);
    }
    if (is_listened)
        buffer_put_text(out, ",\"listened\":true");
    if (portset_has(&snapshot->watched, service->transport, service->port))
        buffer_put_text(out, ",\"watched\":true");
    if (holder)
        record_put_member(out, "holder", holder);
    put_port_counts(out, row, now);
    put_codes(out, open);
    buffer_put_u8(out, '}');
}

/* ---- findings ---- */

void snapshot_put_finding(struct buffer *out, const struct board_finding *finding)
{
    struct finding_event event = finding->event;
    char time[CALENDAR_TEXT];
    event.raised = finding->is_open;
    event.first = finding->first;
    event.last = finding->last;
    calendar_write(event.time / SECOND, (int32_t)(event.time % SECOND), time);
    buffer_printf(out, "{\"event\":\"finding\",\"time\":\"%s\"", time);
    record_put_number(out, "number", finding->number);
    record_put_finding(out, &event);
    record_put_number(out, "times", finding->times);
    if (!finding->is_open)
        record_put_member(out, "over", finding->why);
    buffer_put_u8(out, '}');
}
