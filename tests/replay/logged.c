/* SPDX-License-Identifier: Apache-2.0 */
/* Traccar's log of a scenario: written as a Traccar of today writes it, read by the logbook. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "replay/stage.h"

enum { SECOND = 1000000 };

static bool write_line(struct stage *stage, const struct buffer *line)
{
    if (stage->line_count == LINES_MAX || line->full)
        return false;
    char *text = strndup((const char *)line->bytes, line->length);
    if (!text)
        return false;
    stage->lines[stage->line_count].time = stage->now;
    stage->lines[stage->line_count++].text = text;
    return true;
}

static void read_now(struct stage *stage)
{
    stage_read_log(stage, stage->now + 1);
}

static void put_time(const struct stage *stage, struct buffer *out)
{
    struct calendar now = calendar_from_unix(stage->now / SECOND);
    buffer_printf(out, "%04u-%02u-%02u %02u:%02u:%02u  INFO: ", now.year, now.month, now.day, now.hour,
                  now.minute, now.second);
}

static void put_session(struct buffer *out, const struct stage *stage, const struct peer *peer)
{
    /* all datagrams to a port have one session */
    if (peer->transport == TRANSPORT_UDP)
        buffer_printf(out, "U%08x", peer->port);
    else
        buffer_printf(out, "T%08x", (unsigned)((size_t)(peer - stage->peers) << 16) + peer->connections);
}

bool stage_log(struct stage *stage, const char *message)
{
    char memory[LOG_LINE_MAX];
    struct buffer line = buffer_on(memory, sizeof(memory));
    put_time(stage, &line);
    for (const char *at = message; *at; at++) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        struct peer *peer = NULL;
        for (size_t i = 0; end && i < stage->peer_count; i++) {
            struct peer *one = &stage->peers[i];
            if (strlen(one->name) == (size_t)(end - at - 1) &&
                strncmp(one->name, at + 1, strlen(one->name)) == 0)
                peer = one;
        }
        if (!peer) {
            buffer_put_u8(&line, (uint8_t)*at);
            continue;
        }
        put_session(&line, stage, peer);
        at = end;
    }
    if (!stage_has_log(stage) || !write_line(stage, &line))
        return false;
    read_now(stage);
    return true;
}

static void write_or_die(struct stage *stage, const struct buffer *line)
{
    if (write_line(stage, line))
        return;
    fprintf(stderr, "more is logged than fits: make the scenario smaller\n");
    exit(EXIT_FAILURE);
}

void stage_log_contact(struct stage *stage, struct peer *peer, bool is_begin)
{
    char memory[128];
    struct buffer line = buffer_on(memory, sizeof(memory));
    if (!stage_has_log(stage))
        return;
    peer->connections += is_begin ? 1 : 0;
    put_time(stage, &line);
    buffer_put_u8(&line, '[');
    put_session(&line, stage, peer);
    buffer_put_text(&line, is_begin ? "] connected" : "] disconnected");
    write_or_die(stage, &line);
    read_now(stage);
}

/* As text where all of it is printable, with the two characters \r or \n for a line's end. */
static void put_data(struct buffer *out, struct cursor bytes)
{
    if (!cursor_is_text(bytes)) {
        buffer_put_hex(out, bytes);
        return;
    }
    for (size_t i = 0; i < bytes.left; i++) {
        if (bytes.at[i] == '\r' || bytes.at[i] == '\n')
            buffer_put_text(out, bytes.at[i] == '\r' ? "\\r" : "\\n");
        else
            buffer_put_u8(out, bytes.at[i]);
    }
}

void stage_log_bytes(struct stage *stage, const struct peer *peer, enum direction direction,
                     struct cursor bytes)
{
    char memory[LOG_LINE_MAX], address[ENDPOINT_TEXT];
    struct buffer line = buffer_on(memory, sizeof(memory));
    struct endpoint endpoint = peer->endpoint;
    struct cursor name;
    /* its web port is no tracker's: nothing of it stands in the log */
    if (!stage_has_log(stage) || !ports_name(stage->ports, peer->port, &name))
        return;
    endpoint.port = 0;
    endpoint_write(&endpoint, address);
    put_time(stage, &line);
    buffer_put_u8(&line, '[');
    put_session(&line, stage, peer);
    buffer_put_text(&line, ": ");
    buffer_put_cursor(&line, name);
    buffer_printf(&line, " %s %s] ", direction == DIRECTION_IN ? "<" : ">", address);
    put_data(&line, bytes);
    write_or_die(stage, &line);
    if (stage->intake == INTAKE_LOG)
        read_now(stage);
}

void stage_log_position(struct stage *stage, const struct message_event *event)
{
    char memory[256], text[CALENDAR_TEXT];
    struct buffer line = buffer_on(memory, sizeof(memory));
    const struct identity *identity = event->identity;
    if (!stage->stores || !identity || identity->verdict != VERDICT_OK || !event->device[0] ||
        identity->reading.location < LOCATION_INVALID)
        return;
    const struct peer *peer = stage->peers;
    while (peer < stage->peers + stage->peer_count &&
           !(peer->port == event->who.port && peer->transport == event->who.transport &&
             endpoint_same_address(&peer->endpoint, &event->who.peer)))
        peer++;
    if (peer == stage->peers + stage->peer_count)
        return;
    calendar_write(identity->reading.time, -1, text);
    text[10] = ' ';
    text[19] = '\0';
    put_time(stage, &line);
    buffer_put_u8(&line, '[');
    put_session(&line, stage, peer);
    buffer_printf(&line, "] id: %s, time: %s, lat: %.5f, lon: %.5f", event->device, text,
                  identity->reading.lat, identity->reading.lon);
    write_or_die(stage, &line);
}

void stage_read_log(struct stage *stage, int64_t before)
{
    /* what is read may make Traccar write more */
    while (stage->line_count > 0 && stage->lines[0].time < before) {
        char *text = stage->lines[0].text;
        struct logline line;
        stage->line_count--;
        memmove(stage->lines, stage->lines + 1, stage->line_count * sizeof(stage->lines[0]));
        if (logline_parse(cursor_of_text(text), &line))
            logbook_line(stage->logbook, &line, stage->now);
        free(text);
    }
}
