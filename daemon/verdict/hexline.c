/* SPDX-License-Identifier: Apache-2.0 */
/* One line of HEX and its record. Gets lines from `hexwatch identify`, gives bytes to a conversation of their own. */
#include "verdict/hexline.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "verdict/carrier.h"
#include "verdict/record.h"
#include "verdict/text.h"

enum {
    MESSAGES_MAX = 64, /* what is beyond adds nothing to a verdict on one line */
    LIST_MAX = 16 * 1024,
    FIELDS_MAX = 32 * 1024
};

/* Some editors begin a text with it. */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Too much for a stack; used anew for every line. */
struct hexline {
    struct detector *detector;
    const struct ports *ports;
    struct marks marks;
    struct buffer list, fields; /* the messages as JSON, and their marked fields as text */
    uint8_t list_memory[LIST_MAX], fields_memory[FIELDS_MAX];
    uint8_t bytes[MESSAGE_MAX];
};

struct hexline *hexline_new(struct detector *detector, const struct ports *ports)
{
    struct hexline *hexline = calloc(1, sizeof(*hexline));
    if (!hexline)
        return NULL;
    hexline->detector = detector;
    hexline->ports = ports;
    return hexline;
}

void hexline_free(struct hexline *hexline)
{
    free(hexline);
}

/* "5023 7878…": a port, where a blank and longer HEX follow; HEX in groups of four digits has no longer ones. */
static void take_bare_port(struct cursor *line, struct service *service)
{
    struct cursor rest = *line, digits;
    uint64_t port;
    if (!cursor_digits(&rest, 4, 5, &digits) || !cursor_number(digits, &port) || port < 1024 ||
        port > UINT16_MAX || rest.left == 0 || !isspace(rest.at[0]))
        return;
    rest = cursor_trim(rest);
    if (cursor_count_hex(rest) < 8)
        return;
    service->port = (uint16_t)port;
    *line = rest;
}

/* Takes "tcp:PORT " or "udp:PORT " off the line. False: such a word, but no port in it. */
static bool take_service(struct cursor *line, struct service *service)
{
    struct cursor word, rest = *line;
    uint64_t port;
    *service = (struct service){ .transport = TRANSPORT_TCP };
    if (!CURSOR_STARTS(*line, "tcp:") && !CURSOR_STARTS(*line, "udp:")) {
        take_bare_port(line, service);
        return true;
    }
    if (line->at[0] == 'u')
        service->transport = TRANSPORT_UDP;
    if (!cursor_skip(&rest, 4) || !cursor_digits(&rest, 1, 5, &word) || !cursor_number(word, &port) ||
        port == 0 || port > UINT16_MAX || rest.left == 0 || !isspace(rest.at[0]))
        return false;
    service->port = (uint16_t)port;
    *line = cursor_trim(rest);
    return true;
}

bool hexline_take(struct hexline *hexline, struct cursor line, struct service *service, struct cursor *bytes,
                  char *error, size_t size)
{
    size_t length, bad;
    struct cursor behind = line;
    if (CURSOR_STARTS(line, BYTE_ORDER_MARK) && cursor_skip(&behind, sizeof(BYTE_ORDER_MARK) - 1))
        line = behind;
    line = cursor_trim(line);
    /* a port alone does not say how the message came */
    bool is_told = CURSOR_STARTS(line, "tcp:") || CURSOR_STARTS(line, "udp:");
    if (!take_service(&line, service)) {
        snprintf(error, size,
                 "there is no such port. Write tcp:PORT or udp:PORT with a port of 1 to 65535, a blank, then "
                 "HEX.");
        return false;
    }
    bool is_hex = hex_read(line, hexline->bytes, sizeof(hexline->bytes), &length, &bad);
    if (is_hex && length > 0) {
        *bytes = cursor_of(hexline->bytes, length);
        if (service->port != 0 && !is_told)
            service->transport = carrier_guess(hexline->detector, hexline->ports, service->port, *bytes);
        return true;
    }
    if (is_hex)
        snprintf(error, size, "there is no message in it. Give HEX digits, two a byte.");
    else if (bad != SIZE_MAX)
        snprintf(error, size, "character %zu of the HEX is no hex digit. Give 0-9 and a-f only.", bad + 1);
    else if (line.left / 2 >= sizeof(hexline->bytes))
        snprintf(error, size, "it is longer than 65536 bytes. Give one message a line.");
    else
        snprintf(error, size, "a digit is missing: two make a byte. Copy the whole HEX.");
    return false;
}

/* Adds what one more message of the line tells to what the line tells as a whole. */
static void merge(struct identity *line, const struct identity *message,
                  const struct conversation *conversation)
{
    struct reading *best = &line->reading;
    const struct reading *next = &message->reading;
    /* a weaker claim of other protocols behind it, on a message that is cut off for one, says nothing against a proven one */
    if (message->candidate_count == 0 || message->certainty < line->certainty)
        return;
    line->candidate_count = conversation->known_count;
    memcpy(line->candidates, conversation->known, sizeof(line->candidates));
    line->certainty = message->certainty;
    line->right_port = message->right_port;
    if (line->verdict != VERDICT_OK)
        line->verdict = message->verdict;
    if (!best->device[0])
        memcpy(best->device, next->device, sizeof(best->device));
    bool is_newer = !next->has_time || (best->has_time && next->time >= best->time);
    if (next->location > best->location || (next->location == best->location && is_newer)) {
        best->location = next->location;
        best->has_coordinates = next->has_coordinates;
        best->lat = next->lat;
        best->lon = next->lon;
        best->has_time = next->has_time;
        best->time = next->time;
    }
}

/* Judges message after message; what each tells is listed, what all tell stands in line. Returns how many they are. */
static unsigned judge_messages(struct hexline *hexline, const struct service *service, struct cursor bytes,
                               bool explain, struct conversation *conversation, struct identity *line)
{
    struct identity message;
    unsigned count = 0;
    while (count < MESSAGES_MAX &&
           conversation_take(conversation, hexline->detector, hexline->ports, service, bytes, true,
                             explain ? &hexline->marks : NULL, &message)) {
        if (count == 0)
            *line = message;
        else
            merge(line, &message, conversation);
        size_t written = hexline->list.length;
        if (count > 0)
            buffer_put_u8(&hexline->list, ',');
        record_put_message(&hexline->list, &message);
        if (hexline->list.full) {
            hexline->list.length = written;
            break;
        }
        text_put_fields(&hexline->fields, &message);
        count++;
        if (!cursor_skip(&bytes, message.bytes.left))
            break;
    }
    line->device = conversation->device;
    return count;
}

static void put_json(const struct hexline *hexline, const struct service *service, struct cursor bytes,
                     const struct identity *line, struct buffer *out)
{
    buffer_put_text(out, "{\"event\":\"identity\",\"hex\":\"");
    buffer_put_hex(out, bytes);
    buffer_put_u8(out, '"');
    if (service->port != 0) {
        record_put_member(out, "transport", transport_name(service->transport));
        record_put_number(out, "port", service->port);
    }
    record_put_identity(out, line);
    buffer_put_text(out, ",\"messages\":[");
    buffer_put_cursor(out, buffer_cursor(&hexline->list));
    buffer_put_text(out, "]}\n");
}

void hexline_judge(struct hexline *hexline, const struct service *service, struct cursor bytes,
                   const struct hexline_form *form, struct buffer *out)
{
    struct conversation conversation = { 0 };
    struct identity line = { 0 };
    hexline->list = buffer_on(hexline->list_memory, sizeof(hexline->list_memory));
    hexline->fields = buffer_on(hexline->fields_memory, sizeof(hexline->fields_memory));
    unsigned count = judge_messages(hexline, service, bytes, form->explain, &conversation, &line);
    if (form->json) {
        put_json(hexline, service, bytes, &line, out);
        return;
    }
    text_put_service(out, service);
    buffer_put_hex(out, bytes);
    text_put_identity(out, &line, count);
    buffer_put_u8(out, '\n');
    if (form->explain)
        buffer_put_cursor(out, buffer_cursor(&hexline->fields));
}

void hexline_put_error(unsigned number, const char *error, const struct hexline_form *form,
                       struct buffer *out)
{
    if (!form->json) {
        buffer_printf(out, "line %u: %s\n", number, error);
        return;
    }
    buffer_printf(out, "{\"event\":\"error\",\"line\":%u", number);
    record_put_member(out, "error", error);
    buffer_put_text(out, "}\n");
}

bool hexline_identify(struct hexline *hexline, struct cursor line, unsigned number,
                      const struct hexline_form *form, struct buffer *out)
{
    struct service service;
    struct cursor bytes;
    char error[128];
    if (!hexline_take(hexline, line, &service, &bytes, error, sizeof(error))) {
        hexline_put_error(number, error, form, out);
        return false;
    }
    hexline_judge(hexline, &service, bytes, form, out);
    return true;
}
