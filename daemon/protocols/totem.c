/* SPDX-License-Identifier: Apache-2.0 */
/*
 * totem: Totem AT05, AT06, AT07, AT09, TK510. Text, TCP.
 *
 *   old: $$ <length, 2 hex> <imei> | <alarm 2> …              check: 4 hex at the end, CRC-16/MODBUS
 *      A …$GPRMC,<hhmmss.f>,<A|V>,<ddmm.m>,<N|S>,<dddmm.m>,<E|W>,<speed>,<course>,<ddmmyy>,…|…
 *      B …<ddmmyyhhmmss>|<A|V>|<ddmm.m>|<N|S>|<dddmm.m>|<E|W>|…
 *      C …<ddmmyyhhmmss>, columns, <A|V>, columns, <ddmm.mmmm><N|S><dddmm.mmmm><E|W><serial 4>
 *   new: $$ <length, 4 digits from 0> <type 2 hex> <imei> | … <serial 4>   check: 2 hex, XOR
 *        <status 8 hex><yymmddhhmmss>, columns, <ddmm.mmmm><N|S><dddmm.mmmm><E|W>…
 *     E2 <yymmddhhmmss>,<lon>,<lat>,…   E5 <yymmddhhmmss>,<lat>,<lon>,…     degrees
 *   The length counts everything from the first '$' to the check; a line end may follow.
 */
#include "base/checksum.h"
#include "protocol/protocol.h"

enum { SHORT_ID = 6, SHORTEST = 10, LONGEST = 9999, OLD_HEAD = 4, NEW_HEAD = 8, EDITED = 16 };

struct frame {
    bool is_new;
    size_t told; /* the length the message tells */
    struct cursor id, type;
    size_t body; /* offset behind the '|' */
};

/* LIKELY: the head is there and right. */
static enum claim open_frame(struct cursor bytes, struct frame *frame)
{
    struct cursor rest = bytes, digits;
    uint64_t number;
    if (!CURSOR_MAY_START(bytes, "$$"))
        return CLAIM_NO;
    if (!cursor_skip(&rest, 2) || rest.left == 0)
        return CLAIM_MORE;
    frame->is_new = cursor_byte(rest, 0) == '0';
    size_t length_size = frame->is_new ? 4 : 2;
    size_t digits_there = frame->is_new ? cursor_count_digits(rest) : cursor_count_hex(rest);
    if (!cursor_take(&rest, length_size, &digits))
        return digits_there == rest.left ? CLAIM_MORE : CLAIM_NO;
    if (!(frame->is_new ? cursor_number(digits, &number) : cursor_hex(digits, &number)) || number < SHORTEST)
        return CLAIM_NO;
    frame->told = (size_t)number;
    if (frame->is_new) {
        size_t hex = cursor_count_hex(rest);
        if (hex < 2)
            return hex == rest.left ? CLAIM_MORE : CLAIM_NO;
        if (!cursor_take(&rest, 2, &frame->type))
            return CLAIM_MORE;
    }
    size_t id_size = cursor_count_digits(rest);
    if (id_size > 20 || !cursor_take(&rest, id_size, &frame->id))
        return CLAIM_NO;
    if (rest.left == 0)
        return CLAIM_MORE;
    if (cursor_byte(rest, 0) != '|' || id_size == 0 || !cursor_skip(&rest, 1))
        return CLAIM_NO;
    frame->body = bytes.left - rest.left;
    if (!frame->is_new && !cursor_take(&rest, 2, &frame->type))
        frame->type = (struct cursor){ 0 };
    return CLAIM_LIKELY;
}

static bool has_check(struct cursor bytes, const struct frame *frame, size_t total)
{
    struct cursor digits, checked;
    uint64_t check;
    size_t size = frame->is_new ? 2 : 4;
    if (total < SHORTEST || !cursor_slice(bytes, 0, total - size, &checked) ||
        !cursor_slice(bytes, total - size, size, &digits) || !cursor_hex(digits, &check))
        return false;
    return check == (frame->is_new ? sum_xor(checked) : crc16_modbus(checked));
}

/* Where the line, or what is there, ends: the next line end or "$$" at or behind an offset. */
static size_t find_end(struct cursor bytes, size_t from)
{
    size_t at = from;
    while (at < bytes.left && cursor_byte(bytes, at) != '\r' && cursor_byte(bytes, at) != '\n' &&
           !(at > 2 && CURSOR_STARTS(cursor_part(bytes, at, bytes.left - at), "$$")))
        at++;
    return at;
}

static enum claim match(const struct message *message, size_t *length)
{
    struct cursor bytes = message->bytes;
    struct frame frame;
    enum claim claim = open_frame(bytes, &frame);
    if (claim == CLAIM_NO)
        return CLAIM_NO;
    *length = bytes.left;
    if (claim == CLAIM_MORE) {
        if (!message->complete)
            return CLAIM_MORE;
        return bytes.left >= OLD_HEAD + 14 &&
                       cursor_count_hex(cursor_part(bytes, 2, bytes.left - 2)) == bytes.left - 2
                   ? CLAIM_POSSIBLE
                   : CLAIM_NO;
    }
    if (frame.told <= frame.body)
        return CLAIM_NO;
    if (bytes.left < frame.told) {
        if (!message->complete)
            return CLAIM_MORE;
        *length = find_end(bytes, frame.body);
        if (!cursor_is_text(cursor_part(bytes, 0, *length)))
            return CLAIM_NO;
        return frame.id.left >= SHORT_ID ? CLAIM_LIKELY : CLAIM_POSSIBLE;
    }
    *length = frame.told;
    if (!cursor_is_text(cursor_part(bytes, 0, frame.told)))
        return CLAIM_NO;
    if (has_check(bytes, &frame, frame.told))
        return CLAIM_CERTAIN;
    /* posted messages are edited: the line then ends a little behind what the length says */
    size_t end = find_end(bytes, frame.told);
    if (end - frame.told <= EDITED && cursor_is_text(cursor_part(bytes, 0, end)))
        *length = end;
    return frame.id.left >= SHORT_ID ? CLAIM_LIKELY : CLAIM_POSSIBLE;
}

static const struct pattern sentence = {
    "\\$\\$[0-9A-Fa-f]{2}\\d+\\|..\\$G[A-Z]RMC,(?<hms>\\d{6})?[^,]*,(?<valid>[AV])?,(?<lat>\\d+\\.\\d+),(?<"
    "ns>["
    "NS]),"
    "(?<lon>\\d+\\.\\d+),(?<ew>[EW]),[^,]*,[^,]*,(?<dmy>\\d{6})[^|*]*(?<tail>\\*[0-9A-Fa-f]{2}\\|)?"
};
static const struct pattern bars = {
    "\\$\\$[0-9A-Fa-f]{2}\\d+\\|..(?<dmyhms>\\d{12})\\|(?<valid>[AV])\\|(?<lat>\\d+\\.\\d+)\\|(?<ns>[NS])\\|"
    "(?<lon>\\d+\\.\\d+)\\|(?<ew>[EW])(?<tail>\\|)"
};
static const struct pattern columns = {
    "\\$\\$[0-9A-Fa-f]{2}\\d+\\|..(?<dmyhms>\\d{12})[0-9A-Fa-f]+?(?<valid>[AV])\\d{8}\\d\\d\\.\\d\\d{7}"
    "(?<lat>\\d{4}\\.\\d+)(?<ns>[NS])(?<lon>\\d{5}\\.\\d+)(?<ew>[EW])(?<tail>\\d{4})"
};
/* where the second temperature is, the fix bit is another one: the columns must be told apart */
static const struct pattern long_columns = {
    "\\$\\$\\d{4}[0-9A-Fa-f]{2}\\d+\\|(?<status>[0-9A-Fa-f]{8})(?<ymdhms>\\d{12})(?:\\d{4}|\\d{3})\\d{4}"
    "(?:(?:\\d{12})?\\d{4}(?<second>\\d{4})?)?[0-9A-Fa-f]{8}(?:\\d{5})?\\d{10}\\d\\d\\.\\d\\d{7}"
    "(?<lat>\\d{4}\\.\\d{4})(?<ns>[NS])(?<lon>\\d{5}\\.\\d{4})(?<ew>[EW])(?<tail>\\d{4})"
};
static const struct pattern loose_columns = {
    "\\$\\$\\d{4}[0-9A-Fa-f]{2}\\d+\\|(?<status>[0-9A-Fa-f]{8})(?<ymdhms>\\d{12})[^NS]*?"
    "(?<lat>\\d{4}\\.\\d{3,6})(?<ns>[NS])(?<lon>\\d{5}\\.\\d{3,6})(?<ew>[EW])"
};
static const struct pattern degrees = {
    "\\$\\$\\d{4}E[25]\\d+\\|(?<ymdhms>\\d{12}),(?<first>-?\\d+\\.\\d+),(?<other>-?\\d+\\.\\d+)(?<tail>,)"
};

/* A date of the year 00 means that the unit never had one: such a message carries no place. */
static bool has_year(const struct groups *found)
{
    struct cursor date =
        found->standard[GROUP_DMY].at ? found->standard[GROUP_DMY] : found->standard[GROUP_DMYHMS];
    return date.left >= 6 && !(cursor_byte(date, 4) == '0' && cursor_byte(date, 5) == '0');
}

static void read_new(const struct message *message, const struct frame *frame, struct reading *reading)
{
    struct groups found;
    struct fix fix;
    struct cursor status, other, first;
    uint64_t bits;
    if (cursor_byte(frame->type, 0) == 'E' &&
        pattern_match(message->patterns, &degrees, message->bytes, &found)) {
        /* RFID (E2) has the longitude first; of E5 the server takes the first number for the latitude */
        bool is_swapped = cursor_byte(frame->type, 1) == '2';
        if (!groups_named(&found, "first", &first) || !groups_named(&found, "other", &other) ||
            !cursor_decimal(is_swapped ? other : first, &fix.lat) ||
            !cursor_decimal(is_swapped ? first : other, &fix.lon))
            return;
        fix.valid = true;
        fix.has_time = reading_time_of(found.standard[GROUP_YMDHMS], "ymdhis", &fix.time);
        reading_mark_place(reading, is_swapped ? other : first, fix.lat, is_swapped ? first : other, fix.lon);
    } else {
        reading->proven = pattern_match(message->patterns, &long_columns, message->bytes, &found);
        if ((!reading->proven && !pattern_match(message->patterns, &loose_columns, message->bytes, &found)) ||
            !groups_named(&found, "status", &status) || !cursor_hex(status, &bits) ||
            !reading_fix_of(&found, &fix))
            return;
        bool is_long = reading->proven && groups_named(&found, "second", &other);
        fix.valid = (bits & (is_long ? 0x1000u : 0x4000u)) != 0;
        reading_mark_fix(reading, status, fix.valid);
    }
    reading_note_groups(reading, &found);
    reading_fix(reading, &fix);
}

static void mark_check(struct cursor bytes, const struct frame *frame, struct reading *reading)
{
    struct cursor checked, field;
    size_t size = frame->is_new ? 2 : 4;
    if (frame->told > size && cursor_slice(bytes, 0, frame->told - size, &checked) &&
        cursor_slice(bytes, frame->told - size, size, &field))
        reading_mark_check(reading, field, has_check(bytes, frame, frame->told),
                           frame->is_new ? sum_xor(checked) : crc16_modbus(checked));
}

static void read(const struct message *message, struct reading *reading)
{
    struct frame frame;
    struct groups found;
    struct cursor tail;
    if (open_frame(message->bytes, &frame) != CLAIM_LIKELY)
        return;
    reading_device(reading, frame.id);
    reading_mark(reading, "type", frame.type);
    mark_check(message->bytes, &frame, reading);
    bool is_plain =
        frame.type.left == 2 && (cursor_byte(frame.type, 0) == 'A' || cursor_byte(frame.type, 0) == 'E');
    reading->type = is_plain ? "position" : "alarm";
    if (frame.is_new) {
        read_new(message, &frame, reading);
    } else if (pattern_match(message->patterns, &sentence, message->bytes, &found) ||
               pattern_match(message->patterns, &bars, message->bytes, &found) ||
               pattern_match(message->patterns, &columns, message->bytes, &found)) {
        reading->proven = groups_named(&found, "tail", &tail);
        if (has_year(&found))
            reading_take_groups(reading, &found, false);
    }
    if (reading->location < LOCATION_INVALID)
        reading->type = "status";
    reading_no_location(reading);
}

static void answer(const struct message *message, const struct asker *asker, struct buffer *reply)
{
    struct frame frame;
    struct cursor text = cursor_trim(message->bytes), serial;
    (void)asker;
    if (open_frame(text, &frame) != CLAIM_LIKELY)
        return;
    if (!frame.is_new) {
        buffer_put_text(reply, "ACK OK\r\n");
        return;
    }
    if (text.left < SHORTEST || !cursor_slice(text, text.left - 6, 4, &serial))
        return;
    size_t start = reply->length;
    buffer_put_text(reply, "$$0014AA");
    buffer_put_cursor(reply, serial);
    if (!reply->full)
        buffer_printf(reply, "%02X", sum_xor(cursor_of(reply->bytes + start, reply->length - start)));
}

static const struct sample samples[] = {
    { .text = "$$B4123456789012345|AA$GPRMC,080910.00,A,4730.6000,N,01905.4000,E,6.48,045,010226,,,A*5E|02.6|"
              "01.4|02.2|010000000000|20260201080911|13271190|00120000|1A2B3C4D|0031|7.6543|0421|8401",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=ACK OK\r\n" },
    { .text = "$$B4123456789012345|01$GPRMC,080910.00,V,3327.0000,S,07039.6000,W,6.48,045,010226,,,A*5E|02.6|"
              "01.4|02.2|010000000000|20260201080911|13271190|00120000|1A2B3C4D|0031|7.6543|0421|C5DF",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=ACK OK\r\n" },
    { .text = "$$8A123456789012345|AA010226080910|A|4730.6000|N|01905.4000|E|6.480|45|1.40|010000000000|"
              "13271|00120000|1A2B3C4D|00000031|7.6543|0422|741E",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=ACK OK\r\n" },
    { .text = "$$72123456789012345|39010226080910010013912001200340270311A2B3C4DV0304501202.600076543327."
              "0000S07039.6000W04236C72",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=ACK OK\r\n" },
    { .text = "$$89123456789012345|AA$GPRMC,,V,,,,,,,,,,N*53|99.9|99.9|99.9|010000000000|20260201080911|"
              "13271190|00120000|1A2B3C4D|0031|7.6543|0424|C276",
      .claim = CLAIM_CERTAIN,
      .type = "status",
      .device = "123456789012345",
      .location = LOCATION_NONE,
      .answer = "=ACK OK\r\n" },
    { .text = "$$0108AA123456789012345|00804000260201080910391201231A2B3C4D122504501201.400076544730."
              "6000N01905.4000E00125D",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=$$0014AA001206" },
    { .text = "$$012801123456789012345|0080800026020108091039120123004500670089002100221A2B3C4D032504501202."
              "600076543327.0000S07039.6000W00345B",
      .claim = CLAIM_CERTAIN,
      .type = "alarm",
      .device = "123456789012345",
      SAMPLE_INVALID,
      .answer = "=$$0014AA003402" },
    { .text =
          "$$0137AB123456789012345|0000100026020108091039120123004500670089002100221A2B3C4D21630122504501201."
          "400076544730.6000N01905.4000E007704256B",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=$$0014AA042506" },
    { .text = "$$0068E2123456789012345|260201080910,19.090000,47.510000,0B2C3D4E|61",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=$$0014AAD4E|4C" },
    { .text = "$$0104E5123456789012345|260201080910,47.510000,19.090000,$V2,812,37,450,13100,12,1,90,3,52,48,"
              "7,2,60,|15",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_VALID,
      .answer = "=$$0014AA60,|53" },
    { .text = "$$B4123456789012345|AA$GPRMC,080910.00,A,4042.6000,N,07400.6000,W,6.48,045,010226,,,A*5E|02.6|"
              "01.4|02.2|010000000000|20260201080911|13271190|00120000|1A2B3C4D|0031|7.6543|0421|B3EF",
      .claim = CLAIM_CERTAIN,
      .type = "position",
      .device = "123456789012345",
      SAMPLE_NORTH_WEST,
      .answer = "=ACK OK\r\n" },
    { 0 }
};

const struct protocol protocol_totem = {
    .name = "totem",
    .port = 5007,
    .transports = OVER_TCP,
    .heads = HEADS(HEAD("$$")),
    .match = match,
    .read = read,
    .answer = answer,
    .samples = samples,
};
