/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ndtpv6: trackers with NDTP, version 6 (Russia). Binary, little endian, TCP. No answers.
 *
 *   7e 7e | L 2 | flags 2 | CRC 2 big endian | type (2) | peer 4 | request 2 | content L      total = L + 15
 *       CRC-16/MODBUS over the content
 *   content: service 2 | packet 2 | flags 2 | request 4 | …
 *       service 0, packet 100 login: versions 2, 2 | flags 2 | number 2 | … texts: what Traccar makes of it is no id
 *       service 1 navigation: items of kind and index; kind 0, index 0 or 1: unix time 4 | lon 4 | lat 4 (1e-7) | flags (bit 7 fix) | …
 */
#include "protocol/binary_frame.h"

enum { TYPE_AT = 8, SERVICE_AT = 15, PACKET_AT = 17, BODY_AT = 25, NUMBER_AT = 31, NPH = 2 };
enum { GENERIC = 0, NAVIGATION = 1, LOGIN = 100, FLAG_FIX = 0x80, ITEM_PLACE = 0 };

static const struct binary_frame frame = { .length_at = 2,
                                           .length_size = 2,
                                           .length_le = true,
                                           .plus = SERVICE_AT,
                                           .shortest = BODY_AT,
                                           .longest = 8192,
                                           .check = CHECK_CRC16_MODBUS,
                                           .check_at = 6,
                                           .check_size = 2,
                                           .covered = SERVICE_AT };

static enum claim match(const struct message *message, size_t *length)
{
    uint16_t service;
    enum claim claim = binary_match(&frame, message, length);
    if (claim < CLAIM_POSSIBLE || claim == CLAIM_CERTAIN)
        return claim;
    return cursor_byte(message->bytes, TYPE_AT < *length ? TYPE_AT : 0) == NPH &&
                   cursor_le16_at(message->bytes, SERVICE_AT, &service) && service <= NAVIGATION
               ? claim
               : CLAIM_NO;
}

static void read_navigation(struct cursor c, struct reading *reading)
{
    uint8_t kind, index;
    struct cursor time, lon, lat, flags;
    if (!cursor_u8(&c, &kind) || !cursor_u8(&c, &index) || kind != ITEM_PLACE || index > 1 ||
        !cursor_take(&c, 4, &time) || !cursor_take(&c, 4, &lon) || !cursor_take(&c, 4, &lat) ||
        !cursor_take(&c, 1, &flags)) {
        reading_no_fix(reading);
        return;
    }
    struct fix fix = { .valid = (cursor_byte(flags, 0) & FLAG_FIX) != 0, .has_time = true };
    fix.time = (int64_t)cursor_le_of(time);
    fix.lat = (double)signed_of(cursor_le_of(lat), 32) / 1e7;
    fix.lon = (double)signed_of(cursor_le_of(lon), 32) / 1e7;
    reading_mark_time(reading, time, fix.time);
    reading_mark_place(reading, lat, fix.lat, lon, fix.lon);
    reading_mark_fix(reading, flags, fix.valid);
    reading_fix(reading, &fix);
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor bytes = message->bytes, body = bytes, number;
    uint16_t service, packet;
    reading->type = "status";
    binary_mark(&frame, reading);
    if (cursor_le16_at(bytes, SERVICE_AT, &service) && cursor_le16_at(bytes, PACKET_AT, &packet)) {
        if (service == GENERIC && packet == LOGIN) {
            reading->type = "login";
            if (cursor_slice(bytes, NUMBER_AT, 2, &number))
                reading_mark_number(reading, "number", number, cursor_le_of(number));
        } else if (service == NAVIGATION && cursor_skip(&body, BODY_AT)) {
            reading->type = "position";
            read_navigation(body, reading);
        }
    }
    reading_no_location(reading);
}

static const struct sample samples[] = {
    { .hex = "7e7e220002008a1902000000000500000064000000090000000600020002038a0c31323334353637383930313233343"
             "500",
      .claim = CLAIM_CERTAIN,
      .type = "login",
      .location = LOCATION_NONE },
    { .hex = "7e7e26000200657202000000000500010065000000090000000000260a7f6920e7600b6073511c825f1e0021000e010"
             "5008200090c",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_VALID },
    { .hex = "7e7e260002005c6202000000000500010065000000090000000001260a7f69c023e2d560ef0fec025f1e0021000e010"
             "5008200090c",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_INVALID },
    { .hex = "7e7e260002006e8102000000000500010065000000090000000000260a7f6960f8e2d360da4318825f1e0021000e010"
             "5008200090c",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      SAMPLE_NORTH_WEST },
    { .hex = "7e7e260002008f0c02000000000500010065000000090000000000260a7f69c023e2d560ef0fec825f1e0021000e010"
             "5008200090c",
      .claim = CLAIM_LIKELY,
      .type = "position",
      SAMPLE_SOUTH_WEST },
    { .hex = "7e7e18000200250e02000000000500010065000000090000000800000000000000000000000000",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .location = LOCATION_INVALID },
    { 0 }
};

const struct protocol protocol_ndtpv6 = {
    .name = "ndtpv6",
    .port = 5243,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("\x7e\x7e")),
    .match = match,
    .read = read,
    .samples = samples,
};
