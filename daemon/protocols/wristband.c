/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wristband: GPS wristbands and watches with the YX protocol (WANDA). Text in a binary frame, TCP.
 *
 *   00 01 02 | L 2 big endian | YX<id>|<version>|<model>|{F<number>[#<data>]}\r\n | ff fe fc      total = L + 8
 *   F01 status   F02 positions: <lon>,<lat>,<yyyymmddhhmm>,<speed>|…      F03 Wi-Fi and cells   F04 cells   F64 echo
 *   F90 asks for the server's address, F91 for the time and the address.
 *   The server answers in the same form with the model 0: F01 with the second of its data, F64 with all of them,
 *   F90 with <address>,<port>, F91 with <yyyy-mm-dd-hh-mm-ss>|<address>,<port>.
 */
#include "protocol/binary_frame.h"

enum { TEXT_AT = 5, TAIL = 3 };

static const struct binary_frame frame = { .length_at = 3,
                                           .length_size = 2,
                                           .plus = TEXT_AT + TAIL,
                                           .shortest = TEXT_AT + TAIL + 4,
                                           .longest = 8192,
                                           .end = "\xff\xfe\xfc",
                                           .end_size = TAIL };

static const struct pattern grammar = {
    "..(?<id>\\d+)\\|(?<version>[Vv]\\d+\\.\\d+)\\|\\d+\\|\\{F(?<type>\\d+)(?:#(?<data>.*))?\\}\\s*"
};

static struct cursor text_of(struct cursor bytes)
{
    if (!cursor_skip(&bytes, TEXT_AT))
        return cursor_part(bytes, 0, 0);
    return cursor_part(bytes, 0, CURSOR_ENDS(bytes, "\xff\xfe\xfc") ? bytes.left - TAIL : bytes.left);
}

static enum claim match(const struct message *message, size_t *length)
{
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE)
        return claim;
    struct cursor text = text_of(cursor_part(message->bytes, 0, *length));
    size_t tail;
    if (claim != CLAIM_LIKELY && cursor_find(text, 0xff, &tail)) /* cut off inside its end */
        text.left = tail;
    if (!cursor_is_text(text))
        return CLAIM_NO;
    if (claim == CLAIM_LIKELY)
        return pattern_fits(message->patterns, &grammar, text, NULL) ? CLAIM_CERTAIN : CLAIM_LIKELY;
    return claim;
}

static void read_positions(struct cursor data, struct reading *reading)
{
    struct cursor one, lon, lat, time;
    while (cursor_field(&data, '|', &one)) {
        struct fix fix = { .valid = true };
        if (!cursor_field(&one, ',', &lon) || !cursor_field(&one, ',', &lat) ||
            !cursor_field(&one, ',', &time) || !cursor_decimal(lon, &fix.lon) ||
            !cursor_decimal(lat, &fix.lat))
            continue;
        fix.has_time = time.left >= 12 && reading_time_of(time, "Ymdhi", &fix.time);
        reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
        if (fix.has_time)
            reading_mark_time(reading, time, fix.time);
        reading_fix(reading, &fix);
    }
}

static const char *type_name(uint64_t number)
{
    switch (number) {
    case 1:
        return "heartbeat";
    case 2:
        return "position";
    case 3:
    case 4:
        return "cells";
    case 90:
        return "login";
    case 91:
        return "time request";
    default:
        return "status";
    }
}

static void read(const struct message *message, struct reading *reading)
{
    struct groups found;
    struct cursor data;
    uint64_t number;
    binary_mark(&frame, reading);
    if (pattern_fits(message->patterns, &grammar, text_of(message->bytes), &found) &&
        cursor_number(found.standard[GROUP_TYPE], &number)) {
        reading->type = type_name(number);
        reading_note_groups(reading, &found);
        if (number == 2 && groups_named(&found, "data", &data))
            read_positions(data, reading);
    }
    reading_no_location(reading);
}

enum { HEARTBEAT = 1, ECHO = 64, SERVER = 90, CLOCK = 91 };

/* What the answer to a message of this number tells: nothing where there is none. */
static void put_told(struct buffer *told, uint64_t number, struct cursor data, const struct asker *asker)
{
    struct cursor second;
    struct calendar now = calendar_from_unix(asker->now);
    char address[ENDPOINT_TEXT];
    if (number == HEARTBEAT && cursor_field(&data, ',', &second) && cursor_field(&data, ',', &second))
        buffer_put_cursor(told, second);
    if (number == ECHO)
        buffer_put_cursor(told, data);
    if ((number != SERVER && number != CLOCK) || !asker->server)
        return;
    if (number == CLOCK)
        buffer_printf(told, "%04u-%02u-%02u-%02u-%02u-%02u|", now.year, now.month, now.day, now.hour,
                      now.minute, now.second);
    struct endpoint alone = *asker->server;
    alone.port = 0;
    endpoint_write(&alone, address);
    buffer_printf(told, "%s,%u", address, asker->server->port);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct groups found;
    struct cursor head, data = { 0 }, version;
    char memory[1024];
    struct buffer told = buffer_on(memory, sizeof(memory));
    uint64_t number;
    struct cursor text = text_of(message->bytes);
    if (!pattern_fits(message->patterns, &grammar, text, &found) ||
        !cursor_number(found.standard[GROUP_TYPE], &number) || !groups_named(&found, "version", &version) ||
        !cursor_take(&text, 2, &head))
        return;
    if (groups_named(&found, "data", &data) || number == SERVER || number == CLOCK)
        put_told(&told, number, data, asker);
    if (told.length == 0 || told.full)
        return;
    buffer_put(reply, "\0\1\2\0\0", TEXT_AT);
    size_t start = reply->length;
    buffer_put_cursor(reply, head);
    buffer_put_cursor(reply, found.standard[GROUP_ID]);
    buffer_put_u8(reply, '|');
    buffer_put_cursor(reply, version);
    buffer_put_text(reply, "|0|{F");
    buffer_put_cursor(reply, found.standard[GROUP_TYPE]);
    buffer_put_u8(reply, '#');
    buffer_put_cursor(reply, buffer_cursor(&told));
    buffer_put_text(reply, "}\r\n");
    if (reply->full)
        return;
    reply->bytes[start - 2] = (uint8_t)((reply->length - start) >> 8);
    reply->bytes[start - 1] = (uint8_t)(reply->length - start);
    buffer_put(reply, "\xff\xfe\xfc", TAIL);
}

static const struct sample samples[] = {
    { .hex = "000102006e59583132333435363738393031323334357c56312e307c317c7b463032232d37302e3636303030302c2d3"
             "3332e3435303030302c3230323630323031303830382c302e30307c31392e3039303030302c34372e3531303030302c"
             "3230323630323031303830392c302e30307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 47.51,
      .lon = 19.09,
      .time = "2026-02-01T08:09:00Z" },
    { .hex = "000102004759583132333435363738393031323334357c56312e307c317c7b463032232d37342e3031303030302c343"
             "02e3731303030302c3230323630323031303830392c302e30307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = 40.71,
      .lon = -74.01,
      .time = "2026-02-01T08:09:00Z" },
    { .hex = "000102004a59583132333435363738393031323334357c76322e317c317c7b463032232d37302e3636303030302c2d3"
             "3332e3435303030302c3230323630323031303830392c302e30302c317d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      .location = LOCATION_VALID,
      .lat = -33.45,
      .lon = -70.66,
      .time = "2026-02-01T08:09:00Z" },
    { .hex = "000102003559583132333435363738393031323334357c56312e307c317c7b4630312339342c312c3130302c302c333"
             "13030302c3930307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "000102002259583132333435363738393031323334357c56312e307c307c7b46303123317d0d0afffefc" },
    { .hex = "000102002259583132333435363738393031323334357c56312e307c317c7b46363423337d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "000102002259583132333435363738393031323334357c56312e307c307c7b46363423337d0d0afffefc" },
    { .hex = "000102005e59583132333435363738393031323334357c56312e307c317c7b4630332330323a30303a35653a30303a3"
             "5333a30312c2d37365f30323a30303a35653a30303a35333a30322c2d37377c31382c30372c332c3539303735342c33"
             "307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "000102004459583132333435363738393031323334357c56312e307c317c7b4630342331382c30372c332c353930373"
             "5342c33303a31382c30372c332c3539303735352c33307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "cells",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "000102002059583132333435363738393031323334357c56312e307c317c7b4639307d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .hex = "000102003259583132333435363738393031323334357c56312e307c317c7b463931233331305f307c307c307c307c5"
             "7414e44417d0d0afffefc",
      .claim = CLAIM_CERTAIN,
      .type = "time request",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_wristband = {
    .name = "wristband",
    .port = 5174,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("\0\1\2")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
