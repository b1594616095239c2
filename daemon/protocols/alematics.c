/* SPDX-License-Identifier: Apache-2.0 */
/*
 * alematics: Alematics units. Text lines and a binary heartbeat over TCP, no checksum.
 *
 *   $T,<type>,<index>,<imei>,<yyyymmddhhmmss of the fix>,<of the clock>,<lat>,<lon>,<speed>,<course>,<altitude>,<hdop>,<satellites>,
 *   <inputs>,<outputs>,<adc>,<volts>,<odometer>,…
 *   fa f8 | index 2 | imei 8, a number, big endian        heartbeat, sent back as it is; intellitrac's is shorter
 *   Coordinates are signed degrees; every position counts as a fix.
 */
#include "protocol/text_protocol.h"

enum { ALIVE = 12, IMEI_AT = 4 };

/* one that begins with a zero is shorter as a number */
static const uint64_t imei_min = 10000000000000, imei_max = 999999999999999;

static const struct text_protocol text = {
    .ends = "\n",
    .forms = {
        { "position",
          { "\\$T,(?<type>\\d+),\\d+,(?<id>\\d+),(?<ymdhms>\\d{14}),\\d{14},(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),"
            "\\d+,\\d+,-?\\d+,\\d+\\.\\d+,\\d+,\\d+,\\d+,\\d+\\.\\d+,\\d+\\.\\d+,\\d+,.*" },
          .always_valid = true },
        { "status", { "\\$T,\\d+,\\d+,\\d+,\\d{14},.*" }, .claim = CLAIM_LIKELY },
    },
};

extern const struct protocol protocol_alematics;

static enum claim match(const struct message *message, size_t *length)
{
    uint16_t top;
    uint64_t imei;
    struct cursor bytes = message->bytes;
    if (cursor_byte(bytes, 0) != 0xfa)
        return text_match(&protocol_alematics, message, length);
    if (cursor_be16_at(bytes, IMEI_AT, &top) && top > imei_max >> 48)
        return CLAIM_NO;
    enum framed framed = frame_by_length(bytes, message->complete, ALIVE, ALIVE, length);
    if (framed != FRAMED)
        return framed == FRAMED_MORE ? CLAIM_MORE : CLAIM_NO;
    return cursor_be_at(bytes, IMEI_AT, 8, &imei) && imei >= imei_min && imei <= imei_max ? CLAIM_LIKELY
                                                                                          : CLAIM_NO;
}

static void read(const struct message *message, struct reading *reading)
{
    struct cursor id;
    uint64_t number;
    if (cursor_byte(message->bytes, 0) != 0xfa) {
        text_read(&protocol_alematics, message, reading);
        return;
    }
    reading->type = "heartbeat";
    reading_no_location(reading);
    if (!cursor_slice(message->bytes, IMEI_AT, 8, &id) || !cursor_be_at(id, 0, 8, &number))
        return;
    reading_device_number(reading, number, 1);
    reading_mark_number(reading, "device", id, number);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    (void)asker;
    /* an echo is only safe where nobody can feign its sender */
    if (!message->datagram && cursor_byte(message->bytes, 0) == 0xfa && message->bytes.left == ALIVE)
        buffer_put_cursor(reply, message->bytes);
}

static const struct sample samples[] = {
    { .text = "$T,50,594,123456789012345,20260201080910,20260201080911,47.510000,19.090000,12,45,120,0.9,9,0,"
              "0,0.000,12.752,1629,38,12756,4205,6\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "$T,2,64,123456789012345,20260201080910,20260201080914,-33.450000,-70.660000,0,0,520,5.4,4,0,"
              "0,0.000,12.960,0,\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_SOUTH_WEST },
    { .text = "$T,4,5,123456789012345,20260201080910,20260201080910,40.710000,-74.010000,0,202,-8,1.2,7,1,0,"
              "0.000,12.772,1629,0,$S,A1,1,,123.45,88.4,301.5,,12.4\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "$T,2,64,123456789012345,20260201080910,,,\r\n",
      .claim = CLAIM_LIKELY,
      .type = "status",
      .location = LOCATION_NONE },
    { .hex = "faf8001700007048860ddf79",
      .claim = CLAIM_LIKELY,
      .type = "heartbeat",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "faf8001700007048860ddf79" },
    { 0 }
};

const struct protocol protocol_alematics = {
    .name = "alematics",
    .port = 5140,
    .transports = OVER_TCP,
    .never = NEVER_INVALID,
    .heads = HEADS(HEAD("$T,"), HEAD("\xfa\xf8")),
    .match = match,
    .read = read,
    .answer = answer,
    .text = &text,
    .samples = samples,
};
