/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the history to standard output. The records are those of the live commands, and are shown by the same outlets. */
#include "command/history_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/wrap.h"
#include "outlet/events_json.h"
#include "outlet/record_read.h"
#include "outlet/style.h"
#include "verdict/record.h"
#include "verdict/wording.h"

enum { SECOND = 1000000, ROOM = 16384 };

struct history_show {
    struct history_show_parts parts;
    struct record_reader *reader; /* owned, as the next one */
    struct events *events;
    struct publisher publisher;
    struct sink sink;
    struct json_clock clock;
    const struct history_row *row; /* while it is shown */
    bool is_asked_only;            /* whether the filter admits it */
    bool is_shown;
};

/* ---- CSV ---- */

/* What a spreadsheet would take for a formula; a negative number is none. */
static bool is_formula(const char *text)
{
    bool is_number = text[0] == '-' && text[1] && text[1 + strspn(text + 1, "0123456789.")] == '\0';
    return text[0] && strchr("=@+-\t\r", text[0]) && !is_number;
}

static void put_csv(struct buffer *out, const char *text)
{
    buffer_put_text(out, is_formula(text) ? "\"'" : "\"");
    for (; *text; text++) {
        if (*text == '"')
            buffer_put_u8(out, '"');
        buffer_put_u8(out, (unsigned char)(*text == '\n' || *text == '\r' ? ' ' : *text));
    }
    buffer_put_u8(out, '"');
}

static void put_csv_time(struct buffer *out, int64_t micros)
{
    char text[CALENDAR_TEXT];
    calendar_write(micros / SECOND, (int32_t)(micros % SECOND), text);
    buffer_put_text(out, text);
}

/* time,event,device,protocol,transport,port,peer */
static void put_csv_start(struct buffer *out, int64_t time, const char *event, const struct who *who,
                          const char *device, const struct protocol *protocol)
{
    static const struct endpoint nobody;
    char peer[ENDPOINT_TEXT] = "";
    put_csv_time(out, time);
    buffer_printf(out, ",%s,", event);
    put_csv(out, device);
    buffer_put_u8(out, ',');
    put_csv(out, protocol ? protocol->name : "");
    if (who && who->port)
        buffer_printf(out, ",%s,%u,", transport_name(who->transport), who->port);
    else
        buffer_put_text(out, ",,,");
    if (who && !endpoint_same_address(&who->peer, &nobody))
        endpoint_write(&who->peer, peer);
    put_csv(out, peer);
}

void history_show_head(struct history_show *show)
{
    struct buffer *out = writer_begin(show->parts.writer, ROOM);
    buffer_put_text(out,
                    "time,event,device,protocol,transport,port,peer,direction,type,verdict,location,lat,lon,"
                    "fix_time,code,state,text,advice,hex\r\n");
    writer_end(show->parts.writer);
}

static void put_csv_message(struct buffer *out, const struct message_event *event)
{
    const struct identity *identity = event->identity;
    const struct reading *reading = identity ? &identity->reading : NULL;
    put_csv_start(out, event->time, "message", &event->who, event->device, event->protocol);
    buffer_printf(out, ",%s,", event->direction == DIRECTION_IN ? "in" : "out");
    put_csv(out, reading ? reading->type : "");
    const char *verdict = identity ? verdict_name(identity->verdict) : NULL;
    buffer_printf(out, ",%s,%s,", verdict ? verdict : "", reading ? location_name(reading->location) : "");
    if (reading && reading->has_coordinates)
        buffer_printf(out, "%.6f,%.6f,", reading->lat, reading->lon);
    else
        buffer_put_text(out, ",,");
    if (reading && reading->has_time)
        put_csv_time(out, reading->time * SECOND);
    buffer_put_text(out, ",,,,,");
    buffer_put_hex_hidden(out, event->bytes, event->hidden);
    buffer_put_text(out, "\r\n");
}

static void put_csv_finding(struct buffer *out, const struct finding_event *event)
{
    put_csv_start(out, event->time, "finding", &event->who, event->device, event->protocol);
    buffer_printf(out, ",,,,,,,,%s,%s,", finding_name(event->code), event->raised ? "raised" : "cleared");
    put_csv(out, event->text);
    buffer_put_u8(out, ',');
    put_csv(out, event->advice);
    buffer_put_u8(out, ',');
    buffer_put_hex(out, event->sample);
    buffer_put_text(out, "\r\n");
}

/* ---- one event ---- */

static size_t room_for(const struct message_event *event)
{
    return 4 * event->bytes.left + ROOM;
}

static void show_message(struct history_show *show, const struct message_event *event)
{
    const struct history_show_parts *parts = &show->parts;
    if (parts->format == HISTORY_TEXT) {
        events_sink(show->events)->message(events_sink(show->events)->context, event);
        return;
    }
    struct buffer *out = writer_begin(parts->writer, room_for(event));
    if (parts->format == HISTORY_JSON)
        json_put_message(&show->clock, out, event);
    else
        put_csv_message(out, event);
    writer_end(parts->writer);
}

/* Nothing is known of it since its run ended: whoever reads it must not take it for what is. */
static void put_stale(struct buffer *out)
{
    out->length -= 2; /* "}\n" */
    buffer_put_text(out, ",\"unconfirmed\":true}\n");
}

/* On a terminal: here nothing scrolls by, so nothing is cut. */
static void show_whole(struct history_show *show, const struct finding_event *event)
{
    const struct history_show_parts *parts = &show->parts;
    enum meaning meaning = style_of_finding(event);
    struct stamp stamp = parts->form.stamp;
    char text[2 * WORDING_MAX];
    struct buffer *out = writer_begin(parts->writer, ROOM);
    stamp_put(&stamp, out, event->time, STAMP_SECONDS);
    style_begin(out, parts->form.is_coloured, meaning);
    buffer_printf(out, "%c %s%s %s", style_mark(meaning),
                  event->raised ? "" : "over: ", severity_word(event->severity), finding_name(event->code));
    style_end(out, parts->form.is_coloured, meaning);
    buffer_put_u8(out, '\n');
    snprintf(text, sizeof(text), "         %s", event->text);
    wrap_put(out, text, parts->form.width, 0);
    if (event->raised && event->advice[0]) {
        snprintf(text, sizeof(text), "         do  %s", event->advice);
        wrap_put(out, text, parts->form.width, 4);
    }
    writer_end(parts->writer);
}

static void show_finding(struct history_show *show, const struct finding_event *event)
{
    const struct history_show_parts *parts = &show->parts;
    if (parts->format == HISTORY_TEXT && parts->form.width > 0)
        show_whole(show, event);
    else if (parts->format == HISTORY_TEXT)
        events_sink(show->events)->finding(events_sink(show->events)->context, event);
    if (parts->format == HISTORY_TEXT && !show->row->is_stale)
        return;
    struct buffer *out = writer_begin(parts->writer, ROOM);
    if (parts->format == HISTORY_TEXT) {
        buffer_put_text(out, "    (open when that hexwatch ended; nothing is known of it since)\n");
    } else if (parts->format == HISTORY_JSON) {
        json_put_finding(&show->clock, out, event);
        if (show->row->is_stale && out->length > 2)
            put_stale(out);
    } else {
        put_csv_finding(out, event);
    }
    writer_end(parts->writer);
}

static void on_message(void *context, const struct message_event *event)
{
    struct history_show *show = context;
    struct message_event masked;
    if (show->parts.filter && !filter_admits(show->parts.filter, &event->who, event->device, event->protocol))
        return;
    show->is_shown = true;
    if (show->is_asked_only)
        return;
    if (show->parts.mask) {
        mask_message(show->parts.mask, event, &masked);
        event = &masked;
    }
    show_message(show, event);
}

static void on_finding(void *context, const struct finding_event *event)
{
    struct history_show *show = context;
    struct finding_event masked;
    if (show->parts.filter &&
        (!filter_admits(show->parts.filter, &event->who, event->device, event->protocol) ||
         !filter_admits_code(show->parts.filter, event->code)))
        return;
    show->is_shown = true;
    if (show->is_asked_only)
        return;
    if (show->parts.mask) {
        mask_finding(show->parts.mask, event, &masked);
        event = &masked;
    }
    show_finding(show, event);
}

/* ---- gaps ---- */

static const char *words_of(struct cursor reason)
{
    return cursor_is(reason, "stopped")   ? "hexwatch was not running"
           : cursor_is(reason, "restart") ? "restart"
                                          : "lost";
}

static void put_gap_lost(struct buffer *out, const struct history_row *row)
{
    bool is_restart = cursor_is(row->record, "restart");
    if (row->lost > 0)
        buffer_printf(out, ", %s%lld record%s lost", is_restart ? "at least " : "", (long long)row->lost,
                      row->lost == 1 ? "" : "s");
    else if (row->lost < 0)
        buffer_put_text(out, ", how much was lost is not known");
    else if (is_restart)
        buffer_put_text(out, ", no loss is known of");
}

static void show_gap(struct history_show *show, const struct history_row *row)
{
    const struct history_show_parts *parts = &show->parts;
    char start[CALENDAR_TEXT], until[CALENDAR_TEXT];
    struct buffer *out = writer_begin(parts->writer, ROOM);
    calendar_write(row->start / SECOND, (int32_t)(row->start % SECOND), start);
    calendar_write(row->time / SECOND, (int32_t)(row->time % SECOND), until);
    if (parts->format == HISTORY_TEXT) {
        struct stamp stamp = { .form = parts->form.stamp.form == STAMP_UTC ? STAMP_UTC : STAMP_LOCAL };
        buffer_put_text(out, "-- ");
        stamp_put(&stamp, out, row->start, STAMP_WHOLE);
        out->length -= 8; /* the fraction and the blank */
        buffer_put_text(out, " to ");
        stamp_put(&stamp, out, row->time, STAMP_WHOLE);
        out->length -= 8;
        buffer_printf(out, " not recorded: %s", words_of(row->record));
        put_gap_lost(out, row);
        buffer_put_text(out, " --\n");
    } else if (parts->format == HISTORY_JSON) {
        buffer_printf(out, "{\"event\":\"gap\",\"time\":\"%s\",\"from\":\"%s\",\"until\":\"%s\"", until,
                      start, until);
        buffer_printf(out, ",\"reason\":\"%.*s\"", (int)row->record.left, (const char *)row->record.at);
        if (row->lost >= 0)
            buffer_printf(out, ",\"lost\":%lld", (long long)row->lost);
        buffer_put_text(out, "}\n");
    } else {
        char text[128];
        struct buffer words = buffer_on(text, sizeof(text) - 1);
        buffer_printf(&words, "from %s not recorded: %s", start, words_of(row->record));
        put_gap_lost(&words, row);
        text[words.length] = '\0';
        put_csv_start(out, row->time, "gap", NULL, "", NULL);
        buffer_put_text(out, ",,,,,,,,,,");
        put_csv(out, text);
        buffer_put_text(out, ",,\r\n");
    }
    writer_end(parts->writer);
    show->is_shown = true;
}

bool history_show_admits(struct history_show *show, const struct history_row *row)
{
    show->row = row;
    show->is_shown = row->kind == HISTORY_ROW_GAP;
    show->is_asked_only = true;
    if (!show->is_shown && record_read(show->reader, row->record) != RECORD_OTHER)
        record_publish(show->reader, &show->publisher);
    show->is_asked_only = false;
    return show->is_shown;
}

bool history_show_row(struct history_show *show, const struct history_row *row)
{
    show->row = row;
    show->is_shown = false;
    if (row->kind == HISTORY_ROW_GAP)
        show_gap(show, row);
    else if (record_read(show->reader, row->record) != RECORD_OTHER)
        record_publish(show->reader, &show->publisher);
    return show->is_shown;
}

/* ---- who is known ---- */

void history_show_put_known(struct history_show *show, const struct history_known *known, struct buffer *out)
{
    struct history_known row = *known;
    char text[CALENDAR_TEXT], peer[2 * ENDPOINT_TEXT];
    struct buffer address = buffer_on(peer, sizeof(peer) - 1);
    if (show->parts.mask) {
        mask_text(show->parts.mask, row.peer, &address);
        peer[address.length] = '\0';
        row.peer = peer;
        row.device = mask_id(show->parts.mask, row.device);
        row.has_place = row.has_place && mask_place(show->parts.mask, &row.lat, &row.lon);
    }
    buffer_put_text(out, "{\"event\":\"device\"");
    if (row.device[0])
        record_put_member(out, "device", row.device);
    if (row.protocol[0])
        record_put_member(out, "protocol", row.protocol);
    record_put_member(out, "transport", transport_name(row.service.transport));
    record_put_number(out, "port", row.service.port);
    if (row.right_port)
        record_put_number(out, "right_port", row.right_port);
    record_put_member(out, "peer", row.peer);
    record_put_member(out, "location", location_name(row.location));
    if (row.has_place) {
        buffer_put_text(out, ",\"lat\":");
        record_put_degrees(out, row.lat);
        buffer_put_text(out, ",\"lon\":");
        record_put_degrees(out, row.lon);
        calendar_write(row.fix_arrived / SECOND, -1, text);
        record_put_member(out, "fix_arrived", text);
    }
    record_put_number(out, "messages", row.messages);
    record_put_number(out, "kept", row.kept);
    record_put_number(out, "open", row.open);
    calendar_write(row.first / SECOND, -1, text);
    record_put_member(out, "first", text);
    if (row.last) {
        calendar_write(row.last / SECOND, -1, text);
        record_put_member(out, "last", text);
    }
    buffer_put_u8(out, '}');
}

/* ---- making ---- */

struct history_show *history_show_new(const struct history_show_parts *parts)
{
    struct history_show *show = calloc(1, sizeof(*show));
    if (!show)
        return NULL;
    show->parts = *parts;
    show->reader = record_reader_new();
    show->events = events_new(&(struct events_parts){ parts->writer, NULL, NULL },
                              &(struct events_settings){ .form = parts->form });
    if (!show->reader || !show->events) {
        history_show_free(show);
        return NULL;
    }
    show->sink = (struct sink){ .context = show, .message = on_message, .finding = on_finding };
    publisher_add(&show->publisher, &show->sink);
    return show;
}

void history_show_free(struct history_show *show)
{
    if (!show)
        return;
    events_free(show->events);
    record_reader_free(show->reader);
    free(show);
}
