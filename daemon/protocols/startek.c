/* SPDX-License-Identifier: Apache-2.0 */
/*
 * startek: Startek VT series. Text, TCP, no answers.
 *
 *   &&<any character><n>,<imei>,<type, 3 hex>,…<check> CR LF      n counts from the first comma to the byte before the check
 *   000  <event>,[<data>],<yymmddhhmmss>,<A|V>,<lat>,<lon>,<satellites>,<hdop>,<speed>,<course>,<altitude>,<odometer>,
 *        <mcc>|<mnc>|<lac>|<cell>,<signal>,<status>,<inputs>,<outputs>,<power>|<battery>…
 *   710  serial and CAN data, in lines            other types: replies
 *   Check: sum of all bytes before it, modulo 256, two hex digits without a '*' in front.
 */
#include "base/checksum.h"
#include "protocol/text_protocol.h"

enum { LONGEST = 8192, TEXT_MAX = 1024, HEAD_SIZE = 3, TAIL = 2 };

#define START(types) "(?<covered>&&.\\d+,(?<id>\\d+),(?<type>" types "),"
#define CHECK "(?<check>[0-9A-Fa-f]{2})"
#define HEX "[0-9A-Fa-f]+"

static const struct text_protocol text = {
    .longest = LONGEST,
    .weak_heads = true,
    .check = CHECK_SUM_8,
    .shape = { "&&.\\d+,(?<id>\\d{8,17}),[0-9A-Fa-f]{3}," },
    .forms = {
        { "position",
          { START("000") "\\d+,[^,]*,(?<ymdhms>\\d{12}),(?<valid>[AV]),(?<latd>-?\\d+\\.\\d+),(?<lond>-?\\d+\\.\\d+),\\d+,\\d+\\.\\d+,"
            "\\d+,\\d+,-?\\d+,\\d+,\\d+\\|\\d+\\|" HEX "\\|" HEX ",\\d+," HEX "," HEX "," HEX "," HEX "\\|" HEX ".*)" CHECK } },
        { "serial", { START("710") ".*)" CHECK } },
        { "status", { START("[0-9A-Fa-f]{3}") ".*)" CHECK } },
        { "status", { "(?<covered>&&.\\d+,(?<id>\\d{8,17}),.*)" CHECK } },
    },
};

extern const struct protocol protocol_startek;

static bool has_check(struct cursor bytes, size_t at)
{
    struct cursor check;
    return cursor_slice(bytes, at, TAIL, &check) && cursor_count_hex(check) == TAIL;
}

static bool is_right(struct cursor bytes, size_t at)
{
    uint64_t told;
    return cursor_hex(cursor_part(bytes, at, TAIL), &told) && told == sum_8(cursor_part(bytes, 0, at));
}

/* The length is right as far as the check shows: behind it stands a line end, the next message or nothing. */
static bool is_told(struct cursor bytes, size_t at, size_t *total)
{
    struct cursor behind = bytes;
    if (!has_check(bytes, at) || !cursor_skip(&behind, at + TAIL))
        return false;
    *total = at + TAIL + (CURSOR_STARTS(behind, "\r\n") ? 2 : 0);
    return behind.left == 0 || cursor_byte(behind, 0) == '\r' || cursor_byte(behind, 0) == '\n' ||
           cursor_byte(behind, 0) == '&';
}

static enum claim match(const struct message *message, size_t *length)
{
    struct message one = *message;
    struct cursor bytes = message->bytes;
    size_t told, comma;
    enum framed head = frame_told(bytes, HEAD_SIZE, &told, &comma);
    if (head == FRAMED_MORE)
        return message->complete ? CLAIM_NO : CLAIM_MORE;
    if (head == FRAMED_NO || told > LONGEST)
        return CLAIM_NO;
    one.complete = true;
    if (is_told(bytes, comma + told, &one.bytes.left)) {
        if (is_right(bytes, comma + told)) {
            *length = one.bytes.left;
            return CLAIM_CERTAIN;
        }
        return text_match(&protocol_startek, &one, length);
    }
    if (bytes.left < comma + told + TAIL && !message->complete)
        return pattern_may_fit(message->patterns, &text.shape, bytes, false) ? CLAIM_MORE : CLAIM_NO;
    /* cut off, or the length is wrong: then a line is a message */
    enum framed line = frame_by_bytes(bytes, message->complete, "\n", TEXT_MAX, &one.bytes.left);
    return claim_framed(line) < CLAIM_POSSIBLE ? claim_framed(line)
                                               : text_match(&protocol_startek, &one, length);
}

static const struct sample samples[] = {
    { .text = "&&s147,123456789012345,000,37,,260201080910,A,47.510000,19.090000,9,0.9,12,45,120,1204,216|30|"
              "1A2B|0001C3D4,27,0000001D,02,00,04F2|01A1|0000|0000,129,,,,C5\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID },
    { .text = "&&>140,123456789012345,000,0,02,260201080910,V,-33.450000,-70.660000,0,0.0,0,0,520,1204,216|"
              "30|1A2B|0001C3D4,27,0000001D,02,00,04F2|01A1|0000|00002C\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_INVALID },
    { .text = "&&L150,123456789012345,000,18,,260201080910,A,40.710000,-74.010000,9,0.9,0,270,-9,1204,216|30|"
              "1A2B|0001C3D4,27,0000001D,02,00,04F2|01A1|0000|0000,1,010000,,67\r\n",
      .claim = CLAIM_LIKELY,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST },
    { .text = "&&M53,123456789012345,710,T1,0.0,12,F0\r\nT2,0.000,1\r\nTx,*,042\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "serial",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { .text = "&&N23,123456789012345,101,OKBB\r\n",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE },
    { 0 }
};

const struct protocol protocol_startek = {
    .name = "startek",
    .port = 5222,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("&&")),
    .text = &text,
    .match = match,
    .samples = samples,
};
