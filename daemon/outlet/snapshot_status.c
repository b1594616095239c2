/* SPDX-License-Identifier: Apache-2.0 */
/* The status record: how it runs and how everything stands. Part of snapshot. */
#include "outlet/snapshot.h"

#include "verdict/record.h"
#include "verdict/wording.h"

enum { SECOND = 1000000 };

/* What came so long ago says nothing of now, µs. */
#define RECENT (5 * 60 * INT64_C(1000000))

static void put_ago(struct buffer *out, int64_t micros)
{
    if (micros < SECOND) {
        buffer_put_text(out, "just now");
        return;
    }
    wording_put_age(out, micros);
    buffer_put_text(out, " ago");
}

/* Does this server receive data: the state, and the sentence. */
static void put_answer(struct snapshot *snapshot, struct buffer *out, const struct guide *guide, int64_t now)
{
    const struct board_counts *counts = board_counts(snapshot_parts(snapshot)->board);
    int64_t age = now - counts->last_message;
    char memory[160];
    struct buffer text = buffer_on(memory, sizeof(memory) - 1);
    enum standing receiving = age <= RECENT ? STANDING_OK : STANDING_WAITING;
    if (counts->messages == 0) {
        receiving = guide->points[0].state;
        buffer_put_text(&text, "No message has come since hexwatch started, ");
        put_ago(&text, now - snapshot_run(snapshot, now).started);
        buffer_put_u8(&text, '.');
    } else if (receiving == STANDING_OK) {
        buffer_put_text(&text, "Yes, this server receives data. The last message came ");
        put_ago(&text, age);
        buffer_printf(&text, "; %u a minute.", rate_per_minute(&counts->rate, now));
    } else {
        buffer_put_text(&text, "Not at this moment: the last message came ");
        put_ago(&text, age);
        buffer_put_u8(&text, '.');
    }
    memory[text.length] = '\0';
    record_put_member(out, "receiving", standing_name(receiving));
    record_put_member(out, "answer", memory);
}

static void put_points(struct buffer *out, const struct guide *guide)
{
    buffer_put_text(out, ",\"points\":[");
    for (int i = 0; i < GUIDE_POINTS; i++) {
        const struct guide_point *point = &guide->points[i];
        buffer_printf(out, "%s{\"point\":%d", i > 0 ? "," : "", i + 1);
        record_put_member(out, "state", standing_name(point->state));
        record_put_member(out, "title", point->title);
        record_put_member(out, "facts", point->facts);
        if (point->next[0])
            record_put_member(out, "next", point->next);
        buffer_put_u8(out, '}');
    }
    buffer_printf(out, "],\"outsiders\":{\"all\":%zu,\"public\":%zu}", guide->outsiders,
                  guide->outsiders_public);
}

static void put_losses(const struct snapshot_parts *parts, struct buffer *out)
{
    struct loss losses[SNAPSHOT_LOSSES];
    struct board_losses board = board_losses(parts->board);
    size_t count = parts->losses ? parts->losses(parts->context, losses) : 0;
    const char *comma = "";
    buffer_put_text(out, ",\"lost\":{");
    for (size_t i = 0; i < count; i++) {
        if (losses[i].count == 0)
            continue;
        buffer_put_text(out, comma);
        record_put_string(out, losses[i].name);
        buffer_put_u8(out, ':');
        record_put_decimal(out, losses[i].count);
        comma = ",";
    }
    uint64_t forgotten =
        board.devices + board.peers + board.ports + board.open_findings + board.past_findings;
    if (forgotten > 0)
        buffer_printf(out, "%s\"rows forgotten because of limits.devices\":%llu", comma,
                      (unsigned long long)forgotten);
    buffer_put_u8(out, '}');
}

static void put_census(struct buffer *out, const struct census_counts *census)
{
    buffer_printf(out, ",\"devices\":{\"all\":%llu", (unsigned long long)census->devices);
    for (int i = 0; i < STANDINGS; i++)
        record_put_number(out, standing_name((enum standing)i), census->standings[i]);
    buffer_put_text(out, ",\"conditions\":{");
    for (int i = 0; i < CONDITIONS; i++)
        buffer_printf(out, "%s\"%s\":%llu", i > 0 ? "," : "", condition_name((enum condition)i),
                      (unsigned long long)census->conditions[i]);
    buffer_put_text(out, "}}");
    record_put_number(out, "nameless", census->nameless);
    record_put_number(out, "strangers", census->strangers);
    snapshot_put_time(out, "counted", census->time);
}

static void put_findings(const struct snapshot_parts *parts, struct buffer *out)
{
    const struct board_open *open = board_findings_open(board_findings(parts->board));
    buffer_printf(out, ",\"findings\":{\"problem\":%u,\"warning\":%u,\"info\":%u,\"codes\":{",
                  open->severities[SEVERITY_PROBLEM], open->severities[SEVERITY_WARNING],
                  open->severities[SEVERITY_INFO]);
    const char *comma = "";
    for (int code = 0; code < FINDING_CODES; code++) {
        if (open->codes[code] == 0)
            continue;
        buffer_printf(out, "%s\"%s\":%u", comma, finding_name((enum finding_code)code), open->codes[code]);
        comma = ",";
    }
    buffer_put_text(out, "}}");
}

static void put_run(struct buffer *out, const struct snapshot_run *run, bool is_listening)
{
    record_put_member(out, "host", run->host);
    snapshot_put_time(out, "started", run->started);
    if (is_listening)
        buffer_printf(out, ",\"listen\":{\"tcp\":%zu,\"udp\":%zu,\"taken\":%zu}", run->listened_tcp,
                      run->listened_udp, run->taken);
    if (run->interface[0])
        record_put_member(out, "sniff", run->interface);
    if (run->page[0])
        record_put_member(out, "page", run->page);
}

void snapshot_put_status(struct snapshot *snapshot, struct buffer *out, int64_t now)
{
    const struct snapshot_parts *parts = snapshot_parts(snapshot);
    const struct board_counts *counts = board_counts(parts->board);
    const struct census_counts *census = snapshot_census(snapshot, now);
    struct snapshot_run run = snapshot_run(snapshot, now);
    struct guide guide;
    snapshot_fill_guide(snapshot, now, &guide);
    buffer_put_text(out, "{\"event\":\"status\"");
    snapshot_put_time(out, "time", now);
    snapshot_put_time(out, "now", now);
    record_put_member(out, "version", parts->version);
    put_run(out, &run, run.listened_tcp + run.listened_udp > 0);
    put_answer(snapshot, out, &guide, now);
    snapshot_put_time(out, "last_message", counts->last_message);
    record_put_number(out, "messages", counts->messages);
    snapshot_put_chart(out, &counts->rate, now);
    put_census(out, census);
    put_findings(parts, out);
    put_points(out, &guide);
    put_losses(parts, out);
    buffer_put_u8(out, '}');
}
