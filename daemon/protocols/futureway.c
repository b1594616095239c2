/* SPDX-License-Identifier: Apache-2.0 */
/*
 * futureway: FutureWay badges and personal trackers. Text over TCP: a head of hexadecimal digits, then text; no line end, no answers.
 *
 *   41 | length 8: of all, less 17 | type 2 | index 4 | body | check 4        how the check is made is not known
 *   20 login:    <text>,IMEI:<id>,battery level:<n>,network type:<n>,CSQ:<n>
 *   A0 report:   lines  GPS:<A|V>,<yymmddhhmmss>,<lat><N|S>,<lon><E|W>,<speed>,<course>    ddmm.mmmm, or degrees
 *                       WIFI:<n>,…    LBS:<mcc>,…
 */
#include "protocol/protocol.h"

enum { HEADER = 16, TYPE_AT = 10, PLUS = 17, CHECK = 4, SHORTEST = HEADER + CHECK, LONGEST = 4096 };

static const struct pattern login = { "[^,]*,IMEI:(?<id>\\d+)(?:,|$)" };
static const struct pattern place = {
    "GPS:(?<valid>[AV]),(?<ymdhms>\\d{12}),(?:(?<lat>\\d{4}\\.\\d+)(?<ns>[NS]),(?<lon>\\d{5}\\.\\d+)(?<ew>["
    "EW])|"
    "(?<latd>\\d+\\.\\d+)(?<ns>[NS]),(?<lond>\\d+\\.\\d+)(?<ew>[EW])),\\d+\\.\\d+,\\d+\\.\\d+"
};
static const struct pattern other_line = { "(?:WIFI|LBS|GPS):" };

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes, field, text;
    uint64_t told, check;
    size_t header = bytes.left < HEADER ? bytes.left : HEADER;
    if (cursor_count_hex(cursor_part(bytes, 0, header)) != header)
        return CLAIM_NO;
    if (header < HEADER)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (!cursor_slice(bytes, 2, 8, &field) || !cursor_hex(field, &told) || told + PLUS < SHORTEST)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, (size_t)told + PLUS, LONGEST, length);
    if (framed == FRAMED_NO || !cursor_slice(bytes, 0, *length, &text) || !cursor_is_text(text))
        return CLAIM_NO;
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_POSSIBLE;
    bool is_known = cursor_slice(text, TYPE_AT, 2, &field) && cursor_is_one_of(field, "20 A0 a0");
    bool has_check = cursor_slice(text, text.left - CHECK, CHECK, &field) && cursor_hex(field, &check);
    return is_known || has_check ? CLAIM_LIKELY : CLAIM_NO;
}

/* The body's lines; a position among them. */
static void read_report(const struct message *message, struct cursor body, struct reading *reading)
{
    struct cursor line;
    struct groups found;
    while (cursor_field(&body, '\n', &line)) {
        line = cursor_trim(line);
        if (pattern_match(message->patterns, &other_line, line, NULL))
            reading->proven = true;
        if (pattern_match(message->patterns, &place, line, &found))
            reading_take_groups(reading, &found, false);
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor type, body, check;
    struct groups found;
    if (message->bytes.left < SHORTEST || !cursor_slice(message->bytes, TYPE_AT, 2, &type) ||
        !cursor_slice(message->bytes, HEADER, message->bytes.left - SHORTEST, &body) ||
        !cursor_slice(message->bytes, message->bytes.left - CHECK, CHECK, &check))
        return;
    reading_mark(reading, "type", type);
    reading_mark(reading, "checksum", check);
    reading->type = "status";
    if (cursor_is(type, "20")) {
        reading->type = "login";
        reading->proven = pattern_match(message->patterns, &login, body, &found);
        if (reading->proven)
            reading_note_groups(reading, &found);
    } else if (cursor_is_one_of(type, "A0 a0")) {
        reading->type = "report";
        read_report(message, body, reading);
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .text = "410000003F2000010,IMEI:123456789012345,battery level:6,network type:7,CSQ:235A3C",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "4100000071A00001GPS:A,260201080910,4730.6000N,01905.4000E,12.50,45.20\r\nWIFI:1,casa|"
              "020000AABBCC|-61&\r\nLBS:216,30,123,4567,31\r\n5A3C",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      SAMPLE_VALID },
    { .text = "4100000036A00001GPS:V,260201080910,3327.0000S,07039.6000W,0.0,0.0\r\n5A3C",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      SAMPLE_INVALID },
    { .text = "4100000031A00001GPS:A,260201080910,40.71000N,74.01000W,0.0,0.05A3C",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      SAMPLE_NORTH_WEST },
    { .text = "410000004DA00001WIFI:2,casa|020000AABBCC|-61&,|020000AABBCD|-70&\r\nLBS:216,30,123,4567,"
              "31\r\n5A3C",
      .claim = CLAIM_CERTAIN,
      .type = "report",
      .location = LOCATION_NONE },
    { .text = "41000000063000011,200FF", .claim = CLAIM_LIKELY, .type = "status", .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_futureway = {
    .name = "futureway",
    .port = 5213,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("410000")),
    .match = match,
    .read = read,
    .samples = samples,
};
